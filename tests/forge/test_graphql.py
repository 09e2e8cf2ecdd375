"""Questions about accounts over HTTP: what an answer means, and that none is asked twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from requests import ConnectionError as NoConnection
from requests import ReadTimeout

from rollkeeper.forge.graphql import AccountsApi, accounts_api
from rollkeeper.model.account import AccountFacts
from rollkeeper.model.github_api import ApiTrouble
from rollkeeper.model.history import AccountState
from rollkeeper.model.limits import MAX_API_BYTES
from rollkeeper.probes.github.dialogue import Dialogue
from rollkeeper.probes.github.identities import identities
from standin import api

QUESTION = "query($a0: String!) { a0: repositoryOwner(login: $a0) { login } }"


@pytest.fixture(scope="module")
def state() -> Iterator[api.State]:
    with api.serve() as served:
        served.add_person("octo", 7)
        yield served


def test_github_is_asked_by_graphql_and_by_number(state: api.State) -> None:
    state.requests.clear()
    with accounts_api(state.token, state.url, seconds_between_requests=0) as github:
        questions = [AccountFacts("octo", number=7), AccountFacts("gone", number=7)]
        facts = identities(questions, Dialogue(github, most=10), lambda _: None)
    assert [each.state for each in facts] == [AccountState.PERSON, AccountState.MISSING]
    assert facts[1].renamed_to == "octo"
    assert state.requests == [("POST", "/graphql"), ("GET", "/user/7")]
    assert state.complaints == []


def test_a_token_that_is_refused_is_said_and_nothing_is_asked_again(state: api.State) -> None:
    state.requests.clear()
    with accounts_api("wrong", state.url, seconds_between_requests=0) as github:
        assert github.query(QUESTION, {"a0": "octo"}).trouble is ApiTrouble.REFUSED
    assert len(state.requests) == 1


def test_a_failing_server_is_asked_once(state: api.State) -> None:
    state.requests.clear()
    state.down = api.Refusal(503, {"message": "Server Error"}, {"Retry-After": "0"})
    with accounts_api(state.token, state.url, seconds_between_requests=0) as github:
        assert github.query(QUESTION, {"a0": "octo"}).trouble is ApiTrouble.TOO_MUCH
        assert github.get("/user/7").trouble is ApiTrouble.TOO_MUCH
    state.down = None
    assert len(state.requests) == 2


def test_where_no_one_listens_nothing_is_known() -> None:
    with accounts_api("token", "http://127.0.0.1:1", seconds_between_requests=0) as github:
        assert github.get("/user/7").trouble is ApiTrouble.UNANSWERED


class Answering:
    """A requester with one answer."""

    graphql_url = "/graphql"

    def __init__(self, answer: Exception | tuple[int, Mapping[str, str], str]) -> None:
        self.answer = answer

    def requestJson(self, *_: Any, **__: Any) -> Any:  # noqa: N802 - PyGithub's name
        """Answer, or fail."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


LIMITED = json.dumps({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]})
SECONDARY = json.dumps({"message": "You have exceeded a secondary rate limit."})


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (ReadTimeout(), ApiTrouble.TOO_MUCH),
        (NoConnection(), ApiTrouble.UNANSWERED),
        ((200, {}, LIMITED), ApiTrouble.RATE_LIMIT),
        ((403, {"x-ratelimit-remaining": "0"}, "{}"), ApiTrouble.RATE_LIMIT),
        ((403, {"retry-after": "60"}, "{}"), ApiTrouble.RATE_LIMIT),
        ((403, {}, SECONDARY), ApiTrouble.RATE_LIMIT),
        ((429, {}, ""), ApiTrouble.RATE_LIMIT),
        ((403, {}, json.dumps({"message": "Resource not accessible"})), ApiTrouble.REFUSED),
        ((401, {}, ""), ApiTrouble.REFUSED),
        ((404, {}, "{}"), ApiTrouble.UNANSWERED),
        ((500, {}, "<html>"), ApiTrouble.TOO_MUCH),
        ((504, {}, ""), ApiTrouble.TOO_MUCH),
        ((302, {}, ""), ApiTrouble.MALFORMED),
        ((200, {}, ""), ApiTrouble.MALFORMED),
        ((200, {}, "<html>"), ApiTrouble.MALFORMED),
        ((200, {}, "[" * 100_000), ApiTrouble.MALFORMED),
        ((200, {}, f'"{"x" * MAX_API_BYTES}"'), ApiTrouble.MALFORMED),
        ((200, {}, "9" * 10_000), ApiTrouble.MALFORMED),
    ],
)
def test_what_is_no_answer_says_why(answer: Any, trouble: ApiTrouble) -> None:
    requester: Any = Answering(answer)
    found = AccountsApi(requester).query(QUESTION, {"a0": "octo"})
    assert (found.trouble, found.data) == (trouble, None)


def test_a_404_by_number_is_an_answer() -> None:
    requester: Any = Answering((404, {}, json.dumps({"message": "Not Found"})))
    found = AccountsApi(requester).get("/user/7")
    assert (found.trouble, found.status) == (None, 404)
