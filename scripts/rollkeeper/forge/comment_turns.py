"""Carries out what was decided about the comment, also when several runs do so at the same time.

GitHub cannot edit a comment on condition that it is still as it was read, so that a slow run could
write over the word of a newer one. Runs therefore take turns. A reaction of ours on the comment is
either there or not, and only one of several requests can make it or remove it: whoever changes it
has the turn, and writes into the marker how it now stands. That takes one request.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from github import Github, GithubException
from requests import RequestException

from rollkeeper.forge.client import pages
from rollkeeper.forge.comments import (
    Comment,
    CommentContent,
    CommentDecision,
    CreateComment,
    EditComment,
    LeaveComment,
    decide,
    ours,
)
from rollkeeper.forge.tracking_issue import BOT
from rollkeeper.model.limits import MAX_COMMENT_PAGES

_REACTION = "eyes"
_MADE = 201
_FORBIDDEN, _MISSING = 403, 404
_REFUSED, _SERVER_FAULT = 400, 500
_TRIES = 150
_PATIENCE = 45
"""Tries, a second and more apart, after which a run that holds the turn is taken for dead."""
_PAUSE_SECONDS = 1.0


class Thread(Protocol):
    """The comments of one pull request."""

    def comments(self) -> list[Comment]:
        """Return all comments."""

    def create(self, body: str) -> None:
        """Write a comment."""

    def edit(self, comment: int, body: str) -> None:
        """Write a comment again."""

    def delete(self, comment: int) -> None:
        """Remove a comment; nothing happens when it is gone."""

    def react(self, comment: int) -> tuple[int, bool]:
        """Leave our reaction; give its id, and whether it was not there before."""

    def withdraw(self, comment: int, reaction: int) -> bool:
        """Remove our reaction; say whether it was there."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How the reaction on a comment stood when it was last read: its id, or 0."""

    comment: int
    hold: int


class BusyError(Exception):
    """Others had the turn all the time."""


def post(
    thread: Thread,
    told: CommentContent,
    *,
    turn: Turn | None = None,
    author: str = BOT,
    sleep: Callable[[float], object] = time.sleep,
) -> CommentDecision:
    """Bring the comment up to what is to be told; give what was decided in the end.

    `turn` is where the comment is and how its turn stood a moment ago, if anybody looked.
    Raises Busy when others had the turn all the time.
    """
    made: CreateComment | None = None
    queue = _Queue(thread)
    for _ in range(_TRIES):
        if turn is None:
            comments = thread.comments()
            decision = decide(told, comments, author=author)
            if isinstance(decision, LeaveComment):
                return decision if made is None or decision.newer else made
            if isinstance(decision, CreateComment):
                # Another run may write one at this moment: we look again, and merge the two.
                thread.create(decision.body)
                made = decision
                continue
            turn = _turn(comments, author)
        if turn is not None:
            hold = queue.take(turn)
            decided = None if hold is None else _write(thread, told, turn, author, hold)
            if decided is not None:
                return decided
        turn = None
        sleep(_PAUSE_SECONDS)
    raise BusyError


def _turn(comments: list[Comment], author: str) -> Turn | None:
    pairs = ours(comments, author)
    return Turn(pairs[0][0].id, pairs[0][1].hold) if pairs else None


def _write(
    thread: Thread, told: CommentContent, turn: Turn, author: str, hold: int
) -> CommentDecision | None:
    """Look again and write, having the turn; None where it was taken by what was read too early."""
    comments = thread.comments()
    if _turn(comments, author) != turn:
        # Somebody wrote since, or is about to: whoever reads the marker now knows better.
        if hold:
            thread.withdraw(turn.comment, hold)
        return None
    decision = decide(told, comments, author=author, hold=hold)
    if isinstance(decision, EditComment):
        thread.edit(decision.id, decision.body)
        for double in decision.doubles:
            thread.delete(double)
    return decision


class _Queue:
    """Takes the turn: changes the reaction from how the marker says that it stands.

    A run that changed it and did not write for long is taken for dead. What it left is cleared
    away first, and then everybody who waits tries again: again only one of them can be first.
    """

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._seen: tuple[Turn, int] | None = None
        self._times = 0

    def take(self, turn: Turn) -> int | None:
        """Return how the reaction stands then, 0 for none; None where another run was first."""
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
        """Count how often nothing moved; of a dead run's reaction, since it was first seen."""
        if self._seen is None or self._seen[0] != turn or (reaction and self._seen[1] != reaction):
            kept = reaction or (self._seen[1] if self._seen and self._seen[0] == turn else 0)
            self._seen, self._times = (turn, kept), 0
        self._times += 1
        return self._times > _PATIENCE


def post_patiently(thread: Thread, told: CommentContent, turn: Turn | None) -> CommentDecision:
    """Do as `post`; when GitHub breaks off, look again, once, at what it did before it broke.

    Raises GithubException when it does not take the comment, RequestException when it is away.
    """
    try:
        return post(thread, told, turn=turn)
    except (GithubException, RequestException) as error:
        if isinstance(error, GithubException) and error.status < _SERVER_FAULT:
            raise
        return post(thread, told)


class RemoteThread:
    """The comments of a pull request on GitHub."""

    def __init__(self, client: Github, repository: str, number: int) -> None:
        """Remember where they are; nothing is asked yet."""
        self._client = client
        self._comments = f"/repos/{repository}/issues/comments"
        self._thread = f"/repos/{repository}/issues/{number}/comments"

    def comments(self) -> list[Comment]:
        """Return all comments, page by page."""
        path = f"{self._thread}?per_page=100"
        return [_comment(each) for each in pages(self._client, path, most=MAX_COMMENT_PAGES)]

    def create(self, body: str) -> None:
        """Write a comment."""
        self._ask("POST", self._thread, {"body": body})

    def edit(self, comment: int, body: str) -> None:
        """Write a comment again."""
        self._ask("PATCH", f"{self._comments}/{comment}", {"body": body})

    def delete(self, comment: int) -> None:
        """Remove a comment; nothing happens when it is gone."""
        self._gone("DELETE", f"{self._comments}/{comment}")

    def react(self, comment: int) -> tuple[int, bool]:
        """Leave our reaction; where the token may not, every run has the turn."""
        path = f"{self._comments}/{comment}/reactions"
        requester = self._client.requester
        status, headers, text = requester.requestJson("POST", path, input={"content": _REACTION})
        if status in {_FORBIDDEN, _MISSING}:
            return 0, True
        if status >= _REFUSED:
            raise requester.createException(status, headers, {"message": text})
        return int(json.loads(text)["id"]), status == _MADE

    def withdraw(self, comment: int, reaction: int) -> bool:
        """Remove our reaction; say whether it was there."""
        return self._gone("DELETE", f"{self._comments}/{comment}/reactions/{reaction}")

    def _ask(self, method: str, path: str, data: dict[str, Any]) -> None:
        self._client.requester.requestJsonAndCheck(method, path, input=data)

    def _gone(self, method: str, path: str) -> bool:
        try:
            self._client.requester.requestJsonAndCheck(method, path)
        except GithubException as error:
            if error.status != _MISSING:
                raise
            return False
        return True


def _comment(data: dict[str, Any]) -> Comment:
    return Comment(data["id"], (data["user"] or {}).get("login", ""), data["body"] or "")
