"""How many connections a registrable domain gets at the same time, and how soon after another."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class _Gate:
    room: asyncio.Semaphore
    opens: float = 0.0
    """When the next visit may begin, by the loop's clock."""


class Gates:
    """One gate for each domain. What has passed it must leave again."""

    def __init__(self, at_once: int, pause: float) -> None:
        self._at_once = at_once
        self._pause = pause
        self._gates: dict[str, _Gate] = {}

    async def enter(self, domain: str, *, fresh: bool) -> None:
        """Wait for a turn. `fresh` is the beginning of a visit: those keep the pause."""
        gate = self._gates.get(domain)
        if gate is None:
            gate = self._gates[domain] = _Gate(asyncio.Semaphore(self._at_once))
        if fresh:
            now = asyncio.get_running_loop().time()
            wait = gate.opens - now
            gate.opens = max(gate.opens, now) + self._pause
            if wait > 0:
                await asyncio.sleep(wait)
        await gate.room.acquire()

    async def try_enter(self, domain: str) -> bool:
        """Pass at once, or not at all."""
        room = self._gates[domain].room
        return not room.locked() and await room.acquire()

    def leave(self, domain: str) -> None:
        """Make room for the next."""
        self._gates[domain].room.release()
