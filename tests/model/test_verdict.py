"""When a pull request counts as passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.tree import START
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason, Verdict

REPORT = Report(
    date(2026, 11, 21), ("partners",), findings=(), ran=("name-markup",), skipped={}, entries=3
)
GOOD = Verdict(1, "a" * 40, "b" * 40, day=1, report=REPORT)


def finding(severity: Severity) -> Finding:
    return Finding("name-markup", severity, "is wrong", "partners.yaml", START, "partners")


def test_a_whole_check_without_errors_passes() -> None:
    assert (GOOD.whole, GOOD.passed) == (True, True)


@pytest.mark.parametrize("reason", UncheckedReason)
def test_a_file_that_was_not_read_is_no_pass(reason: UncheckedReason) -> None:
    unread = replace(GOOD, unchecked=(UncheckedFile("partners.yaml", reason),))
    assert (unread.whole, unread.passed) == (False, False)


@pytest.mark.parametrize(
    "report",
    [
        replace(REPORT, ran=()),
        replace(REPORT, programmes=()),
        replace(REPORT, incomplete="the network is down"),
    ],
    ids=["no rule", "no programme", "incomplete"],
)
def test_a_check_that_is_not_whole_is_no_pass(report: Report) -> None:
    verdict = replace(GOOD, report=report)
    assert (verdict.whole, verdict.passed) == (False, False)


@pytest.mark.parametrize(
    ("severity", "passed"),
    [(Severity.ERROR, False), (Severity.WARNING, True), (Severity.NOTICE, True)],
)
def test_only_errors_stand_in_the_way(
    severity: Severity,
    passed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    verdict = replace(GOOD, report=replace(REPORT, findings=(finding(severity),)))
    assert (verdict.whole, verdict.passed) == (True, passed)


def test_an_error_from_before_the_change_does_not_stand_in_the_way() -> None:
    old = replace(finding(Severity.ERROR), already_there=True)
    assert replace(GOOD, report=replace(REPORT, findings=(old,))).passed
