"""How Rollkeeper speaks to GitHub's API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from github import Auth, Github
from github.GithubRetry import GithubRetry

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
_REFUSED_UNREAD = frozenset({403, 429})
_LONGEST_WAIT = 300
"""Seconds to wait when GitHub asks for patience; a job has minutes, not hours."""

_NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')


class RetryPolicy(GithubRetry):
    """Tries again, but never what may have been done already.

    After a 502 nobody knows whether the issue was made. A POST is therefore sent again only when
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


def connect(
    token: str,
    api_url: str,
    *,
    seconds_between_requests: float = 0.25,
    seconds_between_writes: float = 1.0,
    backoff: float = 1.0,
) -> Github:
    """Return a client that waits between requests as GitHub asks, and tries again with patience."""
    patience = RetryPolicy(
        total=6,
        backoff_factor=backoff,
        allowed_methods=_IDEMPOTENT,
        retry_after_max=_LONGEST_WAIT,
        secondary_rate_wait=60,
        max_rate_limit_wait=_LONGEST_WAIT,
    )
    return Github(
        auth=Auth.Token(token),
        base_url=api_url,
        timeout=30,
        per_page=100,
        user_agent="rollkeeper",
        retry=patience,
        seconds_between_requests=seconds_between_requests,
        seconds_between_writes=seconds_between_writes,
        lazy=True,
    )


def pages(client: Github, path: str, *, most: int) -> Iterator[dict[str, Any]]:
    """Return what GitHub lists at `path`, `most` pages at most; each page is a request."""
    for _ in range(most):
        headers, listed = client.requester.requestJsonAndCheck("GET", path)
        yield from listed
        following = _NEXT.search(headers.get("link", ""))
        if following is None:
            return
        path = following[1]
