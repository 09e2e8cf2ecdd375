"""Publish the pages that were rendered: keep one pull request with them, or commit them.

Reads from RENDER how: `pull-request`, also where it is empty, or `commit`. In a fork, and for
another branch than the default one, nothing is published, and a notice says so. Warns where the
nightly audits have stopped, and opens one issue that says so. Exit status:
0 published or nothing to publish, 1 GitHub does not allow it, 2 RENDER is wrong, 3 Rollkeeper
crashed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.forge.outbox import PullRequestsForbiddenError
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.audit.heartbeat import check_audits
from rollkeeper.jobs.bot_branch import OvertakenError, PublishRefusedError
from rollkeeper.jobs.publish import PublishMode, publish, why_not
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Publish, and print what was done."""
    job = jobs.begin(__doc__, arguments)
    try:
        mode = PublishMode(os.environ.get("RENDER") or PublishMode.PULL_REQUEST)
    except ValueError:
        job.actions.error(f"`render` (RENDER) must be {' or '.join(PublishMode)}")
        return Status.WRONG_USE
    reason = why_not(job.actions)
    if reason is not None:
        job.actions.notice(reason)
        return Status.CLEAN
    try:
        job.actions.emit(publish(job.options, job.actions, mode))
        check_audits(job.actions)
    except (OvertakenError, PublishRefusedError, PullRequestsForbiddenError) as error:
        job.actions.error(str(error))
        return Status.FINDINGS
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
