"""One question to one website: a second connection where the first is silent, and further tries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rollkeeper.model.visit import VisitFailure
from rollkeeper.probes.web.connection import Connection, RequestSpec
from rollkeeper.probes.web.http_head import ResponseHead
from rollkeeper.probes.web.walls import wall_of

PAUSES = (0.5, 1.5)
"""Seconds before the second and the third try."""
LEAST_LEFT = 0.5
"""Seconds that must be left after a pause, or it is not worth waiting for."""
FAIR_SHARE = 0.6
"""Of the time that a site has: so long it is listened to, however late we ourselves began."""
_MOMENT = 0.01
PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that often are others a moment later."""


class Exchange:
    """Sends a request until it has an answer, the tries are used up or the time is."""

    __slots__ = (
        "_deadline", "_fair_seconds", "_hedge_seconds", "_loop", "_may_hedge", "_spec", "attempts",
        "hedged",
    )  # fmt: skip

    def __init__(
        self,
        spec: RequestSpec,
        deadline: float,
        hedge_seconds: float,
        may_hedge: Callable[[], Awaitable[bool]],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._spec = spec
        self._deadline = deadline
        self._fair_seconds = FAIR_SHARE * (deadline - self._loop.time())
        self._hedge_seconds = hedge_seconds
        self._may_hedge: Callable[[], Awaitable[bool]] | None = may_hedge
        self.attempts = 0
        self.hedged = False

    async def answer(self) -> Connection:
        """Return the connection that brought an answer, or else one with the reason why not."""
        best = await self._one_answer()
        for pause in PAUSES:
            wait = self._wait(best, pause)
            if wait is None:
                break
            await asyncio.sleep(wait)
            again = await self._one_answer()
            if again.head is not None or (
                best.head is None and again.failure is not VisitFailure.SILENT
            ):
                best = again
        return best

    async def _one_answer(self) -> Connection:
        """Connect; where the site is silent, once more beside it. Time ends it."""
        racing = [self._connect()]
        try:
            while True:
                answered = [each for each in racing if each.ended.done() and each.head is not None]
                waiting = [each for each in racing if not each.ended.done()]
                good = next((each for each in answered if not _passing(each)), None)
                if good is not None or not waiting:
                    return good or (answered or racing)[0]
                left = max(map(self._left, waiting))
                if left <= _MOMENT:
                    last = next((each for each in waiting if each.head is not None), waiting[0])
                    last.expire()
                    return last
                hedge = self._until_hedge(waiting)
                if hedge <= _MOMENT and self._may_hedge:
                    self.hedged = await self._may_hedge()
                    self._may_hedge = None
                    if self.hedged:
                        racing.append(self._connect())
                    continue
                await asyncio.wait(
                    [each.ended for each in waiting],
                    timeout=min(left, hedge),
                    return_when=asyncio.FIRST_COMPLETED,
                )
        finally:
            for each in racing:
                each.close()

    def _connect(self) -> Connection:
        self.attempts += 1
        connection = Connection(self._spec)
        connection.start()
        return connection

    def _until_hedge(self, waiting: list[Connection]) -> float:
        """Return how much longer a site may be silent before it is asked a second time."""
        if self._may_hedge is None:
            return float("inf")
        now = self._loop.time()
        silence = max((each.silent_for(now) for each in waiting if each.head is None), default=0.0)
        return self._hedge_seconds - silence

    def _left(self, connection: Connection) -> float:
        """Return how much longer a connection may last.

        The time that we ourselves kept it waiting is added, but not for a site that has been
        silent for a good while since.
        """
        now = self._loop.time()
        left = self._deadline - now
        if left > _MOMENT:
            return left
        return min(left + connection.waited, self._fair_seconds - connection.silent_for(now))

    def _wait(self, connection: Connection, pause: float) -> float | None:
        """Return how long to wait before the next try; None where there is none."""
        if not self._spec.request or not _passing(connection):
            return None
        if connection.head is not None:
            if wall_of(connection.head, b""):
                return None
            pause = retry_after(connection.head) or pause
        return pause if self._loop.time() + pause + LEAST_LEFT <= self._deadline else None


def _passing(connection: Connection) -> bool:
    """Return whether another try may end otherwise."""
    if connection.head is None:
        return connection.failure is VisitFailure.RESET
    return connection.head.status in PASSING_STATUS


def retry_after(head: ResponseHead) -> float | None:
    """Read after how many seconds a site asks to be visited again, as a number or as a date."""
    value = head.first(b"retry-after").decode("latin-1")
    if value.isascii() and value.isdigit():
        return float(value[:9])
    then = _moment(value)
    now = _moment(head.first(b"date").decode("latin-1")) or datetime.now(tz=UTC)
    return max(0.0, (then - now).total_seconds()) if then else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
