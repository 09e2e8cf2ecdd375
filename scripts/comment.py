"""Tell of a verdict on its pull request: one comment, labels, and suggested changes.

Holds the token that can write and sees no byte of the pull request: it reads the verdict from the
environment variable VERDICT as untrusted input, and asks GitHub which pull request the run was for.
Where there is no verdict the comment says so, with how the job ended that should have given one
(RESULT). Exit status: 0 told, or nothing to tell; 3 there was no verdict that can be read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper import jobs, telling, verdict_json
from rollkeeper.forge import pull_requests
from rollkeeper.forge.client import connect
from rollkeeper.reports.pull_request import SERVER, Where
from rollkeeper.reports.reading import ReportError
from rollkeeper.running import Status
from rollkeeper.verdict import Verdict
from rollkeeper.verifying import revision, today


def main(arguments: Sequence[str] | None = None) -> int:
    """Find the pull request, read the verdict, tell, and say how it ended."""
    job = jobs.begin(__doc__, arguments)
    actions = job.actions
    origin = pull_requests.origin_of(actions.event, os.environ.get("ORIGIN", ""))
    verdict: Verdict | str
    try:
        verdict, status = verdict_json.read(os.environ.get("VERDICT", "")), Status.CLEAN
    except ReportError as error:
        actions.emit(f"There is no verdict that can be read: {error}")
        verdict, status = os.environ.get("RESULT", ""), Status.BROKEN
    waits = {"seconds_between_requests": 0.0, "seconds_between_writes": 0.25}
    with connect(actions.token, actions.api_url, **waits) as client:
        pull_request = pull_requests.find(client, actions.repository, origin)
        if pull_request is None:
            actions.emit("No open pull request has this commit as its head any more.")
            return Status.CLEAN
        if isinstance(verdict, Verdict) and not telling.fits(verdict, pull_request):
            actions.emit("The verdict is about something else than the run was for.")
            verdict, status = "failure", Status.BROKEN
        where = Where(
            actions.repository,
            server=os.environ.get("GITHUB_SERVER_URL") or SERVER,
            run_url=actions.run_url,
            default_branch=origin.default_branch,
        )
        run = telling.Run(
            int(os.environ.get("GITHUB_RUN_ID", "0")),
            int(os.environ.get("GITHUB_RUN_ATTEMPT", "0")),
            revision(job.options.root),
            today(),
        )
        turn = telling.read_turn(os.environ.get("TURN", ""))
        actions.emit(telling.tell(client, where, (pull_request, run), verdict, turn))
    return status


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
