"""One fault of a schema, as its messages need it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rollkeeper.grammar.wording import quoted
from rollkeeper.loading.schema.fast_check import Json
from rollkeeper.model.roster import Fix
from rollkeeper.model.tree import FieldPath

if TYPE_CHECKING:
    from jsonschema import ValidationError


@dataclass(frozen=True, slots=True)
class SchemaDefect:
    """A fault in words; `path` counts from the value that was judged."""

    rule: str
    message: str
    path: FieldPath
    on_key: bool = False
    fix: Fix | None = None


@dataclass(frozen=True)
class Mismatch:
    """What a teller has to go by."""

    error: ValidationError
    validator: Any
    path: FieldPath
    describe: Callable[[ValidationError, Json], Iterator[SchemaDefect]]
    """Words another error of the same validator, such as one inside `anyOf`."""

    @property
    def value(self) -> Json:
        """The value that is at fault."""
        return self.error.instance

    @property
    def wanted(self) -> Json:
        """What the keyword of the schema says."""
        return self.error.validator_value

    @property
    def schema(self) -> Json:
        """The schema around the keyword."""
        return self.error.schema

    @property
    def name(self) -> str:
        """The field at fault, as a message names it."""
        return named(self.path)

    def told(self, rule: str, words: str, *, fix: Fix | None = None) -> SchemaDefect:
        """Tell of the value itself."""
        return SchemaDefect(rule, f"{self.name} {words}", self.path, fix=fix)


def named(path: FieldPath) -> str:
    """Name a field: `github`, or item 2 of `members`."""
    if not path:
        return "the entry"
    last = path[-1]
    if isinstance(last, str):
        return quoted(last)
    holder = next((step for step in reversed(path[:-1]) if isinstance(step, str)), None)
    return f"item {last + 1} of {quoted(holder)}" if holder else f"item {last + 1}"
