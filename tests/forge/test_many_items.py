"""Years of our own issues: what it takes to list them."""

from __future__ import annotations

import pytest

from rollkeeper.forge.client import connect
from rollkeeper.forge.items import LABEL, our_items
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
