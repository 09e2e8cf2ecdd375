"""Where the work of connections is done: in order, and none of it for long at a time."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

SLICE_SECONDS = 0.001
"""So long at most one turn of the loop works on connections."""
SHORT_SLICE_SECONDS = 0.0002
"""The same while other visits have yet to begin: they end the later for it, these need not."""
MOST_AWAY = 4
"""So many handshakes may wait for each thread before no more connections are begun."""

HandshakeDone = Callable[["OSError | None"], None]
"""Gets the error that a step stopped with, or None."""


class Handshakes:
    """Dials and shakes hands for all connections.

    Most of a visit's work is the handshake's arithmetic, during which other threads may run: it is
    done in threads where there are processors to spare. What was begun is finished first, so that
    few handshakes are open at a time, and all is done in small slices, so that a crowd does not
    hold up the visits that have yet to begin, as long as `crowded` says that there are some.
    """

    def __init__(self, threads: int, crowded: Callable[[], bool]) -> None:
        self._loop = asyncio.get_running_loop()
        self._crowded = crowded
        self._pool = ThreadPoolExecutor(threads, "rollkeeper-tls") if threads else None
        self._most_away = MOST_AWAY * threads
        self._away = 0
        self._begun: deque[Callable[[], None]] = deque()
        self._new: deque[Callable[[], None]] = deque()
        self._called = False

    def soon(self, work: Callable[[], None]) -> None:
        """Have a connection begun when it is its turn."""
        self._new.append(work)
        self._call()

    def begin(self, secure: ssl.SSLSocket, done: HandshakeDone) -> None:
        """Start the handshake."""
        # Handing so little to a thread would cost as much.
        self._begun.append(partial(_shake, secure, done))
        self._call()

    def go_on(self, secure: ssl.SSLSocket, done: HandshakeDone) -> None:
        """Go on with a handshake."""
        if self._pool is not None:
            self._away += 1
            self._pool.submit(self._shake_away, secure, done)
        else:
            self._begun.append(partial(_shake, secure, done))
            self._call()

    def close(self) -> None:
        """Let the threads end."""
        self._begun.clear()
        self._new.clear()
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def _call(self) -> None:
        if not self._called:
            self._called = True
            self._loop.call_soon(self._work)

    def _work(self) -> None:
        self._called = False
        end = time.monotonic() + (SHORT_SLICE_SECONDS if self._crowded() else SLICE_SECONDS)
        while time.monotonic() < end:
            if self._begun:
                self._begun.popleft()()
            elif self._new and self._away <= self._most_away:
                self._new.popleft()()
            else:
                return
        self._call()

    def _shake_away(self, secure: ssl.SSLSocket, done: HandshakeDone) -> None:
        error = _shaken(secure)
        self._loop.call_soon_threadsafe(self._back, error, done)

    def _back(self, error: OSError | None, done: HandshakeDone) -> None:
        self._away -= 1
        if self._new:
            self._call()
        done(error)


def _shake(secure: ssl.SSLSocket, done: HandshakeDone) -> None:
    done(_shaken(secure))


def _shaken(secure: ssl.SSLSocket) -> OSError | None:
    try:
        secure.do_handshake()
    except OSError as error:
        return error.with_traceback(None)
    except ValueError:  # a handshake with a name that cannot be one
        return ssl.SSLError(ssl.SSL_ERROR_SSL, "no such name")
    return None
