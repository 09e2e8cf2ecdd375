"""Receive a command given in a comment on a pull request: `/fix`, `/recheck` or `/keep`.

Leaves a reaction on the comment, which is all that those get who may not give the command: anyone
could have us reply without end. Passes on the command, the pull request's `number` and its `head`.
Exit status: 0 received, or there was no command, 3 Rollkeeper crashed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.forge.branches import branch_of
from rollkeeper.forge.client import connect
from rollkeeper.forge.conversation import Conversation
from rollkeeper.forge.pull_requests import role_of
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.audit.heartbeat import check_audits
from rollkeeper.jobs.pull_requests import commands as asking
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """See what is asked, by whom, and pass it on if they may ask for it."""
    actions = jobs.begin(__doc__, arguments).actions
    request = asking.request_in(actions.event)
    if request is None:
        actions.emit("This comment is not a command.")
        return Status.CLEAN
    check_audits(actions, opens=False)
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        said = Conversation(repository, request.number, request.comment, request.person)
        role = "author" if request.as_author else role_of(repository, request.login)
        if not asking.may_ask(request, role):
            said.react("confused")
            actions.emit(f"/{request.command} is not for the role {role} in this repository.")
            return Status.CLEAN
        branch = branch_of(repository, request.number)
        if branch is None:
            said.refuse("This pull request is no longer open.", about="closed", state="")
            return Status.CLEAN
        said.react("eyes")
    actions.set_output(str(request.command), value=True)
    actions.set_output("number", branch.number)
    actions.set_output("head", branch.head)
    actions.emit(f"/{request.command} for pull request {branch.number} at {branch.head}")
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
