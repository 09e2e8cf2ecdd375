"""Terms and seats: any dates are judged, and seats are counted as by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from communities import check, community, found
from rollkeeper.model.policy import Policy
from rollkeeper.model.roles import DEFAULT_ROLES
from rollkeeper.model.roster import Entry, PendingSeats, Programme, Roster, Span, Term
from rollkeeper.model.tree import Map
from rollkeeper.rules import seats, tenures, terms

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))
TODAY = date(2026, 1, 20)


def programme(
    held: list[list[tuple[date | None, date | None]]], status: str = "active"
) -> Programme:
    policy = Policy("p", "policies/p.yaml", "P", "p.yaml", timezone="UTC")
    roster = Roster("p.yaml", "", None)
    entries, made = [], []
    for index, spans in enumerate(held):
        data = Map()
        data.update({"name": f"Person {index}", "status": status, "organisation": "X"})
        entry = Entry("p", "p.yaml", index, (index,), data, roster, DEFAULT_ROLES)
        entries.append(entry)
        for number, (start, end) in enumerate(spans):
            made.append(Term(entry, number + 1, ("terms", number), start, end, last=True))
    return Programme(policy, roster, tuple(entries), tuple(made))


ANY_TERMS = st.lists(
    st.lists(st.tuples(st.none() | st.dates(), st.none() | st.dates()), max_size=4), max_size=4
)
NUMBERS = st.floats() | st.integers(-(10**9), 10**9)


@settings(deadline=None)
@given(ANY_TERMS, st.dates(), NUMBERS, st.integers(-5, 5))
def test_any_terms_are_judged_by_any_policy(
    held: list[list[tuple[date | None, date | None]]], today: date, number: float, whole: int
) -> None:
    roster = programme(held)
    problems = [
        *seats.exceeded(roster, today=today, seats=whole),
        *seats.overbooked(roster, today=today, seats=whole),
        *seats.too_many(roster, terms=whole, break_days=whole),
        *seats.too_many(roster, years=number, break_months=whole, tolerance_days=whole),
        *seats.too_many(roster, total_years=number),
        *seats.together(roster, today=today, most=whole, share=number, days=whole),
        *seats.missing(roster, required=True),
        *seats.cap(roster, most=whole),
        *seats.share_of(roster, share=number),
        *terms.overlapping(roster),
        *terms.apart(roster),
        *terms.apart(roster, break_days=whole),
        *terms.of_edition(roster),
    ]
    for term in roster.terms:
        problems += [
            *terms.ended(term, today=today, grace_days=whole, hold_over_days=whole),
            *terms.ending_soon(term, today=today, days=(whole, 60)),
            *terms.inverted(term),
            *terms.of_right_length(term, years=number, tolerance_days=whole),
        ]
    assert all(problem.message for problem in problems)


@given(
    st.lists(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=4), max_size=5),
    DAYS,
    st.integers(0, 4),
)
def test_seats_are_counted_as_by_hand(
    held: list[list[tuple[date | None, date | None]]], day: date, number: int
) -> None:
    roster = programme(held)
    by_hand = {
        index
        for index, spans in enumerate(held)
        if any(start and end and start <= day <= end for start, end in spans)
    }
    assert {stay.entry.index for stay in tenures.seated(roster, day)} == by_hand
    assert len(tenures.seated(roster, day)) == len(by_hand)
    assert bool(list(seats.exceeded(roster, today=day, seats=number))) == (len(by_hand) > number)


@given(
    st.lists(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=3), max_size=5),
    st.integers(0, 3),
)
def test_days_to_come_are_counted_as_by_hand(
    held: list[list[tuple[date | None, date | None]]], number: int
) -> None:
    roster = programme(held)
    days = [TODAY + timedelta(days=count) for count in range(1, 60)]
    crowded = [
        day
        for before, day in zip([TODAY, *days], days, strict=False)
        if len(tenures.seated(roster, day)) > max(number, len(tenures.seated(roster, before)))
    ]
    said = [problem.message for problem in seats.overbooked(roster, today=TODAY, seats=number)]
    if crowded:
        assert said
        assert said[0].split()[1] <= str(crowded[0])
    if said:
        day = date.fromisoformat(said[0].split()[1])
        assert len(tenures.seated(roster, day)) > number


MONTH = (date(2026, 1, 25), date(2026, 2, 20))
SPANS = st.tuples(DAYS, DAYS).map(lambda days: Span(*sorted(days)))
REQUESTS = st.lists(
    st.tuples(st.lists(SPANS, max_size=3), st.lists(SPANS, max_size=2)), min_size=1, max_size=3
)


@given(
    st.lists(st.lists(st.tuples(DAYS, DAYS), max_size=2), max_size=4), REQUESTS, st.integers(1, 4)
)
@example([[MONTH]], [([Span(*MONTH)], []), ([], [Span(*MONTH)])], 1)
@example([[MONTH]], [([Span(*MONTH)], []), ([Span(*MONTH)], [])], 2)
@example([[(TODAY, TODAY)]], [([Span(*MONTH)], [Span(TODAY, TODAY)])], 1)
@example([[MONTH], [MONTH]], [([Span(*MONTH)], [])], 1)
@example([[MONTH]], [([Span(*MONTH)], [Span(*MONTH)]), ([Span(*MONTH)], [])], 1)
def test_open_pull_requests_are_counted_as_by_hand(
    held: list[list[tuple[date | None, date | None]]],
    requests: list[tuple[list[Span], list[Span]]],
    number: int,
) -> None:
    roster = programme(held)
    pending = [
        PendingSeats(at, tuple(filled), tuple(freed)) for at, (filled, freed) in enumerate(requests)
    ]
    said = [
        problem.message
        for problem in seats.overbooked(
            replace(roster, pending=tuple(pending)), today=TODAY, seats=number
        )
    ]
    own = [problem.message for problem in seats.overbooked(roster, today=TODAY, seats=number)]
    if own:
        assert said == own
        return
    wanted: list[str] = []
    for day in (TODAY + timedelta(days=count) for count in range(60)):
        there = len(tenures.seated(roster, day))
        net = {
            each.number: sum(span.start <= day <= span.end for span in each.filled)
            - sum(span.start <= day <= span.end for span in each.freed)
            for each in pending
        }
        coming = {at: more for at, more in net.items() if more > 0}
        if there <= number < there + sum(coming.values()):
            when = f" on {day}" if day > TODAY else ""
            wanted.append(f"{there + sum(coming.values())} people would hold a seat{when} if")
            assert [at for at in net if f"`#{at}`" in said[0]] == sorted(coming)
            break
    assert len(said) == len(wanted)
    assert all(message.startswith(words) for message, words in zip(said, wanted, strict=True))


def test_who_has_left_holds_no_seat() -> None:
    held: list[list[tuple[date | None, date | None]]] = [[(TODAY, TODAY)], []]
    assert len(tenures.seated(programme(held), TODAY)) == 2
    assert tenures.seated(programme(held, "Emeritus"), TODAY) == []


def test_an_unknown_day_is_counted_and_not_overlooked() -> None:
    roster = programme([[(None, date(2026, 12, 31))], [(date(2025, 1, 1), None)]])
    assert len(tenures.seated(roster, TODAY)) == 2


@pytest.mark.parametrize("years", [math.inf, math.nan, -1.0, 0.0, 1e300])
def test_no_term_is_too_odd_for_a_length(years: float) -> None:
    [term] = programme([[(date(2026, 1, 1), date(9999, 12, 31))]]).terms
    assert len(list(terms.of_right_length(term, years=years))) in {0, 1}


def test_half_a_year_is_six_months() -> None:
    [term] = programme([[(date(2026, 8, 31), date(2027, 8, 30))]]).terms
    [problem] = terms.of_right_length(term, years=0.5)
    assert "longer than a term of 6 months: write `end: 2027-02-28`" in problem.message


def test_days_of_grace_include_their_last(tmp_path: Path) -> None:
    roster = "- name: Ada\n  terms:\n    - {start: 2025-11-01, end: 2026-10-31}\n"
    policy = "roster: partners.yaml\nrules:\n  term-ended: {grace_days: 14}\n"
    root = community(tmp_path, roster, policy)
    assert found(check(root, date(2026, 11, 14)), "term-ended") == []
    [finding] = found(check(root, date(2026, 11, 15)), "term-ended")
    assert (finding.place.line, finding.field) == (3, ("terms", 0, "end"))


@pytest.mark.untraced
def test_fifty_thousand_terms_of_one_person_are_judged_in_time(tmp_path: Path) -> None:
    roster = "- name: Ada\n  terms:\n" + "    - {start: 2025-11-01, end: 2026-10-31}\n" * 50_000
    report = check(community(tmp_path, roster))
    assert len(found(report, "term-overlap")) > 0
