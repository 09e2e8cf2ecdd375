"""Which pull request a finished run of the Check workflow was about.

The event of a run that a fork started names no pull request, and what that run says of itself may
be forged. Its head is GitHub's own word: the pull request is the open one with that very head.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from github import Github

from rollkeeper.forge.client import pages
from rollkeeper.model.change import PullRequest

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

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Origin:
        """Read the `workflow_run` event; raise NoSuchEventError where it is another one."""
        try:
            run = event["workflow_run"]
            head = run["head_repository"]
            origin = cls(
                owner=str(head["owner"]["login"]),
                repository_id=int(head["id"]),
                branch=str(run["head_branch"]),
                sha=str(run["head_sha"]),
                default_branch=str(event["repository"]["default_branch"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            message = "the event names no repository, branch and commit that a run was for"
            raise NoSuchEventError(message) from error
        return origin._checked()

    @classmethod
    def of_head(cls, data: Mapping[str, Any]) -> Origin:
        """Read a pull request as GitHub gives it; raise NoSuchEventError where its head is gone."""
        head = data["head"]
        if head["repo"] is None:
            message = "the repository of the pull request was deleted"
            raise NoSuchEventError(message)
        origin = cls(
            owner=head["repo"]["owner"]["login"],
            repository_id=head["repo"]["id"],
            branch=head["ref"],
            sha=head["sha"],
            default_branch=data["base"]["repo"]["default_branch"],
        )
        return origin._checked()

    @classmethod
    def handed_over(cls, text: str) -> Origin:
        """Read, as JSON, what the job that heard a command knows; raise NoSuchEventError."""
        try:
            data = json.loads(text)
            texts = {name: str(data[name]) for name in ("owner", "branch", "sha", "default_branch")}
            origin = cls(repository_id=int(data["repository_id"]), **texts)
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            message = "what was handed over names no repository, branch and commit"
            raise NoSuchEventError(message) from error
        return origin._checked()

    def _checked(self) -> Origin:
        if not _COMMIT.fullmatch(self.sha):
            message = "the event's head is no commit"
            raise NoSuchEventError(message)
        return self


def origin_of(event: Mapping[str, Any], handed_over: str) -> Origin:
    """Return which commit a job is about: what was handed over, or else what the event names.

    Raises NoSuchEventError.
    """
    return Origin.handed_over(handed_over) if handed_over else Origin.from_event(event)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open pull request as GitHub lists it."""

    pull_request: PullRequest
    repository_id: int | None
    base_branch: str


def find(client: Github, repository: str, origin: Origin) -> PullRequest | None:
    """Ask GitHub for the open pull request that has the run's commit as its head; one request.

    GitHub does not know which pull requests a fork's commit belongs to, so that they are listed by
    branch.
    """
    query = urlencode({"state": "open", "head": f"{origin.owner}:{origin.branch}", "per_page": 100})
    listed = pages(client, f"/repos/{repository}/pulls?{query}", most=1)
    return choose(origin, map(_candidate, listed))


def choose(origin: Origin, candidates: Iterable[Candidate]) -> PullRequest | None:
    """Take the pull request whose head is the run's; None where it was closed or moved on.

    Of several from the same branch, the oldest one into the default branch is taken.
    """
    fitting = [
        each.pull_request
        for each in candidates
        if each.pull_request.head_sha == origin.sha
        and each.repository_id == origin.repository_id
        and each.base_branch == origin.default_branch
    ]
    return min(fitting, key=lambda each: each.number, default=None)


def _candidate(data: Mapping[str, Any]) -> Candidate:
    author = data.get("user") or {}
    pull_request = PullRequest(
        number=data["number"],
        author=author.get("login", "ghost"),
        author_id=author.get("id", 0),
        head_sha=data["head"]["sha"],
        base_sha=data["base"]["sha"],
        labels=tuple(label["name"] for label in data["labels"]),
    )
    # A fork that was deleted has no repository any more.
    return Candidate(pull_request, (data["head"]["repo"] or {}).get("id"), data["base"]["ref"])
