"""To one of several checked addresses, whichever answers first; never to any other."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from functools import cache, partial
from ipaddress import ip_address

from rollkeeper.model.visit import VisitFailure
from rollkeeper.probes.web.settings import Address

RACE_SECONDS = 0.25
"""After so long the next address is tried beside the last (RFC 8305)."""
MOST_ADDRESSES = 6
"""Addresses of one host that are tried."""

_NONBLOCK = getattr(socket, "SOCK_NONBLOCK", 0)
_PENDING = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY})
_NO_ROUTE = frozenset({
    errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT,
})  # fmt: skip
"""This machine has no way to such addresses at all."""
_ABROAD = Address("2001:4860:4860::8888", 53)
"""Some address on the public IPv6 internet: asked for a route to it, the system sends nothing."""

DialDone = Callable[["socket.socket | None", "VisitFailure | None"], None]
"""Gets a connected socket, or the reason why there is none."""


class Dial:
    """Tries addresses, each a little after the last, and keeps the first that connects."""

    __slots__ = (
        "_done", "_failures", "_left", "_loop", "_next", "_patience", "_seconds", "_trying",
    )  # fmt: skip

    def __init__(self, addresses: Sequence[Address], seconds: float, done: DialDone) -> None:
        self._loop = asyncio.get_running_loop()
        self._left = list(addresses[MOST_ADDRESSES - 1 :: -1])
        self._done: DialDone | None = done
        self._trying: dict[socket.socket, Address] = {}
        self._failures: list[VisitFailure] = []
        self._next: asyncio.TimerHandle | None = None
        self._seconds = seconds
        self._patience: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin; `done` may be called before this returns."""
        self._patience = self._loop.call_later(self._seconds, self._give_up)
        self._try_next()

    def close(self) -> None:
        """Stop dialling, without calling `done`."""
        self._done = None
        if self._patience:
            self._patience.cancel()
        if self._next:
            self._next.cancel()
        for sock in list(self._trying):
            self._drop(sock)

    def _try_next(self) -> None:
        if self._next:
            self._next.cancel()
            self._next = None
        if self._done is None:
            return
        if not self._left:
            if not self._trying:
                self._end(None, _most_telling(self._failures))
            return
        address = self._left.pop()
        if self._left:
            self._next = self._loop.call_later(RACE_SECONDS, self._try_next)
        self._dial(address)

    def _dial(self, address: Address) -> None:
        family = socket.AF_INET6 if ":" in address.ip else socket.AF_INET
        try:
            sock = socket.socket(family, socket.SOCK_STREAM | _NONBLOCK)
        except OSError as error:
            self._failed(None, address, error.errno)
            return
        if not _NONBLOCK:
            sock.setblocking(False)  # noqa: FBT003 - the signature is the standard library's
        self._trying[sock] = address
        try:
            code = sock.connect_ex(address)
        except OSError as error:
            code = error.errno or errno.EIO
        if code in _PENDING:
            self._loop.add_writer(sock, partial(self._writable, sock))
        elif code:
            self._failed(sock, address, code)
        else:
            self._connected(sock)

    def _writable(self, sock: socket.socket) -> None:
        self._loop.remove_writer(sock)
        self._connected(sock)

    def _connected(self, sock: socket.socket) -> None:
        address = self._trying.pop(sock)
        try:
            peer = sock.getpeername()
        except OSError:  # not connected: the socket knows why
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            self._failed(sock, address, code)
            return
        if peer[1] != address.port or (
            peer[0] != address.ip and ip_address(peer[0]) != ip_address(address.ip)
        ):
            # Something between us and the network rewrites connections: this one goes elsewhere.
            sock.close()
            self._end(None, VisitFailure.NOT_PUBLIC)
            return
        self._end(sock, None)

    def _failed(self, sock: socket.socket | None, address: Address, code: int | None) -> None:
        if sock is not None:
            self._drop(sock)
        self._failures.append(_failure(address, code))
        self._try_next()

    def _drop(self, sock: socket.socket) -> None:
        if self._trying.pop(sock, None) is not None:
            self._loop.remove_writer(sock)
        sock.close()

    def _give_up(self) -> None:
        self._end(None, VisitFailure.SILENT)

    def _end(self, sock: socket.socket | None, failure: VisitFailure | None) -> None:
        done = self._done
        self.close()
        if done:
            done(sock, failure)


_BY_CODE = {
    errno.ECONNREFUSED: VisitFailure.REFUSED,
    errno.ECONNRESET: VisitFailure.RESET,
    errno.ECONNABORTED: VisitFailure.RESET,
    errno.EPIPE: VisitFailure.RESET,
    errno.ETIMEDOUT: VisitFailure.SILENT,
    errno.EMFILE: VisitFailure.NOT_CHECKABLE,
    errno.ENFILE: VisitFailure.NOT_CHECKABLE,
    errno.ENOBUFS: VisitFailure.NOT_CHECKABLE,
    errno.ENOMEM: VisitFailure.NOT_CHECKABLE,
}
_GRAVITY = (VisitFailure.REFUSED, VisitFailure.RESET, VisitFailure.SILENT, VisitFailure.UNREACHABLE)


def _failure(address: Address, code: int | None) -> VisitFailure:
    if code in _NO_ROUTE and ":" in address.ip and not has_ipv6():
        return VisitFailure.NOT_CHECKABLE
    return _BY_CODE.get(code or 0, VisitFailure.UNREACHABLE)


def failure_of_code(code: int | None) -> VisitFailure:
    """Return what the error number of a connection that stood means."""
    return _BY_CODE.get(code or 0, VisitFailure.RESET)


def _most_telling(failures: Sequence[VisitFailure]) -> VisitFailure:
    """Choose what says most about the site, not about our own way to it."""
    return next((each for each in _GRAVITY if each in failures), VisitFailure.NOT_CHECKABLE)


@cache
def has_ipv6() -> bool:
    """Return whether this machine has a way to the IPv6 internet; sends nothing."""
    return has_route(_ABROAD)


def has_route(address: Address) -> bool:
    """Return whether the system has a route to an address; sends nothing."""
    family = socket.AF_INET6 if ":" in address.ip else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(address)
    except OSError:
        return False
    return True
