"""From names to addresses, in threads of our own.

The system's resolver is asked, so that a name means here what it means to every other program. It
can only be waited for: a name server that drops a question holds its thread for ten seconds or
more. The threads of asyncio are few, and a handful of such names would hold them all.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from threading import Lock, Semaphore, Thread

from rollkeeper.model.visit import VisitFailure
from rollkeeper.probes.web.dialling import has_ipv6
from rollkeeper.probes.web.settings import Address, Guard, Resolve, VisitError

QUICK = 64
"""Questions that are asked at the same time, not counting those that are slow to be answered."""
SLOW_SECONDS = 0.1
"""After so long a question is slow: another is asked in its place."""
AGAIN_SECONDS = 1.5
"""After so long it is asked a second time: a question or an answer may get lost on its way, and
the system itself waits five seconds before it asks again."""
MOST_THREADS = 1_024
"""Questions that are open at the same time in all."""
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
    # Addresses that cannot be reached from here tell a site from a name without one.
    return _ask(name, port, socket.AF_INET6)


def _ask(name: str, port: int, family: socket.AddressFamily) -> Sequence[Address]:
    found = socket.getaddrinfo(name, port, family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    return [Address(str(address[0]), int(address[1])) for *_, address in found]


class Resolver:
    """Asks for names, many at once; `lookup` gives only addresses that may all be dialled."""

    def __init__(self, resolve: Resolve | None, guard: Guard) -> None:
        self._resolve = resolve or ask_system
        self._guard = lru_cache(maxsize=_CACHED)(guard)
        self._loop = asyncio.get_running_loop()
        self._threads = _Threads(self._loop)
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._quick = 0
        self._open = 0

    @property
    def crowded(self) -> bool:
        """Whether anybody waits for a turn."""
        return bool(self._waiting)

    async def turn(self) -> None:
        """Wait until a question may be asked. Whoever waited must then ask with `lookup`."""
        if self._quick >= QUICK or self._open >= MOST_THREADS:
            turn = self._loop.create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._release()
                raise
        else:
            self._take()

    async def lookup(self, host: str, port: int) -> list[Address]:
        """Return the addresses of a host in the order in which they should be tried.

        Raises VisitError where there are none, or where one of them must not be dialled.
        """
        answer: asyncio.Future[Sequence[Address] | OSError] = self._loop.create_future()
        first = self._put(host, port, answer)
        slow = self._loop.call_later(SLOW_SECONDS, first.step_aside)
        lost = self._loop.call_later(AGAIN_SECONDS, self._put_again, host, port, answer)
        try:
            found = await answer
        finally:
            slow.cancel()
            lost.cancel()
            first.step_aside()
        if isinstance(found, OSError):
            raise VisitError(_failure(found))
        return self.checked(found)

    def close(self) -> None:
        """Let the threads go; those that wait for a name server end with the process."""
        self._threads.close()

    def _put(
        self, host: str, port: int, answer: asyncio.Future[Sequence[Address] | OSError]
    ) -> _Question:
        question = _Question(self, answer)
        self._threads.run(lambda: self._ask(host, port), question.answered)
        return question

    def _put_again(
        self, host: str, port: int, answer: asyncio.Future[Sequence[Address] | OSError]
    ) -> None:
        if self._open < MOST_THREADS:
            self._take()
            self._put(host, port, answer).step_aside()

    def _ask(self, host: str, port: int) -> Sequence[Address] | OSError:
        try:
            return self._resolve(host, port)
        except OSError as error:
            return error.with_traceback(None)
        except ValueError:  # what can be no name at all
            return socket.gaierror(_NO_NAME, "not a name")

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

    def _take(self) -> None:
        self._quick += 1
        self._open += 1

    def _release(self) -> None:
        """Return back a turn that was taken and not used."""
        self._quick -= 1
        self._open -= 1
        self.let_in()

    def stepped_aside(self) -> None:
        """Count a question as slow from now on."""
        self._quick -= 1
        self.let_in()

    def ended(self, *, was_slow: bool) -> None:
        """Count a question as answered."""
        self._open -= 1
        if not was_slow:
            self._quick -= 1
        self.let_in()

    def let_in(self) -> None:
        """Let those ask who waited for it."""
        while self._waiting and self._quick < QUICK and self._open < MOST_THREADS:
            turn = self._waiting.popleft()
            if not turn.done():
                self._take()
                turn.set_result(None)


class _Question:
    """One question to the name server, which may outlive the visit that asked it."""

    __slots__ = ("_answer", "_over", "_resolver", "_slow")

    def __init__(
        self, resolver: Resolver, answer: asyncio.Future[Sequence[Address] | OSError]
    ) -> None:
        self._resolver = resolver
        self._answer = answer
        self._slow = False
        self._over = False

    def step_aside(self) -> None:
        if not self._slow and not self._over:
            self._slow = True
            self._resolver.stepped_aside()

    def answered(self, found: Sequence[Address] | OSError) -> None:
        self._over = True
        self._resolver.ended(was_slow=self._slow)
        if not self._answer.done():
            self._answer.set_result(found)


_Answer = Sequence[Address] | OSError
_Job = tuple[Callable[[], _Answer], Callable[[_Answer], None]]


class _Threads:
    """As many threads as there is work for; none of them keeps the process alive."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: deque[_Job | None] = deque()
        self._ready = Semaphore(0)
        self._results: deque[tuple[Callable[[_Answer], None], _Answer]] = deque()
        self._told = False
        self._lock = Lock()
        self._idle = 0
        self._count = 0
        self._closed = False

    def run(self, work: Callable[[], _Answer], done: Callable[[_Answer], None]) -> None:
        """Have `work` done in a thread, and `done` called with its result in the loop."""
        self._jobs.append((work, done))
        with self._lock:
            if self._idle:
                self._idle -= 1
                fresh = False
            else:
                fresh = True
        self._ready.release()
        if fresh:
            self._count += 1
            Thread(target=self._work, name="rollkeeper-names", daemon=True).start()

    def close(self) -> None:
        """Let idle threads end; busy ones end when they find nothing more to do."""
        with self._lock:
            self._closed = True
        for _ in range(self._count):
            self._jobs.append(None)
            self._ready.release()

    def _work(self) -> None:
        while True:
            self._ready.acquire()
            job = self._jobs.popleft()
            if job is None:
                return
            work, done = job
            result = work()
            with self._lock:
                if self._closed:
                    return
                self._idle += 1
                self._results.append((done, result))
                wake, self._told = not self._told, True
                if wake:
                    self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._told = False
        while self._results:
            done, result = self._results.popleft()
            done(result)


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
