"""Publish a verdict: the commit status, and on the pull request comment, labels, suggestions.

Holds the token that can write and sees no byte of the pull request: it reads the verdict (VERDICT)
from the environment as untrusted input, and asks GitHub about the pull request that TARGET names.
Where there is no verdict, the comment and the status say so. Warns where the nightly audits have
stopped, and opens one issue that says so.

Exit status: 0 published, or nothing to say; 3 there was no verdict.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.forge.client import connect
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.audit.heartbeat import check_freshness
from rollkeeper.jobs.pull_requests import target as targets
from rollkeeper.jobs.pull_requests.comment import Run, VerifyOutput, publish
from rollkeeper.loading.clock import moment
from rollkeeper.model.status import Status
from rollkeeper.reports.pull_request import ReportContext


def main(arguments: Sequence[str] | None = None) -> int:
    """Read target and verdict, publish them, and return the exit status."""
    actions = jobs.begin(__doc__, arguments).actions
    target = targets.read(os.environ.get("TARGET", ""))
    output = VerifyOutput.from_environ(os.environ).about(target)
    run = Run.from_environ(os.environ)
    where = ReportContext(
        actions.repository, actions.server_url, actions.run_url, target.default_branch
    )
    # GitHub asks for pauses between many requests; there are six writes at most.
    waits = {"seconds_between_requests": 0.0, "seconds_between_writes": 0.0}
    with connect(actions.token, actions.api_url, actions.repository, **waits) as repository:
        done = publish(repository, where, target, run, output)
        actions.emit(output.problem + done)
        check_freshness(repository, actions, moment(), opens=True)
    return Status.BROKEN if output.problem else Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
