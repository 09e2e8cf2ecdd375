"""Write repairs to a pull request: as a commit on its branch, or else as suggested changes.

Reads them from REPAIRS, as untrusted input, and meets nothing else that strangers wrote but the
lines of the rosters that they are for. Hands over the `origin` of the commit, where there is one, to
be checked. Exit status: 0 written, or refused with the reason, 3 broke, or unreadable repairs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict

from rollkeeper.fixing.patches import read
from rollkeeper.forge.branches import Forge
from rollkeeper.forge.client import connect
from rollkeeper.forge.conversation import Conversation
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests import commands as asking
from rollkeeper.jobs.pull_requests.push import write
from rollkeeper.loading.community import load
from rollkeeper.model.status import Status
from rollkeeper.rules import catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the repairs, write them, answer whoever asked."""
    job = jobs.begin(__doc__, arguments)
    actions = job.actions
    request = asking.request_in(actions.event)
    if request is None:
        actions.emit("This comment is not a command.")
        return Status.CLEAN
    with connect(actions.token, actions.api_url) as client:
        said = Conversation(client, actions.repository, request.number, request.comment)
        try:
            repairs = read(os.environ.get("REPAIRS", ""))
            rosters = {each.roster.path for each in load(job.options.root, catalogue()).programmes}
            origin = write(Forge(client, actions.repository), said, repairs, rosters)
        except Exception:  # whoever asked is told before it is raised again: silence is no answer
            said.refuse(f"Rollkeeper broke on this, and nothing is fixed. {actions.run_url or ''}")
            raise
    if origin is not None:
        actions.set_output("committed", value=True)
        actions.set_output("origin", asdict(origin))
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
