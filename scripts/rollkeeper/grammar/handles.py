"""GitHub accounts: what a handle is, which two are one account, and whose page an address is."""

from __future__ import annotations

import re

from rollkeeper.model.limits import MAX_HANDLE

HOSTS = frozenset({"github.com", "www.github.com"})
_HANDLE = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:_[A-Za-z0-9]{1,20})?")
_RESERVED = frozenset({
    "about", "apps", "collections", "contact", "customer-stories", "enterprise", "events",
    "explore", "features", "issues", "join", "login", "marketplace", "new", "notifications",
    "orgs", "pricing", "pulls", "readme", "search", "security", "settings", "site", "sponsors",
    "team", "teams", "topics", "trending", "users",
})  # fmt: skip
"""First parts of paths that are pages of GitHub's own."""


def is_handle(text: str) -> bool:
    """Return whether a text is a handle as GitHub gives them out, without `@`."""
    return len(text) <= MAX_HANDLE and _HANDLE.fullmatch(text) is not None


def is_login(text: str) -> bool:
    """Return whether a text can be an existing account.

    That is more than `is_handle` accepts: some old accounts have doubled or trailing hyphens, and
    those that a company manages end in `_company`.
    """
    return _LOGIN.fullmatch(text) is not None


def is_public_login(text: str) -> bool:
    """Return whether a text can be an existing account that takes part in public repositories.

    Accounts that a company manages cannot.
    """
    return is_login(text) and "_" not in text


def bare(text: str) -> str:
    """Return a handle without the `@` and the blanks that people write around it."""
    return text.strip().removeprefix("@")


def fold(text: str) -> str:
    """Return a text that is equal for handles of one account: GitHub ignores case."""
    return bare(text).casefold()


def owner_at(host: str, path: str) -> tuple[str, str] | None:
    """Return the account whose page an address is, and the path below it; None for any other."""
    owner, _, below = path.strip("/").partition("/")
    if host.casefold() not in HOSTS or not is_login(owner) or owner.casefold() in _RESERVED:
        return None
    return owner, below
