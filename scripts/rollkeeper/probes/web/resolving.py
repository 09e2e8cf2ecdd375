"""From names to addresses, in threads of our own.

The system's resolver is asked, so that a name means here what it means to every other program. It
can only be waited for: a name server that drops a question holds its thread for ten seconds or
more. A pool of a fixed size would be held up by a handful of such names, and those of the standard
library hold up the end of the process as well.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from queue import SimpleQueue
from threading import Semaphore, Thread

from rollkeeper.model.visit import VisitFailure
from rollkeeper.probes.web.dialling import has_ipv6
from rollkeeper.probes.web.settings import QUICK, Address, Guard, Resolve, VisitError

SLOW_SECONDS = 0.1
"""After so long a question is slow: another is asked in its place."""
AGAIN_SECONDS = 1.5
"""After so long it is asked a second time: a question or an answer may get lost on its way, and
the system itself waits five seconds before it asks again."""
MOST_THREADS = 1_024
"""Questions that are open at the same time in all, not counting those asked a second time."""
_CACHED = 4_096
"""Addresses whose refusal is kept: many sites share one."""

_NO_NAME = socket.EAI_NONAME
_NO_ADDRESS = frozenset(
    getattr(socket, name) for name in ("EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)
)


def ask_system(host: str, port: int) -> Sequence[Address]:
    """Return all addresses that the system knows for a host."""
    # The final dot keeps the names of our own network's search list out of it.
    name = host if ":" in host or host[-1:].isdigit() else f"{host}."
    family = socket.AF_UNSPEC if has_ipv6() else socket.AF_INET
    try:
        return _ask(name, port, family)
    except socket.gaierror as error:
        if family is socket.AF_UNSPEC or error.errno not in _NO_ADDRESS:
            raise
    # Addresses that cannot be reached from here distinguish a site from a name without one.
    return _ask(name, port, socket.AF_INET6)


def _ask(name: str, port: int, family: socket.AddressFamily) -> Sequence[Address]:
    found = socket.getaddrinfo(name, port, family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    return [Address(str(address[0]), int(address[1])) for *_, address in found]


_Answer = Sequence[Address] | OSError


class Resolver:
    """Asks for names, many at once; `lookup` returns only addresses that may all be dialled."""

    def __init__(self, resolve: Resolve | None, guard: Guard, quick: int = QUICK) -> None:
        self._resolve = resolve or ask_system
        self._guard = lru_cache(maxsize=_CACHED)(guard)
        self._loop = asyncio.get_running_loop()
        self._threads = _Threads()
        self._quick = asyncio.Semaphore(quick)
        self._open = asyncio.Semaphore(MOST_THREADS)
        self._waiting = 0

    @property
    def crowded(self) -> bool:
        """Whether a question waits for its turn."""
        return self._waiting > 0

    async def turn(self) -> None:
        """Wait until a question may be asked. It must then be asked, with `lookup`."""
        self._waiting += 1
        try:
            await self._open.acquire()
            try:
                await self._quick.acquire()
            except asyncio.CancelledError:
                self._open.release()
                raise
        finally:
            self._waiting -= 1

    async def lookup(self, host: str, port: int) -> list[Address]:
        """Return the addresses of a host in the order in which they should be tried.

        Raises VisitError where there are none, or where one of them must not be dialled.
        """
        answer: asyncio.Future[_Answer] = self._loop.create_future()
        held = [self._quick]

        def step_aside() -> None:
            while held:
                held.pop().release()

        self._put(host, port, answer)
        slow = self._loop.call_later(SLOW_SECONDS, step_aside)
        ask_again = partial(self._put, host, port, answer, again=True)
        lost = self._loop.call_later(AGAIN_SECONDS, ask_again)
        try:
            found = await answer
        finally:
            slow.cancel()
            lost.cancel()
            step_aside()
        if isinstance(found, OSError):
            raise VisitError(_failure(found))
        return self.checked(found)

    def close(self) -> None:
        """Let the threads go; those that wait for a name server end with the process."""
        self._threads.close()

    def checked(self, found: Sequence[Address]) -> list[Address]:
        """Put addresses in order; raises VisitError unless all of them may be dialled."""
        addresses = list(dict.fromkeys(found))
        if not addresses:
            raise VisitError(VisitFailure.NO_ADDRESS)
        if any(self._guard(address.ip) is not None for address in addresses):
            raise VisitError(VisitFailure.NOT_PUBLIC)
        six = [address for address in addresses if ":" in address.ip]
        four = [address for address in addresses if ":" not in address.ip]
        return in_turn(six, four)

    def _put(
        self, host: str, port: int, answer: asyncio.Future[_Answer], *, again: bool = False
    ) -> None:
        def ask() -> None:
            found = self._found(host, port)
            with suppress(RuntimeError):  # the loop may be closed by now
                self._loop.call_soon_threadsafe(self._answered, answer, found, again)

        if not (again and self._open.locked()):
            self._threads.run(ask)

    def _found(self, host: str, port: int) -> _Answer:
        try:
            return self._resolve(host, port)
        except OSError as error:
            return error.with_traceback(None)
        except ValueError:  # what can be no name at all
            return socket.gaierror(_NO_NAME, "not a name")

    def _answered(self, answer: asyncio.Future[_Answer], found: _Answer, again: bool) -> None:  # noqa: FBT001 - call_soon_threadsafe passes no keywords
        if not again:
            self._open.release()
        if not answer.done():
            answer.set_result(found)


class _Threads:
    """As many threads as there is work for; none of them keeps the process alive."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = Semaphore(0)
        self._count = 0

    def run(self, job: Callable[[], None]) -> None:
        """Have a job done by a thread that is idle, or by another."""
        self._jobs.put(job)
        if not self._idle.acquire(blocking=False):
            self._count += 1
            Thread(target=self._work, name="rollkeeper-names", daemon=True).start()

    def close(self) -> None:
        """Let each thread end when it has nothing more to do."""
        for _ in range(self._count):
            self._jobs.put(None)

    def _work(self) -> None:
        while job := self._jobs.get():
            job()
            self._idle.release()


def in_turn(first: Sequence[Address], second: Sequence[Address]) -> list[Address]:
    """Mix the addresses of two families, so that each is soon tried (RFC 8305)."""
    mixed: list[Address] = []
    for index in range(max(len(first), len(second))):
        mixed += [*first[index : index + 1], *second[index : index + 1]]
    return mixed


def _failure(error: OSError) -> VisitFailure:
    if not isinstance(error, socket.gaierror):
        return VisitFailure.NAME_SERVER
    if error.errno in _NO_ADDRESS:
        return VisitFailure.NO_ADDRESS
    return VisitFailure.NO_SUCH_NAME if error.errno == _NO_NAME else VisitFailure.NAME_SERVER
