"""The accounts of a stand-in for GitHub, and what its API says of them by GraphQL and by number.

Questions are executed against GitHub's own schema (`schema.graphql`, cut). What GitHub refuses is
refused: what takes too long, spans too much, or comes after the points of the hour are used up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from graphql import GraphQLError, GraphQLSchema, build_schema, graphql_sync, parse

MOST_ACCOUNTS = 250
"""Accounts in one question, beyond which the answer does not come in time."""
MOST_HEAVY = 25
"""Fields with contributions in one question, beyond which the answer does not come in time."""
LONGEST_DAYS = 366
"""Days that a question about contributions may span."""
_MONTHS_OF_BUSY_PEOPLE = 184

Reply = tuple[int, dict[str, str], Any]
"""Status, headers and body of an answer."""


@dataclass
class Profile:
    """An account: a person or an organisation, which keeps its number whatever it is called."""

    number: int
    login: str
    kind: str = "User"
    gone: bool = False
    """Deleted or suspended, which cannot be told apart from outside."""
    contributed: list[tuple[date, str]] = field(default_factory=list)
    """Days, and the organisation to which it contributed."""
    longest_days: int = _MONTHS_OF_BUSY_PEOPLE
    """The longest span of contributions that is not too much work for GitHub."""
    public_in: set[str] = field(default_factory=set)
    private_in: set[str] = field(default_factory=set)

    @property
    def node(self) -> str:
        """The id by which GraphQL knows it."""
        return f"{self.kind[0]}_{self.number}"


class RefusedError(Exception):
    """A field that is refused, with GitHub's type of error."""

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass
class Accounts:
    """All accounts there are, who asks about them, and what goes wrong."""

    profiles: list[Profile] = field(default_factory=list)
    points: int = 1_000
    """What is left of this hour."""
    requests: list[str] = field(default_factory=list)
    """What was asked: `graphql` with the number of accounts, or a path."""
    slow: set[str] = field(default_factory=set)
    """Names that no question with them is answered in time."""
    down: bool = False
    """Whether every request is answered with 502."""
    viewer_in: set[str] = field(default_factory=set)
    """The organisations that who asks is a member of."""
    may_read_members: bool = True
    """Whether the token may read the members of those (`read:org`)."""
    numbers: Any = field(default_factory=lambda: count(1001))

    def add(self, login: str, kind: str = "User", **more: Any) -> Profile:
        """Register an account."""
        assert self.named(login) is None, f"{login} is taken"
        profile = Profile(next(self.numbers), login, kind, **more)
        self.profiles.append(profile)
        return profile

    def named(self, login: str) -> Profile | None:
        """Return who has a name now; names that were given up lead nowhere."""
        there = (each for each in self.profiles if not each.gone)
        return next((each for each in there if each.login.lower() == login.lower()), None)

    def by_number(self, number: int) -> Reply:
        """Answer `GET /user/{account_id}`."""
        self.requests.append(f"/user/{number}")
        if (refusal := self._refusal()) is not None:
            return refusal
        for each in self.profiles:
            if each.number == number and not each.gone:
                type_ = "User" if each.kind == "User" else "Organization"
                return 200, {}, {"id": number, "login": each.login, "type": type_}
        return 404, {}, {"message": "Not Found", "status": "404"}

    def _refusal(self) -> Reply | None:
        if self.down:
            return 502, {}, {"message": "Server Error"}
        if self.points <= 0:
            limit = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800"}
            return 403, limit, {"message": "API rate limit exceeded for installation ID 1."}
        self.points -= 1
        return None

    def graphql(self, text: str, variables: Mapping[str, Any]) -> Reply:
        """Answer `POST /graphql`."""
        fields = parse(text).definitions[0].selection_set.selections  # type: ignore[attr-defined] # one query
        asked = [str(value) for name, value in variables.items() if name.startswith("a")]
        self.requests.append(f"graphql {len(asked)}")
        if self.down or not self.slow.isdisjoint(asked) or len(fields) > MOST_ACCOUNTS:
            return 502, {}, {"message": "Something went wrong while executing your query."}
        if text.count("contributionsCollection") > MOST_HEAVY:
            return 502, {}, {"message": "Something went wrong while executing your query."}
        if self.points <= 0:
            error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded."}
            return 200, {"x-ratelimit-remaining": "0"}, {"errors": [error]}
        self.points -= 1
        roots: dict[str, Callable[..., Any]] = {
            "repositoryOwner": lambda _, login: self._shown(self.named(login)),
            "user": lambda _, login: self._of_kind("User", login),
            "organization": lambda _, login: self._of_kind("Organization", login),
        }
        result = graphql_sync(_schema(), text, root_value=roots, variable_values=dict(variables))
        body: dict[str, Any] = {} if result.data is None else {"data": result.data}
        if result.errors:
            body["errors"] = [_error(each) for each in result.errors]
        return 200, {}, body

    def _of_kind(self, kind: str, login: str) -> dict[str, Any]:
        profile = self.named(login)
        if profile is None or profile.kind != kind:
            what = "a User" if kind == "User" else "an Organization"
            message = f"Could not resolve to {what} with the login of '{login}'."
            raise RefusedError(message, kind="NOT_FOUND")
        shown = self._shown(profile)
        assert shown is not None
        return shown

    def _shown(self, profile: Profile | None) -> dict[str, Any] | None:
        if profile is None:
            return None
        return {
            "__typename": profile.kind,
            "id": profile.node,
            "login": profile.login,
            "databaseId": profile.number,
            "organization": lambda _, login: self._membership(profile, login),
            "contributionsCollection": lambda _, **asked: self._contributions(profile, **asked),
            "viewerIsAMember": profile.login in self.viewer_in,
            "membersWithRole": lambda _, **_pages: self._members(profile),
        }

    def _membership(self, profile: Profile, login: str) -> dict[str, Any] | None:
        organisation = self.named(login)
        if organisation is None:
            return None
        sees_all = organisation.login in self.viewer_in and self.may_read_members
        seen = profile.public_in | (profile.private_in if sees_all else set())
        return self._shown(organisation) if organisation.login in seen else None

    def _members(self, organisation: Profile) -> dict[str, int]:
        if not self.may_read_members:
            scopes = "['read:org', 'read:discussion']"
            message = f"The 'membersWithRole' field requires one of these scopes: {scopes}"
            raise RefusedError(message, kind="INSUFFICIENT_SCOPES")
        name = organisation.login
        return {"totalCount": sum(name in p.public_in | p.private_in for p in self.profiles)}

    def _contributions(self, profile: Profile, **asked: Any) -> dict[str, bool]:
        start, end = (datetime.fromisoformat(asked[name]).date() for name in ("from", "to"))
        organisation = asked.get("organizationID")
        days = (end - start).days + 1
        if days > LONGEST_DAYS:
            message = "The total time spanned by 'from' and 'to' must not exceed 1 year"
            raise RefusedError(message, kind="INVALID_TIME_RANGE")
        if days > profile.longest_days:
            message = "Resource limits for this query exceeded."
            raise RefusedError(message, kind="RESOURCE_LIMITS_EXCEEDED")
        node = {p.login: p.node for p in self.profiles}
        some = any(
            start <= day <= end and organisation in {None, node.get(name)}
            for day, name in profile.contributed
        )
        return {"hasAnyContributions": some}


