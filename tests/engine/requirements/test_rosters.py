"""Requirements that read more than one entry: look-ups, other rosters, a roster as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.requirements.cases import TODAY, outcomes, programme, requirement, states
from rollkeeper.engine.requirements.compiling import compile_all
from rollkeeper.engine.requirements.evaluating import Surroundings
from rollkeeper.engine.requirements.outcomes import RequirementState
from rollkeeper.engine.requirements.problems import check
from rollkeeper.model.policy import Requirement
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Defect, Programme
from rollkeeper.model.tree import START

PARTNERS = programme({"name": "Alder", "tier": "gold"}, {"name": "Birch", "tier": "silver"})
PARTNERS = replace(PARTNERS, policy=replace(PARTNERS.policy, name="partners"))
AROUND = Surroundings({"partners": PARTNERS})
PEOPLE = programme(
    {"name": "Ada", "organisation": "Alder", "slack": "U1", "links": ["a", "b"]},
    {"name": "Bo", "organisation": "Cedar", "slack": "U1", "links": ["b"]},
    {"name": "Cy", "organisation": "Birch", "slack": "", "n": 1},
    {"name": "Di", "slack": "U2", "n": True},
)
MET, UNMET, BROKEN = RequirementState.MET, RequirementState.UNMET, RequirementState.BROKEN


def problems(
    roster: Programme, *asked: Requirement, around: Surroundings = AROUND
) -> list[Problem | str]:
    compiled = compile_all(asked)
    assert compiled.errors == ()
    return [problem for _, problem in check(roster, compiled, TODAY, around)]


def of_roster(expect: str, **more: Any) -> Requirement:
    return replace(requirement(expect), of_roster=True, **more)


@pytest.mark.parametrize(
    ("expect", "met"),
    [
        ('unique("slack")', "0011"),
        ('unique("links.*")', "0011"),
        ('unique("nowhere")', "1111"),
        ('others("slack").map(e, e.name) == ["Bo"]', "1000"),
        ('!has(entry.slack) || count("slack", entry.slack) <= 1', "0011"),
        ('count("n", 1) == 1 && count("n", true) == 1 && count("links.1", "b") == 1', "1111"),
        ('has(entry.organisation) && count("partners", "name", entry.organisation) == 1', "1010"),
        ('find("partners", "tier", "gold")[0].name == "Alder"', "1111"),
        ('find("slack", "U9") == []', "1111"),
        ("has(entry.organisation) && rosters.partners.exists(p, p.name == entry.organisation)", "1010"),
        ('size(rosters["partners"]) == 2 && size(rosters) == 1', "1111"),
    ],
)  # fmt: skip
def test_look_ups(expect: str, met: str) -> None:
    found = outcomes(PEOPLE, requirement(expect), around=AROUND)
    assert [each.state for each in found] == [MET if each == "1" else UNMET for each in met]


@pytest.mark.parametrize(
    ("expect", "detail"),
    [
        ('unique("slak")', "no entry has `slak`; did you mean `slack`?"),
        ('count("partners", "teir", "gold") > 0', "no entry has `teir`; did you mean `tier`?"),
        ("unique([entry.name])", 'a list is not a field; write it as text, such as "slug"'),
        ('unique("a..b")', "is not a field"),
        ('count("a") == 1', "count() takes a field and a value"),
        ('size(find("part" + "ners", "name", "x")) == 0', "`partners` is no programme that this"),
    ],
)
def test_a_look_up_that_cannot_be_made_is_said_once(expect: str, detail: str) -> None:
    [problem] = problems(PEOPLE, requirement(expect))
    assert isinstance(problem, Problem)
    assert "the requirement fit cannot be judged for 4 entries: in `expect`: " in problem.message
    assert detail in problem.message
    assert problem.path == "policies/p.yaml"


def test_a_look_up_reads_the_roster_once() -> None:
    """20,000 entries that all have the same value, and 20,000 that have each another."""
    for slug in ("same", None):
        roster = programme(*({"name": f"N{n}", "slug": slug or f"s{n}"} for n in range(20_000)))
        found = states(roster, requirement('unique("slug") && count("slug", entry.slug) < 3'))
        assert {state for state, _ in found} == {UNMET if slug else MET}


def test_an_unread_roster_is_no_reason_to_blame_those_who_refer_to_it() -> None:
    defect = Defect("yaml-syntax", "broken", START)
    unread = replace(PARTNERS, roster=replace(PARTNERS.roster, data=None, defects=(defect,)))
    asked = requirement('count("partners", "name", entry.name) > 0')
    [said] = problems(PEOPLE, asked, around=Surroundings({"partners": unread}))
    assert said == "p.yaml, which it uses, could not be read as a whole"


def test_a_programme_that_is_not_part_of_the_run_is_named() -> None:
    [said] = problems(PEOPLE, requirement("size(rosters.members) > 0"))
    assert said == "the programme `members`, whose roster it uses, is not part of this run"


def test_a_roster_has_one_finding() -> None:
    gold = 'roster.filter(e, has(e.slack) && e.slack == "U1")'
    asked = of_roster(f"{gold}.size() <= 1")
    [problem] = problems(PEOPLE, asked)
    assert isinstance(problem, Problem)
    assert (problem.message, problem.entry, problem.path) == ("must fit", None, None)
    [problem] = problems(PEOPLE, replace(asked, concerns=gold))
    assert isinstance(problem, Problem)
    assert (problem.message, problem.entry) == ("must fit: `Ada` and `Bo`", PEOPLE.entries[1])
    assert problems(PEOPLE, of_roster("roster.size() == 4", when="roster.size() > 3")) == []
    assert problems(PEOPLE, of_roster("false", when="roster.size() > 4")) == []


def test_the_finding_of_a_roster_is_at_what_a_change_added() -> None:
    changed = replace(PEOPLE, fresh=frozenset({(0, ())}), formerly={1: 0, 2: 1, 3: 2})
    asked = of_roster("false", concerns="roster.filter(e, has(e.slack))")
    [problem] = problems(changed, asked)
    assert isinstance(problem, Problem)
    assert (problem.message, problem.entry) == (
        "must fit: `Bo`, `Cy`, `Di` and `Ada`",
        PEOPLE.entries[0],
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (of_roster("roster.all(e, e.slack != 'U1')"), None),
        (of_roster("roster.all(e, e.organisation != '')"), "cannot be judged: in `expect`: some entry has no `organisation`; ask with has()"),
        (of_roster("roster.all(e, e.slak != '')"), "uses `slak`, which no entry has; did you mean `slack`?"),
        (of_roster("true", when="roster[0].slak == ''"), "uses `slak`, which no entry has; did you mean `slack`?"),
        (of_roster("size(roster)"), "cannot be judged: in `expect`: the result is a number, not true or false"),
        (of_roster("false", concerns="1"), "cannot be judged: in `concerns`: the result is no list of entries"),
        (of_roster("false", concerns="roster.map(e, e.organisation)"), "in `concerns`: some entry has no `organisation`"),
        (of_roster("false", concerns="[size(1)]"), "in `concerns`: `size` is called with a value of the wrong type"),
    ],
)  # fmt: skip
def test_a_fault_in_what_is_asked_of_a_roster(asked: Requirement, said: str | None) -> None:
    [problem] = problems(PEOPLE, asked)
    assert isinstance(problem, Problem)
    if said is None:
        assert problem.message == "must fit"
        return
    assert said in problem.message
    assert (problem.path, problem.entry) == ("policies/p.yaml", None)


def test_entries_that_are_equal_are_each_concerned() -> None:
    twins = programme({"name": "A"}, {"name": "A"}, {"name": "B"})
    asked = of_roster("false", concerns='[roster[1], {"name": "A"}, "A", {"name": "C"}]')
    [problem] = problems(twins, asked)
    assert isinstance(problem, Problem)
    assert (problem.message, problem.entry) == ("must fit: `A` and `A`", twins.entries[1])


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("entry.name != ''", "there is no `entry` with `scope: roster`; write `roster.all(e, …)`"),
        ("unique('name')", "`unique` asks about an entry, and there is none with `scope: roster`"),
        ("size(others('name')) == 0", "`others` asks about an entry"),
    ],
)
def test_a_roster_is_asked_about_no_entry(expect: str, said: str) -> None:
    [(_, message)] = compile_all([of_roster(expect)]).errors
    assert said in message
