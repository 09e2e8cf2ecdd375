"""How a rule is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Check, Problem
from rollkeeper.model.rule import Rule

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
    """Return every rule declared so far, by id."""
    return dict(sorted(_declared.items()))


Problems = Iterator[Problem]
"""What a rule's function returns."""
