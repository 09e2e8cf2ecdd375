"""The connection to GitHub's API: PyGithub, with patience and with one way around its objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from github import Auth, Github, GithubException
from github.GithubRetry import GithubRetry
from github.Repository import Repository
from requests import RequestException

from rollkeeper.grammar.wording import cut

__all__ = ["Repository", "RetryPolicy", "connect", "name_of", "refusal_of", "request", "trouble_of"]

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
_REFUSED_UNREAD = frozenset({403, 429})
_LONGEST_WAIT = 300
"""Seconds to wait when GitHub asks for patience; a job has minutes, not hours."""
_REFUSED = 400
_MOST_SAID = 300


class RetryPolicy(GithubRetry):
    """Tries again, but never what may have been done already.

    After a 502 it is unknown whether the issue was made. A POST is therefore sent again only when
    GitHub refused it unread, with 403 or 429 and `Retry-After`.
    """

    def is_retry(
        self,
        method: str,
        status_code: int,
        has_retry_after: bool = False,  # noqa: FBT001, FBT002 - the signature is urllib3's
    ) -> bool:
        """Return whether a request that was answered with `status_code` is sent again."""
        if method.upper() == "POST":
            return has_retry_after and status_code in _REFUSED_UNREAD
        return super().is_retry(method, status_code, has_retry_after)


@contextmanager
def connect(  # noqa: PLR0913 - where to, as whom, and how patiently
    token: str,
    api_url: str,
    repository: str,
    *,
    seconds_between_requests: float = 0.25,
    seconds_between_writes: float = 1.0,
    backoff: float = 1.0,
) -> Iterator[Repository]:
    """Return a repository on GitHub; requests wait as GitHub asks, and are tried again.

    Nothing is requested until something is asked of it.
    """
    retry = RetryPolicy(
        total=6,
        backoff_factor=backoff,
        allowed_methods=_IDEMPOTENT,
        retry_after_max=_LONGEST_WAIT,
        secondary_rate_wait=60,
        max_rate_limit_wait=_LONGEST_WAIT,
    )
    with Github(
        auth=Auth.Token(token),
        base_url=api_url,
        timeout=30,
        per_page=100,
        user_agent="rollkeeper",
        retry=retry,
        seconds_between_requests=seconds_between_requests,
        seconds_between_writes=seconds_between_writes,
        lazy=True,
    ) as client:
        yield client.get_repo(repository)


def name_of(repository: Repository) -> str:
    """Return `owner/name`; PyGithub would ask GitHub for what the address says already."""
    return "/".join(repository.url.rsplit("/", 2)[-2:])


def request(
    repository: Repository, method: str, path: str, data: Mapping[str, Any] | None = None
) -> tuple[int, Any]:
    """Make a request below a repository that PyGithub has no method for.

    Every caller says what PyGithub's own method lacks. Return the status and the answer; raise
    GithubException where GitHub refuses.
    """
    requester = repository.requester
    status, headers, text = requester.requestJson(method, f"{repository.url}/{path}", input=data)
    try:
        answer = json.loads(text) if text else {}
    except ValueError:  # a gateway's page
        answer = {"message": text}
    if status >= _REFUSED:
        raise requester.createException(status, headers, answer)
    return status, answer


def refusal_of(act: Callable[[], object]) -> int | None:
    """Do something; return the status with which GitHub refused it, None where it did not."""
    try:
        act()
    except GithubException as error:
        return int(error.status)
    return None


def trouble_of(act: Callable[[], object]) -> str | None:
    """Do something; return what GitHub said against it, None where nothing went wrong."""
    try:
        act()
    except GithubException as error:
        return f"GitHub refused, with {error.status}: {cut(str(error.data or error), _MOST_SAID)}"
    except RequestException as error:
        return f"GitHub did not answer ({type(error).__name__})"
    return None
