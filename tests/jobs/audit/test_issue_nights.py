"""What an audit says of each programme, taken from the report of all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from communities import POLICY, community, loaded
from rollkeeper.engine.fingerprints import fingerprints
from rollkeeper.engine.run import Options, run
from rollkeeper.jobs.audit.issues.content import ProgrammeNight
from rollkeeper.jobs.audit.issues.nights import programme_nights
from rollkeeper.model.history import History, Night, NightKind
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import ANY, FindingGroup, Report, Standing

DAY = date(2026, 11, 22)
ENDED = "- name: Ada Ash\n  terms: [{start: 2023-05-01, end: 2024-04-30}]\n"
WAIVED = "waivers: [{rule: term-ended, entry: Ada Ash, reason: later, until: 2027-01-01, by: bo}]\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two programmes: one with a finding, and one in which it is waived."""
    other = f"title: Other\nroster: other.yaml\naudit: {{opens_at: error}}\n{WAIVED}"
    return community(tmp_path, ENDED, POLICY, other_yaml=ENDED, policies__other_yaml=other)


def nights(root: Path, report: Report, history: History | None = None) -> dict[str, Any]:
    found = programme_nights(loaded(root), report, history or History(), DAY, {})
    return {each.name: each for each in found}


def test_each_programme_has_its_own(root: Path) -> None:
    report = run(Options(root, today=DAY))
    found = nights(root, report)
    assert {
        name: [each.finding.rule for each in night.findings] for name, night in found.items()
    } == {
        "other": [],
        "partners": ["term-ended"],
    }
    assert {name: night.waived for name, night in found.items()} == {"other": 1, "partners": 0}
    assert {name: night.opens_at for name, night in found.items()} == {
        "other": Severity.ERROR,
        "partners": Severity.WARNING,
    }
    assert (found["partners"].title, found["partners"].entries) == ("Partners", 1)


def test_a_programme_that_was_not_audited_has_none(root: Path) -> None:
    report = replace(run(Options(root, today=DAY)), programmes=("partners",))
    assert list(nights(root, report)) == ["partners"]


def test_the_history_says_since_when(root: Path) -> None:
    report = run(Options(root, today=DAY))
    ((_, mark),) = fingerprints(each for each in report.findings if each.counts)
    since = date(2024, 5, 1)
    history = History(findings={"partners": {mark: since}, "other": {mark: DAY}})
    assert [each.since for each in nights(root, report, history)["partners"].findings] == [since]
    assert [each.since for each in nights(root, report)["partners"].findings] == [DAY]


def test_only_what_the_policy_asks_for_can_have_been_skipped(root: Path) -> None:
    report = run(Options(root, today=DAY))
    unchecked = {
        "term-ended": "stopped",
        "term-overlap": "stopped (partners)",
        "websites": "a note",
    }
    skipped = {**report.skipped, **unchecked}
    assert "seats-exceeded" in skipped
    assert "mass-removal" in skipped
    found = nights(root, replace(report, skipped=skipped))
    assert found["partners"].unchecked == {"term-ended": "stopped", "term-overlap": "stopped"}
    assert found["other"].unchecked == {"term-ended": "stopped"}


def test_what_was_left_out_is_counted_for_its_programme(root: Path) -> None:
    report = run(Options(root, today=DAY))
    of = FindingGroup("partners", "term-gap", Severity.NOTICE, Standing.OPEN)
    left_out = {of: 3, of._replace(standing=Standing.WAIVED): 2, of._replace(programme=ANY): 1}
    found = nights(root, replace(report, left_out=left_out, left_out_digest="x"))
    assert found["partners"].left_out == {of: 3, of._replace(programme=ANY): 1}
    assert found["partners"].waived == 2
    assert found["other"].left_out == {of._replace(programme=ANY): 1}


@pytest.mark.parametrize(
    ("night", "incomplete", "kind"),
    [
        (None, None, NightKind.COMPLETE),
        (None, "shard 2", NightKind.PARTIAL),
        (Night(DAY, NightKind.VOID), "no network", NightKind.VOID),
        (Night(date(2026, 11, 21), NightKind.VOID), None, NightKind.COMPLETE),
    ],
)
def test_what_kind_of_night_it_was(
    root: Path, night: Night | None, incomplete: str | None, kind: NightKind
) -> None:
    report = replace(run(Options(root, today=DAY)), incomplete=incomplete)
    found: ProgrammeNight = nights(root, report, History(night=night))["partners"]
    assert (found.kind, found.incomplete) == (kind, incomplete)
