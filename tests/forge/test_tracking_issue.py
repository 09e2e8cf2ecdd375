"""The tracking issue on a stand-in of GitHub: what is asked, written and tried again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from github import GithubException

from rollkeeper.forge.client import Repository, connect
from rollkeeper.forge.tracking_issue import (
    LABEL,
    IssueAction,
    IssueContent,
    keep_issue,
)
from standin import api

FAULTY = IssueContent("Two things", "- one\n- two\n", substance="one two", clean=False)
CLEAN = IssueContent("All is well", "All is well.\n", substance="", clean=True)


@pytest.fixture
def state() -> Iterator[api.State]:
    with api.serve() as state:
        yield state
        assert state.complaints == []


@contextmanager
def connected(state: api.State, *, token: str = "standin") -> Iterator[Repository]:  # noqa: S107 - no secret
    pauses = {"seconds_between_requests": 0, "seconds_between_writes": 0, "backoff": 0}
    with connect(token, state.url, state.repository, **pauses) as repository:
        yield repository


def run(state: api.State, content: IssueContent) -> IssueAction:
    with connected(state) as repository:
        return keep_issue(repository, content).action


def test_two_nights_leave_one_issue_with_the_label(state: api.State) -> None:
    assert run(state, FAULTY) is IssueAction.CREATE
    assert run(state, FAULTY) is IssueAction.LEAVE
    (issue,) = state.issues
    assert [label["name"] for label in issue["labels"]] == [LABEL]
    assert issue["title"] == "Two things"


def test_a_label_that_stands_is_no_obstacle(state: api.State) -> None:
    state.labels.append({"name": LABEL})
    assert run(state, FAULTY) is IssueAction.CREATE


def test_a_quiet_night_writes_nothing(state: api.State) -> None:
    run(state, FAULTY)
    state.requests.clear()
    run(state, FAULTY)
    assert state.written() == []


@pytest.mark.parametrize(("others", "requests"), [(0, 1), (12, 1), (99, 2), (150, 2)])
def test_a_quiet_night_asks_once_for_each_hundred_issues(
    others: int, requests: int, state: api.State
) -> None:
    """D15: each issue that ever had the label cost a request, every night."""
    run(state, FAULTY)
    for _ in range(others):
        state.add_issue("Another", author="somebody", labels=[LABEL], state="closed")
    state.requests.clear()
    assert run(state, FAULTY) is IssueAction.LEAVE
    assert len(state.requests) == requests
    assert run(state, CLEAN) is IssueAction.CLOSE


def test_the_issue_is_edited_closed_and_opened_again(state: api.State) -> None:
    run(state, FAULTY)
    changed = replace(FAULTY, title="Three things", text="- three\n", substance="three")
    assert run(state, changed) is IssueAction.UPDATE
    assert state.issues[0]["title"] == "Three things"
    run(state, CLEAN)
    assert state.issues[0]["state"] == "closed"
    run(state, FAULTY)
    assert state.issues[0]["state"] == "open"
    assert len(state.issues) == 1
    assert len(state.comments[1]) == 2


def test_our_issue_is_found_behind_many_others(state: api.State) -> None:
    run(state, FAULTY)
    for number in range(250):
        state.add_issue(
            state.issues[0]["body"],
            author="mallory",
            labels=[LABEL],
            pull_request=number % 2 == 0,
        )
    assert run(state, FAULTY) is IssueAction.LEAVE


def test_a_request_for_patience_is_granted(state: api.State) -> None:
    state.refuse_once("POST", 403, Retry_After="0")
    state.refuse_once("GET", 403, Retry_After="0")
    run(state, FAULTY)
    assert len(state.issues) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("after", [False, True], ids=["unread", "already done"])
def test_a_broken_gateway_neither_loses_nor_doubles_the_issue(
    state: api.State, method: str, *, after: bool
) -> None:
    state.labels.append({"name": LABEL})
    state.refuse_once(method, 502, after=after)
    run(state, FAULTY)
    assert len(state.issues) == 1


def test_an_edit_through_a_broken_gateway_arrives(state: api.State) -> None:
    run(state, FAULTY)
    state.refuse_once("PATCH", 502)
    run(state, CLEAN)
    assert state.issues[0]["state"] == "closed"


def test_a_token_that_may_not_write_is_an_error_and_not_tried_again(state: api.State) -> None:
    state.refuse_once("POST", 403)
    state.troubles[0][1].body["message"] = "Resource not accessible by integration"
    with pytest.raises(GithubException, match="not accessible"):
        run(state, FAULTY)
    assert len(state.written()) == 1


def test_a_wrong_token_is_an_error(state: api.State) -> None:
    with connected(state, token="other") as repository, pytest.raises(GithubException):  # noqa: S106
        keep_issue(repository, FAULTY)


def test_an_issue_that_lost_its_label_is_found_and_gets_no_second(state: api.State) -> None:
    run(state, FAULTY)
    state.issues[0]["labels"].clear()
    assert run(state, FAULTY) is IssueAction.LEAVE
    assert run(state, replace(FAULTY, substance="other")) is IssueAction.UPDATE
    assert len(state.issues) == 1


def test_an_issue_closed_as_not_planned_stays_closed(state: api.State) -> None:
    run(state, FAULTY)
    state.issues[0] |= {"state": "closed", "state_reason": "not_planned"}
    assert run(state, FAULTY) is IssueAction.LEAVE
    assert state.issues[0]["state"] == "closed"
