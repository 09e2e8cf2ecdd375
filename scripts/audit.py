"""Check everything, websites too, and pass the report to the job that keeps the tracking issue.

Findings do not fail this job: the issue reports them. Exit status: 0 checked, 2 a policy is wrong,
3 Rollkeeper crashed or could check nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.engine.run import exit_status
from rollkeeper.jobs import job as jobs
from rollkeeper.reports.json import handover


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, show the report, pass it on, and return the exit status."""
    job = jobs.begin(__doc__, arguments)
    report = job.check(offline=False)
    job.show(report)
    job.actions.set_output("report", handover.packed(report))
    return exit_status(report, fail_on="never")


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
