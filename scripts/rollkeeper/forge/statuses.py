"""The commit status that branch protection can require."""

from __future__ import annotations

from github import GithubException

from rollkeeper.forge.client import Repository, request
from rollkeeper.grammar.wording import cut
from rollkeeper.model.commit_status import CONTEXT, State

_MOST_DESCRIPTION = 140
"""Characters of a description that GitHub takes."""

_SERVER_FAULT = 500


def set_status(  # noqa: PLR0913 - what a status consists of
    repository: Repository,
    sha: str,
    state: State,
    description: str,
    target_url: str | None = None,
    *,
    context: str = CONTEXT,
) -> None:
    """Set the status of a commit; raise GithubException where GitHub refuses.

    Where GitHub fails it is tried once more: a status that was set twice is the same status.
    """
    data = {
        "state": state.value,
        "description": cut(description, _MOST_DESCRIPTION),
        "context": context,
    }
    if target_url is not None:
        data["target_url"] = target_url
    # PyGithub asks for the commit first: a request that is not needed to set its status.
    path = f"statuses/{sha}"
    try:
        request(repository, "POST", path, data)
    except GithubException as error:
        if error.status < _SERVER_FAULT:
            raise
        request(repository, "POST", path, data)


def has_status(repository: Repository, sha: str, *, context: str = CONTEXT) -> bool:
    """Return whether a commit has the status, whatever it says."""
    # PyGithub asks for the commit first: a request that is not needed to read its status.
    _, found = request(repository, "GET", f"commits/{sha}/status?per_page=100")
    return any(each["context"] == context for each in found["statuses"])
