"""The status of a commit of the bot's own: what a report on its pull request would say.

GitHub starts no workflow for what a workflow pushed, so the job that pushes sets the status, by the
same judgement: the change beside the default branch, by its policies.
"""

from __future__ import annotations

from rollkeeper.engine.run import Options
from rollkeeper.forge.bot import BOT, BOT_ID
from rollkeeper.model.change import PullRequest
from rollkeeper.model.commit_status import State


def judged(options: Options, branch: str, commit: str, number: int) -> tuple[State, str]:
    """Return the status of a commit that was made in the checkout `options.root` of a branch."""
    # Few nights push anything, and what judges is most of what this job would import.
    from rollkeeper.jobs.pull_requests.comment import status_of  # noqa: PLC0415
    from rollkeeper.jobs.pull_requests.target import Target  # noqa: PLC0415
    from rollkeeper.jobs.pull_requests.verify import verify  # noqa: PLC0415
    from rollkeeper.loading.git import GitError  # noqa: PLC0415
    from rollkeeper.loading.policy.policy_file import PolicyError  # noqa: PLC0415

    change = PullRequest(number, BOT, BOT_ID, commit, author_may_write=True, base_ref=branch)
    target = Target(commit, branch, branch, pull_request=change)
    try:
        return status_of(verify(target, None, options, lambda: True).verdict)
    except (GitError, PolicyError):
        return status_of("failure")
