"""Hostile answers of GitHub's API about accounts: nothing uncertain is believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities import TODAY
from rollkeeper.model.account import AccountFacts, Identity
from rollkeeper.model.github_api import ApiAnswer, ApiTrouble
from rollkeeper.probes import accounts


class Answering:
    """An API that answers anything."""

    def __init__(self, answer: Callable[[], ApiAnswer]) -> None:
        self.answer = answer

    def query(self, _text: str, _variables: Mapping[str, object]) -> ApiAnswer:
        return self.answer()

    def get(self, _path: str) -> ApiAnswer:
        return self.answer()


def judged(data: Any, status: int = 200, **question: Any) -> AccountFacts:
    """Return what is believed of an answer to a question about one account."""

    @contextmanager
    def connection() -> Any:
        yield Answering(lambda: ApiAnswer(data, status))

    facts = AccountFacts("octo", **{"number": 7, "months": 6, **question})
    (known,) = accounts.ask([facts], connection, None, TODAY)
    return known


GOOD = {"__typename": "User", "login": "octo", "databaseId": 7}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "octo",
        {},
        {"data": None},
        {"data": []},
        {"data": {}},
        {"data": {"a0": None}, "errors": "all"},
        {"data": {"a0": []}},
        {"data": {"a0": {}}},
        {"data": {"a0": {**GOOD, "__typename": "Bot"}}},
        {"data": {"a0": {**GOOD, "__typename": ["User"]}}},
        {"data": {"a0": {**GOOD, "login": 7}}},
        {"data": {"a0": {**GOOD, "login": "robin"}}},
        {"data": {"a0": {**GOOD, "databaseId": "7"}}},
        {"data": {"a0": {**GOOD, "databaseId": True}}},
        {"data": {"a0": {**GOOD, "databaseId": -7}}},
        {"data": {"a0": {**GOOD, "databaseId": None}}},
        {"data": {"a0": None}, "errors": [{"type": "INTERNAL"}]},
        {"data": {"a0": None}, "errors": [{"type": "FORBIDDEN", "path": ["a0"]}]},
        {"data": {"a0": None}, "errors": [{"path": ["a1"]}]},
        {"data": {"a0": None}, "errors": [None]},
        {"data": {"a0": None}, "errors": [{"type": ["NOT_FOUND"], "path": "a0"}]},
        {"data": {"a0": None}, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["a1"]}]},
        {"data": {"a1": None}},
    ],
)
def test_an_answer_that_says_nothing_certain_is_not_believed(data: Any) -> None:
    facts = judged(data)
    assert (facts.state, facts.identity(7)) == (None, Identity.UNKNOWN)
    assert facts.trouble is ApiTrouble.MALFORMED


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (None, 200),
        ({"id": 8, "login": "octo-new"}, 200),
        ({"id": 7}, 200),
        ({"id": 7, "login": ["octo-new"]}, 200),
        ({"id": 7, "login": "octo new"}, 200),
        ({"id": 7, "login": "@octo-new"}, 200),
        ({"id": 7, "login": "x" * 10_000}, 200),
        ({"id": 7, "login": "octo"}, 200),
        ({"message": "Gone"}, 410),
        ({"message": "Moved"}, 301),
    ],
)
def test_a_number_is_believed_only_with_its_own_name(data: Any, status: int) -> None:
    answers = iter([ApiAnswer({"data": {"a0": None}}, 200), ApiAnswer(data, status)])

    @contextmanager
    def connection() -> Any:
        yield Answering(lambda: next(answers))

    (facts,) = accounts.ask([AccountFacts("octo", number=7)], connection, None, TODAY)
    assert facts.identity(7) is Identity.UNKNOWN


KEYS = (
    "data", "errors", "a0", "o0", "type", "path", "login", "databaseId", "id", "organization",
    "contributionsCollection", "hasAnyContributions",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_answer_is_a_crash_or_an_accusation(data: Any) -> None:
    facts = judged(data, organisation="octo-org")
    assert facts.identity(7) in {Identity.UNKNOWN, Identity.SAME} or facts.state is not None
    assert facts.member is not False
    assert facts.contributed is not False or isinstance(data, dict)
