"""How a rule is declared: a function of one subject, its id, its severity and its options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from rollkeeper.model import Check, Problem, Severity

INJECTED = frozenset({"today"})
"""Keyword arguments that the engine gives to a rule; they are not options of a policy."""


@dataclass(frozen=True)
class Option:
    """One option of a rule, read from the function's signature."""

    name: str
    type: Any
    default: Any


@dataclass(frozen=True)
class Rule:
    """A rule of the catalogue."""

    id: str
    on: type
    severity: Severity
    needs: str | None
    check: Check

    @property
    def family(self) -> str:
        """The file that the rule stands in, such as `terms`."""
        return self.check.__module__.rpartition(".")[2]

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
        """Whether the rule asks for the day on which it is judged."""
        return "today" in inspect.signature(self.check).parameters

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """The options that a policy may set, with types and defaults, by name."""
        hints = get_type_hints(self.check)
        return {
            name: Option(name, hints[name], parameter.default)
            for name, parameter in inspect.signature(self.check).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY and name not in INJECTED
        }


_declared: dict[str, Rule] = {}


def rule(
    rule_id: str, *, on: type, severity: Severity, needs: str | None = None
) -> Callable[[Check], Check]:
    """Declare a function as the rule `rule_id` about subjects of the type `on`.

    `needs` names an option without which the rule has nothing to hold the subject against:
    where the policy leaves it unset, the rule is reported as skipped.
    Raises ValueError when the id is taken.
    """

    def declare(check: Check) -> Check:
        if rule_id in _declared:
            message = f"the rule id {rule_id} is declared twice"
            raise ValueError(message)
        _declared[rule_id] = Rule(rule_id, on, severity, needs, check)
        return check

    return declare


def declared() -> Mapping[str, Rule]:
    """Give every rule declared so far, by id."""
    return dict(sorted(_declared.items()))


Problems = Iterator[Problem]
"""What a rule's function returns."""
