"""Visit the share of one shard of an audit, and write down what was seen.

Reads PLAN (the plan), SHARD (which one, from 1) and OBSERVATIONS (the folder to write into) from
the environment. Judges nothing.

Exit status: 0 written, 2 a policy is wrong, 3 Rollkeeper crashed or the plan cannot be read.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.audit.judging import load_planned, remembered
from rollkeeper.jobs.audit.plan import read_plan
from rollkeeper.jobs.audit.shards import FIRST, file_of, observe
from rollkeeper.jobs.progress import progress_bar
from rollkeeper.model.observations import Shard
from rollkeeper.model.status import Status
from rollkeeper.reports.json.observations import packed


def main(arguments: Sequence[str] | None = None) -> int:
    """Visit, write what was seen, and return the exit status."""
    job = jobs.begin(__doc__, arguments)
    plan = read_plan(os.environ.get("PLAN", ""))
    shard = Shard(int(os.environ["SHARD"]), plan.shards)
    options = plan.options(job.options)
    community = load_planned(options, plan)
    records = remembered(job.actions, plan).history.accounts if shard.number == FIRST else {}
    with progress_bar(sys.stderr) as progress:
        seen = observe(options, community, shard, progress, records)
    folder = Path(os.environ["OBSERVATIONS"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file_of(shard.number)).write_text(packed(seen, shard, plan.now), encoding="utf-8")
    number = sum(map(len, seen.visits.values()))
    job.actions.emit(f"{number:,} websites visited: {shard}")
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
