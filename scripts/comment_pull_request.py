"""Publish a verdict on its pull request: one comment, labels, and suggested changes.

Holds the token that can write and sees no byte of the pull request: it reads the verdict from the
environment as untrusted input, and asks GitHub which pull request the run was for. Where there is
no verdict the comment says so. Exit status: 0 published, or nothing to say; 3 there was no verdict.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.forge.client import connect
from rollkeeper.forge.pull_requests import find_pull_request, origin_in_event
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests.comment import Run, VerifyOutput, publish
from rollkeeper.model.status import Status
from rollkeeper.reports.pull_request import SERVER, ReportContext


def main(arguments: Sequence[str] | None = None) -> int:
    """Find the pull request, read the verdict, publish it, and return the exit status."""
    job = jobs.begin(__doc__, arguments)
    actions = job.actions
    origin = origin_in_event(actions.event, os.environ.get("ORIGIN", ""))
    output = VerifyOutput.from_environ(os.environ)
    run = Run.from_environ(os.environ, job.options.root)
    server = os.environ.get("GITHUB_SERVER_URL") or SERVER
    where = ReportContext(actions.repository, server, actions.run_url, origin.default_branch)
    # GitHub asks for pauses between many requests; there are five writes at most.
    waits = {"seconds_between_requests": 0.0, "seconds_between_writes": 0.0}
    with connect(actions.token, actions.api_url, actions.repository, **waits) as repository:
        pull_request = find_pull_request(repository, origin)
        if pull_request is None:
            actions.emit("No open pull request has this commit as its head any more.")
            return Status.CLEAN
        output = output.about(pull_request)
        done = publish(repository, where, (pull_request, run), output)
        actions.emit(output.problem + done)
    return Status.BROKEN if output.problem else Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
