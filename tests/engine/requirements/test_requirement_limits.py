"""What requirements in CEL may cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from engine.requirements.cases import TODAY, many, programme, requirement, states
from rollkeeper.engine.requirements import evaluating as requirements
from rollkeeper.engine.requirements.evaluating import (
    RequirementState,
    compile_all,
    judge,
)
from rollkeeper.engine.requirements.expressions import Expression
from rollkeeper.engine.requirements.runner import Result, Runner
from rollkeeper.model.roster import Programme


class CountingRunner(Runner):
    """Counts its runs."""

    runs = 0

    def run(self, expression: Expression, entry: Mapping[str, Any]) -> Result:
        self.runs += 1
        return super().run(expression, entry)


class CountingEntry(dict[str, Any]):
    """Counts the fields that are taken from it."""

    reads = 0

    def __getitem__(self, key: str) -> Any:
        self.reads += 1
        return super().__getitem__(key)


@pytest.mark.parametrize("count", [100, 400])
def test_a_simple_requirement_reads_each_entry_once(count: int) -> None:
    roster = [CountingEntry(entry) for entry in many(count)]
    asked = requirement("size(entry.members) >= 2", 'entry.status == "active"')
    [evaluation] = compile_all([asked]).ready
    assert not evaluation.costly
    runner = CountingRunner(roster, (("status",),), TODAY)
    assert judge(evaluation, roster, runner, 10) == [(RequirementState.MET, "")] * count
    assert (runner.runs, sum(entry.reads for entry in roster)) == (2 * count, 2 * count)


@pytest.mark.parametrize(
    "expression",
    [
        "entry.members.all(m, true)",
        "entry.members.exists_one(m, true)",
        "size(entry.members.map(m, m)) == 2",
        "entry.members.filter(m, true) == []",
        "entry.name.matches('^A')",
        "size(roster) > 1",
    ],
)
def test_what_has_no_bound_on_its_time_is_judged_apart(expression: str) -> None:
    compiled = compile_all([requirement(expression), requirement("true", expression)])
    assert [each.costly for each in compiled.ready] == [True, True]


@pytest.fixture(scope="module")
def large() -> Programme:
    return programme(*many(2_000))


def test_the_time_limit_holds_and_the_others_are_judged(large: Programme) -> None:
    slow = requirement("roster.all(a, roster.exists(b, b.name == a.name + 'x'))", name="slow")
    deep = requirement(
        "roster.all(a, roster.all(b, roster.all(c, roster.all(d, a != [b, c, d]))))", name="deep"
    )
    fine = requirement("size(roster) == 2000", name="fine")
    found = states(large, slow, fine, deep, requirement("true"), seconds=2)
    too_long = (RequirementState.NOT_JUDGED, "it took longer than 2 seconds")
    assert [found[0], found[2_001]] == [too_long, too_long]
    assert Counter(found) == {too_long: 2, (RequirementState.MET, ""): 4_000}


def test_the_memory_limit_holds(large: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "MAX_REQUIREMENT_BYTES", 64 << 20)
    [(state, detail)] = states(large, requirement("size(roster) > 2"))
    assert state == RequirementState.NOT_JUDGED
    assert "may use 64 MiB of memory" in detail


def test_the_limit_holds_within_the_process_too(large: Programme) -> None:
    [(state, detail)] = states(large, requirement("size(entry.name) > 1"), seconds=0)
    assert (state, detail) == (RequirementState.NOT_JUDGED, "it took longer than 0 seconds")
