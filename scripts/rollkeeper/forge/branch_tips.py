"""The message of the commit that a branch ends in: one request."""

from __future__ import annotations

from github import GithubException

from rollkeeper.forge.client import Repository, request

_MISSING = 404


def tip_message(repository: Repository, branch: str) -> str | None:
    """Return the message of a branch's newest commit; None where there is no such branch.

    Raises GithubException.
    """
    try:
        # PyGithub reads the commit once more to give its message.
        _, data = request(repository, "GET", f"branches/{branch}")
    except GithubException as error:
        if error.status == _MISSING:
            return None
        raise
    return str(data["commit"]["commit"]["message"])
