"""One question to one website: a second connection where the first is silent, and further tries.

All of it happens beside the other visits and within one deadline; nothing waits in a row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rollkeeper.model.visit import VisitFailure
from rollkeeper.probes.web.connection import Connection, RequestSpec
from rollkeeper.probes.web.http_head import ResponseHead
from rollkeeper.probes.web.walls import wall_of

MOST_TRIES = 3
"""Connections one after the other; a second one beside a silent one is not counted."""
PAUSES = (0.5, 1.5)
"""Seconds before the second and the third try."""
LEAST_LEFT = 0.5
"""Seconds that must be left after a pause, or it is not worth waiting for."""
FAIR_SHARE = 0.6
"""Of the time that a site has: so long it is listened to, however late we ourselves began."""
_MOMENT = 0.01
PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that often are others a moment later."""
PASSING_FAILURES = frozenset({VisitFailure.RESET})


class Exchange:
    """Sends an errand until it has an answer, the tries are used up or the time is."""

    __slots__ = (
        "_deadline", "_end_timer", "_errand", "_fair_seconds", "_fallback", "_hedge_seconds",
        "_hedge_timer", "_loop", "_may_hedge", "_open", "_outcome", "_retry", "_tried", "attempts",
        "hedged",
    )  # fmt: skip

    def __init__(self, errand: RequestSpec, deadline: float, may_hedge: Callable[[], bool]) -> None:
        self._loop = asyncio.get_running_loop()
        self._errand = errand
        self._deadline = deadline
        self._may_hedge = may_hedge
        self._open: list[Connection] = []
        self._outcome: asyncio.Future[Connection | None] = self._loop.create_future()
        self._retry: asyncio.TimerHandle | None = None
        self._fallback: Connection | None = None
        self._tried = 0
        self.attempts = 0
        self.hedged = False

    async def answer(self, hedge_seconds: float) -> Connection:
        """Return the connection that brought an answer, or else the reason why there is none."""
        self._hedge_seconds = hedge_seconds
        self._fair_seconds = FAIR_SHARE * (self._deadline - self._loop.time())
        self._hedge_timer = self._loop.call_later(hedge_seconds, self._hedge)
        self._end_timer = self._loop.call_at(self._deadline, self._time_is_up)
        self._try()
        try:
            found = await self._outcome
        finally:
            self._close()
        if found is None:
            found = Connection(self._errand, lambda _: None)
            found.close()
            found.failure = VisitFailure.SILENT
        return found

    def _try(self) -> None:
        self._retry = None
        self._tried += 1
        self._connect()

    def _connect(self) -> None:
        self.attempts += 1
        connection = Connection(self._errand, self._over)
        self._open.append(connection)
        connection.start()

    def _hedge(self) -> None:
        waiting = [each for each in self._open if each.head is None]
        if self.hedged or self._outcome.done():
            return
        now = self._loop.time()
        silence = max((each.silent_for(now) for each in waiting), default=0.0)
        left = self._hedge_seconds - silence
        if left > _MOMENT or not waiting:
            self._hedge_timer = self._loop.call_later(max(left, 0.1), self._hedge)
        elif self._may_hedge():
            self.hedged = True
            self._connect()

    def _over(self, connection: Connection) -> None:
        self._open.remove(connection)
        if self._outcome.done():
            return
        pause = self._pause(connection)
        passing = connection.failure in PASSING_FAILURES or (
            connection.head is not None and connection.head.status in PASSING_STATUS
        )
        if connection.head is not None and not passing:
            self._outcome.set_result(connection)
            return
        if self._fallback is None or connection.head is not None or self._fallback.head is None:
            self._fallback = connection
        if pause is not None and self._retry is None:
            self._retry = self._loop.call_later(pause, self._try)
        if not self._open and self._retry is None:
            self._outcome.set_result(self._fallback)

    def _pause(self, connection: Connection) -> float | None:
        """Return how long to wait before the next try; None where there is none."""
        if self._tried >= MOST_TRIES or not self._errand.request:
            return None
        head = connection.head
        pause = PAUSES[self._tried - 1]
        if head is None:
            if connection.failure not in PASSING_FAILURES:
                return None
        else:
            if head.status not in PASSING_STATUS or wall_of(head, b""):
                return None
            pause = retry_after(head) or pause
        return pause if self._loop.time() + pause + LEAST_LEFT <= self._deadline else None

    def _time_is_up(self) -> None:
        if self._outcome.done():
            return
        answered = next((each for each in self._open if each.head is not None), None)
        more = max((self._owed(each) for each in self._open), default=0.0)
        if answered is None and more > _MOMENT:
            self._end_timer = self._loop.call_later(more, self._time_is_up)
        else:
            self._outcome.set_result(answered or self._fallback)

    def _owed(self, connection: Connection) -> float:
        """Return how much longer a connection may last, since we ourselves kept it waiting.

        Where the site has been silent for a good while since, nothing is owed to it.
        """
        now = self._loop.time()
        patience = self._fair_seconds - connection.silent_for(now)
        return min(self._deadline + connection.waited - now, patience)

    def _close(self) -> None:
        self._hedge_timer.cancel()
        self._end_timer.cancel()
        if self._retry:
            self._retry.cancel()
        for connection in self._open:
            connection.close()
        self._open.clear()


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
