"""Check the terms of office: dates, lengths, last days, and how many seats there are.

Exit status: 0 clean, 1 findings, 2 a policy is wrong, 3 Rollkeeper broke.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.jobs import job as jobs
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Reckon the terms as of today, tell what is wrong, and say how it ended."""
    job = jobs.begin(__doc__, arguments)
    report = job.check(("seats", "terms"))
    if job.idle(report):
        return Status.CLEAN
    job.tell(report)
    return job.exit_status(report)


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
