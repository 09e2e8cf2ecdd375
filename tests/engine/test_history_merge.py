"""Two histories made into one: the newer night whole, and what was opened from both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.engine.history_merge import MAX_NUMBERS, merged
from rollkeeper.model.history import (
    History,
    HistoryEvent,
    Night,
    NightKind,
    Refusal,
    SiteRecord,
)

KINDS = {"c": NightKind.COMPLETE, "p": NightKind.PARTIAL, "v": NightKind.VOID}


def history(day: int, kind: str = "c", complete: int | None = None, url: str = "a") -> History:
    """Return the history after an audit of one day; `complete` is the last that counted."""
    counted = day if kind == "c" else complete
    return History(
        last_complete=None if counted is None else date(2026, 11, counted),
        night=Night(date(2026, 11, day), KINDS[kind]),
        sites={"partners": {f"https://{url}.example/": SiteRecord(date(2026, 11, day))}},
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "taken"),
    [
        (history(2), history(1), "ours"),
        (history(1), history(2), "theirs"),
        (history(2), history(2), "ours"),
        (history(2, "v", 1), history(2), "theirs"),
        (history(2), history(2, "p", 1), "ours"),
        (history(3, "v", 1), history(2, "c"), "theirs"),
        (history(3, "v", 2), history(2, "c"), "ours"),
        (History(), history(2), "theirs"),
        (history(2), History(), "ours"),
    ],
)
def test_the_newer_night_is_taken_whole(ours: History, theirs: History, taken: str) -> None:
    made = merged(ours, theirs)
    base = {"ours": ours, "theirs": theirs}[taken]
    assert (made.sites, made.night) == (base.sites, base.night)
    days = [each.last_complete for each in (ours, theirs) if each.last_complete]
    assert made.last_complete == max(days)


def test_what_was_opened_is_kept_from_both() -> None:
    old = replace(
        history(1),
        numbers={"audit:partners": 4, "freshness:all": 9},
        refusals={"a": Refusal(1, "x")},
    )
    new = replace(history(2), numbers={"audit:partners": 5}, refusals={"b": Refusal(2, "y")})
    made = merged(new, old)
    assert made.numbers == {"audit:partners": 5, "freshness:all": 9}
    assert made.refusals == {"a": Refusal(1, "x"), "b": Refusal(2, "y")}


def test_only_so_many_numbers_are_kept_and_the_newest() -> None:
    numbers = {f"term:partners/{number}": number for number in range(1, MAX_NUMBERS + 3)}
    kept = merged(replace(history(1), numbers=numbers), History()).numbers
    assert (len(kept), min(kept.values())) == (MAX_NUMBERS, 3)


MADE = st.builds(
    history,
    st.integers(1, 4),
    st.sampled_from("cpv"),
    st.none() | st.just(1),
    st.sampled_from("ab"),
)


@given(MADE, MADE)
def test_merging_once_more_changes_nothing(ours: History, theirs: History) -> None:
    event = HistoryEvent(date(2026, 11, 1), "partners", "down", "https://a.example/")
    ours = replace(ours, events=(event,))
    once = merged(ours, theirs)
    assert merged(ours, once) == once
