"""What the tracking issue says, from the report of an audit."""

from __future__ import annotations

import json

from rollkeeper.forge.tracking_issue import ROOM, IssueContent
from rollkeeper.model.report import Report
from rollkeeper.reports import sentences as words
from rollkeeper.reports.formats import markdown
from rollkeeper.reports.json import write as machine

_ABOUT = (
    "\n---\nRollkeeper keeps this issue: it is written again when something changes, closed when "
    "everything holds, and opened again when it no longer does.\n"
)


def account_of(report: Report, run_url: str | None) -> IssueContent:
    """Return what the issue says of a report; `run_url` leads to the run that made it."""
    ending = _ABOUT + _link(run_url)
    data = machine.as_data(report)
    open_findings = words.open_findings(report)
    looked = words.not_a_pass(report) is None
    in_order = "The rosters are in order" if looked else "The rosters could not be audited in full"
    return IssueContent(
        title=f"The rosters need attention: {words.totals(report)}" if open_findings else in_order,
        text=markdown.render(report, limit=ROOM - len(ending)) + ending,
        substance=json.dumps([data["findings"], data["skipped"]], sort_keys=True),
        clean=not open_findings and looked,
    )


def broken_account(run_url: str | None) -> IssueContent:
    """Return what the issue says when the audit gave no report that can be read."""
    title = "The rosters could not be audited"
    text = (
        "### Rollkeeper broke off before it could tell what it saw\n\n"
        "Nothing is known of the rosters until this is fixed. The log of the run says why.\n"
    )
    return IssueContent(title, text + _ABOUT + _link(run_url), substance=title, clean=False)


def _link(run_url: str | None) -> str:
    return f"[The run that saw this]({run_url})\n" if run_url else ""
