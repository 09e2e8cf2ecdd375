"""One connection: dialled, over TLS where asked, until as much of an answer is there as is wanted.

A machine of callbacks, because thousands of them run at once: it works on the sockets themselves,
keeps no more of an answer than is needed, and holds no stack while it waits.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rollkeeper.model.limits import MAX_PAGE_BYTES, PAGE_SECONDS
from rollkeeper.model.visit import Certificate, VisitFailure
from rollkeeper.probes.web import tls
from rollkeeper.probes.web.bodies import complete
from rollkeeper.probes.web.dialling import Dial, failure_of_code
from rollkeeper.probes.web.handshakes import Handshakes
from rollkeeper.probes.web.http_head import HeadReader, NotHttpError, ResponseHead, TooLongError
from rollkeeper.probes.web.settings import Address

_PIECE = 16 * 1024
_WANTS_READ = (ssl.SSLWantReadError, BlockingIOError)
_WANTS = (*_WANTS_READ, ssl.SSLWantWriteError)


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """What a connection is made for. `secure` is None for plain http."""

    addresses: Sequence[Address]
    host: str
    secure: ssl.SSLContext | None
    request: bytes
    """Empty where only the certificate is wanted."""
    connect_seconds: float
    handshakes: Handshakes
    wants_body: Callable[[ResponseHead], bool]
    most: int = MAX_PAGE_BYTES
    """Bytes of a body that are read, wrapped as they come."""
    body_seconds: float = PAGE_SECONDS
    """How long the body is waited for once its head is there."""


class Connection:
    """Dials, asks and listens; `ended` is done when it is over, unless it was closed before."""

    __slots__ = (
        "_begun", "_dial", "_first_step", "_loop", "_patience", "_queued_at", "_reader", "_shaking",
        "_sock", "_spec", "_waited", "body", "certificate", "ended", "failure", "family",
        "first_byte", "head", "heard_at", "protocol", "shown", "unknown_issuer",
    )  # fmt: skip

    def __init__(self, spec: RequestSpec) -> None:
        self._loop = asyncio.get_running_loop()
        self._spec = spec
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self._sock: socket.socket | None = None
        self._shaking = False
        self._first_step = True
        self._patience: asyncio.TimerHandle | None = None
        self._reader = HeadReader()
        self._begun = self.heard_at = self._loop.time()
        self._queued_at: float | None = None
        self._waited = 0.0
        self.head: ResponseHead | None = None
        self.body = bytearray()
        self.failure: VisitFailure | None = None
        self.unknown_issuer = False
        self.certificate: Certificate | None = None
        self.shown: tls.PeerCertificate | None = None
        self.family: str | None = None
        self.protocol: str | None = None
        self.first_byte: float | None = None
        self._dial: Dial | None = Dial(spec.addresses, spec.connect_seconds, self._dialled)

    def start(self) -> None:
        """Begin as soon as it is its turn."""
        self._queue()
        self._spec.handshakes.soon(self._start)

    @property
    def waited(self) -> float:
        """Seconds that it has waited for our own processor, which is not the site's silence."""
        queued = self._loop.time() - self._queued_at if self._queued_at is not None else 0.0
        return self._waited + queued

    def silent_for(self, now: float) -> float:
        """Return how long the site has been silent while it was its turn."""
        return now - self.heard_at if self._queued_at is None else 0.0

    def _queue(self) -> None:
        self._queued_at = self._loop.time()

    def _taken_up(self) -> None:
        self.heard_at = self._loop.time()
        if self._queued_at is not None:
            self._waited += self.heard_at - self._queued_at
            self._queued_at = None

    def _start(self) -> None:
        self._taken_up()
        if self._dial:
            self._dial.start()

    def close(self) -> None:
        """End it, whatever it is doing."""
        self.ended.cancel()
        if self._dial:
            self._dial.close()
        if self._patience:
            self._patience.cancel()
        if self._sock is not None and not self._shaking:
            self._loop.remove_reader(self._sock)
            self._loop.remove_writer(self._sock)
            self._sock.close()
            self._sock = None

    def expire(self) -> None:
        """End it because its time is up; what came until then is kept."""
        self._end(None if self.head is not None else VisitFailure.SILENT)

    def _end(self, failure: VisitFailure | None = None) -> None:
        self.failure = failure
        if not self.ended.done():
            self.ended.set_result(None)
        self.close()

    def _dialled(self, sock: socket.socket | None, failure: VisitFailure | None) -> None:
        self._dial = None
        if sock is None:
            self._end(failure)
            return
        self._sock = sock
        self.family = "IPv6" if sock.family is socket.AF_INET6 else "IPv4"
        if self._spec.secure is None:
            self._send()
            return
        try:
            self._sock = self._spec.secure.wrap_socket(
                sock, server_hostname=self._spec.host, do_handshake_on_connect=False
            )
        except (OSError, ValueError):  # closed in that very moment, or a name without a form
            sock.close()
            self._sock = None
            self._end(VisitFailure.RESET)
            return
        self._shake()

    def _shake(self) -> None:
        if not isinstance(self._sock, ssl.SSLSocket):
            return
        self._shaking = True
        self._queue()
        if self._first_step:
            self._first_step = False
            self._spec.handshakes.begin(self._sock, self._shaken)
        else:
            self._loop.remove_reader(self._sock)
            self._spec.handshakes.go_on(self._sock, self._shaken)

    def _shaken(self, error: OSError | None) -> None:
        self._shaking = False
        self._taken_up()
        if self.ended.done():
            self.close()
        elif error is None:
            self._secured()
        elif isinstance(error, ssl.SSLWantReadError) and self._sock:
            self._loop.add_reader(self._sock, self._shake)
        elif isinstance(error, ssl.SSLWantWriteError) and self._sock:
            self._loop.add_writer(self._sock, self._shake_on)
        elif isinstance(error, ssl.SSLError):
            code = getattr(error, "verify_code", 0)
            self.unknown_issuer = code in tls.UNKNOWN_ISSUER
            self._end(tls.failure_of(error))
        else:
            self._end(failure_of_code(error.errno))

    def _shake_on(self) -> None:
        if self._sock:
            self._loop.remove_writer(self._sock)
        self._shake()

    def _secured(self) -> None:
        if not isinstance(self._sock, ssl.SSLSocket):
            return
        if not self._spec.request:
            self.shown = tls.shown(self._sock)
            self._end()
            return
        self.certificate = tls.accepted(self._sock)
        if not self._sock.context.check_hostname and not tls.is_for(self._sock, self._spec.host):
            self._end(VisitFailure.WRONG_NAME)
            return
        self.protocol = self._sock.version()
        self._send()

    def _send(self) -> None:
        if self._sock is None:
            return
        try:
            # A fresh connection's buffer is many times larger than a request.
            self._sock.send(self._spec.request)
        except _WANTS:
            self._loop.add_writer(self._sock, self._send_on)
        except OSError as error:
            self._end(failure_of_code(error.errno))
        else:
            self._loop.add_reader(self._sock, self._readable)

    def _send_on(self) -> None:
        if self._sock:
            self._loop.remove_writer(self._sock)
        self._send()

    def _readable(self) -> None:
        """Read what is there; of TLS all that was unpacked: no event follows for that."""
        while self._sock is not None:
            try:
                data = self._sock.recv(_PIECE)
            except _WANTS:
                return
            except OSError as error:
                self._cut_short(_reading_failure(error))
                return
            if not data:
                self._cut_short(VisitFailure.RESET)
                return
            self.heard_at = self._loop.time()
            if self.first_byte is None:
                self.first_byte = self.heard_at - self._begun
            self._take(data)
            if not (isinstance(self._sock, ssl.SSLSocket) and self._sock.pending()):
                return

    def _cut_short(self, failure: VisitFailure) -> None:
        # What came before the end is what a browser shows, once the head was there.
        if self.head is not None:
            self._end()
        elif self._reader.odd:
            self._end(VisitFailure.GARBAGE)
        else:
            self._end(failure)

    def _take(self, data: bytes) -> None:
        if self.head is None:
            try:
                found = self._reader.feed(data)
            except NotHttpError:
                self._end(VisitFailure.GARBAGE)
                return
            except TooLongError:
                self._end(VisitFailure.TOO_MUCH)
                return
            if found is None:
                return
            self.head, data = found
            if not self._spec.wants_body(self.head):
                self._end()
                return
            self._patience = self._loop.call_later(self._spec.body_seconds, self._end)
        self.body += data
        if complete(self.head, self.body, self._spec.most):
            self._end()


def _reading_failure(error: OSError) -> VisitFailure:
    # A certificate of the visitor's own that a site wants is asked for after the handshake.
    return (
        tls.failure_of(error) if isinstance(error, ssl.SSLError) else failure_of_code(error.errno)
    )
