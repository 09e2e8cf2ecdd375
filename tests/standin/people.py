"""Accounts at GitHub: found by name and by number, renamed, deleted."""

from __future__ import annotations

from typing import Any

from standin import answers
from standin.graphql_api import Person
from standin.state import Answer, Handler, Refusal, State, argument


def named(state: State, login: str) -> Person | None:
    """Return the account of a name as it is now, in any case; None where there is none."""
    for each in state.people:
        if each.there and each.login.lower() == login.lower():
            return each
    return None


def numbered(state: State, number: int) -> Person | None:
    """Return the account of a number; None where there is none, or none any more."""
    return next((each for each in state.people if each.there and each.id == number), None)


def _by_number(state: State, _number: int, _body: Any) -> Answer:
    return _answer(numbered(state, argument("account_id")))


def _by_name(state: State, _number: int, _body: Any) -> Answer:
    return _answer(named(state, argument("username")))


def _answer(person: Person | None) -> Answer:
    if person is None:
        raise Refusal(404, {"message": "Not Found"})
    counts = dict.fromkeys(("followers", "following", "public_gists", "public_repos"), 0)
    blank = dict.fromkeys(("bio", "company", "email", "hireable", "location", "name"))
    shown = {
        **answers.user(person.login),
        **counts,
        **blank,
        "blog": "",
        "id": person.id,
        "type": person.kind,
        "user_view_type": "public",
        "created_at": answers.MOMENT,
        "updated_at": answers.MOMENT,
    }
    return 200, shown, {}


HANDLERS: dict[str, dict[str, Handler]] = {
    "/user/{account_id}": {"get": _by_number},
    "/users/{username}": {"get": _by_name},
}
