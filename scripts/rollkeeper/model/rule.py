"""A rule of the catalogue: a function of one subject, its id, its severity and its options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import (
    Any,
    Concatenate,
    Generic,
    Protocol,
    TypeAlias,
    TypeVar,
    get_type_hints,
    runtime_checkable,
)

from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry
from rollkeeper.model.rule_roles import roles_read
from rollkeeper.model.tree import FieldPath

INJECTED = frozenset({"today"})
"""Keyword arguments that the engine passes to a rule; they are not options of a policy."""

SubjectT = TypeVar("SubjectT")
Check: TypeAlias = Callable[Concatenate[SubjectT, ...], Iterator[Problem]]
"""A rule's function: one subject in, problems out; options are keyword-only."""


@runtime_checkable
class Located(Protocol):
    """A subject that says where it is: problems are placed there, unless they say it themselves."""

    @property
    def entry(self) -> Entry | None:
        """The entry that it belongs to."""

    @property
    def field(self) -> FieldPath:
        """The path inside the entry."""

    @property
    def file(self) -> str | None:
        """The file of a subject that belongs to no entry."""


@dataclass(frozen=True)
class Option:
    """One option of a rule, read from the function's signature."""

    name: str
    type: Any
    default: Any


@dataclass(frozen=True)
class Rule(Generic[SubjectT]):
    """A rule of the catalogue."""

    id: str
    on: type[SubjectT]
    severity: Severity
    needs: str | tuple[str, ...] | None
    check: Check[SubjectT]
    instead_of: frozenset[str] = frozenset()
    """Rules that say less about the same fault: where both find it, only one is reported."""
    whole: bool = False
    """Whether it concludes something from what is not on the roster, so that all must be read."""
    only_if_asked: bool = False
    """Whether the rule is off unless a policy names it."""
    version: int = 1
    """The version of the rule set that has it first."""

    @property
    def family(self) -> str:
        """The file or folder below `rules` that declares the rule, such as `terms`."""
        return self.check.__module__.removeprefix("rollkeeper.rules.").partition(".")[0]

    @property
    def needed(self) -> tuple[str, ...]:
        """The options of which the policy must set one, so that there is something to judge by."""
        return (self.needs,) if isinstance(self.needs, str) else self.needs or ()

    @property
    def summary(self) -> str:
        """The first line of the docstring: what is wrong."""
        return self.documentation.partition("\n")[0]

    @property
    def documentation(self) -> str:
        """The whole docstring."""
        return inspect.getdoc(self.check) or ""

    @cached_property
    def wants_today(self) -> bool:
        """Whether the rule asks for the day on which it judges."""
        return "today" in inspect.signature(self.check).parameters

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of an entry that the rule reads."""
        return roles_read(self.check)

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """The options that a policy may set, with types and defaults, by name."""
        hints = get_type_hints(self.check)
        return {
            name: Option(name, hints[name], parameter.default)
            for name, parameter in inspect.signature(self.check).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY and name not in INJECTED
        }


Catalogue: TypeAlias = Mapping[str, Rule[Any]]
"""Rules by their ids."""


def rules_version(catalogue: Catalogue) -> int:
    """Return the version of a rule set: that of its newest rule."""
    return max((rule.version for rule in catalogue.values()), default=1)
