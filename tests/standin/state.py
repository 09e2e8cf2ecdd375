"""What the stand-in remembers, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from flask import g, request

from standin import answers
from standin.graphql_api import Accounts, Person
from standin.tokens import Token

BODY_LIMIT = 65_536
OF_THIS_REPOSITORY = 1
"""The id of the repository itself; each fork has another."""

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
    """A token that may do everything; `mint` gives those that may not."""
    login: str = "github-actions[bot]"
    url: str = ""
    """Where the API answers."""
    now: str = answers.MOMENT
    """What the clock of GitHub shows."""
    git_url: str = ""
    """Where the repositories can be fetched from, as from `https://github.com`."""
    authority: Path | None = None
    """The certificate of who vouches for `git_url`."""
    default_branch: str = "main"
    private: bool = False
    """Whether git asks who fetches. The API always answers as it does for a private repository."""
    has_issues: bool = True
    """Whether the repository has issues switched on; pull requests there are always."""
    people: list[Person] = field(default_factory=list)
    """The accounts that there are or were."""
    issues: list[dict[str, Any]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    """What was sent with requests that may have changed something, as it came."""
    fetches: list[str] = field(default_factory=list)
    """What was asked of git, such as `git-upload-pack octo-community/rosters`."""
    sent: int = 0
    """How many bytes git sent over https."""
    denials: list[str] = field(default_factory=list)
    """What a token's permissions did not suffice for."""
    complaints: list[str] = field(default_factory=list)
    troubles: list[tuple[str, Refusal, bool]] = field(default_factory=list)
    down: Refusal | None = None
    """What everything is answered with while GitHub has an outage, its git too."""
    watch: Callable[[str, str], None] = field(default=lambda _when, _what: None)
    """Called `before` and `after` each request and each push is carried out, with its name.

    What it raises before is the answer, and nothing is done.
    """
    git: Path | None = None
    """A bare repository with what the pull requests' commits hold."""
    forks: dict[str, Path] = field(default_factory=dict)
    """The bare repositories of forks, by full name."""
    pulls: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    reactions: dict[int, dict[str, Any]] = field(default_factory=dict)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    """Every status that was set, the oldest first; `sha` and `token` say where and by whom."""
    checks: list[tuple[str, str, str]] = field(default_factory=list)
    """Finished check runs: commit, name and conclusion, the oldest first."""
    required: dict[str, set[str]] = field(default_factory=dict)
    """By branch, the checks and statuses that branch protection asks for."""
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
    accounts: Accounts = field(default_factory=Accounts)
    tokens: dict[str, Token] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.tokens[self.token] = Token(self.login, None)
        self.accounts.people = self.people

    def mint(self, permissions: Mapping[str, str] | None, *, login: str | None = None) -> str:
        """Return a new token that may do no more than a job's `permissions:` say."""
        name = f"standin_{next(self.numbers)}"
        self.tokens[name] = Token(login or self.login, permissions)
        return name

    def environment(self) -> dict[str, str]:
        """Return what leads a program to this stand-in: its API, and git for github.com."""
        return {"GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": self.repository} | {
            "GIT_SSL_CAINFO": str(self.authority),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{self.git_url}/.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://github.com/",
        }

    def refuse_once(self, method: str, status: int, *, after: bool = False, **header: str) -> None:
        """Answer the next request of `method` with `status`; `after` having done what it asks."""
        headers = {name.replace("_", "-"): value for name, value in header.items()}
        body = {"message": "You have exceeded a secondary rate limit." if status == 403 else "Oops"}
        self.troubles.append((method, Refusal(status, body, headers), after))

    def add_person(self, login: str, number: int, kind: str = "User") -> Person:
        """Open an account at GitHub."""
        person = Person(login, number, kind)
        self.people.append(person)
        return person

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


def actor() -> str:
    """Return whose token the request came with."""
    return str(g.token.login)


def argument(name: str) -> Any:
    """Return a part of the address that is asked for."""
    return (request.view_args or {})[name]


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
