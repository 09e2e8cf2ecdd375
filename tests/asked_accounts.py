"""Questions about accounts to the stand-in, without a connection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rollkeeper.forge.graphql import AccountsApi
from rollkeeper.model.github_api import ApiConnection, GitHubApi
from standin.graphql_api import Accounts


class DirectRequester:
    """PyGithub's requester, as far as it is used, with the stand-in behind it."""

    graphql_url = "/graphql"

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def requestJson(  # noqa: N802 - PyGithub's name
        self, _method: str, path: str, **more: Any
    ) -> tuple[int, Mapping[str, str], str]:
        """Answer as the API does, with the body as text."""
        if path == self.graphql_url:
            question = json.loads(json.dumps(more["input"]))
            status, headers, body = self._accounts.graphql(question["query"], question["variables"])
        else:
            status, headers, body = self._accounts.by_number(int(path.removeprefix("/user/")))
        return status, headers, json.dumps(body)


def connected(accounts: Accounts) -> ApiConnection:
    """Return what connects to the stand-in."""

    @contextmanager
    def connection() -> Iterator[GitHubApi]:
        requester: Any = DirectRequester(accounts)
        yield AccountsApi(requester)

    return connection
