"""More findings than anyone reads: the first are kept, all are counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from communities import TODAY, check, community, loaded
from reports.samples import WAIVER, finding
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.finding_list import FindingList
from rollkeeper.engine.judging import ProgrammeCase, judge
from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.fixing.run import fix
from rollkeeper.model.limits import MAX_COUNTED, MAX_FINDINGS
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import FindingGroup, Problem, Standing
from rollkeeper.model.roster import Entry
from rollkeeper.model.rule import Rule
from rollkeeper.reports.formats import FORMATS
from rollkeeper.reports.json.read import read
from rollkeeper.reports.rendering import render

MANY = MAX_FINDINGS + 234


def test_of_each_group_the_first_are_kept_and_the_others_counted() -> None:
    kept = FindingList(2)
    errors = [finding(message=str(number)) for number in range(5)]
    others = [
        finding(severity=Severity.NOTICE),
        finding(rule="other"),
        finding(programme="other"),
        finding(waiver=WAIVER),
        finding(already_there=True),
    ]
    for each in (*errors, *others):
        kept.add(each)
    assert kept.findings == [*errors[:2], *others]
    group = FindingGroup("partners", "website-insecure", Severity.ERROR, Standing.OPEN)
    assert kept.left_out == {group: 3}


def test_the_digest_tells_apart_what_was_left_out_and_is_empty_without() -> None:
    lists = [FindingList(1) for _ in range(3)]
    for each, message in zip(lists, ("a", "a", "b"), strict=True):
        each.add(finding())
        assert each.digest == ""
        each.add(finding(message=message))
    assert lists[0].digest == lists[1].digest
    assert lists[0].digest != lists[2].digest


def test_no_more_findings_exist_at_once_than_are_kept(tmp_path: Path) -> None:
    """A rule's problems are taken one by one: half a million would take gigabytes."""
    programme = loaded(community(tmp_path, "- name: Fir\n")).programmes[0]
    alive = 0

    class Counted(Problem):
        def __init__(self, number: int) -> None:
            nonlocal alive
            alive += 1
            assert alive < MAX_FINDINGS
            super().__init__(str(number))

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def flood(_: Entry) -> Iterator[Problem]:
        """Return many problems."""
        yield from map(Counted, range(MANY))

    rules = {"flood": Rule("flood", Entry, Severity.ERROR, None, flood)}
    report = judge([ProgrammeCase(programme, TODAY)], rules)
    assert len(report.findings) == MAX_FINDINGS
    assert report.count(Severity.ERROR) == MANY


def crowded(root: Path, entries: int = MANY) -> Path:
    """Write a roster in which every entry has no name that may be used."""
    roster = "".join(f"- name: Partner {number} \u00a0x\n" for number in range(entries))
    return community(root, roster)


def test_exit_status_and_counts_are_of_all(tmp_path: Path) -> None:
    roster = "".join(f"- {{name: Partner {number:05}, website: none}}\n" for number in range(MANY))
    report = check(community(tmp_path, roster))
    assert sum(each.rule == "website-form" for each in report.findings) == MAX_FINDINGS
    assert report.count(Severity.ERROR) == MANY
    assert exit_status(replace(report, findings=())) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_that_these_are_the_first_of_many(tmp_path: Path, form: str) -> None:
    report = check(
        community(
            tmp_path,
            "".join(f"- {{name: Partner {number:05}, website: none}}\n" for number in range(MANY)),
        )
    )
    text = render(report, form)
    if form == "json":
        back = read(text)
        assert back.left_out == report.left_out
        assert back.count(Severity.ERROR) == MANY
    elif form == "github":
        assert "the first 10 of 1,234 errors" in text
    else:
        assert "the first 1,000 of 1,234" in text


