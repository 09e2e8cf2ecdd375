"""Keep somebody on a roster, as `/keep` asks on the pull request that would move them.

Reads the comment from the event, as untrusted input, and everything else from the default branch.
Exit status: 0 done, or refused with the reason, 1 GitHub does not allow it, 3 Rollkeeper crashed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.forge.client import connect
from rollkeeper.forge.conversation import Conversation
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests import commands as asking
from rollkeeper.jobs.pull_requests.keep import KeepJob, keep_entry
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the command, and answer the comment that gave it."""
    job = jobs.begin(__doc__, arguments)
    actions = job.actions
    request = asking.request_in(actions.event)
    if request is None or request.command is not asking.Command.KEEP:
        actions.emit("This comment is not the command.")
        return Status.CLEAN
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        try:
            done = keep_entry(KeepJob.begun(job.options, actions, repository), request)
        except Exception:  # answered before it is raised again: silence is no answer
            said = Conversation(repository, request.number, request.comment, request.person)
            text = f"Rollkeeper crashed, and nobody is kept. {actions.run_url or ''}"
            said.refuse(text, about="crashed", state="")
            raise
    return Status.CLEAN if done else Status.FINDINGS


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
