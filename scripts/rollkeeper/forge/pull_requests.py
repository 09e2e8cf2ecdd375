"""Pull requests and merge groups: which one an event is about, and what GitHub says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from github import GithubException, UnknownObjectException
from github.NamedUser import NamedUser
from github.Repository import Repository

from rollkeeper.forge.client import request
from rollkeeper.model.change import PullRequest

WRITERS = frozenset({"write", "maintain", "admin"})
"""Roles in a repository that may write to it."""

_MERGE_GROUP = ("head_sha", "base_sha", "base_ref")
_PAGE = 100
_COMMIT = re.compile(r"[0-9a-f]{40}")


class NoSuchEventError(ValueError):
    """The event is not about what the job is for."""


@dataclass(frozen=True, slots=True)
class Found:
    """A pull request, the commit of its base, and the default branch of the base's repository."""

    pull_request: PullRequest
    base: str
    default_branch: str


def find(repository: Repository, number: int) -> Found | None:
    """Return an open pull request, None where it is not open; one request.

    Nothing of it is taken from an event: its state, head and labels are those of now.
    """
    pull = repository.get_pull(number)
    if pull.state != "open":
        return None
    author: NamedUser | None = pull.user  # None for a deleted account, whatever the types say
    there = PullRequest(
        number=pull.number,
        author=author.login if author else "ghost",
        author_id=author.id if author else 0,
        head_sha=pull.head.sha,
        labels=tuple(label.name for label in pull.labels),
        base_ref=pull.base.ref,
    )
    return Found(there, pull.base.sha, pull.base.repo.default_branch)


@dataclass(frozen=True, slots=True)
class OpenPullRequest:
    """A pull request that is open against the default branch, and the commit that it proposes."""

    number: int
    head: str


def open_pull_requests(repository: Repository) -> tuple[tuple[OpenPullRequest, ...], bool]:
    """Return what is open against the default branch, the last changed first; one request.

    Also return whether there may be more than the hundred that were asked for.
    """
    page = repository.get_pulls(state="open", sort="updated", direction="desc").get_page(0)
    found = tuple(
        OpenPullRequest(pull.number, pull.head.sha)
        for pull in page
        if pull.base.ref == pull.base.repo.default_branch
    )
    return found, len(page) >= _PAGE


def number_in_event(event: Mapping[str, Any]) -> int:
    """Return the number of the pull request that an event is about, or raise NoSuchEventError."""
    number = _at(event, "pull_request", "number")
    if type(number) is not int:
        message = "the event is about no pull request"
        raise NoSuchEventError(message)
    return number


@dataclass(frozen=True, slots=True)
class MergeGroup:
    """A commit of a merge queue, the commit that it is put on, and the branch to merge into."""

    head: str
    base: str
    base_ref: str
    default_branch: str


def merge_group_in_event(event: Mapping[str, Any]) -> MergeGroup:
    """Return the merge group that an event is about, or raise NoSuchEventError."""
    head, base, ref = (_at(event, "merge_group", name) for name in _MERGE_GROUP)
    default = _at(event, "repository", "default_branch")
    commits = all(isinstance(each, str) and _COMMIT.fullmatch(each) for each in (head, base))
    if not (commits and isinstance(ref, str) and isinstance(default, str)):
        message = "the event is about no merge group"
        raise NoSuchEventError(message)
    return MergeGroup(str(head), str(base), ref.removeprefix("refs/heads/"), default)


def _at(event: Mapping[str, Any], section: str, name: str) -> object:
    there = event.get(section)
    return there.get(name) if isinstance(there, dict) else None


def role_of(repository: Repository, login: str) -> str:
    """Return an account's role in the repository; `none` where GitHub knows of none."""
    try:
        # PyGithub asks for the permission or for the role, and a request each: this needs both.
        path = f"collaborators/{quote(login, safe='')}/permission"
        _, data = request(repository, "GET", path)
    except UnknownObjectException:
        return "none"
    # `permission` knows neither `triage` nor `maintain`; organisations can have roles of their own,
    # and then it is what they amount to.
    return str(data.get("role_name") if data["permission"] == "read" else data["permission"])


def may_write(repository: Repository, login: str) -> bool | None:
    """Return whether an account may write to the repository; None where GitHub does not answer."""
    try:
        return role_of(repository, login) in WRITERS
    except GithubException:
        return None
