"""Check everything, websites too, and pass the report to the job that keeps the tracking issue.

Findings do not fail this job: the issue reports them. DAYS, such as `60, 30, 7`, says in place of
the policies how long before a term ends to say so. Exit status: 0 checked, 2 a policy or DAYS is
wrong, 3 Rollkeeper crashed or could check nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.engine.run import exit_status, load_community
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.audit.notice import NoticeError, days_in, with_notice
from rollkeeper.model.status import Status
from rollkeeper.reports.json import handover


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, show the report, pass it on, and return the exit status."""
    job = jobs.begin(__doc__, arguments)
    try:
        days = days_in(os.environ.get("DAYS", ""))
    except NoticeError as error:
        job.actions.error(str(error))
        return Status.WRONG_USE
    community = with_notice(load_community(job.options), days) if days else None
    report = job.check(offline=False, community=community)
    job.show(report)
    job.actions.set_output("report", handover.packed(report))
    return exit_status(report, fail_on="never")


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
