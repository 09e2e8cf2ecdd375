"""Begin the report on a pull request or a merge queue: find its commit, and say that it is checked.

Sets the commit status to pending, and passes on the `target` for the jobs that check and publish;
none where there is nothing to do. NUMBER names a pull request in place of the event, HEAD a commit
that was just pushed to it, and AGAIN asks for a check even if nothing has changed since the last.
Sees nothing of the pull request but what GitHub's API says of it.

Exit status: 0 begun, or nothing to do; 3 Rollkeeper crashed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.forge.client import connect
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests.begin import Trigger, begin
from rollkeeper.jobs.pull_requests.commands import commit_in
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Find the commit, set its status and pass on the target."""
    job = jobs.begin(__doc__, arguments)
    actions = job.actions
    number = os.environ.get("NUMBER", "")
    trigger = Trigger(
        actions.event,
        number=int(number) if number else None,
        expected=commit_in(os.environ.get("HEAD", "")),
        again=os.environ.get("AGAIN", "") == "true",
        run_url=actions.run_url,
    )
    waits = {"seconds_between_requests": 0.0, "seconds_between_writes": 0.0}
    with connect(actions.token, actions.api_url, actions.repository, **waits) as repository:
        options = job.options
        begun = begin(repository, trigger, options.root, options.policies, today=options.today)
    actions.emit(begun.message)
    if begun.target is not None:
        actions.set_output("target", begun.target.as_data())
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
