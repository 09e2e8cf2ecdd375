"""`rollkeeper audit` on this machine, with its history in a file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from communities import community
from observed import visited
from rollkeeper.jobs.cli import main
from rollkeeper.model.visit import Observation, VisitFailure
from rollkeeper.probes.web import websites
from rollkeeper.reports.json.history import read

ROSTER = (
    "- name: Fir\n  website: https://fir.example/\n- name: Oak\n  website: https://oak.example/\n"
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a community of which one website has failed since it was first visited."""

    def answer(url: str) -> Observation:
        if "fir" in url:
            return Observation(url, failure=VisitFailure.NO_SUCH_NAME)
        return Observation(url, 200, url)

    monkeypatch.setattr("observed.answer", answer)
    monkeypatch.setattr(websites, "visit_websites", visited)
    return community(tmp_path / "community", ROSTER)


def audit(root: Path, *arguments: str) -> int:
    return main(["audit", "--root", str(root), "--fail-on", "warning", *arguments])


def test_a_website_is_down_after_three_nights_in_the_file(root: Path) -> None:
    file = root.parent / "history.json"
    days = ("2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20")
    found = [audit(root, "--history", str(file), "--today", day) for day in days]
    assert found == [0, 0, 1, 1]
    history = read(file.read_text("utf-8"), date(2026, 11, 21))
    record = history.sites["partners"]["https://fir.example/"]
    assert (record.down, record.since) == (True, date(2026, 11, 17))
    assert audit(root) == 1  # without a history there is nothing to wait for


def test_a_second_audit_of_a_day_counts_nothing_and_writes_the_same(root: Path) -> None:
    file = root.parent / "history.json"
    audit(root, "--history", str(file), "--today", "2026-11-17")
    first = file.read_bytes()
    audit(root, "--history", str(file), "--today", "2026-11-17")
    assert file.read_bytes() == first


@pytest.mark.parametrize("damage", [b"", b"{", b'{"version": 9}', b"\xff\x00", b"[" * 5_000])
def test_a_damaged_history_is_said_and_kept_aside(
    root: Path, damage: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = root.parent / "history.json"
    for number in (1, 2):
        file.write_bytes(damage)
        assert audit(root, "--history", str(file), "--today", "2026-11-17") == 0
        assert f"it is kept as history.json.damaged-{number}" in capsys.readouterr().err
        assert file.with_name(f"history.json.damaged-{number}").read_bytes() == damage
    assert read(file.read_text("utf-8"), date(2026, 11, 21)).last_complete == date(2026, 11, 17)


def test_an_earlier_day_damages_no_history(root: Path) -> None:
    file = root.parent / "history.json"
    audit(root, "--history", str(file), "--today", "2026-11-17")
    audit(root, "--history", str(file), "--today", "2026-01-01")
    assert [each.name for each in root.parent.glob("history*")] == ["history.json"]
    assert read(file.read_text("utf-8"), date(2026, 11, 21)).last_complete == date(2026, 11, 17)


def test_a_link_is_neither_read_nor_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, other = root.parent / "history.json", root.parent / "other"
    file.symlink_to(other)
    assert audit(root, "--history", str(file), "--today", "2026-11-17") == 2
    assert "symbolic link" in capsys.readouterr().err
    assert not other.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--history", "x.json", "--today", "2999-01-01"], "must not be in the future"),
        (["--history", "no/such/folder/x.json"], "there is no folder"),
        (["--shards", "0"], "neither auto nor a number from 1 to 256"),
        (["--shards", "many"], "neither auto nor a number"),
        (["--shards", "٣"], "neither auto nor a number"),
        (["--shards", "99999999"], "neither auto nor a number"),
    ],
)
def test_wrong_use_is_said(
    root: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = audit(root, *arguments)
    except SystemExit as ended:
        status = int(str(ended.code))
    assert status == 2
    assert words in capsys.readouterr().err


def test_the_number_of_processes_is_passed_on_and_changes_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[int | None] = []

    def noting(programme: Any, **given: Any) -> Any:
        asked.append(given["settings"].processes)
        return visited(programme, **given)

    monkeypatch.setattr(websites, "visit_websites", noting)
    reports = []
    for shards in ("1", "7", "auto"):
        audit(root, "--shards", shards, "--today", "2026-11-17", "--format", "json")
        reports.append(json.loads(capsys.readouterr().out))
    assert asked == [1, 7, None]
    assert reports[0] == reports[1] == reports[2]