def test_a_new_finding_is_found_among_more_old_ones_than_a_report_has(tmp_path: Path) -> None:
    before, after = (crowded(tmp_path / name) for name in ("before", "after"))
    with (after / "partners.yaml").open("a", encoding="utf-8") as roster:
        roster.write("- name: Newcomer \u00a0x\n")
    report = run(Options(root=after, today=TODAY), Comparison(before=before))
    (new,) = [each for each in report.findings if each.counts and each.rule == "blank-edges"]
    assert "Newcomer" in str(new.entry)
    blank = [each for each in report.left_out if each.rule == "blank-edges"]
    assert {group.standing for group in blank} == {Standing.ALREADY_THERE}
    assert report.count(new.severity, Standing.ALREADY_THERE) >= MANY


def test_a_fix_is_made_of_every_finding_not_only_of_those_that_a_report_has(
    tmp_path: Path,
) -> None:
    root = crowded(tmp_path)
    (fixed,) = fix(Options(root=root, today=TODAY)).rosters.values()
    assert "\u00a0" in fixed.before
    assert "\u00a0" not in fixed.after


def test_a_waiver_counts_what_it_excuses_beyond_the_limit(tmp_path: Path) -> None:
    names = ", ".join(f'"  x{number}"' for number in range(MANY))
    policy = (
        "roster: partners.yaml\nwaivers:\n  - rule: blank-edges\n    entry: Fir\n"
        "    reason: agreed\n    until: 2026-12-01\n    by: octocat\n"
    )
    report = check(community(tmp_path, f"- name: Fir\n  names: [{names}]\n", policy))
    assert report.count(standing=Standing.WAIVED) == MANY
    assert sum(each.waiver is not None for each in report.findings) == MAX_FINDINGS
    assert not [each for each in report.findings if each.rule == "waiver-unused"]


def test_a_rule_stops_after_so_many_findings_that_fail_the_run_and_the_report_says_so(
    tmp_path: Path,
) -> None:
    programme = loaded(community(tmp_path, "- name: Fir\n- name: Oak\n")).programmes[0]
    asked = 0

    def flood(_: Entry) -> Iterator[Problem]:
        """Return problems without end."""
        nonlocal asked
        asked += 1
        yield from (Problem(str(number)) for number in count())

    rules = {"flood": Rule("flood", Entry, Severity.ERROR, None, flood)}
    report = judge([ProgrammeCase(programme, TODAY)], rules)
    assert report.count(Severity.ERROR) == MAX_COUNTED
    assert report.skipped == {"flood": "stopped after 25,000 findings"}
    assert report.ran == ("flood",)
    assert asked == 1


def test_a_rule_does_not_stop_while_its_findings_are_waived(tmp_path: Path) -> None:
    """Otherwise one that fails the run could hide behind those that do not."""
    programme = loaded(community(tmp_path, "- name: Fir\n- name: Oak\n")).programmes[0]
    waiver = replace(WAIVER, rule="flood", entry="Fir")
    programme = replace(programme, policy=replace(programme.policy, waivers=(waiver,)))

    def flood(entry: Entry) -> Iterator[Problem]:
        """Return many problems of the first entry and one of the other."""
        for number in range(MAX_COUNTED + 1 if entry.name == "Fir" else 1):
            yield Problem(f"{entry.name} {number}")

    rules = {"flood": Rule("flood", Entry, Severity.ERROR, None, flood)}
    report = judge([ProgrammeCase(programme, TODAY)], rules)
    assert report.count(standing=Standing.WAIVED) == MAX_COUNTED + 1
    assert report.count(Severity.ERROR) == 1


def test_a_roster_of_too_many_entries_is_not_judged(tmp_path: Path) -> None:
    policy = "roster: partners.yaml\nlimits: {max_entries: 3}\n"
    assert exit_status(check(community(tmp_path, "- name: Fir\n" * 3, policy))) == 1
    report = check(community(tmp_path, "- name: Fir\n" * 4, policy))
    (finding,) = report.findings
    assert finding.rule == "yaml-limit"
    assert finding.message == (
        "the roster has 4 entries, more than 3; "
        "split it, or raise `limits: {max_entries}` in the policy"
    )
    assert report.entries == 0
