"""How a rule is declared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Concatenate, ParamSpec, TypeAlias

from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.rule import Rule, SubjectT

Problems: TypeAlias = Iterator[Problem]
"""What a rule's function returns."""
BY_SCHEMA = ("wrong-type", "wrong-value")
"""Rules of the schema that refuse a value: a rule that knows its field says what to write."""
BY_FORM = ("date-form", "email-form", "handle-form", "profile-host", "website-form")
"""Rules about the form of one text, whatever is in it."""
_Options = ParamSpec("_Options")
_declared: dict[str, Rule[Any]] = {}
"""The catalogue: it grows while the modules of rules are imported, and never afterwards."""


def rule(  # noqa: PLR0913 - what a rule declares is in one place, by name
    rule_id: str,
    *,
    on: type[SubjectT],
    severity: Severity,
    needs: str | tuple[str, ...] | None = None,
    instead_of: Collection[str] = (),
    whole: bool = False,
    only_if_asked: bool = False,
    version: int = 1,
) -> Callable[
    [Callable[Concatenate[SubjectT, _Options], Problems]],
    Callable[Concatenate[SubjectT, _Options], Problems],
]:
    """Declare a function as the rule `rule_id` about subjects of the type `on`.

    `needs` names an option without which the rule has nothing to compare the subject with, or
    several of which it needs one: where the policy sets none, the rule is reported as skipped.
    `instead_of` names rules that say less about the same fault: of two equally severe findings
    about one value, this rule's is reported. A rule that is about the `whole` roster is skipped
    where a part of it could not be read, and one `only_if_asked` is off unless the policy names it.
    `version` is that of the rule set which has the rule first: a policy that keeps to an earlier
    one is not judged by it. Raises ValueError when the id is taken.
    """

    def declare(
        check: Callable[Concatenate[SubjectT, _Options], Problems],
    ) -> Callable[Concatenate[SubjectT, _Options], Problems]:
        if rule_id in _declared:
            message = f"the rule id {rule_id} is declared twice"
            raise ValueError(message)
        _declared[rule_id] = Rule(
            rule_id,
            on,
            severity,
            needs,
            check,
            frozenset(instead_of),
            whole,
            only_if_asked,
            version,
        )
        return check

    return declare


def declared() -> Mapping[str, Rule[Any]]:
    """Return every rule declared so far, by id."""
    return dict(sorted(_declared.items()))
