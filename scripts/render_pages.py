"""Write the public pages from the rosters, or with --check say which are out of date.

A page whose roster cannot be read whole is left as it is; the others are written.

Exit status: 0 up to date, 1 out of date (0 with --fail-on never), edited by hand or a roster that
cannot be read whole, 2 a policy or a page is wrong, 3 Rollkeeper crashed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.grammar.masking import masked
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
        result = render_pages(job.options, check="check" in job.flags, public=job.actions.running)
    for each in result.refused:
        job.actions.error(masked(f"{each.message}."), file=each.roster, line=each.line)
    if result.stale:
        job.actions.append_summary(OUT_OF_DATE)
    only_stale = result.status == Status.FINDINGS and not (result.refused or result.edited)
    return Status.CLEAN if only_stale and job.fail_on == "never" else result.status


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
