"""The files of the history branch: made from what is there, which may be anyone's text."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date

import pytest

from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.model.history import History, HistoryEvent, Night, NightKind, SiteRecord
from rollkeeper.reports.history_files import badge, files, last_complete_in, message, names
from rollkeeper.reports.json.history import read, written

DAY = date(2026, 11, 21)
URL = "https://alder.example/"
OURS = History(
    last_complete=DAY,
    night=Night(DAY, NightKind.COMPLETE, visited=40, failing=2, inconclusive=1, findings=3),
    sites={"partners": {URL: SiteRecord(DAY, since=DAY, nights=1, kind="unreachable")}},
    events=(HistoryEvent(DAY, "partners", "down", URL),),
)
NIGHTS, CHANGES = "nights/2026.csv", "changes/2026-11.csv"


def test_a_night_writes_five_files() -> None:
    texts, _, said = files(OURS, {}, DAY)
    assert tuple(sorted(texts)) == tuple(sorted(names(OURS)))
    assert read(texts["history.json"], DAY) == OURS
    assert texts[NIGHTS].splitlines() == [
        "date,kind,visited,failing,inconclusive,findings",
        "2026-11-21,complete,40,2,1,3",
    ]
    assert texts[CHANGES].splitlines() == [
        "date,programme,kind,subject",
        f"2026-11-21,partners,down,{URL}",
    ]
    assert "never merge it" in texts["README.md"]
    assert said == ()


def test_the_same_night_once_more_changes_no_byte() -> None:
    once = files(OURS, {}, DAY)
    assert files(OURS, once.texts, DAY) == once


def test_nothing_happened_writes_no_log_of_changes() -> None:
    assert CHANGES not in files(replace(OURS, events=()), {}, DAY).texts


def test_numbers_are_kept_where_there_was_no_night() -> None:
    there = {"history.json": written(OURS)}
    texts = files(History(numbers={"audit:partners": 4}), there, DAY).texts
    history = read(texts["history.json"], DAY)
    assert (history.numbers, history.last_complete) == ({"audit:partners": 4}, DAY)
    assert NIGHTS not in texts


@pytest.mark.parametrize(
    ("there", "kept"), [("complete", "complete"), ("partial", "complete"), ("void", "complete")]
)
def test_a_date_has_one_line(there: str, kept: str) -> None:
    before = f"date\n2026-11-20,void,1,1,1,1\n2026-11-21,{there},9,9,9,9\n"
    lines = files(OURS, {NIGHTS: before}, DAY).texts[NIGHTS].splitlines()[1:]
    assert lines == ["2026-11-20,void,1,1,1,1", f"2026-11-21,{kept},40,2,1,3"]


def test_a_void_night_does_not_take_the_place_of_a_complete_one() -> None:
    void = replace(OURS, night=Night(DAY, NightKind.VOID, visited=40, failing=40))
    lines = (
        files(void, {NIGHTS: "2026-11-21,complete,9,9,9,9\n"}, DAY).texts[NIGHTS].splitlines()[1:]
    )
    assert lines == ["2026-11-21,complete,9,9,9,9"]


def test_of_a_log_only_lines_of_our_form_are_kept() -> None:
    before = "<script>\n2026-11-19,complete,1,1,1,1\n2026-11-18,complete,1,1,1,1e9\n\x1b[2J\n"
    lines = files(OURS, {NIGHTS: before}, DAY).texts[NIGHTS].splitlines()[1:]
    assert lines == ["2026-11-19,complete,1,1,1,1", "2026-11-21,complete,40,2,1,3"]
    before = "anything\n2026-11-19,partners,up,https://birch.example/\n2026-11-19,a\x07b\n"
    lines = files(OURS, {CHANGES: before}, DAY).texts[CHANGES].splitlines()[1:]
    assert lines == [
        "2026-11-19,partners,up,https://birch.example/",
        f"2026-11-21,partners,down,{URL}",
    ]


def test_a_history_that_cannot_be_read_is_said_and_started_anew() -> None:
    texts, _, said = files(OURS, {"history.json": "<<<<<<< HEAD"}, DAY)
    assert read(texts["history.json"], DAY) == OURS
    (line,) = said
    assert line.startswith("The history on the branch cannot be read (not JSON: ")
    assert "started anew" in line


def test_a_log_that_is_full_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rollkeeper.reports.history_files.MAX_HISTORY_LOG", 100)
    before = "2026-11-19,partners,up,https://birch.example/\n"
    texts, _, said = files(OURS, {CHANGES: before}, DAY)
    assert texts[CHANGES] == before
    assert said == ("changes/2026-11.csv is full: what changed is not added to it",)


@pytest.mark.parametrize("begins", "=+-@|")
def test_no_cell_is_a_formula_and_none_has_a_mail_address(begins: str) -> None:
    events = (HistoryEvent(DAY, f'{begins}1, "two"', "down", "mail alder@alder.example"),)
    text = files(replace(OURS, events=events), {}, DAY).texts[CHANGES]
    (row,) = list(csv.reader(text.splitlines()))[1:]
    assert row == ["2026-11-21", f'\'{begins}1, "two"', "down", "mail *****@*****.*******"]


def test_the_badge_names_the_day_of_the_last_complete_audit() -> None:
    data = json.loads(badge(DAY))
    assert data == {
        "schemaVersion": 1,
        "label": "rosters audited",
        "message": "2026-11-21",
        "color": "blue",
        "cacheSeconds": 3600,
    }
    assert json.loads(badge(None))["message"] == "never"


def test_the_commit_names_the_day_of_the_last_complete_audit() -> None:
    made = files(OURS, {}, date(2026, 11, 22)).message
    assert made == "Record the audit of 2026-11-22\n\nLast-complete-audit: 2026-11-21"
    assert last_complete_in(f"{made}\n\nSigned-off-by: T") == DAY
    assert last_complete_in(message(DAY, None)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "By hand",
        "Last-complete-audit: soon",
        "x Last-complete-audit: 2026-11-21",
        "Last-complete-audit: 2026-02-30",
    ],
)
def test_a_commit_that_anyone_could_have_made_is_refused(text: str) -> None:
    with pytest.raises(ReportError, match="names no date"):
        last_complete_in(text)
