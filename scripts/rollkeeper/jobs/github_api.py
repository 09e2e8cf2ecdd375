"""Where a job asks GitHub about accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rollkeeper.forge.actions import API_URL, github_token
from rollkeeper.model.github_api import ApiConnection, GitHubApi


@dataclass(frozen=True, slots=True)
class _Connection:
    """Connects to github.com with a token; a value, so that another process can have it too."""

    token: str = field(repr=False)

    @contextmanager
    def __call__(self) -> Iterator[GitHubApi]:
        from rollkeeper.forge.graphql import accounts_api  # noqa: PLC0415 - most runs ask nothing

        with accounts_api(self.token, API_URL) as api:
            yield api


def github_api(environ: Mapping[str, str]) -> ApiConnection | None:
    """Return what connects to GitHub's API; None without a token of github.com.

    Accounts on rosters are those of github.com: those of another GitHub are other people.
    """
    token = github_token(environ)
    return None if token is None else _Connection(token)
