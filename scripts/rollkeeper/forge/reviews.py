"""The one review with suggested changes that a commit gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from github import Github

from rollkeeper.forge.comments import Marker
from rollkeeper.model.limits import MAX_SUGGESTIONS
from rollkeeper.model.line_edit import Suggestion

_BODY = (
    "These lines can be fixed as they stand. Take what you agree with; "
    "`rollkeeper fix` makes the same changes on your computer."
)


@dataclass(frozen=True, slots=True)
class Review:
    """A review of one commit: a word, and changes to its lines."""

    head: str
    suggestions: tuple[Suggestion, ...]
    word: str = _BODY

    def data(self) -> dict[str, Any]:
        """Return it as GitHub takes it."""
        return {
            "commit_id": self.head,
            "event": "COMMENT",
            "body": self.word,
            "comments": [each.as_comment() for each in self.suggestions],
        }


def decide(head: str, suggestions: Sequence[Suggestion], before: Marker | None) -> Review | None:
    """Return which review there is to be; none where this commit had its own already."""
    told = before is not None and before.reviewed and before.head == head
    if told or not suggestions:
        return None
    return Review(head, tuple(suggestions[:MAX_SUGGESTIONS]))


def post(client: Github, repository: str, number: int, review: Review) -> None:
    """Write the review. Raises GithubException where GitHub refuses."""
    path = f"/repos/{repository}/pulls/{number}/reviews"
    client.requester.requestJsonAndCheck("POST", path, input=review.data())
