"""How a suggestion is shown."""

from __future__ import annotations

import pytest

from rollkeeper.model.verdict import Suggestion


@pytest.mark.parametrize(
    ("text", "fence"),
    [
        ("- name: Cedar", "```"),
        ("a `code` and ``more``", "```"),
        ("```", "````"),
        ("``` and ````` and ```", "``````"),
        ("", "```"),
    ],
)
def test_no_text_closes_the_fence_of_its_suggestion(text: str, fence: str) -> None:
    body = Suggestion("partners.yaml", 1, 2, text).body
    assert body == f"{fence}suggestion\n{text}\n{fence}"
