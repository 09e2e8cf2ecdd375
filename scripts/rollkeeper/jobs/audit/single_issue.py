"""What the tracking issue says, from the report of an audit."""

from __future__ import annotations

import json

from rollkeeper.forge.tracking_issue import ROOM, IssueContent
from rollkeeper.model.report import Report
from rollkeeper.reports import sentences as words
from rollkeeper.reports.formats import markdown
from rollkeeper.reports.json import write as machine
from rollkeeper.reports.publishing import published

_ABOUT = (
    "\n---\nRollkeeper keeps this issue up to date: it edits it when something changes, closes it "
    "when nothing needs attention, and reopens it when something does.\n"
)

_SUBSTANCE = ("findings", "left_out", "skipped")
"""What of a report has to differ for the issue to be written again."""


def issue_content(report: Report, run_url: str | None) -> IssueContent:
    """Return what the issue says about a report; `run_url` leads to the run that made it."""
    report = published(report)
    ending = _ABOUT + _link(run_url)
    data = machine.as_data(report)
    open_findings = words.open_findings(report)
    whole = words.not_a_pass(report) is None
    in_order = "The rosters are in order" if whole else "The rosters could not be audited in full"
    return IssueContent(
        title=f"The rosters need attention: {words.totals(report)}" if open_findings else in_order,
        text=markdown.render(report, limit=ROOM - len(ending)) + ending,
        substance=json.dumps([data.get(name) for name in _SUBSTANCE], sort_keys=True),
        clean=not open_findings and whole,
    )


def broken_content(run_url: str | None) -> IssueContent:
    """Return what the issue says when the audit left no readable report."""
    title = "The rosters could not be audited"
    text = (
        "### The audit failed before it could report anything\n\n"
        "Nothing is known about the rosters until this is fixed. The log of the run says why.\n"
    )
    return IssueContent(title, text + _ABOUT + _link(run_url), substance=title, clean=False)


def _link(run_url: str | None) -> str:
    return f"[The run that found this]({run_url})\n" if run_url else ""
