"""The accounts of a stand-in for GitHub, and what its API says of them by GraphQL and by number.

Questions are executed against GitHub's own schema (`schema.graphql`, cut). What GitHub refuses is
refused: what takes too long, spans too much, or comes after the points of the hour are used up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
    validate,
)

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
class Person:
    """An account at GitHub; its number stays when it is renamed, and it may be gone."""

    login: str
    id: int
    kind: str = "User"
    """`User` or `Organization`."""
    there: bool = True
    """Whether it is neither deleted nor suspended, which cannot be told apart from outside."""
    contributed: list[tuple[date, str]] = field(default_factory=list)
    """Days, and the organisation to which it contributed."""
    longest_days: int = _MONTHS_OF_BUSY_PEOPLE
    """The longest span of contributions that is not too much work for GitHub."""
    public_in: set[str] = field(default_factory=set)
    """Organisations among whose members everyone sees it."""
    private_in: set[str] = field(default_factory=set)
    """Organisations among whose members only other members see it."""

    @property
    def node(self) -> str:
        """The id by which GraphQL knows it."""
        return f"{self.kind[0]}_{self.id}"


class RefusedError(Exception):
    """A field that is refused, with GitHub's type of error."""

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass
class Accounts:
    """All accounts there are, who asks about them, and what goes wrong."""

    people: list[Person] = field(default_factory=list)
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

    def add(self, login: str, kind: str = "User", **more: Any) -> Person:
        """Register an account."""
        assert self.named(login) is None, f"{login} is taken"
        person = Person(login, next(self.numbers), kind, **more)
        self.people.append(person)
        return person

    def named(self, login: str) -> Person | None:
        """Return who has a name now; names that were given up lead nowhere."""
        there = (each for each in self.people if each.there)
        return next((each for each in there if each.login.lower() == login.lower()), None)

    def by_number(self, number: int) -> Reply:
        """Answer `GET /user/{account_id}`."""
        self.requests.append(f"/user/{number}")
        if (refusal := self._refusal()) is not None:
            return refusal
        for each in self.people:
            if each.id == number and each.there:
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
        question, errors = _read(text)
        fields = question.definitions[0].selection_set.selections  # type: ignore[attr-defined] # one query
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
        names = {each.login.lower(): each for each in self.people if each.there}
        roots: dict[str, Callable[..., Any]] = {
            "repositoryOwner": lambda _, login: self._shown(names.get(login.lower())),
            "user": lambda _, login: self._of_kind("User", login),
            "organization": lambda _, login: self._of_kind("Organization", login),
        }
        if errors:
            return 200, {}, {"errors": [_error(each) for each in errors]}
        result = execute_sync(_schema(), question, roots, variable_values=dict(variables))
        body: dict[str, Any] = {} if result.data is None else {"data": result.data}
        if result.errors:
            body["errors"] = [_error(each) for each in result.errors]
        return 200, {}, body

    def _of_kind(self, kind: str, login: str) -> dict[str, Any]:
        person = self.named(login)
        if person is None or person.kind != kind:
            what = "a User" if kind == "User" else "an Organization"
            message = f"Could not resolve to {what} with the login of '{login}'."
            raise RefusedError(message, kind="NOT_FOUND")
        shown = self._shown(person)
        assert shown is not None
        return shown

    def _shown(self, person: Person | None) -> dict[str, Any] | None:
        if person is None:
            return None
        return {
            "__typename": person.kind,
            "id": person.node,
            "login": person.login,
            "databaseId": person.id,
            "organization": lambda _, login: self._membership(person, login),
            "contributionsCollection": lambda _, **asked: self._contributions(person, **asked),
            "viewerIsAMember": person.login in self.viewer_in,
            "membersWithRole": lambda _, **_pages: self._members(person),
        }

    def _membership(self, person: Person, login: str) -> dict[str, Any] | None:
        organisation = self.named(login)
        if organisation is None:
            return None
        sees_all = organisation.login in self.viewer_in and self.may_read_members
        seen = person.public_in | (person.private_in if sees_all else set())
        return self._shown(organisation) if organisation.login in seen else None

    def _members(self, organisation: Person) -> dict[str, int]:
        if not self.may_read_members:
            scopes = "['read:org', 'read:discussion']"
            message = f"The 'membersWithRole' field requires one of these scopes: {scopes}"
            raise RefusedError(message, kind="INSUFFICIENT_SCOPES")
        name = organisation.login
        return {"totalCount": sum(name in p.public_in | p.private_in for p in self.people)}

    def _contributions(self, person: Person, **asked: Any) -> dict[str, bool]:
        start, end = (datetime.fromisoformat(asked[name]).date() for name in ("from", "to"))
        organisation = asked.get("organizationID")
        days = (end - start).days + 1
        if days > LONGEST_DAYS:
            message = "The total time spanned by 'from' and 'to' must not exceed 1 year"
            raise RefusedError(message, kind="INVALID_TIME_RANGE")
        if days > person.longest_days:
            message = "Resource limits for this query exceeded."
            raise RefusedError(message, kind="RESOURCE_LIMITS_EXCEEDED")
        node = {p.login: p.node for p in self.people}
        some = any(
            start <= day <= end and organisation in {None, node.get(name)}
            for day, name in person.contributed
        )
        return {"hasAnyContributions": some}


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[DocumentNode, list[GraphQLError]]:
    """Return a question, and what of it GitHub's schema does not have."""
    question = parse(text)
    return question, validate(_schema(), question)


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


def add_route(app: Flask, answer: Callable[[Any], Reply]) -> None:
    """Answer over HTTP what `answer` makes of a question."""

    @app.route("/graphql", methods=["POST"])
    def graphql() -> Response:
        status, headers, body = answer(request.get_json())
        response = jsonify(body)
        response.status_code = status
        response.headers.update(headers)
        return response
