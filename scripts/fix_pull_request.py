"""Fix what can be fixed in the rosters of a pull request, and pass it to the job that writes.

Reads the pull request's number and the commit at its head from NUMBER and HEAD. Reads text from
outside, and holds no token that can write. Exit status: 0 fixed, or nothing to fix, 2 a policy is
wrong, 3 Rollkeeper crashed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.fixing import patches as patching
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests.commands import commit_in
from rollkeeper.jobs.pull_requests.fix import repairs_of
from rollkeeper.loading.head import Source
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch the rosters as data, fix them, pass on the lines that change."""
    job = jobs.begin(__doc__, arguments)
    actions = job.actions
    source = Source.of(actions.server_url, actions.repository, actions.token)
    head = commit_in(os.environ["HEAD"])
    if head is None:
        message = "HEAD names no commit"
        raise ValueError(message)
    repairs = repairs_of(source, int(os.environ["NUMBER"]), head, job.options)
    actions.set_output("repairs", patching.packed(repairs))
    for patch in repairs.patches:
        actions.emit(f"{patch.path}: {len(patch.edits):,} places can be fixed")
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
