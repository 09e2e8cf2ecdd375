"""Reports to write: one with everything in it, and a builder for others."""

from __future__ import annotations

from datetime import date
from typing import Any

from rollkeeper.model.policy import Severity, Waiver
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import Place

TODAY = date(2026, 11, 21)
ROSTER = """\
- name: Aurora Cloud
  website: http://aurora.example
- name: 宇宙 云
  website: https://uzhou.example/?utm_source=roster
  description: 宇宙云 is  a cloud
"""


def finding(**changes: Any) -> Finding:
    """Build a finding; what is not given is that of a simple error."""
    values: dict[str, Any] = {
        "rule": "website-insecure",
        "severity": Severity.ERROR,
        "message": "`http://aurora.example` is not https: write `https://aurora.example`",
        "path": "partners.yaml",
        "place": Place(2, 12, 2, 33),
        "programme": "partners",
        "entry": "Aurora Cloud",
        "field": ("website",),
    }
    return Finding(**{**values, **changes})


def report(*findings: Finding, **changes: Any) -> Report:
    """Build a report about a roster of two partners."""
    values: dict[str, Any] = {
        "today": TODAY,
        "programmes": ("partners",),
        "findings": findings,
        "ran": ("blank-edges", "website-insecure", "website-tracking"),
        "skipped": {"website-unreachable": "offline"},
        "entries": 2,
        "texts": {"partners.yaml": ROSTER},
    }
    return Report(**{**values, **changes})


WAIVER = Waiver(
    rule="missing-field",
    entry="宇宙 云",
    reason="the logo follows in May",
    until=date(2027, 5, 31),
    by="octocat",
    path="policies/partners.yaml",
    place=Place(9, 5, 9, 40),
)


def full_report() -> Report:
    """Return a report with a finding of every kind."""
    tracking = finding(
        rule="website-tracking",
        severity=Severity.WARNING,
        message="`utm_source` only tracks visitors",
        place=Place(4, 12, 4, 49),
        entry="宇宙 云",
        fix=Fix(FixKind.SET, "write `https://uzhou.example/`", "https://uzhou.example/"),
    )
    blanks = finding(
        rule="blank-edges",
        severity=Severity.NOTICE,
        message="`宇宙云 is  a cloud` holds doubled blanks",
        place=Place(5, 16, 5, 31),
        entry="宇宙 云",
        field=("description",),
        already_there=True,
    )
    logo = finding(
        rule="missing-field",
        message="`logo` is missing",
        place=Place(3, 3, 6, 1),
        entry="宇宙 云",
        field=(),
        waiver=WAIVER,
    )
    drawing = finding(
        rule="svg-script",
        message="`<script>` in a logo runs for every reader",
        path="logos/aurora.svg",
        place=Place(1, 1, 1, 1),
    )
    return report(drawing, tracking, blanks, finding(), logo)
