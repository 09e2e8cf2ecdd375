"""The one pull request that proposes the public pages, where they are not committed at once.

It comes from a fixed branch, which the workflow has pushed before: what is decided here is whether
a pull request from it is to be open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

from github import Github, GithubException

from rollkeeper.forge.client import pages
from rollkeeper.forge.tracking_issue import BOT

BRANCH = "rollkeeper/pages"
"""The branch that holds the pages; it belongs to the workflow alone."""

_TITLE = "Render the pages"
_BODY = (
    "The rosters have changed, and the public pages follow them. Rollkeeper keeps this pull request: "
    "it is brought up to date with every change of the rosters, and closed when the pages agree with "
    "them. Edits on its branch are lost.\n\n"
    "GitHub starts no checks for it: close and open it again to have them run.\n"
)
_MOOT = "The pages agree with the rosters; there is nothing left to propose."
_FORBIDDEN = 403
_ALREADY_THERE = 422


class PullRequestsForbiddenError(Exception):
    """GitHub does not let workflows create pull requests; the message says where that is set."""


@dataclass(frozen=True, slots=True)
class OpenPullRequest:
    """Open the pull request."""


@dataclass(frozen=True, slots=True)
class ClosePullRequest:
    """Close the pull requests that have become moot."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LeavePullRequest:
    """All is as it should be."""


PullRequestDecision: TypeAlias = OpenPullRequest | ClosePullRequest | LeavePullRequest


def decide(open_numbers: Iterable[int], *, differs: bool) -> PullRequestDecision:
    """Return what to do; `differs` is whether the pages differ from those of the default branch."""
    numbers = tuple(open_numbers)
    if differs:
        return LeavePullRequest() if numbers else OpenPullRequest()
    return ClosePullRequest(numbers) if numbers else LeavePullRequest()


def propose(client: Github, repository: str, base: str, *, differs: bool) -> PullRequestDecision:
    """Have the pull request into `base` open or closed, as it should be; give what was decided.

    Raises NotAllowedError, and GithubException where GitHub refuses for another reason.
    """
    owner = repository.partition("/")[0]
    query = urlencode({"state": "open", "head": f"{owner}:{BRANCH}", "base": base})
    listed = pages(client, f"/repos/{repository}/pulls?{query}", most=1)
    numbers = [each["number"] for each in listed if (each["user"] or {}).get("login") == BOT]
    decision = decide(numbers, differs=differs)
    match decision:
        case OpenPullRequest():
            _open(client, repository, base)
        case ClosePullRequest(moot):
            for number in moot:
                _ask(client, "POST", f"/repos/{repository}/issues/{number}/comments", body=_MOOT)
                _ask(client, "PATCH", f"/repos/{repository}/pulls/{number}", state="closed")
        case LeavePullRequest():
            pass
    return decision


def _open(client: Github, repository: str, base: str) -> None:
    data = {"title": _TITLE, "body": _BODY, "head": BRANCH, "base": base}
    try:
        _ask(client, "POST", f"/repos/{repository}/pulls", **data)
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


def _ask(client: Github, method: str, path: str, **data: Any) -> None:  # noqa: ANN401 - JSON
    client.requester.requestJsonAndCheck(method, path, input=data)
