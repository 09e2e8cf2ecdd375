"""Hear a command given in a comment on a pull request: `/fix` or `/recheck`.

Leaves a reaction on the comment, and a word where the command is refused. Hands over `fix` or
`recheck`, the pull request's `number` and the `origin` of its head. Exit status: 0 heard, or there
was nothing to hear, 3 Rollkeeper broke.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rollkeeper.forge.branches import Forge
from rollkeeper.forge.client import connect
from rollkeeper.forge.conversation import Conversation
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests import commands as asking
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """See what is asked, by whom, and hand it on if they may ask for it."""
    actions = jobs.begin(__doc__, arguments).actions
    request = asking.request_in(actions.event)
    if request is None:
        actions.emit("This comment is not a command.")
        return Status.CLEAN
    with connect(actions.token, actions.api_url) as client:
        said = Conversation(client, actions.repository, request.number, request.comment)
        role = "author" if request.by_author else said.role_of(request.login)
        if not asking.may_ask(request, role):
            said.refuse(f"`/{request.command}` is for {request.command.who}.")
            return Status.CLEAN
        branch = Forge(client, actions.repository).branch(request.number)
        if branch is None:
            said.refuse("This pull request is not open any more.")
            return Status.CLEAN
        said.react("eyes")
    actions.set_output(str(request.command), value=True)
    actions.set_output("number", branch.number)
    actions.set_output("origin", asdict(branch.origin))
    actions.emit(f"/{request.command} for pull request {branch.number} at {branch.head}")
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
