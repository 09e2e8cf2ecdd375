"""Visits the websites of a programme.

A name is resolved here, every address it has must be public, and the connection goes to the very
address that was checked, on each redirect anew. Bodies are not read.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event, Timer
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from rollkeeper import limits
from rollkeeper.addresses import refusal
from rollkeeper.model import Programme
from rollkeeper.urls import Url, parse
from rollkeeper.visit import Trouble, Visit

Progress = Callable[[str, int, int], None]
Resolve = Callable[[str, int], tuple[str, int]]
"""From a host and port to the address and port to connect to; raises `UnseenError`."""

HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Rollkeeper)",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "en,*;q=0.5",
    "Connection": "close",
}
AT_ONCE = 32
PAUSE_SECONDS = 2.0
"""Between the two tries that a site gets before it is called dead."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SERVER_FAULT = 500
_NO_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

Answer = tuple[int | None, str | None, Trouble | None]
"""Status, final address and trouble of a visit."""


class UnseenError(Exception):
    """A site gave no answer; deliberately not an OSError, which the HTTP client would rewrite."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def public_address(host: str, port: int) -> tuple[str, int]:
    """Resolve a name to an address that may be connected to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        known = error.errno in _NO_NAME
        raise UnseenError(Trouble.NO_SUCH_NAME if known else Trouble.NOT_CHECKABLE) from error
    except (OSError, UnicodeError) as error:
        raise UnseenError(Trouble.NOT_CHECKABLE) from error
    if any(refusal(str(address[0])) for *_, address in found):
        raise UnseenError(Trouble.NOT_PUBLIC)
    for family, *_, address in found:
        if family == socket.AF_INET:
            return str(address[0]), port
    raise UnseenError(Trouble.NOT_CHECKABLE)  # hosted runners have no IPv6


def look(
    programme: Programme,
    *,
    progress: Progress | None = None,
    resolve: Resolve = public_address,
    pause: float = PAUSE_SECONDS,
) -> tuple[Visit, ...]:
    """Visit each website of the programme's active entries, every address once.

    What is not a web address is left to the rules that judge addresses.
    """
    wanted = [
        (entry, path, text)
        for entry in programme.entries
        if entry.active
        for path, text in entry.texts("website")
        if isinstance(parse(text), Url)
    ]
    addresses = list(dict.fromkeys(text for *_, text in wanted))
    answers: dict[str, Answer] = {}
    adapter = _adapter(resolve)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        visits = pool.map(partial(_visit, adapter=adapter, pause=pause), addresses)
        for done, (address, answer) in enumerate(zip(addresses, visits, strict=True), start=1):
            answers[address] = answer
            if progress:
                progress(f"websites of {programme.name}", done, len(addresses))
    adapter.close()
    return tuple(Visit(entry, path, text, *answers[text]) for entry, path, text in wanted)


def _visit(address: str, *, adapter: HTTPAdapter, pause: float) -> Answer:
    """Visit one address; what looks dead is tried a second time."""
    answer = _try(address, adapter)
    status, _, trouble = answer
    if trouble is None and (status or 0) < _SERVER_FAULT:
        return answer
    time.sleep(pause)
    return _try(address, adapter)


def _try(address: str, adapter: HTTPAdapter) -> Answer:
    session = requests.Session()
    session.trust_env = False
    session.headers.update(HEADERS)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    try:
        for _ in range(limits.REDIRECTS + 1):
            seconds = (limits.CONNECT_SECONDS, limits.ANSWER_SECONDS)
            with session.get(address, allow_redirects=False, stream=True, timeout=seconds) as seen:
                status = seen.status_code
                target = session.get_redirect_target(seen)
            if status not in _REDIRECTS or target is None:
                return status, address, None
            address = urljoin(address, target)
            if not isinstance(parse(address), Url):
                break
    except UnseenError as error:
        return None, None, error.trouble
    except requests.exceptions.SSLError:
        return None, None, Trouble.CERTIFICATE
    except requests.Timeout:
        return None, None, Trouble.SILENT
    except (requests.RequestException, OSError, ValueError):
        return None, None, Trouble.NO_CONNECTION
    return None, None, Trouble.REDIRECTS


@contextmanager
def _patience(connection: HTTPConnection) -> Iterator[None]:
    """Break off an answer that dribbles in: a time limit on each read alone never ends it."""
    broken_off = Event()

    def break_off() -> None:
        broken_off.set()
        with suppress(OSError):  # it was over in that very moment
            if connection.sock is not None:
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(limits.ANSWER_SECONDS, break_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if broken_off.is_set():
            raise UnseenError(Trouble.SILENT)


def _adapter(resolve: Resolve) -> HTTPAdapter:
    """Give a transport that connects to the address that `resolve` gives, and nowhere else."""

    class Checked(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            address = resolve(self.host, int(self.port or self.default_port))
            return socket.create_connection(address, limits.CONNECT_SECONDS)

        def connect(self) -> None:
            with _patience(self):
                super().connect()

        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as in urllib3
            with _patience(self):
                return super().getresponse()

    class CheckedTls(Checked, HTTPSConnection):
        """The same over TLS; the certificate is held against the name, not the address."""

    class Pool(HTTPConnectionPool):
        ConnectionCls = Checked

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = CheckedTls

    adapter = HTTPAdapter(pool_connections=AT_ONCE, pool_maxsize=AT_ONCE)
    adapter.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}
    return adapter
