"""Write the public pages from the rosters, or with --check say which are out of date.

Exit status: 0 up to date, 1 out of date (0 with --fail-on never), 2 a policy is wrong, 3 Rollkeeper
crashed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.render import render_pages
from rollkeeper.model.status import Status

OUT_OF_DATE = (
    "### Pages out of date\n\n"
    "The log shows the difference. `rollkeeper render` writes the pages, and the Render workflow "
    "does after a merge.\n"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Render as the command line does, and return the exit status."""
    job = jobs.begin(__doc__, arguments, flags=["check"])
    with job.actions.verbatim():
        status = render_pages(job.options, check="check" in job.flags)
    if status == Status.FINDINGS:
        job.actions.append_summary(OUT_OF_DATE)
        return Status.CLEAN if job.fail_on == "never" else status
    return status


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
