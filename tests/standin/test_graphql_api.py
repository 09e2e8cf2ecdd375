"""The stand-in's GraphQL refuses what GitHub refuses, in the form in which GitHub does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from standin.graphql_api import MOST_ACCOUNTS, MOST_HEAVY, Accounts

NAME = "query($a0: String!) { a0: repositoryOwner(login: $a0) { login } }"
USER = "query($a0: String!) { a0: user(login: $a0) { databaseId } }"
CONTRIBUTIONS = (
    "query($a0: String!, $from: DateTime!, $to: DateTime!) { a0: user(login: $a0) "
    "{ contributionsCollection(from: $from, to: $to) { hasAnyContributions } } }"
)


def asked(github: Accounts, text: str, **variables: Any) -> tuple[Any, list[str]]:
    """Return the data of an answer and the types of its errors."""
    status, _, body = github.graphql(text, {"a0": "octo", **variables})
    assert status == 200
    return body.get("data"), [each.get("type", "") for each in body.get("errors", [])]


def within(first: str, last: str) -> dict[str, str]:
    return {"from": f"{first}T00:00:00Z", "to": f"{last}T23:59:59Z"}


def test_what_is_not_there_is_null_and_for_users_an_error_too() -> None:
    github = Accounts()
    assert asked(github, NAME) == ({"a0": None}, [])
    assert asked(github, USER) == ({"a0": None}, ["NOT_FOUND"])
    github.add("Octo", "Organization")
    assert asked(github, NAME) == ({"a0": {"login": "Octo"}}, [])
    assert asked(github, USER) == ({"a0": None}, ["NOT_FOUND"])


def test_names_that_were_given_up_lead_nowhere_and_numbers_do() -> None:
    github = Accounts()
    octo = github.add("octo")
    octo.login = "octavia"
    assert asked(github, NAME) == ({"a0": None}, [])
    assert github.by_number(octo.id)[2]["login"] == "octavia"
    octo.there = False
    assert github.by_number(octo.id)[0] == 404


def test_a_question_that_the_schema_does_not_have_is_refused() -> None:
    data, errors = asked(Accounts(), NAME.replace("login }", "email }"))
    assert (data, errors) == (None, [""])


def test_a_long_window_of_a_busy_person_takes_too_many_resources() -> None:
    github = Accounts()
    github.add("octo", contributed=[(date(2026, 11, 21), "octo-org")])
    year = asked(github, CONTRIBUTIONS, **within("2025-11-22", "2026-11-21"))
    assert year == ({"a0": None}, ["RESOURCE_LIMITS_EXCEEDED"])
    half = asked(github, CONTRIBUTIONS, **within("2026-05-22", "2026-11-21"))
    assert half == ({"a0": {"contributionsCollection": {"hasAnyContributions": True}}}, [])
    longer = asked(github, CONTRIBUTIONS, **within("2025-01-01", "2026-11-21"))
    assert longer == ({"a0": None}, ["INVALID_TIME_RANGE"])


@pytest.mark.parametrize("heavy", [False, True])
def test_too_much_at_once_does_not_come_in_time(heavy: bool) -> None:  # noqa: FBT001 - a case
    most = MOST_HEAVY if heavy else MOST_ACCOUNTS
    field = "contributionsCollection { hasAnyContributions }" if heavy else "login"
    parts = " ".join(f'a{each}: user(login: "octo") {{ {field} }}' for each in range(most + 1))
    assert Accounts().graphql(f"{{ {parts} }}", {})[0] == 502


def test_there_is_an_end_to_the_points() -> None:
    github = Accounts(points=1)
    assert asked(github, NAME) == ({"a0": None}, [])
    assert asked(github, NAME) == (None, ["RATE_LIMITED"])
    assert github.by_number(7)[0] == 403
