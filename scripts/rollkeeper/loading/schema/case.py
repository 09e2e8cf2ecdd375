"""One error of the `jsonschema` library, as the functions that put it into words need it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rollkeeper.grammar.wording import quoted
from rollkeeper.loading.schema.values import Json
from rollkeeper.model.roster import Fix
from rollkeeper.model.tree import FieldPath

if TYPE_CHECKING:
    from jsonschema import ValidationError


@dataclass(frozen=True, slots=True)
class SchemaDefect:
    """A defect in words; `path` counts from the value that was validated."""

    rule: str
    message: str
    path: FieldPath
    on_key: bool = False
    fix: Fix | None = None
    absent: bool = False
    """Whether nothing is at `path`: it is where a value should be."""
    about: tuple[FieldPath, ...] = ()
    """Further values that the defect is about."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A value and the keyword that refuses it."""

    error: ValidationError
    wanted: Json
    """What the schema has after the keyword."""
    validator: Any
    describe: Callable[[Mismatch], Iterator[SchemaDefect]]
    """Puts a mismatch into words, such as one inside `anyOf`."""

    def of(self, error: ValidationError) -> Mismatch:
        """Return an error inside this one, such as that of one form of `anyOf`."""
        return Mismatch(error, error.validator_value, self.validator, self.describe)

    def of_text(self, text: str) -> bool:
        """Return whether a text would be accepted here in place of the value."""
        valid: bool = self.validator.evolve(schema=self.schema).is_valid(text)
        return valid

    @property
    def keyword(self) -> str:
        """The keyword that refuses the value."""
        return str(self.error.validator)

    @property
    def value(self) -> Json:
        """The value that is refused."""
        return self.error.instance

    @property
    def schema(self) -> Json:
        """The schema around the keyword."""
        return self.error.schema

    @property
    def path(self) -> FieldPath:
        """The path of the value."""
        return tuple(self.error.absolute_path)

    @property
    def name(self) -> str:
        """The field that is refused, as a message names it."""
        return named(self.path)

    def defect(self, rule: str, words: str, *, fix: Fix | None = None) -> SchemaDefect:
        """Return what is wrong with the value itself."""
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
