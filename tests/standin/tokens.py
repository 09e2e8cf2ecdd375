"""What a job's token may do: GitHub's table of which request needs which permission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_RANKS = {"none": 0, "read": 1, "write": 2}
_ROOT = "/repos/{owner}/{repo}"
_CONVERSATION = ("issues", "pull-requests")
"""Pull requests are issues: either permission opens what both have."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    f"{_ROOT}/branches": ("contents",),
    f"{_ROOT}/collaborators": ("metadata",),
    f"{_ROOT}/commits/{{ref}}/status": ("statuses",),
    f"{_ROOT}/compare": ("contents",),
    f"{_ROOT}/git": ("contents",),
    f"{_ROOT}/issues": _CONVERSATION,
    f"{_ROOT}/labels": _CONVERSATION,
    f"{_ROOT}/pulls": ("pull-requests",),
    f"{_ROOT}/statuses": ("statuses",),
    "/user/{account_id}": ("metadata",),
    "/users/{username}": ("metadata",),
}
"""By the beginning of a path, the permissions of which one is enough."""


@dataclass(frozen=True, slots=True)
class Token:
    """Whose token it is, and what it may do; everything where `permissions` is None."""

    login: str
    permissions: Mapping[str, str] | None

    def may(self, permission: str, level: str) -> bool:
        """Return whether the token has a permission at a level or above; all may read metadata."""
        if self.permissions is None or (permission, level) == ("metadata", "read"):
            return True
        return _RANKS[self.permissions.get(permission, "none")] >= _RANKS[level]


def needed(template: str, method: str, *, of_pull_request: bool) -> Iterator[tuple[str, str]]:
    """Give the permissions of which one is enough for a request, as GitHub documents them.

    `pull-requests` does for issues only where the issue is a pull request.
    """
    level = "read" if method == "get" else "write"
    if template == _ROOT:
        yield "metadata", "read"
        return
    prefix = max((each for each in NEEDED if template.startswith(each)), key=len)
    for permission in NEEDED[prefix]:
        if permission == "pull-requests" and prefix.endswith("/issues"):
            if (template, method) == (prefix, "post"):
                continue
            if template != prefix and not of_pull_request:
                continue
        yield permission, "read" if permission == "metadata" else level
