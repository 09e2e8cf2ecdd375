"""What the issue says, and the report on its way to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from rendered import rendered
from rollkeeper.forge.tracking_issue import Issue, IssueAction, decide_issue
from rollkeeper.jobs.audit.single_issue import broken_content, issue_content
from rollkeeper.model.limits import MAX_COMMENT
from rollkeeper.model.policy import Severity, Waiver
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.tree import START, Place
from rollkeeper.reports.addresses import HOME
from rollkeeper.reports.json import handover
from rollkeeper.reports.json.read import read

RUN = "https://github.com/octo-community/rosters/actions/runs/42"


def finding(number: int, severity: Severity = Severity.ERROR, message: str = "is wrong") -> Finding:
    place = Place(number + 1, 1, number + 1, 5)
    return Finding(
        "name-markup", severity, message, "partners.yaml", place, "partners", f"Partner {number}"
    )


def report(*findings: Finding, today: date = date(2026, 11, 21)) -> Report:
    return Report(today, ("partners",), findings, ran=("name-markup",), skipped={}, entries=3)


def test_the_issue_names_what_is_wrong_and_leads_to_the_run() -> None:
    content = issue_content(report(finding(1)), RUN)
    assert not content.clean
    assert content.title == "The rosters need attention: 1 error, 0 warnings, 0 notices"
    assert "Partner 1" in content.text
    assert RUN in content.text


def test_the_day_and_the_run_do_not_change_the_issue() -> None:
    first = issue_content(report(finding(1)), RUN)
    later = issue_content(report(finding(1), today=date(2026, 11, 22)), RUN + "0")
    created = decide_issue(first, [])
    issue = Issue(1, "github-actions[bot]", is_open=True, body=created.body)
    assert decide_issue(later, [issue]).action is IssueAction.LEAVE


def test_no_findings_are_clean_content() -> None:
    assert issue_content(report(), None).clean


def test_looking_at_nothing_is_not_clean() -> None:
    assert not issue_content(replace(report(), ran=()), None).clean


def test_a_broken_audit_is_not_clean() -> None:
    assert not broken_content(RUN).clean


def test_mentions_and_links_of_strangers_do_not_work_in_the_issue() -> None:
    text = "@octocat <img src=x> [a](https://x.example) <!-- rollkeeper:audit sha256="
    content = issue_content(report(finding(1, message=text)), None)
    shown = rendered(content.text)
    assert text in shown.text
    assert shown.references == []
    assert not {"img"} & {tag for tag, _ in shown.tags}
    links = [str(dict(attributes)["href"]) for tag, attributes in shown.tags if tag == "a"]
    assert all(link.startswith(f"{HOME}/") for link in links)


@pytest.mark.parametrize("count", [0, 1, 200, 5000])
def test_any_report_fits_into_an_issue_and_on_the_way_to_it(count: int) -> None:
    findings = [finding(number, message="is wrong \N{SNOWMAN}" * 9) for number in range(count)]
    packed = json.dumps(handover.packed(report(*findings)))
    assert len(packed) <= 120_000
    taken = read(packed)
    created = decide_issue(replace(issue_content(taken, RUN), clean=False), [])
    assert len(created.body) <= MAX_COMMENT
    assert taken.count(Severity.ERROR) == count
    assert (f" of {count:,} findings.*" in created.body) == (count > 200)


def test_the_gravest_findings_travel_first() -> None:
    findings = [finding(number, Severity.NOTICE) for number in range(2000)]
    findings.append(finding(2001, Severity.ERROR))
    taken = read(json.dumps(handover.packed(report(*findings), most=20_000)))
    assert taken.count(Severity.ERROR) == 1
    assert taken.count(Severity.NOTICE) == 2_000
    assert 1 < len(taken.findings) < 100
    assert Severity.ERROR in {each.severity for each in taken.findings}


def test_findings_that_count_travel_before_waived_ones_whatever_their_severity() -> None:
    """The issue is about what needs doing: what was waived is the first to be left behind."""
    waiver = Waiver("name-markup", "x", "agreed", date(2027, 1, 1), "octo", "x.yaml", START)
    waived = [replace(finding(number), waiver=waiver) for number in range(2000)]
    counting = [finding(number, Severity.NOTICE) for number in range(2001, 2006)]
    taken = read(json.dumps(handover.packed(report(*waived, *counting), most=20_000)))
    assert len(taken.findings) < 100
    assert sum(each.counts for each in taken.findings) == 5


def test_what_fits_travels_whole() -> None:
    whole = report(finding(1), finding(2, Severity.WARNING))
    assert read(json.dumps(handover.packed(whole))) == whole
