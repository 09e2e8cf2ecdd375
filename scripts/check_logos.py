"""Check the logos: that each is there, is what its name says, is safe, and can be seen.

Exit status: 0 clean, 1 findings, 2 a policy is wrong, 3 Rollkeeper broke.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.jobs import job as jobs
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at every logo, tell what is wrong, and say how it ended."""
    job = jobs.begin(__doc__, arguments)
    report = job.check(("logos",))
    if job.idle(report):
        return Status.CLEAN
    job.tell(report)
    return job.exit_status(report)


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
