"""Commands in comments: an exact grammar, and who may ask for what."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.jobs.pull_requests.commands import Command, Request, commit_in, may_ask, request_in

EVENT: dict[str, Any] = {
    "action": "created",
    "issue": {"number": 7, "state": "open", "user": {"id": 1}, "pull_request": {"url": "x"}},
    "comment": {"id": 70, "body": "/fix", "user": {"login": "octo-dev", "id": 1, "type": "User"}},
    "sender": {"id": 1},
}


def event(*path: str, value: Any) -> dict[str, Any]:
    """Return the event with one value changed."""
    changed = copy.deepcopy(EVENT)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


def test_a_command_of_the_author_is_read() -> None:
    assert request_in(EVENT) == Request(Command.FIX, 7, 70, "octo-dev", 1, by_author=True)


@pytest.mark.parametrize("body", ["/recheck", "  /recheck\r\n", "\n/recheck\n\n"])
def test_blanks_around_a_command_do_not_matter(body: str) -> None:
    found = request_in(event("comment", "body", value=body))
    assert found is not None
    assert found.command is Command.RECHECK


@pytest.mark.parametrize(
    "body",
    [
        "/fix please",
        "please /fix",
        "/fix\n/recheck",
        "/Fix",
        "/ fix",
        "//fix",
        "/fix;id",
        "/fix $(id)",
        "/fix\u200b",
        "\u202e/fix",
        "/ﬁx",
        "> /fix",
        "```\n/fix\n```",
        "/fixes",
        "",
        " " * 200 + "/fix",
        None,
        7,
        ["/fix"],
    ],
)
def test_anything_else_is_conversation(body: object) -> None:
    assert request_in(event("comment", "body", value=body)) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("action",), "edited"),
        (("issue", "state"), "closed"),
        (("issue", "pull_request"), None),
        (("issue", "number"), "7"),
        (("issue", "number"), True),
        (("issue",), None),
        (("issue",), []),
        (("comment", "user"), None),
        (("comment", "user", "type"), "Bot"),
        (("comment", "user", "login"), "../../orgs/x"),
        (("comment", "user", "login"), "a b"),
        (("sender", "id"), 2),
    ],
)
def test_an_event_that_is_not_what_it_should_be_commands_nothing(
    path: tuple[str, ...], value: object
) -> None:
    assert request_in(event(*path, value=value)) is None


@pytest.mark.parametrize("key", ["action", "issue", "comment", "sender"])
def test_what_is_missing_commands_nothing(key: str) -> None:
    assert request_in({name: value for name, value in EVENT.items() if name != key}) is None


def test_the_author_is_known_by_the_account_and_not_by_the_name() -> None:
    """A12b: somebody took the login that the author has given up."""
    stranger = event("comment", "user", "id", value=2) | {"sender": {"id": 2}}
    found = request_in(stranger)
    assert found is not None
    assert not found.by_author


@pytest.mark.parametrize(
    ("command", "role", "may"),
    [
        (Command.FIX, "admin", True),
        (Command.FIX, "maintain", True),
        (Command.FIX, "write", True),
        (Command.FIX, "triage", False),
        (Command.FIX, "read", False),
        (Command.FIX, "none", False),
        (Command.RECHECK, "triage", True),
        (Command.RECHECK, "write", True),
        (Command.RECHECK, "read", False),
        (Command.RECHECK, "made-up", False),
    ],
)
def test_who_may_ask_for_what(command: Command, role: str, may: bool) -> None:  # noqa: FBT001 - a column of the table
    request = Request(command, 7, 70, "octo-dev", 1, by_author=False)
    assert may_ask(request, role) is may
    assert may_ask(Request(command, 7, 70, "octo-dev", 1, by_author=True), "none")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(key=st.sampled_from(sorted(EVENT)), value=JSON)
def test_any_event_is_read(key: str, value: object) -> None:
    found = request_in({**EVENT, key: value})
    assert found is None


@pytest.mark.parametrize(
    ("output", "commit"),
    [
        ("a" * 40, "a" * 40),
        (f'"{"0" * 40}"', "0" * 40),
        ("", None),
        ("main", None),
        ("a" * 41, None),
        ("--upload-pack=evil", None),
        ("${{ steps.write.outputs.head }}", None),
    ],
)
def test_only_a_commit_is_taken_from_a_job(output: str, commit: str | None) -> None:
    assert commit_in(output) == commit
