"""Carry out what was decided about the comment, also when several runs do so at the same time.

GitHub cannot edit a comment on condition that it is still as it was read, so that a slow run could
overwrite what a newer one wrote. Runs therefore take turns. A reaction of ours on the comment is
either there or not, and only one of several requests can make it or remove it: the run that changes
it has the turn, and writes into the marker how the reaction is now. That takes one request.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from github import GithubException, UnknownObjectException
from github.IssueComment import IssueComment
from github.NamedUser import NamedUser
from github.Organization import Organization
from github.Repository import Repository
from requests import RequestException

from rollkeeper.forge.client import request
from rollkeeper.forge.comments import (
    Comment,
    CommentContent,
    CommentDecision,
    Turn,
    claimed,
    decide_comment,
    ours,
)
from rollkeeper.model.limits import MAX_COMMENT_PAGES

_REACTION = "eyes"
_MADE = 201
_FORBIDDEN, _MISSING = 403, 404
_SERVER_FAULT = 500
_PAGE = 100
_TRIES = 150
_PATIENCE = 45
"""Tries, a second and more apart, after which a run that holds the turn is taken for dead."""
_PAUSE_SECONDS = 1.0


class BusyError(Exception):
    """Others had the turn all the time."""


def post_comment(
    thread: RemoteThread,
    content: CommentContent,
    *,
    turn: Turn | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> CommentDecision:
    """Bring the comment up to date with `content`; return what was decided in the end.

    `turn` is where the comment is and how its turn was a moment ago, if that is known.
    Raises BusyError when others had the turn all the time.
    """
    made: CommentDecision | None = None
    queue = _Queue(thread)
    for _ in range(_TRIES):
        if turn is None:
            comments = thread.comments()
            decision = decide_comment(content, comments)
            if decision.body is None:
                return decision if made is None or decision.newer else made
            if decision.id is None:
                # Another run may write one at this moment: list them again, and merge the two.
                # Until it has its own id in it no other run touches it.
                there = decision.unclaimed or thread.create(decision.body)
                thread.edit(there, claimed(decision.body, there))
                made = replace(decision, id=there)
                continue
            turn = _turn(comments)
        if turn is not None:
            hold = queue.take(turn)
            decided = None if hold is None else _write(thread, content, turn, hold)
            if decided is not None:
                return decided
        turn = None
        sleep(_PAUSE_SECONDS)
    raise BusyError


def _turn(comments: list[Comment]) -> Turn | None:
    pairs = ours(comments)
    return Turn(pairs[0][0].id, pairs[0][1].hold) if pairs else None


def _write(
    thread: RemoteThread, content: CommentContent, turn: Turn, hold: int
) -> CommentDecision | None:
    """Read again and write, having the turn; None where it was taken by what was read too early."""
    comments = thread.comments()
    if _turn(comments) != turn:
        # Another run wrote since, or is about to: what reads the marker now knows better.
        if hold:
            thread.withdraw(turn.comment, hold)
        return None
    decision = decide_comment(content, comments, hold=hold)
    if decision.id is not None and decision.body is not None:
        thread.edit(decision.id, decision.body)
        for double in decision.doubles:
            thread.delete(double)
    return decision


class _Queue:
    """Takes the turn: changes the reaction from how the marker says that it is.

    A run that changed it and did not write for long is taken for dead. What it left is cleared
    away first, and then every run that waits tries again: again only one of them can be first.
    """

    def __init__(self, thread: RemoteThread) -> None:
        self._thread = thread
        self._tries: Counter[tuple[Turn, int]] = Counter()

    def take(self, turn: Turn) -> int | None:
        """Return how the reaction is then, 0 for none; None where another run was first."""
        if turn.hold:
            if self._thread.withdraw(turn.comment, turn.hold):
                return 0
            if not self._patience_ended(turn, 0):
                return None
        reaction, made = self._thread.react(turn.comment)
        if made:
            return reaction
        if self._patience_ended(turn, reaction):
            self._thread.withdraw(turn.comment, reaction)
        return None

    def _patience_ended(self, turn: Turn, reaction: int) -> bool:
        """Count how often another run had this turn, by what it left: its reaction, or 0."""
        self._tries[turn, reaction] += 1
        return self._tries[turn, reaction] > _PATIENCE


def post_patiently(
    repository: Repository, number: int, content: CommentContent, turn: Turn | None
) -> CommentDecision:
    """Do as `post_comment`; when GitHub fails, start again, once, from what it did before.

    Raises GithubException when it does not take the comment, RequestException when it is away.
    """
    thread = RemoteThread(repository, number)
    try:
        return post_comment(thread, content, turn=turn)
    except (GithubException, RequestException) as error:
        if isinstance(error, GithubException) and error.status < _SERVER_FAULT:
            raise
        return post_comment(thread, content)


class RemoteThread:
    """The comments of a pull request on GitHub."""

    def __init__(self, repository: Repository, number: int) -> None:
        """Remember where they are; nothing is asked yet."""
        self._repository = repository
        self._issue = repository.get_issue(number)

    def comments(self) -> list[Comment]:
        """Return all comments, page by page."""
        listed = self._issue.get_comments()
        return [_comment(each) for each in islice(listed, MAX_COMMENT_PAGES * _PAGE)]

    def create(self, body: str) -> int:
        """Write a comment, and return its id."""
        return self._issue.create_comment(body).id

    def edit(self, comment: int, body: str) -> None:
        """Write a comment again."""
        self._issue.get_comment(comment).edit(body)

    def delete(self, comment: int) -> None:
        """Remove a comment; nothing happens when it is gone."""
        with suppress(UnknownObjectException):
            self._issue.get_comment(comment).delete()

    def react(self, comment: int) -> tuple[int, bool]:
        """Leave our reaction; where the token may not, every run has the turn."""
        path = f"issues/comments/{comment}/reactions"
        try:
            # PyGithub's create_reaction does not say whether the reaction was there before.
            status, reaction = request(self._repository, "POST", path, {"content": _REACTION})
        except GithubException as error:
            if error.status not in {_FORBIDDEN, _MISSING}:
                raise
            return 0, True
        return int(reaction["id"]), status == _MADE

    def withdraw(self, comment: int, reaction: int) -> bool:
        """Remove our reaction; return whether it was there."""
        path = f"issues/comments/{comment}/reactions/{reaction}"
        try:
            # PyGithub's delete_reaction takes every refusal for a reaction that is not there.
            request(self._repository, "DELETE", path)
        except UnknownObjectException:
            return False
        return True


def _comment(comment: IssueComment) -> Comment:
    author: NamedUser | Organization | None = comment.user  # None for a deleted account
    return Comment(comment.id, author.login if author else "", comment.body or "")
