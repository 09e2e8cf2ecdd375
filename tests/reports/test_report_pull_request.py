"""The line that the comment on a pull request and its commit status begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.tree import Place
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason, Verdict
from rollkeeper.reports.pull_request import ReportContext, headline, render

CLEAN = Report(date(2026, 11, 21), ("partners",), (), ("unsorted",), {}, entries=2)
ERROR = Finding(
    "unsorted", Severity.ERROR, "out of order", "partners.yaml", Place(1, 1, 1, 2), "partners"
)
VERDICT = Verdict(7, "a" * 40, "b" * 40, 1, CLEAN)
WHERE = ReportContext("octo-community/rosters")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, "in order; 0 errors, 0 warnings, 0 notices"),
        (
            {"report": replace(CLEAN, findings=(ERROR,))},
            "needs work: 1 error, 0 warnings, 0 notices",
        ),
        ({"touched": False}, "nothing of the rosters changes"),
        (
            {"governing": ("policies/partners.yaml",)},
            (
                "needs a review of changed policies, schemas, scripts or workflows; "
                "0 errors, 0 warnings, 0 notices"
            ),
        ),
        (
            {"unchecked": (UncheckedFile("partners.yaml", UncheckedReason.GONE),)},
            "not everything could be checked; 0 errors, 0 warnings, 0 notices",
        ),
    ],
)
def test_one_line_says_how_it_is(change: dict[str, object], line: str) -> None:
    verdict = replace(VERDICT, **change)  # type: ignore[arg-type] # any of the fields
    assert headline(verdict) == line
    assert render(verdict, WHERE).startswith(f"### Rollkeeper: {line}\n")


def test_files_that_decide_how_rosters_are_checked_are_named_first() -> None:
    paths = tuple(f"policies/{number}.yaml" for number in range(12))
    text = render(replace(VERDICT, governing=(*paths, "policies/`x`@octocat\n.yaml")), WHERE)
    _, _, first, *_ = text.split("\n")
    assert first.startswith("**This changes files that decide how rosters are checked: `policies/0")
    assert "and 3 more files" in first
    more = render(replace(VERDICT, governing=paths, more_governing=30), WHERE)
    assert "and 32 more files" in more


@pytest.mark.parametrize(
    ("change", "concerned"),
    [
        ({}, True),
        ({"touched": False}, False),
        ({"touched": False, "governing": ("policies/partners.yaml",)}, True),
        ({"touched": False, "report": replace(CLEAN, findings=(ERROR,))}, True),
    ],
)
def test_a_change_of_nothing_here_concerns_no_one(
    change: dict[str, object], *, concerned: bool
) -> None:
    verdict = replace(VERDICT, **change)  # type: ignore[arg-type] # any of the fields
    assert verdict.concerned is concerned
