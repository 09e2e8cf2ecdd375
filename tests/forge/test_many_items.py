"""Years of our own issues: what it takes to list them."""

from __future__ import annotations

import pytest

from rollkeeper.forge.client import connect
from rollkeeper.forge.items import LABEL, MOST_ASKED, our_items
from standin import answers, api

PAUSES = {"seconds_between_requests": 0, "seconds_between_writes": 0}
BODY = "<!-- rollkeeper:term ambassadors/person-{} sha256=" + "0" * 64 + " -->\n"


def test_two_thousand_closed_issues_of_ours_cost_twenty_requests_more(
    github: api.State, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each of them is as the stand-in makes it; to look at all 2,000 again takes seconds.
    monkeypatch.setattr(api, "complaints", lambda *_, **__: [])

    def asked() -> tuple[int, int]:
        before = len(github.requests)
        with connect(github.token, github.url, github.repository, **PAUSES) as repository:
            found = our_items(repository, {})
        return len(github.requests) - before, len(found.of_kind("term"))

    assert asked() == (1, 0)
    labels = [answers.label(github, LABEL, "ededed", None)]
    for number in range(2_000):
        issue = github.add_issue(BODY.format(number), author=github.login, state="closed")
        issue["labels"] = labels
    assert asked() == (21, 2_000)


def test_numbers_that_someone_pushed_to_the_history_cost_no_night(
    github: api.State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollkeeper.forge.items.MOST_ASKED", 3)
    assert MOST_ASKED <= 500
    before = len(github.requests)
    numbers = {f"term:ambassadors/person-{number}": number for number in range(1, 20_000)}
    with connect(github.token, github.url, github.repository, **PAUSES) as repository:
        our_items(repository, numbers)
    assert len(github.requests) - before == 4


@pytest.mark.parametrize(
    ("kind", "pull_request", "ours"),
    [
        ("audit", False, True),
        ("audit", True, False),
        ("term", True, False),
        ("freshness", True, False),
        ("alumni", True, True),
        ("alumni", False, False),
        ("repairs", False, False),
        ("pages", False, False),
    ],
)
def test_a_marker_that_another_workflow_quotes_in_something_else_is_not_believed(
    github: api.State, kind: str, *, pull_request: bool, ours: bool
) -> None:
    body = f"Somebody wrote:\n\n> <!-- rollkeeper:{kind} x sha256={'0' * 64} -->\n"
    github.add_issue(body, author=github.login, labels=[LABEL], pull_request=pull_request)
    with connect(github.token, github.url, github.repository, **PAUSES) as repository:
        found = our_items(repository, {})
    assert bool(found.of_kind(kind)) is ours
