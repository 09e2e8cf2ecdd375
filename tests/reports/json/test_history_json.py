"""The history as JSON: the same for the same history, and read as if anyone had written it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.model.history import (
    AccountRecord,
    AccountState,
    History,
    HistoryEvent,
    Night,
    NightKind,
    Refusal,
    SiteRecord,
)
from rollkeeper.reports.json.history import read, written
from rollkeeper.rules.websites.nights import RULES_OF_FAILURES

DAY = date(2026, 11, 21)
SITE = "https://alder.example/"
FAILING = SiteRecord(
    DAY, since=date(2026, 11, 19), nights=3, down=True, kind="unreachable", why="no answer in time"
)
WHOLE = History(
    last_complete=DAY,
    night=Night(DAY, NightKind.COMPLETE, visited=40, failing=1, findings=2),
    sites={
        "partners": {
            SITE: FAILING,
            "http://birch.example/": SiteRecord(
                DAY, moved_to="https://birch.example/", moved_nights=2
            ),
        }
    },
    accounts={
        "alder": AccountRecord(DAY, id=7, login="Alder"),
        "birch": AccountRecord(DAY, state=AccountState.MISSING, since=DAY, nights=2),
    },
    findings={"partners": {"0123456789abcdef:1": DAY}},
    numbers={"audit:partners": 4},
    refusals={"rollkeeper/repairs": Refusal(5, "ab" * 32)},
    events=(HistoryEvent(DAY, "partners", "down", SITE),),
)
TEXT = """\
{
"version": 1,
"last_complete": "2026-11-21",
"night": {"date":"2026-11-21","failing":1,"findings":2,"kind":"complete","visited":40},
"sites": {
"partners": {
"http://birch.example/": {"counted":"2026-11-21","moved_nights":2,"moved_to":"https://birch.example/"},
"https://alder.example/": {"counted":"2026-11-21","down":true,"kind":"unreachable","nights":3,"since":"2026-11-19","why":"no answer in time"}
}
},
"accounts": {
"alder": {"counted":"2026-11-21","id":7,"login":"Alder"},
"birch": {"counted":"2026-11-21","nights":2,"since":"2026-11-21","state":"missing"}
},
"findings": {
"partners": {
"0123456789abcdef:1": "2026-11-21"
}
},
"numbers": {
"audit:partners": 4
},
"refusals": {
"rollkeeper/repairs": {"digest":"abababababababababababababababababababababababababababababababab","number":5}
},
"events": [
{"date":"2026-11-21","kind":"down","programme":"partners","subject":"https://alder.example/"}
]
}
"""


def test_a_record_takes_a_line() -> None:
    assert written(WHOLE) == TEXT


def test_what_was_written_is_read_back() -> None:
    assert read(TEXT, DAY) == WHOLE
    assert read(written(History()), DAY) == History()
    assert written(History()) == '{\n"version": 1\n}\n'


def test_the_order_in_which_records_were_made_does_not_matter() -> None:
    turned = {name: dict(reversed(list(each.items()))) for name, each in WHOLE.sites.items()}
    accounts = dict(reversed(list(WHOLE.accounts.items())))
    assert written(replace(WHOLE, sites=turned, accounts=accounts)) == TEXT


def test_no_mail_address_and_no_phone_number_is_written() -> None:
    why = "it leads on to `https://x.example/?to=alder@alder.example&tel=+49 30 7654321`: silent"
    events = (HistoryEvent(DAY, "partners", "down", "https://x.example/?alder@alder.example"),)
    site = {SITE: replace(FAILING, why=why)}
    text = written(replace(WHOLE, sites={"partners": site}, events=events))
    assert "alder@alder" not in text
    assert "7654321" not in text
    assert read(text, DAY).sites["partners"][SITE].nights == 3


def test_every_way_of_failing_can_be_read_back() -> None:
    for kind in RULES_OF_FAILURES:
        history = History(sites={"partners": {SITE: replace(FAILING, kind=str(kind))}})
        assert read(written(history), DAY) == history


DAYS = st.dates(date(2020, 1, 1), DAY)
COUNTS = st.integers(0, 100_000)
SITES = st.builds(
    SiteRecord,
    DAYS,
    since=st.none() | DAYS,
    nights=COUNTS,
    down=st.booleans(),
    good=COUNTS,
    kind=st.none() | st.sampled_from([str(kind) for kind in RULES_OF_FAILURES]),
    why=st.sampled_from(["", "no answer in time"]),
    last_good=st.none() | DAYS,
    moved_to=st.none() | st.just("https://birch.example/"),
    moved_nights=COUNTS,
)
ACCOUNTS = st.builds(
    AccountRecord,
    DAYS,
    id=st.none() | st.integers(1, 10**12),
    login=st.none() | st.sampled_from(["alder", "Alder-2"]),
    state=st.sampled_from(AccountState),
    since=st.none() | DAYS,
    nights=COUNTS,
    contributions_on=st.none() | DAYS,
    contributions_asked=st.none() | st.sampled_from(["12 *", "6 octo-org", "6 1234567890123"]),
    last_contribution=st.none() | DAYS,
)
HISTORIES = st.builds(
    History,
    last_complete=st.none() | DAYS,
    sites=st.dictionaries(
        st.sampled_from(["partners", "Ämter"]),
        st.dictionaries(st.sampled_from([SITE, "https://a.example/ü"]), SITES, min_size=1),
    ),
    accounts=st.dictionaries(st.sampled_from(["alder", "birch"]), ACCOUNTS),
)


@given(HISTORIES)
def test_any_history_is_read_back(history: History) -> None:
    assert read(written(history), DAY) == history


def changed(**changes: Any) -> str:
    return json.dumps({**json.loads(TEXT), **changes})


def site(**changes: Any) -> str:
    return changed(sites={"partners": {SITE: {"counted": "2026-11-21", **changes}}})


HOSTILE = {
    "nothing": ("", "not JSON"),
    "half": (TEXT[: len(TEXT) // 2], "not JSON"),
    "conflict": (f"<<<<<<< HEAD\n{TEXT}", "not JSON"),
    "list": ("[]", "is not of type"),
    "version": (changed(version=2), "version"),
    "twice": (TEXT.replace('"version": 1,', '"version": 1,\n"version": 1,'), "twice"),
    "more": (changed(more=1), "more"),
    "depth": (f'{{"version": 1, "sites": {"[" * 60_000}', "not JSON"),
    "deep": (changed(sites={"partners": {SITE: {"counted": {"a": [[[1]]]}}}}), "counted"),
    "fraction": (TEXT.replace('"nights":3', '"nights":3.0'), "not a whole number"),
    "infinite": (TEXT.replace('"nights":3', '"nights":1e999'), "not a whole number"),
    "negative": (site(nights=-1), "nights"),
    "large": (site(nights=10**30), "nights"),
    "digits": (TEXT.replace('"nights":3', f'"nights":{"9" * 5_000}'), "not JSON"),
    "no number": (site(nights="3"), "nights"),
    "true": (site(nights=True), "nights"),
    "no day": (site(counted="2026-02-30"), "not a date"),
    "day": (site(counted="21 November"), "counted"),
    "past the end": (site(counted="2026-11-21\n"), "schema|date"),
    "future": (changed(last_complete="2027-01-01"), "yet to come"),
    "far future": (site(since="2099-01-01"), "yet to come"),
    "kind": (site(kind="<script>"), "kind"),
    "line": (site(why="one\n::error::two"), "why"),
    "long": (site(why="x" * 201), "why"),
    "address": (changed(sites={"partners": {"https://a b/": {"counted": "2026-11-21"}}}), "partners"),
    "long address": (changed(sites={"partners": {"x" * 513: {"counted": "2026-11-21"}}}), "partners"),
    "programme": (changed(sites={"a\x1b[2J": {}}), "sites"),
    "id": (changed(accounts={"alder": {"counted": "2026-11-21", "id": 0}}), "id"),
    "number": (changed(numbers={"audit:partners": 0}), "numbers"),
    "marker": (changed(numbers={"audit:partners --> @everyone": 1}), "numbers"),
    "fingerprint": (changed(findings={"partners": {"x": "2026-11-21"}}), "findings"),
    "digest": (changed(refusals={"a": {"number": 1, "digest": "x"}}), "refusals"),
    "half character": (site(why="\ud800"), "half of a character"),
    "event": (changed(events=[{"date": "2026-11-21", "programme": "", "kind": "=1+1", "subject": "x"}]), "events"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_history_that_anyone_could_have_written_is_refused(name: str) -> None:
    text, said = HOSTILE[name]
    with pytest.raises(ReportError, match=said):
        read(text, DAY)


def test_a_history_beyond_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rollkeeper.reports.json.history.MAX_HISTORY_BYTES", len(TEXT) - 1)
    with pytest.raises(ReportError, match="more than"):
        read(TEXT, DAY)


def test_more_records_than_there_can_be_are_refused() -> None:
    many = {f"https://site{number}.example/": {"counted": "2026-11-21"} for number in range(30_001)}
    with pytest.raises(ReportError, match="sites/partners"):
        read(changed(sites={"partners": many}), DAY)
