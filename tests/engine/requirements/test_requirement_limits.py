"""What requirements in CEL may cost."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from engine.requirements.cases import TODAY, many, programme, requirement, states
from rollkeeper.engine.requirements import evaluating as requirements
from rollkeeper.engine.requirements.compiling import compile_all
from rollkeeper.engine.requirements.evaluating import Budget, Surroundings, evaluate
from rollkeeper.engine.requirements.expressions import Expression
from rollkeeper.engine.requirements.outcomes import Outcome, RequirementState, judge
from rollkeeper.engine.requirements.problems import check
from rollkeeper.engine.requirements.runner import Result, Runner, Seen
from rollkeeper.model.roster import Programme


class CountingRunner(Runner):
    """Counts its runs."""

    runs = 0

    def run(self, expression: Expression, *index: int) -> Result:
        self.runs += 1
        return super().run(expression, *index)


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
    runner = CountingRunner(Seen(roster, TODAY, (("status",),)))
    assert judge(evaluation, roster, runner, 10) == [Outcome(RequirementState.MET)] * count
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
    advice = "; ask with unique(), count() and find(), which do not go through a roster each time"
    too_long = (RequirementState.NOT_JUDGED, f"it took longer than 2 seconds{advice}")
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


def test_all_requirements_of_a_run_share_their_time_and_what_is_not_judged_is_said() -> None:
    """The simple ones are judged first: a costly one cannot leave them no time."""
    large = programme(*({"name": f"n{number}", "x": 1} for number in range(400)))
    slow = "roster.all(a, roster.all(b, roster.all(c, size(a.name + b.name + c.name) > 1)))"
    asked = [requirement(slow, name=f"slow-{number}") for number in range(4)]
    compiled = compile_all([*asked, requirement("entry.x == 2", name="simple")])
    budget = Budget(1.0, 0.5)
    found = list(evaluate(compiled, large, TODAY, budget=budget))
    unjudged = {each.id: outcome.detail for each, entry, outcome in found if entry is None}
    assert set(unjudged) == {each.id for each in asked}
    assert [said.partition(";")[0] for said in list(unjudged.values())[-2:]] == [
        "the requirements together took longer than 1 seconds"
    ] * 2
    assert sum(outcome.state is RequirementState.UNMET for _, _, outcome in found) == 400
    assert budget.left == 0


def test_what_was_not_judged_before_a_change_excuses_nothing_now() -> None:
    compiled = compile_all([requirement("entry.x == 2")])
    roster = programme({"name": "n", "x": 1})
    none = Budget(0.0)
    assert len(list(check(roster, compiled, TODAY, budget=none))) == 1
    assert list(check(roster, compiled, TODAY, Surroundings(earlier=True), none)) == []
