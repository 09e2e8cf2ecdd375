"""Runs that tell of the same pull request at the same time, request by request."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Any

import pytest

from rollkeeper.forge import comment_turns
from rollkeeper.forge.client import Repository, connect
from rollkeeper.forge.comment_turns import RemoteThread, post_comment
from rollkeeper.forge.comments import Comment, CommentContent, Marker, Turn, read_marker
from standin import api

HEAD, BASE = "a" * 40, "b" * 40


def told(run: int, attempt: int = 1) -> CommentContent:
    marker = Marker(run, attempt, HEAD, BASE, day=20261121, done=True)
    return CommentContent(marker, lambda _: f"Run {run}, attempt {attempt}\n")


@dataclass
class Schedule:
    """Lets one of several threads go on at a time, for one request, in an order drawn by chance."""

    chance: random.Random
    waiting: dict[int, bool] = field(default_factory=dict)
    turn: int | None = None
    lock: Condition = field(default_factory=Condition)

    def step(self, who: int) -> None:
        with self.lock:
            self.waiting[who] = True
            self._next()
            self.lock.wait_for(lambda: self.turn == who)

    def leave(self, who: int) -> None:
        with self.lock:
            del self.waiting[who]
            self.turn = None
            self._next()

    def done(self, who: int) -> None:
        with self.lock:
            self.waiting[who] = False
            self.turn = None

    def _next(self) -> None:
        # Nobody goes on until all who run wait for it: the order is chance's, not the machine's.
        if self.turn is None and self.waiting and all(self.waiting.values()):
            self.turn = self.chance.choice(sorted(self.waiting))
            self.lock.notify_all()


class CrashError(Exception):
    """The runner of a workflow was lost."""


class Stepping(RemoteThread):
    """A thread of comments that waits for its turn before each request, and may break off."""

    def __init__(
        self, repository: Repository, schedule: Schedule, who: int, breaks_at: int | None
    ) -> None:
        super().__init__(repository, 1)
        self.schedule, self.who, self.breaks_at = schedule, who, breaks_at
        self.requests = 0

    @contextmanager
    def _request(self) -> Iterator[None]:
        self.requests += 1
        if self.requests == self.breaks_at:
            raise CrashError
        self.schedule.step(self.who)
        try:
            yield
        finally:
            self.schedule.done(self.who)

    def comments(self) -> list[Comment]:
        with self._request():
            return super().comments()

    def create(self, body: str) -> int:
        with self._request():
            return super().create(body)

    def edit(self, comment: int, body: str) -> None:
        with self._request():
            super().edit(comment, body)

    def delete(self, comment: int) -> None:
        with self._request():
            super().delete(comment)

    def react(self, comment: int) -> tuple[int, bool]:
        with self._request():
            return super().react(comment)

    def withdraw(self, comment: int, reaction: int) -> bool:
        with self._request():
            return super().withdraw(comment, reaction)


@dataclass
class Stage:
    """A pull request of the stand-in, and the runs that tell of it."""

    github: api.State
    connections: ExitStack

    def thread(self) -> RemoteThread:
        return RemoteThread(self.repository(), 1)

    def repository(self) -> Repository:
        """Connect as one run does: each has a client of its own."""
        connection = connect(
            self.github.token,
            self.github.url,
            self.github.repository,
            seconds_between_requests=0,
            seconds_between_writes=0,
            backoff=0,
        )
        return self.connections.enter_context(connection)

    def play(self, seed: int, *, there_before: bool) -> None:
        """Let two runs write in an order of chance; the older breaks off and is tried again."""
        self.github.comments.clear()
        self.github.reactions.clear()
        turn = None
        if there_before:
            post_comment(self.thread(), told(1))
            first = self.github.comments[1][0]
            turn = Turn(first["id"], 0)
        chance = random.Random(seed)  # noqa: S311 - an order, no secret
        schedule = Schedule(chance)
        older = [(told(2), chance.randint(1, 6)), (told(2, 2), None)]
        newer = [(told(3), None)]
        actors = [
            Thread(target=self._act, args=(schedule, who, attempts, turn))
            for who, attempts in enumerate((older, newer))
        ]
        schedule.waiting = dict.fromkeys(range(len(actors)), False)
        for actor in actors:
            actor.start()
        for actor in actors:
            actor.join(timeout=600)  # only a deadlock takes that long
            assert not actor.is_alive()

    def _act(
        self,
        schedule: Schedule,
        who: int,
        attempts: list[tuple[CommentContent, int | None]],
        turn: Turn | None,
    ) -> None:
        try:
            for account, breaks in attempts:
                stepping = Stepping(self.repository(), schedule, who, breaks)
                with suppress(CrashError):
                    post_comment(stepping, account, turn=turn, sleep=lambda _: None)
        finally:
            schedule.leave(who)


@pytest.fixture
def stage() -> Generator[Stage]:
    with api.serve() as state, ExitStack() as connections:
        state.add_issue("", author="newcomer", pull_request=True)
        yield Stage(state, connections)
        assert state.complaints == []


@pytest.mark.untraced
@pytest.mark.parametrize("there_before", [False, True], ids=["the first ones", "later ones"])
def test_every_order_leaves_one_comment_with_the_newest_word(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, there_before: bool
) -> None:
    monkeypatch.setattr(comment_turns, "_PATIENCE", 10)
    outcomes: list[Any] = []
    for seed in range(100):
        stage.play(seed, there_before=there_before)
        markers = [read_marker(each["body"]) for each in stage.github.comments[1]]
        # A run that crashed before its new comment had its id in it leaves it behind.
        outcomes.append([each.stamp for each in markers if each and (each.comment or each.run > 2)])
    assert outcomes == [[(3, 1)]] * 100


def test_a_run_alone_takes_few_requests(stage: Stage) -> None:
    post_comment(stage.thread(), told(1))
    assert [method for method, _ in stage.github.requests] == ["GET", "POST", "PATCH", "GET"]
    stage.github.requests.clear()
    turn = Turn(stage.github.comments[1][0]["id"], 0)
    post_comment(stage.thread(), told(2), turn=turn)
    assert [method for method, _ in stage.github.requests] == ["POST", "GET", "PATCH"]
    stage.github.requests.clear()
    marker = read_marker(stage.github.comments[1][0]["body"])
    assert marker is not None
    assert marker.hold
    post_comment(stage.thread(), told(3), turn=Turn(turn.comment, marker.hold))
    assert [method for method, _ in stage.github.requests] == ["DELETE", "GET", "PATCH"]


def test_what_was_read_too_long_ago_only_costs_time(stage: Stage) -> None:
    post_comment(stage.thread(), told(1))
    slept: list[float] = []
    keep: Callable[[float], object] = slept.append
    post_comment(
        stage.thread(), told(2), turn=Turn(stage.github.comments[1][0]["id"], 77), sleep=keep
    )
    assert len(slept) == 1
    assert stage.github.comments[1][0]["body"].endswith("Run 2, attempt 1\n")


def test_a_token_that_may_not_react_writes_all_the_same(stage: Stage) -> None:
    post_comment(stage.thread(), told(1))
    stage.github.refuse_for["reactions"] = 403
    post_comment(stage.thread(), told(2))
    assert stage.github.comments[1][0]["body"].endswith("Run 2, attempt 1\n")
