"""How many connections a registrable domain gets at the same time, and how soon after another."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Gate:
    inside: int = 0
    opens: float = 0.0
    """When the next visit may begin, by the loop's clock."""
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    alarm: asyncio.TimerHandle | None = None


class Gates:
    """One gate for each domain. Who has passed it must leave again."""

    def __init__(self, at_once: int, pause: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._at_once = at_once
        self._pause = pause
        self._gates: dict[str, _Gate] = {}

    async def enter(self, domain: str, *, fresh: bool) -> None:
        """Wait for a turn. `fresh` is the beginning of a visit: those keep the pause."""
        gate = self._gates.setdefault(domain, _Gate())
        if not gate.waiting and self._free(gate, fresh=fresh):
            self._let_in(gate, fresh=fresh)
            return
        turn: asyncio.Future[None] = self._loop.create_future()
        gate.waiting.append(turn)
        self._call_next(domain)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(domain)
            raise

    def try_enter(self, domain: str) -> bool:
        """Pass at once, or not at all."""
        gate = self._gates[domain]
        if gate.waiting or gate.inside >= self._at_once:
            return False
        gate.inside += 1
        return True

    def leave(self, domain: str) -> None:
        """Make room for the next."""
        gate = self._gates[domain]
        gate.inside -= 1
        if gate.waiting:
            self._call_next(domain)
        elif not gate.inside and gate.opens <= self._loop.time():
            del self._gates[domain]

    def _free(self, gate: _Gate, *, fresh: bool) -> bool:
        return gate.inside < self._at_once and not (fresh and gate.opens > self._loop.time())

    def _let_in(self, gate: _Gate, *, fresh: bool) -> None:
        gate.inside += 1
        if fresh:
            gate.opens = self._loop.time() + self._pause

    def _call_next(self, domain: str) -> None:
        gate = self._gates.get(domain)
        if gate is None:
            return
        if gate.alarm:
            gate.alarm.cancel()
            gate.alarm = None
        while gate.waiting and gate.inside < self._at_once:
            if gate.opens > self._loop.time():
                gate.alarm = self._loop.call_at(gate.opens, self._call_next, domain)
                return
            turn = gate.waiting.popleft()
            if not turn.done():
                self._let_in(gate, fresh=True)
                turn.set_result(None)
