"""The one pull request that the bot keeps from a branch of its own.

A job has pushed the branch before: what is decided here is whether a pull request from it should be
open.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from github import GithubException
from github.Repository import Repository

from rollkeeper.forge.bot import BOT

_FORBIDDEN = 403
_ALREADY_THERE = 422


class PullRequestsForbiddenError(Exception):
    """GitHub does not let workflows create pull requests; the message says where that is set."""


@dataclass(frozen=True, slots=True)
class PullRequestContent:
    """The branch, and what its pull request says; `moot` is the comment that closes it."""

    branch: str
    title: str
    body: str
    moot: str


class PullRequestAction(StrEnum):
    """What happens to the pull request."""

    OPEN = "opened"
    CLOSE = "closed"
    LEAVE = "left as it is"


def decide_pull_request(*, is_open: bool, differs: bool) -> PullRequestAction:
    """Return what to do; `differs` is whether the branch differs from the default branch."""
    if differs == is_open:
        return PullRequestAction.LEAVE
    return PullRequestAction.OPEN if differs else PullRequestAction.CLOSE


def keep_pull_request(
    repository: Repository, owner: str, base: str, content: PullRequestContent, *, differs: bool
) -> PullRequestAction:
    """Open or close the pull request into `base`, as needed; return what was decided.

    Raises PullRequestsForbiddenError, and GithubException where GitHub refuses for another reason.
    """
    listed = repository.get_pulls(state="open", head=f"{owner}:{content.branch}", base=base)
    ours = [each for each in listed.get_page(0) if each.user.login == BOT]
    action = decide_pull_request(is_open=bool(ours), differs=differs)
    if action is PullRequestAction.OPEN:
        _open(repository, base, content)
    elif action is PullRequestAction.CLOSE:
        for pull in ours:
            pull.create_issue_comment(content.moot)
            pull.edit(state="closed")
    return action


def _open(repository: Repository, base: str, content: PullRequestContent) -> None:
    try:
        repository.create_pull(base, content.branch, title=content.title, body=content.body)
    except GithubException as error:
        if error.status == _FORBIDDEN:
            message = (
                "GitHub does not let workflows create pull requests here: allow it under Settings, "
                "Actions, General, Workflow permissions"
            )
            raise PullRequestsForbiddenError(message) from error
        # Another run was quicker, and opened it.
        if error.status != _ALREADY_THERE or "already exists" not in str(error.data):
            raise
