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
from rollkeeper.forge.comments import Comment, Create, Decision, Edit, Nothing, Told, decide, ours
from rollkeeper.forge.tracking import BOT
from rollkeeper.limits import MAX_COMMENT_PAGES

_REACTION = "eyes"
_MADE = 201
_FORBIDDEN, _MISSING = 403, 404
_REFUSED, _SERVER_FAULT = 400, 500
_TRIES = 40
_PATIENCE = 20
"""Tries after which a run that took the turn and did not write is taken for dead."""
_PAUSE_SECONDS = 1.0


class Thread(Protocol):
    """The comments of one pull request."""

    def comments(self) -> list[Comment]:
        """Give all comments."""

    def create(self, body: str) -> None:
        """Write a comment."""

    def edit(self, comment: int, body: str) -> None:
        """Write a comment anew."""

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


class Busy(Exception):  # noqa: N818 - it is an answer, not a fault
    """Others had the turn all the time."""


def post(
    thread: Thread,
    told: Told,
    *,
    turn: Turn | None = None,
    author: str = BOT,
    sleep: Callable[[float], object] = time.sleep,
) -> Decision:
    """Bring the comment up to what is to be told; give what was decided in the end.

    `turn` is where the comment is and how its turn stood a moment ago, if anybody looked.
    Raises Busy when others had the turn all the time.
    """
    made: Create | None = None
    for tried in range(_TRIES):
        if turn is None:
            comments = thread.comments()
            decision = decide(told, comments, author=author)
            if isinstance(decision, Nothing):
                return decision if made is None or decision.newer else made
            if isinstance(decision, Create):
                # Another run may write one at this moment: we look again, and merge the two.
                thread.create(decision.body)
                made = decision
                continue
            turn = _turn(comments, author)
        decided = _write(thread, told, turn, author, force=tried >= _PATIENCE)
        if decided is not None:
            return decided
        turn = None
        sleep(_PAUSE_SECONDS)
    raise Busy


def _turn(comments: list[Comment], author: str) -> Turn | None:
    pairs = ours(comments, author)
    return Turn(pairs[0][0].id, pairs[0][1].hold) if pairs else None


def _write(
    thread: Thread, told: Told, turn: Turn | None, author: str, *, force: bool
) -> Decision | None:
    """Take the turn, look, write; None where another run has the turn."""
    if turn is None:
        return None
    hold = _take(thread, turn, force=force)
    if hold is None:
        return None
    comments = thread.comments()
    if _turn(comments, author) != turn:
        # The turn was taken by what was read too long ago: whoever writes now wrote since.
        if hold:
            thread.withdraw(turn.comment, hold)
        return None
    decision = decide(told, comments, author=author, hold=hold)
    if isinstance(decision, Edit):
        thread.edit(decision.id, decision.body)
        for double in decision.doubles:
            thread.delete(double)
    return decision


def _take(thread: Thread, turn: Turn, *, force: bool) -> int | None:
    """Change the reaction; give how it stands then, or None where another run was first.

    With `force` the run that was first is taken for dead: it changed the reaction, but has not
    written since.
    """
    if turn.hold:
        if thread.withdraw(turn.comment, turn.hold):
            return 0
        if not force:
            return None
        reaction, made = thread.react(turn.comment)
        return reaction if made else None
    reaction, made = thread.react(turn.comment)
    if made:
        return reaction
    return 0 if force and thread.withdraw(turn.comment, reaction) else None


def post_patiently(thread: Thread, told: Told, turn: Turn | None) -> Decision:
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
        """Give all comments, page by page."""
        path = f"{self._thread}?per_page=100"
        return [_comment(each) for each in pages(self._client, path, most=MAX_COMMENT_PAGES)]

    def create(self, body: str) -> None:
        """Write a comment."""
        self._ask("POST", self._thread, {"body": body})

    def edit(self, comment: int, body: str) -> None:
        """Write a comment anew."""
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
