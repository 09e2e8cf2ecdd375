"""Write repairs to a pull request: as a commit on its branch, or else as suggested changes.

Reads them from REPAIRS, as untrusted input, and reads nothing else from outside but the
lines of the rosters that they are for. Passes on the `origin` of the commit, where there is one, to
be checked. Exit status: 0 written, or refused with the reason, 3 crashed, or unreadable repairs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict

from rollkeeper.fixing.patches import read
from rollkeeper.forge.client import connect
from rollkeeper.forge.conversation import Conversation
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests import commands as asking
from rollkeeper.jobs.pull_requests.push import write
from rollkeeper.loading.community import read_policies
from rollkeeper.loading.git import prefix
from rollkeeper.model.status import Status
from rollkeeper.rules import catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the repairs, write them, and answer the comment that asked for them."""
    job = jobs.begin(__doc__, arguments)
    actions = job.actions
    request = asking.request_in(actions.event)
    if request is None:
        actions.emit("This comment is not a command.")
        return Status.CLEAN
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        said = Conversation(repository, request.number, request.comment)
        try:
            repairs = read(os.environ.get("REPAIRS", ""))
            root, policies = job.options.root, job.options.policies
            top = prefix(root)
            rosters = {
                top + each.roster for each in read_policies(root, catalogue(), policies=policies)
            }
            origin = write(repository, said, repairs, rosters)
        except Exception:  # answered before it is raised again: silence is no answer
            said.refuse(f"Rollkeeper crashed, and nothing was fixed. {actions.run_url or ''}")
            raise
    if origin is not None:
        actions.set_output("committed", value=True)
        actions.set_output("origin", asdict(origin))
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
