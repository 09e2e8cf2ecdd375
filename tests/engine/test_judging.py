"""The engine: what it stamps, what it counts as skipped, and how waivers are applied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from communities import TODAY, check, community, found, loaded
from rollkeeper.engine.judging import ProgrammeCase, judge
from rollkeeper.engine.run import exit_status
from rollkeeper.model.logo import Logo
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.rule import Catalogue, Rule
from rollkeeper.rules import catalogue
from rollkeeper.rules.declaring import declared, rule

ROLL = "- name: Fir\n  tier: gold\n- name: Oak\n"


def short_name(entry: Entry, *, least: int = 4) -> Iterator[Problem]:
    """Return that a name is short."""
    if len(entry.name) < least:
        yield Problem(f"{entry.name} is short", ("name",))


def unreadable(logo: Logo) -> Iterator[Problem]:
    """Return that a logo cannot be read."""
    yield Problem(f"{logo.file} cannot be read")


def programme(root: Path, policy: str = "roster: partners.yaml\n") -> Programme:
    return loaded(community(root, ROLL, policy)).programmes[0]


def test_a_finding_has_rule_severity_place_and_entry(tmp_path: Path) -> None:
    rules = {"short": Rule("short", Entry, Severity.WARNING, None, short_name)}
    report = judge([ProgrammeCase(programme(tmp_path), TODAY)], rules)
    first = report.findings[0]
    assert (first.rule, first.severity, first.path) == ("short", Severity.WARNING, "partners.yaml")
    assert (first.place.line, first.place.column, first.entry) == (1, 9, "Fir")
    assert report.ran == ("short",)
    assert report.entries == 2


def test_options_of_the_policy_reach_the_rule(tmp_path: Path) -> None:
    case = ProgrammeCase(programme(tmp_path), TODAY)
    rules = {"short": Rule("short", Entry, Severity.ERROR, None, short_name)}
    object.__setattr__(case.programme, "policy", case.programme.policy)
    assert len(judge([case], rules).findings) == 2


def test_a_rule_that_could_not_look_is_told_with_its_reason(tmp_path: Path) -> None:
    rules: Catalogue = {
        "logo": Rule("logo", Logo, Severity.ERROR, None, unreadable),
        "needy": Rule("needy", Entry, Severity.ERROR, "seats", short_name),
    }
    case = ProgrammeCase(programme(tmp_path), TODAY, seen={Logo: "no logo folder"})
    report = judge([case], rules)
    assert report.skipped == {"logo": "no logo folder", "needy": "the policy sets no `seats`"}
    assert report.ran == ()
    assert exit_status(report) == 3


def test_nothing_to_judge_is_not_a_pass() -> None:
    assert exit_status(judge([], {})) == 3


def test_an_id_is_declared_once() -> None:
    taken = next(iter(catalogue()))
    with pytest.raises(ValueError, match="declared twice"):
        rule(taken, on=Entry, severity=Severity.ERROR)(short_name)
    assert declared()[taken].check is not short_name


@pytest.mark.parametrize(
    ("until", "status"), [("2026-11-20", 1), ("2026-11-21", 0), ("2027-01-01", 0)]
)
def test_a_waiver_holds_until_its_last_day(tmp_path: Path, until: str, status: int) -> None:
    policy = (
        "roster: partners.yaml\nrequirements:\n"
        "  - {id: gold-only, expect: 'has(entry.tier)', message: no tier}\n"
        f"waivers:\n  - {{rule: gold-only, entry: oak, reason: asked, until: {until}, by: ada}}\n"
    )
    report = check(community(tmp_path, ROLL, policy))
    (finding,) = found(report, "gold-only")
    assert (finding.waiver is None) == (status == 1)
    assert exit_status(report, "error") == status


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 1), ("never", 0)])
def test_the_threshold_decides(tmp_path: Path, fail_on: str, status: int) -> None:
    rules = {"short": Rule("short", Entry, Severity.WARNING, None, short_name)}
    report = judge([ProgrammeCase(programme(tmp_path), TODAY)], rules)
    assert exit_status(report, fail_on) == status


def test_terms_are_read_as_days(tmp_path: Path) -> None:
    roster = "- name: Ada\n  terms: [{start: 2025-01-05, end: '2026-01-04'}, {start: 2025-1-5}]\n"
    community(tmp_path, roster)
    (read,) = loaded(tmp_path).programmes
    first, second = read.terms
    assert (first.start, first.end, first.last) == (date(2025, 1, 5), date(2026, 1, 4), True)
    assert (second.start, second.end, second.last) == (None, None, False)


def test_a_roster_behind_a_link_is_not_read(tmp_path: Path) -> None:
    root = community(tmp_path / "c", ROLL)
    secret = tmp_path / "secret.yaml"
    secret.write_text("- name: Secret\n", encoding="utf-8")
    (root / "partners.yaml").unlink()
    (root / "partners.yaml").symlink_to(secret)
    report = check(root)
    (finding,) = found(report, "roster-shape")
    assert "symbolic link" in finding.message
    assert "Secret" not in "".join(report.texts.values())
    assert exit_status(report) == 1


@pytest.mark.parametrize("roster", ["hello\n", "partners: []\n", "- 1\n- [a]\n", "null\n", ""])
def test_a_roster_of_another_shape_fails(tmp_path: Path, roster: str) -> None:
    report = check(community(tmp_path, roster))
    assert found(report, "roster-shape")
    assert exit_status(report) == 1


def test_entries_may_lie_deeper_in_the_file(tmp_path: Path) -> None:
    policy = "roster: partners.yaml\nentries: rosters.gold\n"
    root = community(tmp_path, "rosters:\n  gold:\n    - name: Fir\n", policy)
    (read,) = loaded(root).programmes
    assert [entry.name for entry in read.entries] == ["Fir"]
    assert read.entries[0].place(("name",)).line == 3
