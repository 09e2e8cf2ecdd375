"""Keep the tracking issue up to date with what the nightly audit saw.

Reads the audit's report from the environment variable REPORT, as untrusted input; holds the token
that can write issues, and reads nothing else. Exit status: 0 the issue says what is so, 3 there was
no report that can be read (the issue says that), or Rollkeeper broke.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.forge.client import connect
from rollkeeper.forge.tracking_issue import track
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.audit.issue_text import account_of, broken_account
from rollkeeper.model.status import Status
from rollkeeper.reports.json.read import read


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the report, bring the issue up to it, and say how it ended."""
    actions = jobs.begin(__doc__, arguments).actions
    try:
        report = read(os.environ.get("REPORT", ""))
        account, status = account_of(report, actions.run_url), Status.CLEAN
    except ReportError as error:
        actions.emit(f"The audit left no report that can be read: {error}")
        account, status = broken_account(actions.run_url), Status.BROKEN
    with connect(actions.token, actions.api_url) as client:
        decision = track(client, actions.repository, account)
    actions.emit(f"{type(decision).__name__}: {account.title}")
    return status


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
