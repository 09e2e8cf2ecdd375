"""React to a `/recheck` once it is done: with a rocket, or confused where the report broke.

Reads from RESULT how the report ended. Exit status: 0 there is a reaction, or there was no command,
3 Rollkeeper crashed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.forge.client import connect
from rollkeeper.forge.conversation import Conversation
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests import commands as asking
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Leave the reaction on the comment that gave the command."""
    actions = jobs.begin(__doc__, arguments).actions
    request = asking.request_in(actions.event)
    if request is None:
        actions.emit("This comment is not a command.")
        return Status.CLEAN
    done = os.environ.get("RESULT") == "success"
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        said = Conversation(repository, request.number, request.comment, request.person)
        said.react("rocket" if done else "confused")
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
