"""What GitHub says of one account by its number, which no renaming changes."""

from __future__ import annotations

from github import UnknownObjectException

from rollkeeper.forge.client import Repository


def login_of(repository: Repository, number: int) -> str | None:
    """Return the name that an account has now; None where there is no such account any more.

    Raises GithubException where GitHub refuses.
    """
    # PyGithub gets an account by its number only with a client, which is not passed on.
    try:
        _, found = repository.requester.requestJsonAndCheck("GET", f"/user/{number}")
    except UnknownObjectException:
        return None
    login = found.get("login")
    return login if isinstance(login, str) else None
