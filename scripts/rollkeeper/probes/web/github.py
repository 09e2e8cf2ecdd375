"""Accounts and repositories on GitHub, asked of its API, which knows of renaming and archives.

Only here is a credential sent, and only to the one host that is written below.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from rollkeeper.grammar.handles import HOSTS, owner_at
from rollkeeper.probes.web.targets import Target, target_of

API = "api.github.com"
GONE = 404
_TOKEN = re.compile(r"[A-Za-z0-9_.-]{10,1000}\Z")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}")


class GitHubTarget(NamedTuple):
    """What the API says of an account or a repository."""

    address: str | None
    """Its page; None where the answer names none."""
    archived: bool


def question(target: Target) -> Target | None:
    """Return what to ask the API about an address; None where it is not about one of these."""
    owner, name = owner_at(target.host, target.path) or ("", "")
    if not owner or (name and not _REPOSITORY.fullmatch(name)):
        return None
    path = f"/repos/{owner}/{name.removesuffix('.git')}" if name else f"/users/{owner}"
    return Target("https", API, 443, path, API)


def further(target: Target | None) -> Target | None:
    """Let a redirect of the API through that stays with the API."""
    inside = target is not None and (target.scheme, target.authority) == ("https", API)
    return target if inside else None


def credential(token: str) -> bytes:
    """Return the line of a request that says who asks; empty for what cannot be a token."""
    return f"Authorization: Bearer {token}\r\n".encode("ascii") if _TOKEN.match(token) else b""


def read(content: bytes) -> GitHubTarget | None:
    """Read an answer of the API; None where it is not one."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    address = found.get("html_url")
    page = target_of(address) if isinstance(address, str) else None
    known = page.url if page and page.host in HOSTS else None
    return GitHubTarget(known, found.get("archived") is True)


def renamed(target: Target, known: GitHubTarget) -> str | None:
    """Return the new address of an account or repository; None where it has the old one."""
    asked, has = question(target), target_of(known.address) if known.address else None
    there = question(has) if has else None
    if asked is None or there is None or asked.path.lower() == there.path.lower():
        return None
    return known.address
