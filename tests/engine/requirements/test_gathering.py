"""What is gathered once from a roster is what the library would gather each time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.requirements.cases import TODAY, programme, requirement, states
from rollkeeper.engine.requirements.expressions import Expression, compile_expression
from rollkeeper.engine.requirements.outcomes import RequirementState
from rollkeeper.engine.requirements.runner import Result, Runner, Seen

ROSTER = [
    {"name": "Alder", "tier": "gold", "tags": ["a", "b"], "n": 3, "filter": "x"},
    {"name": "Birch", "tier": "silver", "tags": [], "n": 1},
    {"name": "Cedar", "tier": "gold", "tags": ["b"], "n": 2},
]
OTHERS = {"partners": ROSTER[:2], "co-partners": ROSTER[1:]}


def compiled(source: str, *, of_roster: bool = True) -> Expression:
    made = compile_expression(source, of_roster=of_roster)
    assert isinstance(made, Expression), made
    return made


def both(source: str, index: int | None = None) -> tuple[Expression, list[Result]]:
    """Return how an expression comes out, with and without what is gathered."""
    made = compiled(source, of_roster=index is None)
    plain = replace(made, gathered=())
    given = () if index is None else (index,)
    return made, [
        Runner(Seen(ROSTER, TODAY, rosters=OTHERS)).run(each, *given) for each in (made, plain)
    ]


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        ('roster.filter(e, e.tier == "gold").size() == 2', 1),
        ('roster.filter(e, e.tier == "gold").map(f, f.name) == ["Alder", "Cedar"]', 2),
        ('roster.map(e, [e.name, e.tags])[0][1] == ["a", "b"]', 1),
        ("roster . filter ( // gold\n e , // the entry\n e.n > 1 ) .size() == 2", 1),
        ('rosters.partners.filter(e, e.n < 3).size() + rosters["co-partners"].map(e, e.n)[0] == 2', 2),
        ('roster.filter(e, e.tags.exists(t, t == "b") && !(e.name in ["(", ")"])).size() == 2', 1),
        ('roster.filter(e, e.name < today && days_until("2026-11-22") == 1).size() == 0', 1),
        ("roster.filter(roster, true).size() == 3", 0),
        ("roster.map(e, e.n > 1, e.name).size() == 2", 0),
        ("roster.map(e, uint(e.n))[0] == 3u", 0),
        ("roster.all(a, roster.filter(b, b.n == a.n).size() == 1)", 0),
        ("roster.all(e, roster.filter(e, e.n > 2).size() == 1)", 1),
        ("roster[0].filter == 'x' && {'roster': roster}.roster.filter(e, true).size() == 3", 0),
        ("'roster.filter(e, true)' != '' && size(roster) == 3", 0),
        ("roster.filter(e, e.name.matches(r'^[A-B]\\w+')).size() == 2", 0),
        ('roster.map(e, duration("1h"))[0] == duration("60m")', 1),
        ("roster.filter(e, e.name).size() == 0", 1),
        ("roster.filter(e, e.nowhere == 1).size() == 0", 1),
        ("roster.filter(e, e.nowhere == 1).size() == 0 || size(roster) == 3", 1),
        ("size(roster) == 3 || roster.filter(e, 1 / 0 == 1).size() == 0", 1),
    ],
)  # fmt: skip
def test_of_a_roster(source: str, taken: int) -> None:
    made, (here, plain) = both(source)
    assert here == plain
    assert len(made.gathered) == taken


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        ('entry in roster.filter(e, e.tier == "gold")', 1),
        ("roster.filter(e, e.tier == entry.tier).size() == 2", 0),
        ("roster.map(e, e.n).exists(n, n == entry.n)", 1),
        ('roster.filter(e, unique("tier")).size() > 0', 0),
        ("roster.filter(old, true).size() == 3", 0),
    ],
)
def test_of_each_entry(source: str, taken: int) -> None:
    for index in range(len(ROSTER)):
        made, (here, plain) = both(source, index)
        assert here == plain
        assert len(made.gathered) == taken


def test_what_is_gathered_of_a_large_roster_is_judged_in_its_time() -> None:
    """The library itself takes 49 seconds of processor time for the first of these."""
    roster = programme(*({"name": f"N{n}", "tier": "gold"} for n in range(20_000)))
    asked = [
        replace(requirement(expect), of_roster=True)
        for expect in (
            'roster.filter(e, e.tier == "gold").size() == 20000',
            "size(roster.map(e, e.name)) == 20000",
        )
    ]
    assert states(roster, *asked, seconds=5) == [(RequirementState.MET, "")] * 2
