"""What nights add to the history: when a website counts as failing, and when as back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.engine.history import Ledger
from rollkeeper.model.account import Account, AccountFacts
from rollkeeper.model.history import (
    AccountState,
    History,
    Night,
    NightKind,
    SiteRecord,
)
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding
from rollkeeper.model.tree import START
from rollkeeper.probes import ProbeResult
from seen_at_night import (
    FIRST,
    OTHERS,
    SITE,
    after,
    night,
    programme,
    record_of,
    report_of,
    seen_of,
)

ENOUGH = 3


@pytest.mark.parametrize(
    ("nights", "down", "said"),
    [
        ("g", False, ""),
        ("f", False, ""),
        ("ff", False, ""),
        ("fff", True, "down"),
        ("ffff", True, "down"),
        ("ffg", False, ""),
        ("ffgff", False, ""),
        ("ffgfff", True, "down"),
        ("fgfgfgfg", False, ""),
        ("bbbbb", False, ""),
        ("rrrrr", False, ""),
        ("nnnnn", False, ""),
        ("fbbf", False, ""),
        ("fbbfrf", True, "down"),
        ("fnfbf", True, "down"),
        ("f--f---f", True, "down"),
        ("fvfvf", True, "down"),
        ("vvvvv", False, ""),
        ("ppppp", False, ""),
        ("fpfpf", True, "down"),
        ("fffg", True, "down"),
        ("fffgg", True, "down"),
        ("fffggg", False, "down up"),
        ("fffggfggg", False, "down up"),
        ("fffgfgfgfg", True, "down"),
        ("fffgbgvgb", False, "down up"),
        ("fffgggfff", True, "down up down"),
        ("fffmmm", False, "down up"),
        ("mmmm", False, ""),
    ],
)
def test_a_website_is_down_after_enough_nights_and_back_after_as_many(
    nights: str,
    down: bool,  # noqa: FBT001 - a column of the table
    said: str,
) -> None:
    history, events = after(nights)
    record = record_of(history)
    assert (record is not None and record.down) is down
    assert " ".join(event.kind for event in events) == said
    assert {event.subject for event in events} <= {SITE}


def test_a_record_says_since_when_why_and_when_it_answered_last() -> None:
    history, _ = after("gffbf")
    assert record_of(history) == SiteRecord(
        date(2026, 11, 5),
        since=date(2026, 11, 2),
        nights=3,
        down=True,
        kind="unreachable",
        why="the connection was refused",
    )
    history, _ = night(history, date(2026, 11, 6), "g")
    record = record_of(history)
    assert record is not None
    assert (record.good, record.last_good, record.since) == (
        1,
        date(2026, 11, 6),
        date(2026, 11, 2),
    )
    history, _ = night(history, date(2026, 11, 7), "f")
    record = record_of(history)
    assert record is not None
    assert (record.good, record.last_good) == (0, date(2026, 11, 6))


def test_what_is_long_known_changes_nothing_any_more() -> None:
    history, _ = after("fffffff")
    record = record_of(history)
    assert record is not None
    assert (record.counted, record.nights) == (date(2026, 11, 3), 3)


def test_what_is_in_order_leaves_no_trace() -> None:
    history, _ = after("ggg")
    assert (history.sites, history.accounts, history.findings) == ({}, {}, {})
    assert history.last_complete == date(2026, 11, 3)
    assert history.night == Night(date(2026, 11, 3), NightKind.COMPLETE, visited=7)


@pytest.mark.parametrize("what", ["f", "g", "b", "v", "p", "m"])
def test_a_date_is_counted_once(what: str) -> None:
    once, _ = after("ff")
    twice, _ = night(once, date(2026, 11, 2), what)
    assert twice.sites == once.sites
    assert twice.last_complete == once.last_complete
    assert twice.events == ()


def test_a_night_that_was_void_first_is_counted_when_it_is_audited_again() -> None:
    history, _ = night(History(), FIRST, "v")
    assert history.last_complete is None
    history, _ = night(history, FIRST, "f")
    assert history.last_complete == FIRST
    record = record_of(history)
    assert record is not None
    assert record.nights == 1


def test_an_audit_of_an_earlier_day_counts_nothing() -> None:
    later, _ = after("fff", start=date(2026, 11, 10))
    again, _ = night(later, FIRST, "g")
    assert again.sites == later.sites
    assert again.last_complete == date(2026, 11, 12)


def test_an_address_that_is_not_on_the_roster_any_more_is_dropped() -> None:
    history, _ = after("fff")
    history, _ = night(history, date(2026, 11, 4), "g", programme(*OTHERS))
    assert history.sites == {}
    history, _ = night(history, date(2026, 11, 5), "f")
    record = record_of(history)
    assert record is not None
    assert (record.nights, record.down) == (1, False)


def test_an_audit_of_some_programmes_decides_nothing_and_forgets_nothing() -> None:
    history, _ = after("ff")
    other = replace(history, sites={**history.sites, "speakers": history.sites["partners"]})
    history, ledger = night(other, date(2026, 11, 3), "f", whole=False)
    assert ledger.kind is NightKind.PARTIAL
    assert history.sites == other.sites
    assert history.last_complete == date(2026, 11, 2)


def test_a_programme_that_there_is_no_more_is_forgotten() -> None:
    history = replace(after("ff")[0], findings={"speakers": {"a:1": FIRST}})
    history = replace(history, sites={"speakers": history.sites["partners"]})
    history, _ = night(history, date(2026, 11, 3), "g")
    assert (history.sites, history.findings) == ({}, {})


def test_the_policy_says_how_many_nights() -> None:
    ours = programme(SITE, *OTHERS, website_unreachable={"nights": 1})
    history, _ = night(History(), FIRST, "f", ours)
    record = record_of(history)
    assert record is not None
    assert record.down
    history, _ = night(history, date(2026, 11, 2), "g", ours)
    assert record_of(history) is None


NIGHT = st.sampled_from("fgbrnmvp-")
TABLES = st.text(NIGHT, max_size=14)


def _runs(nights: str, counted: str, broken_by: str) -> int:
    """Return the longest run of nights of one kind, of those that count."""
    longest = run = 0
    for each in nights:
        if each in counted:
            run += 1
        elif each in broken_by:
            run = 0
        longest = max(longest, run)
    return longest


@given(TABLES)
def test_nothing_is_reported_without_enough_failing_nights_in_a_row(nights: str) -> None:
    _, events = after(nights)
    assert bool(events) is (_runs(nights, "f", "gm") >= ENOUGH)


@given(TABLES)
def test_every_failure_is_reported_once_and_closed_once(nights: str) -> None:
    history, events = after(nights)
    kinds = [event.kind for event in events]
    assert kinds == [("down", "up")[number % 2] for number in range(len(kinds))]
    record = record_of(history)
    assert (len(kinds) % 2 == 1) is (record is not None and record.down)


@given(TABLES, st.lists(st.sampled_from("fgbm"), max_size=14))
def test_a_date_that_is_audited_twice_changes_nothing(nights: str, again: list[str]) -> None:
    once, twice = History(), History()
    for number, what in enumerate(nights):
        day = FIRST + timedelta(number)
        if what != "-":
            once, _ = night(once, day, what)
            twice, _ = night(twice, day, what)
            if twice.last_complete == day and number < len(again):
                twice, _ = night(twice, day, again[number])
    assert twice.sites == once.sites
    assert twice.last_complete == once.last_complete


@given(TABLES)
def test_nights_that_were_dropped_or_void_are_as_if_they_were_not(nights: str) -> None:
    days = [FIRST + timedelta(number) for number, each in enumerate(nights) if each in "fgbrnm"]
    history = History()
    for day, what in zip(days, (each for each in nights if each in "fgbrnm"), strict=True):
        history, _ = night(history, day, what)
    assert history.sites == after(nights)[0].sites


def finding(entry: str, rule: str = "website-form") -> Finding:
    return Finding(
        rule, Severity.ERROR, "is wrong", "partners.yaml", START, "partners", entry=entry
    )


def test_each_finding_keeps_the_day_on_which_it_was_first_seen() -> None:
    ours = programme(SITE, *OTHERS)
    history = History()
    for number, (what, names) in enumerate(
        [("g", ["Alder"]), ("g", ["Alder", "Birch"]), ("v", ["Birch"]), ("g", ["Birch"])]
    ):
        ledger = Ledger(history, FIRST + timedelta(number))
        sites = [url for entry in ours.entries for _, url in entry.texts("website")]
        ledger.enter([ours], [seen_of(ours, dict.fromkeys(sites, "f") if what == "v" else {})])
        history = ledger.close(report_of(*map(finding, names)))
        days = sorted(history.findings["partners"].values())
        if what == "v":  # what could not be checked is not gone
            assert days == [FIRST, date(2026, 11, 2)]
    assert days == [date(2026, 11, 2)]


def asked(facts: AccountFacts, *nights: Mapping[str, Any], start: History | None = None) -> History:
    """Ask about an account once a night."""
    ours = programme(SITE, *OTHERS)
    history = start or History()
    for number, change in enumerate(nights):
        account = Account(ours.entries[0], ("github",), replace(facts, **change))
        ledger = Ledger(history, FIRST + timedelta(number))
        accounts = ProbeResult({"partners": {Account: (account,)}})
        ledger.enter([ours], [accounts, seen_of(ours, {})])
        history = ledger.close(report_of())
    return history


GONE = {"id": None, "state": AccountState.MISSING, "number": 7, "gone": True}
RENAMED = {**GONE, "gone": False, "renamed_to": "alder-two"}


def test_the_number_of_an_account_is_kept_when_it_is_renamed_and_when_it_is_gone() -> None:
    facts = AccountFacts("Alder-Lead", id=7, state=AccountState.PERSON)
    record = asked(facts, {}).accounts["alder-lead"]
    assert (record.id, record.login, record.counted) == (7, "Alder-Lead", FIRST)
    history = asked(facts, {}, RENAMED)
    record = history.accounts["alder-lead"]
    assert (record.id, record.login) == (7, "alder-two")
    assert [event.kind for event in history.events] == ["account-renamed"]
    history = asked(facts, {}, RENAMED, RENAMED)
    assert history.events == ()
    assert asked(facts, {}, {"id": 8}).accounts["alder-lead"].id == 7
    assert asked(facts, {}, GONE, GONE).accounts["alder-lead"].id == 7


def test_an_account_is_missing_after_two_nights() -> None:
    facts = AccountFacts("alder", id=7, state=AccountState.PERSON)
    record = asked(facts, {}, GONE).accounts["alder"]
    assert (record.state, record.since, record.nights) == (
        AccountState.PERSON,
        date(2026, 11, 2),
        1,
    )
    history = asked(facts, {}, GONE, GONE)
    assert history.accounts["alder"].state is AccountState.MISSING
    assert [event.kind for event in history.events] == ["account-missing"]
    record = asked(facts, {}, GONE, GONE, {}).accounts["alder"]
    assert (record.state, record.since, record.nights) == (AccountState.PERSON, None, 0)


def test_an_account_in_order_is_not_written_anew_each_night() -> None:
    facts = AccountFacts("alder", id=7, state=AccountState.PERSON)
    assert asked(facts, {}, {}, {}).accounts == asked(facts, {}).accounts


def test_no_account_is_forgotten_because_it_was_not_asked_about() -> None:
    history = asked(AccountFacts("alder", id=7, state=AccountState.PERSON), {})
    later, _ = night(history, date(2026, 11, 5), "g")
    assert later.accounts == history.accounts
    other = asked(
        AccountFacts("birch", id=8, state=AccountState.PERSON),
        {},
        start=replace(history, last_complete=None),
    )
    assert list(other.accounts) == ["birch"]
