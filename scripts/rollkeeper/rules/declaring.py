"""How a rule is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Concatenate, ParamSpec, TypeAlias

from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.rule import Rule, SubjectT

Problems: TypeAlias = Iterator[Problem]
"""What a rule's function returns."""
_Options = ParamSpec("_Options")
_declared: dict[str, Rule[Any]] = {}
"""The catalogue: it grows while the modules of rules are imported, and never afterwards."""


def rule(
    rule_id: str,
    *,
    on: type[SubjectT],
    severity: Severity,
    needs: str | None = None,
    only_if_asked: bool = False,
) -> Callable[
    [Callable[Concatenate[SubjectT, _Options], Problems]],
    Callable[Concatenate[SubjectT, _Options], Problems],
]:
    """Declare a function as the rule `rule_id` about subjects of the type `on`.

    `needs` names an option without which the rule has nothing to compare the subject with: where
    the policy leaves it unset, the rule is reported as skipped. A rule `only_if_asked` is off
    unless the policy names it. Raises ValueError when the id is
    taken.
    """

    def declare(
        check: Callable[Concatenate[SubjectT, _Options], Problems],
    ) -> Callable[Concatenate[SubjectT, _Options], Problems]:
        if rule_id in _declared:
            message = f"the rule id {rule_id} is declared twice"
            raise ValueError(message)
        _declared[rule_id] = Rule(rule_id, on, severity, needs, check, only_if_asked)
        return check

    return declare


def declared() -> Mapping[str, Rule[Any]]:
    """Return every rule declared so far, by id."""
    return dict(sorted(_declared.items()))
