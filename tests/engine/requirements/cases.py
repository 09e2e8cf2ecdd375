"""Programmes and requirements to judge them by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from rollkeeper.engine.requirements.compiling import compile_all
from rollkeeper.engine.requirements.evaluating import Budget, Surroundings, evaluate
from rollkeeper.engine.requirements.outcomes import Outcome, RequirementState
from rollkeeper.model.limits import MAX_REQUIREMENTS_SECONDS
from rollkeeper.model.policy import Policy, Requirement, Severity
from rollkeeper.model.roles import DEFAULT_ROLES
from rollkeeper.model.roster import Entry, Programme, Roster
from rollkeeper.model.tree import List, Map, Place, Value

TODAY = date(2026, 11, 21)
PLACE = Place(7, 13, 7, 40)


def value(plain: Any) -> Value:
    """Make a plain value into one as a file gives it."""
    if isinstance(plain, dict):
        mapping = Map()
        mapping.update({key: value(item) for key, item in plain.items()})
        return mapping
    if isinstance(plain, list):
        items = List()
        items.extend(value(item) for item in plain)
        return items
    given: Value = plain
    return given


def programme(*entries: dict[str, Any]) -> Programme:
    policy = Policy("p", "policies/p.yaml", "P", "p.yaml", timezone="UTC")
    roster = Roster("p.yaml", "", List())
    made = []
    for index, entry in enumerate(entries):
        data = value(entry)
        assert isinstance(data, Map)
        made.append(Entry("p", "p.yaml", index, (index,), data, roster, DEFAULT_ROLES))
    return Programme(policy, roster, tuple(made), ())


def requirement(expect: str, when: str | None = None, name: str = "fit") -> Requirement:
    return Requirement(
        name, expect, "must fit", when, Severity.WARNING, ("x",), "policies/p.yaml", PLACE
    )


def states(
    roster: Programme, *asked: Requirement, seconds: float = 10
) -> list[tuple[RequirementState, str]]:
    """Return how each entry came out, and why."""
    return [(each.state, each.detail) for each in outcomes(roster, *asked, seconds=seconds)]


def outcomes(
    roster: Programme, *asked: Requirement, around: Surroundings | None = None, seconds: float = 10
) -> list[Outcome]:
    compiled = compile_all(asked)
    assert compiled.errors == ()
    budget = Budget(max(seconds, MAX_REQUIREMENTS_SECONDS), seconds)
    found = evaluate(compiled, roster, TODAY, around or Surroundings(), budget=budget)
    return [outcome for _, _, outcome in found]


ADA = {
    "name": "Ada",
    "status": "active",
    "members": [{"github": "a"}, {"github": "b"}],
    "contact": {"email": "ada@site.example"},
    "criteria": {"talks": ["in spring", "https://meet.site.example/1"], "code": "none"},
    "end": "2026-12-01",
    "wrong": "2026-12-1",
    "count": 3,
    "nothing": None,
}


def many(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {**ADA, "name": f"Example {number}", "description": "x" * 100}
