"""Write repairs to a pull request: as a commit on its branch, or else as suggested changes.

Reads them from REPAIRS, as untrusted input, and reads nothing else from outside but the
lines of the rosters that they are for. Passes on the new `head`, where there is one, to be checked.
Exit status: 0 written, or refused with the reason, 3 crashed, or unreadable repairs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.fixing.patches import read
from rollkeeper.forge.client import connect
from rollkeeper.forge.conversation import Conversation
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests import commands as asking
from rollkeeper.jobs.pull_requests.push import Writing, write
from rollkeeper.jobs.pull_requests.roster_paths import all_roster_paths
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the repairs, write them, and answer the comment that asked for them."""
    job = jobs.begin(__doc__, arguments)
    actions = job.actions
    request = asking.request_in(actions.event)
    if request is None:
        actions.emit("This comment is not a command.")
        return Status.CLEAN
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        said = Conversation(repository, request.number, request.comment, request.person)
        try:
            repairs = read(os.environ.get("REPAIRS", ""))
            rosters = all_roster_paths(job.options)
            head = write(Writing(repository, said, request.login, rosters), repairs)
        except Exception:  # answered before it is raised again: silence is no answer
            text = f"Rollkeeper crashed, and nothing was fixed. {actions.run_url or ''}"
            said.refuse(text, about="crashed", state="")
            raise
    if head is not None:
        actions.set_output("committed", value=True)
        actions.set_output("head", head)
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
