"""The reports for servers other than GitHub: JUnit XML and GitLab's code quality."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from communities import community
from hostile import texts
from reports.samples import finding, full_report, report
from rollkeeper.grammar.escaping import terminal
from rollkeeper.jobs.cli import main
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Report
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.reports.formats import gitlab, junit

JUNIT = {
    "testsuites": ({"name"}, {"testsuite"}),
    "testsuite": (
        {"name", "timestamp", "tests", "failures", "errors", "skipped"},
        {"testcase"},
    ),
    "testcase": (
        {"classname", "name", "file", "line"},
        {"failure", "error", "skipped", "system-out"},
    ),
    "failure": ({"type", "message"}, set()),
    "error": (set(), set()),
    "skipped": ({"message"}, set()),
    "system-out": (set(), set()),
}
"""What each element of JUnit's XML may have, as the servers that read it agree."""


def suite_of(written: Report) -> ET.Element:
    """Render, hold against the structure of JUnit, and return the one suite."""
    text = junit.render(written)
    assert text.isascii()
    root = ET.fromstring(text)  # noqa: S314 - what we have just written
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, children = JUNIT[element.tag]
        assert set(element.attrib) <= attributes
        assert {child.tag for child in element} <= children
    for case in root.iter("testcase"):
        assert case.get("name")
        assert case.get("classname")
        assert len(case) <= 1
    (suite,) = root
    assert suite.get("tests") == str(len(suite))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert suite.get(name) == str(len(list(suite.iter(tag))))
    return suite


def test_findings_are_failures_and_rules_are_tests() -> None:
    suite = suite_of(full_report())
    found = {case.get("name"): [child.tag for child in case] for case in suite}
    assert found == {
        "logos/aurora.svg:1:1 svg-script": ["failure"],
        "partners.yaml:2:12 website-insecure": ["failure"],
        "partners.yaml:4:12 website-tracking": ["failure"],
        "blank-edges": [],
        "website-unreachable": ["skipped"],
    }
    failure = suite[2][0]
    assert failure.get("type") == "warning"
    assert failure.get("message") == "宇宙 云: `utm_source` only tracks visitors"
    assert failure.text == (
        "宇宙 云: `utm_source` only tracks visitors\n"
        "Run `rollkeeper fix` to fix this: write `https://uzhou.example/`\n"
        "https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#website-tracking"
    )


def test_a_notice_passes_and_what_is_no_pass_is_an_error() -> None:
    suite = suite_of(report(finding(severity=Severity.NOTICE), incomplete="no network"))
    assert (suite.get("failures"), suite.get("errors")) == ("0", "1")
    assert suite[0][0].tag == "system-out"
    assert suite[-1][0].text == "This is not a pass: no network."
    suite = suite_of(report(ran=(), skipped={}, programmes=()))
    assert suite.get("errors") == "1"


def test_what_is_left_out_is_said() -> None:
    more = report(finding(), left_out={finding().group: 41})
    assert "the first 1 of 42" in str(suite_of(more)[-1][0].text)
    last = json.loads(gitlab.render(more))[-1]
    assert "the first 1 of 42" in last["description"]


def issues_of(written: Report) -> list[dict[str, Any]]:
    """Render, hold against what GitLab documents, and return the issues."""
    text = gitlab.render(written)
    assert text.isascii()
    assert not text.startswith("\ufeff")
    issues: list[dict[str, Any]] = json.loads(text)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert isinstance(issue["location"]["path"], str)
        assert not issue["location"]["path"].startswith("./")
        assert issue["location"]["lines"]["begin"] >= 1
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return issues


def test_gitlab_gets_an_issue_for_each_finding() -> None:
    issues = issues_of(full_report())
    assert [(each["check_name"], each["severity"]) for each in issues] == [
        ("svg-script", "major"),
        ("website-insecure", "major"),
        ("website-tracking", "minor"),
    ]
    assert issues[2]["description"] == (
        "宇宙 云: `utm_source` only tracks visitors "
        "(https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#website-tracking)"
    )
    assert issues[2]["location"] == {"path": "partners.yaml", "lines": {"begin": 4, "end": 4}}
    assert issues_of(report()) == []
    (broken,) = issues_of(report(incomplete="no network"))
    assert broken["severity"] == "blocker"


def test_a_fingerprint_stays_when_lines_move() -> None:
    moved = finding(place=finding().place._replace(line=9, end_line=9), message="other words")
    (before,), (after,) = issues_of(report(finding())), issues_of(report(moved))
    assert before["fingerprint"] == after["fingerprint"]
    assert len(issues_of(report(finding(), finding()))) == 2


@given(value=texts)
def test_no_text_breaks_out(value: str) -> None:
    written = report(
        finding(
            message=value,
            path=value or "x",
            entry=value,
            rule=value or "x",
            fix=Fix(FixKind.SET, value),
        ),
        skipped={value or "y": value},
        incomplete=value,
    )
    suite = suite_of(written)
    assert suite[0].get("file") == terminal(value or "x")
    for line in junit.render(written).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
    for issue in issues_of(written):
        assert not any(ord(each) < 32 and each not in "\t\r\n" for each in issue["description"])
    assert "##[" not in gitlab.render(written)


@pytest.mark.parametrize("name", ["junit", "gitlab"])
def test_paths_are_those_of_the_repository(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".git").mkdir()
    root = community(tmp_path / "people", "- website: gopher://x.example\n")
    assert main(["check", "--offline", "--root", str(root), "--format", name]) == 1
    assert "people/partners.yaml" in capsys.readouterr().out
