"""Judge what the shards of an audit saw, show the report, and write it down for the acting job.

Reads the plan (PLAN) and what is in the folder OBSERVATIONS, as untrusted input, and writes
the file NIGHT. Visits no website, and reads the rosters of open pull requests as data.
Findings do not fail this job: the acting job reports them.

Exit status: 0 judged, 2 a policy is wrong, 3 Rollkeeper crashed or not everything was checked.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rollkeeper.engine.run import exit_status
from rollkeeper.forge.history_branch import HistoryUnavailableError
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.audit import night
from rollkeeper.jobs.audit.judging import judge, remembered
from rollkeeper.jobs.audit.plan import read_plan
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, show the report, write the result, and return the exit status."""
    job = jobs.begin(__doc__, arguments)
    plan = read_plan(os.environ.get("PLAN", ""))
    folder = Path(os.environ["OBSERVATIONS"])
    try:
        before = remembered(job.actions, plan)
    except HistoryUnavailableError as error:
        job.actions.error(f"The history could not be read, so nothing was judged: {error}")
        return Status.BROKEN
    if before.said:
        job.actions.notice(before.said)
    result = judge(plan.options(job.options), plan, folder, before.history, job.actions)
    Path(os.environ["NIGHT"]).write_text(night.packed(result), encoding="utf-8")
    job.show(result.report)
    return exit_status(result.report, fail_on="never")


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
