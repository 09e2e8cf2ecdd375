"""Keep the tracking issue up to date with what the nightly audit found.

Reads the audit's report from the environment variable REPORT, as untrusted input; holds the token
that can write issues, and reads nothing else. Exit status: 0 the issue is up to date, 3 there was
no readable report (the issue says so), or Rollkeeper crashed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.forge.client import connect
from rollkeeper.forge.tracking_issue import keep_issue
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.audit.single_issue import broken_content, issue_content
from rollkeeper.model.status import Status
from rollkeeper.reports.json.read import read


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the report, bring the issue up to date, and return the exit status."""
    actions = jobs.begin(__doc__, arguments).actions
    try:
        report = read(os.environ.get("REPORT", ""))
        content, status = issue_content(report, actions.run_url), Status.CLEAN
    except ReportError as error:
        actions.emit(f"The audit left no readable report: {error}")
        content, status = broken_content(actions.run_url), Status.BROKEN
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        decision = keep_issue(repository, content)
    actions.emit(f"The tracking issue is {decision.action}: {content.title}")
    return status


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
