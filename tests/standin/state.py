"""What the stand-in remembers, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from flask import request

from standin import answers

BODY_LIMIT = 65_536

Answer: TypeAlias = tuple[int, Any, dict[str, str]]
Handler: TypeAlias = "Callable[[State, int, Any], Answer]"


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the stand-in
    """An answer other than success."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


@dataclass
class State:
    """What the repository holds, what was asked, and what goes wrong next."""

    repository: str
    token: str
    login: str = "github-actions[bot]"
    url: str = ""
    issues: list[dict[str, Any]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    troubles: list[tuple[str, Refusal, bool]] = field(default_factory=list)
    git: Path | None = None
    """A bare repository with what the pull requests' commits hold."""
    pulls: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    reactions: dict[int, dict[str, Any]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(9001))
    page_limit: int = 100
    forbidden: set[str] = field(default_factory=set)
    """Methods that the token may not use, as that of a run that a fork started."""
    refuse_for: dict[str, int] = field(default_factory=dict)
    """By the last part of a path, the status with which every request for it is refused."""
    roles: dict[str, str] = field(default_factory=dict)
    """Who has which role in the repository, by login; the others may read."""
    protected: set[str] = field(default_factory=set)
    """Branches that the token may not move, such as `refs/heads/change`."""
    may_open: bool = True
    """Whether workflows may create pull requests here."""
    lock: Lock = field(default_factory=Lock)

    def refuse_once(self, method: str, status: int, *, after: bool = False, **header: str) -> None:
        """Answer the next request of `method` with `status`; `after` having done what it asks."""
        headers = {name.replace("_", "-"): value for name, value in header.items()}
        body = {"message": "You have exceeded a secondary rate limit." if status == 403 else "Oops"}
        self.troubles.append((method, Refusal(status, body, headers), after))

    def add_issue(self, body: str, *, author: str, **more: Any) -> dict[str, Any]:
        """Put an issue, or with `pull_request=True` a pull request, into the repository."""
        issue: dict[str, Any] = answers.issue(
            self, len(self.issues) + 1, body=body, author=author, **more
        )
        self.issues.append(issue)
        return issue

    def add_comment(self, number: int, body: str, *, author: str) -> dict[str, Any]:
        """Let somebody comment on an issue or a pull request."""
        comment: dict[str, Any] = answers.comment(self, number, next(self.numbers), body, author)
        self.comments.setdefault(number, []).append(comment)
        return comment

    def written(self) -> list[tuple[str, str]]:
        """Return the requests that may have changed something."""
        return [entry for entry in self.requests if entry[0] != "GET"]


def page(state: State, found: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    size = min(int(request.args.get("per_page", "30")), state.page_limit)
    number = int(request.args.get("page", "1"))
    last = max(1, -(-len(found) // size))
    links = [("next", number + 1), ("last", last)] if number < last else []
    query = {**request.args, "per_page": str(size)}
    header = ", ".join(
        f"<{request.base_url}?{_query({**query, 'page': str(page)})}>; rel={json.dumps(name)}"
        for name, page in links
    )
    return found[(number - 1) * size : number * size], {"Link": header} if header else {}


def _query(arguments: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in arguments.items())


def find_issue(state: State, number: int) -> dict[str, Any]:
    if not 1 <= number <= len(state.issues):
        raise Refusal(404, {"message": "Not Found"})
    return state.issues[number - 1]


def check_length(body: Any) -> None:
    if len(body.get("body") or "") > BODY_LIMIT:
        message = f"body is too long (maximum is {BODY_LIMIT} characters)"
        error = {"resource": "Issue", "code": "custom", "field": "body", "message": message}
        raise Refusal(422, {"message": "Validation Failed", "errors": [error]})
