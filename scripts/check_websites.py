"""Visit the websites on the rosters and report which cannot be reached.

The only check that uses the network, and only public addresses of it. With --since only those that
a change brings in are visited. Exit status: 0 clean, 1 findings, 2 a policy is wrong, 3 Rollkeeper
crashed or could not check, 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.jobs import job as jobs
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Visit every website, report which are dead, and return the exit status."""
    job = jobs.begin(__doc__, arguments)
    report = job.check(("websites",), offline=False)
    if job.idle(report):
        return Status.CLEAN
    job.tell(report)
    return job.exit_status(report)


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
