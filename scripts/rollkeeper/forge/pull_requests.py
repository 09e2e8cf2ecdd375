"""Which pull request a finished run of the Check workflow was about.

The event of a run that a fork started names no pull request, and what the run says may be forged.
Its head is what GitHub itself says: the pull request is the open one with that very head.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from github import GithubException, UnknownObjectException
from github.NamedUser import NamedUser
from github.PullRequest import PullRequest as RemotePullRequest
from github.Repository import Repository

from rollkeeper.forge.client import request
from rollkeeper.model.change import PullRequest

WRITERS = frozenset({"write", "maintain", "admin"})
"""Roles in a repository that may write to it."""

_COMMIT = re.compile(r"[0-9a-f]{40}")


class NoSuchEventError(ValueError):
    """The event is not that of a finished workflow run for a pull request."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a run's commit comes from: whose repository, which branch, which commit."""

    owner: str
    repository_id: int
    branch: str
    sha: str
    default_branch: str

    def __post_init__(self) -> None:
        """Raise ValueError where the commit is none."""
        if not _COMMIT.fullmatch(self.sha):
            message = "its head is not a commit id"
            raise ValueError(message)


def origin_in_event(event: Mapping[str, Any], passed_on: str = "") -> Origin:
    """Return the commit that a job is about: from the JSON passed to it, or a `workflow_run` event.

    Raises NoSuchEventError where there is none.
    """
    try:
        if passed_on:
            data = json.loads(passed_on)
        else:
            run = event["workflow_run"]
            data = {
                "owner": run["head_repository"]["owner"]["login"],
                "repository_id": run["head_repository"]["id"],
                "branch": run["head_branch"],
                "sha": run["head_sha"],
                "default_branch": event["repository"]["default_branch"],
            }
        texts = {name: str(data[name]) for name in ("owner", "branch", "sha", "default_branch")}
        return Origin(repository_id=int(data["repository_id"]), **texts)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        where = "job output `origin`" if passed_on else "event"
        message = f"the {where} names no repository, branch and commit of a run: {error}"
        raise NoSuchEventError(message) from error


def origin_of(pull: RemotePullRequest) -> Origin:
    """Return a pull request's head; raise NoSuchEventError where its repository is gone."""
    head = pull.head
    if head.repo is None:
        message = "the repository of the pull request was deleted"
        raise NoSuchEventError(message)
    owner, default = head.repo.owner.login, pull.base.repo.default_branch
    return Origin(owner, head.repo.id, head.ref, head.sha, default)


def find_pull_request(repository: Repository, origin: Origin) -> PullRequest | None:
    """Return the open pull request whose head is the run's; None where it was closed or moved on.

    One request: GitHub does not know which pull requests a fork's commit belongs to, so they are
    listed by branch. Of several, the oldest one into the default branch is taken.
    """
    listed = repository.get_pulls(state="open", head=f"{origin.owner}:{origin.branch}")
    fitting = [each for each in listed.get_page(0) if _fits(each, origin)]
    pull = min(fitting, key=lambda each: each.number, default=None)
    if pull is None:
        return None
    author: NamedUser | None = pull.user  # None for a deleted account, whatever the types say
    return PullRequest(
        number=pull.number,
        author=author.login if author else "ghost",
        author_id=author.id if author else 0,
        head_sha=pull.head.sha,
        labels=tuple(label.name for label in pull.labels),
    )


def _fits(pull: RemotePullRequest, origin: Origin) -> bool:
    fork: Repository | None = pull.head.repo  # None for a deleted fork
    there = (pull.head.sha, fork.id if fork else None, pull.base.ref)
    return there == (origin.sha, origin.repository_id, origin.default_branch)


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