@cache
def _schema() -> GraphQLSchema:
    return build_schema(Path(__file__).with_name("schema.graphql").read_text(encoding="utf-8"))


def _error(error: GraphQLError) -> dict[str, Any]:
    """Write an error as GitHub does."""
    original = error.original_error
    shown: dict[str, Any] = {"message": error.message}
    if isinstance(original, RefusedError):
        shown["type"] = original.kind
    if error.path is not None:
        shown["path"] = list(error.path)
    return shown


def add_routes(app: Flask, accounts: Accounts, is_known: Callable[[str], bool]) -> None:
    """Answer over HTTP, for tokens that are known."""

    def answer(reply: Callable[[], Reply]) -> Response:
        token = request.headers.get("Authorization", "").rpartition(" ")[2]
        refused: Reply = (401, {}, {"message": "Bad credentials"})
        status, headers, body = reply() if is_known(token) else refused
        response = jsonify(body)
        response.status_code = status
        response.headers.update(headers)
        return response

    @app.route("/graphql", methods=["POST"])
    def graphql() -> Response:
        body = request.get_json()
        return answer(lambda: accounts.graphql(body["query"], body.get("variables") or {}))

    @app.route("/user/<int:account_id>")
    def user(account_id: int) -> Response:
        return answer(lambda: accounts.by_number(account_id))
