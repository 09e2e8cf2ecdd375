"""Look at everything there is, websites too, and hand the report to the job that keeps the issue.

Findings do not fail this job: the issue tells of them. Exit status: 0 looked, 2 a policy is wrong,
3 Rollkeeper broke or could look at nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.jobs import job as jobs
from rollkeeper.reports.json import handover


def main(arguments: Sequence[str] | None = None) -> int:
    """Look, tell, hand over, and say how it ended."""
    job = jobs.begin(__doc__, arguments)
    report = job.check(offline=False)
    job.tell(report)
    job.actions.set_output("report", handover.packed(report))
    return job.exit_status(report, fail_on="never")


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
