"""GitHub's API as a value, for what asks it without knowing how it is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias


class ApiTrouble(StrEnum):
    """Why the API did not say what it was asked, in our own words: never text of its."""

    TOO_MUCH = "GitHub's API could not answer in time"
    UNANSWERED = "GitHub's API did not answer"
    MALFORMED = "GitHub's API gave no answer that makes sense"
    RATE_LIMIT = "the rate limit of GitHub's API was reached"
    REFUSED = "GitHub's API refused the token"
    LATE = "there was no time left to ask GitHub's API"


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What the API answered: the JSON in it, or why there is none."""

    data: Any = None
    status: int | None = None
    trouble: ApiTrouble | None = None


class GitHubApi(Protocol):
    """Asks GitHub's API; each call is one request that is not repeated."""

    def query(self, text: str, variables: Mapping[str, object]) -> ApiAnswer:
        """Ask by GraphQL, for what only reads."""

    def get(self, path: str) -> ApiAnswer:
        """Ask for a path such as `/user/1`; a 404 is an answer with that status."""


ApiConnection: TypeAlias = Callable[[], AbstractContextManager[GitHubApi]]
"""Connects to the API, for as long as the block lasts."""
