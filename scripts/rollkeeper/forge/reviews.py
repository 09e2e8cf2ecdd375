"""The one review with suggested changes that a commit gets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from github import GithubException
from github.Commit import Commit
from github.NamedUser import NamedUser
from github.PullRequest import ReviewComment
from github.Repository import Repository

from rollkeeper.forge.bot import BOT
from rollkeeper.forge.comments import Marker
from rollkeeper.grammar.globs import matches_any
from rollkeeper.model.limits import MAX_SUGGESTIONS
from rollkeeper.model.line_edit import Suggestion

_INVALID = 422
_BODY = (
    "These lines can be fixed automatically. Accept the suggestions you agree with, or run "
    "`rollkeeper fix` on your computer to make the same changes."
)


class LinesNotShownError(GithubException):
    """The review is about lines that GitHub does not show as part of the change."""


@dataclass(frozen=True, slots=True)
class Review:
    """A review of one commit: a message, and changes to its lines."""

    head: str
    suggestions: tuple[Suggestion, ...]
    body: str = _BODY


def review_for(
    head: str,
    suggestions: Sequence[Suggestion],
    before: Marker | None,
    rosters: Collection[str],
) -> Review | None:
    """Return the review to write; None where this commit has had its own already.

    Lines of `rosters` are suggested, and nothing else, whatever the job that checked passed on.
    """
    kept = [each for each in suggestions if matches_any(rosters, each.path)]
    reviewed = before is not None and before.reviewed and before.head == head
    return None if reviewed or not kept else Review(head, tuple(kept[:MAX_SUGGESTIONS]))


def was_posted(repository: Repository, number: int, review: Review) -> bool:
    """Return whether the bot has written this very review of this commit before."""
    written = repository.get_pull(number).get_reviews()
    same = (each for each in written if (each.commit_id, each.body) == (review.head, review.body))
    authors: Iterable[NamedUser | None] = (each.user for each in same)  # None: a deleted account
    return any(author is not None and author.login == BOT for author in authors)


def post_review(repository: Repository, number: int, review: Review) -> None:
    """Write the review; raise LinesNotShownError or GithubException where GitHub refuses."""
    # All that a review needs of its commit is the id: it is not asked for.
    commit = Commit(repository.requester, {}, {"sha": review.head}, completed=True)
    comments = [_comment(each) for each in review.suggestions]
    try:
        repository.get_pull(number).create_review(commit, review.body, "COMMENT", comments)
    except GithubException as error:
        if error.status == _INVALID:
            raise LinesNotShownError(error.status, error.data, error.headers) from error
        raise


def _comment(suggestion: Suggestion) -> ReviewComment:
    comment = ReviewComment(
        path=suggestion.path, line=suggestion.last, side="RIGHT", body=suggestion.body
    )
    if suggestion.first < suggestion.last:
        comment |= {"start_line": suggestion.first, "start_side": "RIGHT"}
    return comment
