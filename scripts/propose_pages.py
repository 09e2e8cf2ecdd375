"""Keep the one pull request that proposes the public pages, from a branch that is pushed already.

Reads from DIFFERS, `true` or `false`, whether the pages differ from those of the default branch.
Exit status: 0 the pull request is as it should be, 1 GitHub does not allow it, 3 Rollkeeper broke.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rollkeeper.forge.bot_pull_request import PullRequestsForbiddenError, propose
from rollkeeper.forge.client import connect
from rollkeeper.jobs import job as jobs
from rollkeeper.model.status import Status


def main(arguments: Sequence[str] | None = None) -> int:
    """Open, leave or close the pull request, and say which."""
    actions = jobs.begin(__doc__, arguments).actions
    differs = os.environ.get("DIFFERS") == "true"
    with connect(actions.token, actions.api_url) as client:
        try:
            decision = propose(client, actions.repository, actions.ref_name, differs=differs)
        except PullRequestsForbiddenError as error:
            actions.emit(str(error))
            return Status.FINDINGS
    actions.emit(f"{type(decision).__name__}: the pull request from the branch of the pages")
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
