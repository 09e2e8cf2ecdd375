"""Visits by libcurl's multi interface, driven by the event loop, with every limit that it has."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pycurl

from site_farm.peer import (
    CONNECT_SECONDS,
    HEADERS,
    MAX_HEAD_BYTES,
    MAX_PAGE_BYTES,
    REDIRECTS,
    Answer,
    Hosts,
    main,
)

THREADS = 256
"""For names. libcurl has 20 threads of its own for all transfers, and PycURL cannot set more: as
many silent name servers would hold up everybody."""

LOST = frozenset({pycurl.E_GOT_NOTHING, pycurl.E_RECV_ERROR, pycurl.E_SSL_CONNECT_ERROR})


class Transfer:
    """One request and its redirects; counts what comes, and keeps the page."""

    def __init__(self, done: asyncio.Future[int]) -> None:
        self.done = done
        self.head = 0
        self.body = bytearray()

    def take_header(self, line: bytes) -> int:
        """Refuse the head that is too long: what differs from the line's length aborts."""
        self.head = 0 if line in {b"\r\n", b"\n"} else self.head + len(line)
        return len(line) if self.head <= MAX_HEAD_BYTES else -1

    def take_body(self, data: bytes) -> int:
        """Stop as soon as there is enough."""
        self.body += data
        return len(data) if len(self.body) < MAX_PAGE_BYTES else -1


class Curl:
    """Many transfers at once."""

    def __init__(self, authorities: str, hosts: Hosts) -> None:
        self._loop = asyncio.get_running_loop()
        self._authorities = authorities
        self._hosts = hosts
        self._connect_to = [f"{host}:{ip}:{port}" for host, (ip, port) in hosts.places.items()]
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._wake_in)
        self._timer: asyncio.TimerHandle | None = None
        self._transfers: dict[pycurl.Curl, Transfer] = {}
        self._pool = ThreadPoolExecutor(THREADS)

    async def get(self, url: str, seconds: float) -> Answer:
        """Visit an address."""
        end = self._loop.time() + seconds
        try:
            async with asyncio.timeout(seconds):
                known = await self._resolved(url)
        except (OSError, TimeoutError) as error:
            return Answer(failure=type(error).__name__)
        transfer = Transfer(self._loop.create_future())
        handle = self._handle(url, transfer, max(end - self._loop.time(), 0.01))
        handle.setopt(pycurl.RESOLVE, known)
        self._transfers[handle] = transfer
        self._multi.add_handle(handle)
        try:
            code = await transfer.done
            status = handle.getinfo(pycurl.RESPONSE_CODE) or None
            cut = len(transfer.body) > 0
            if code and not (status and cut):
                return Answer(failure=f"curl {code}", may_pass=code in LOST)
            kind = handle.getinfo(pycurl.CONTENT_TYPE) or ""
            return Answer(status, kind.encode("latin-1", "replace"), bytes(transfer.body))
        finally:
            self._transfers.pop(handle, None)
            self._multi.remove_handle(handle)
            handle.close()

    async def _resolved(self, url: str) -> list[str]:
        """Resolve the first host; those of redirects are left to libcurl."""
        parts = urlsplit(url)
        if self._hosts.places or not parts.hostname:
            return []
        port = 443 if parts.scheme == "https" else 80
        infos = await self._loop.run_in_executor(
            self._pool, socket.getaddrinfo, parts.hostname, port, 0, socket.SOCK_STREAM
        )
        return [f"{parts.hostname}:{port}:{','.join(str(address[0]) for *_, address in infos)}"]

    def _handle(self, url: str, transfer: Transfer, seconds: float) -> pycurl.Curl:
        handle = pycurl.Curl()
        for option, value in (
            (pycurl.URL, url),
            (pycurl.CAINFO, self._authorities),
            (pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in HEADERS.items()]),
            (pycurl.NOSIGNAL, 1),
            (pycurl.PROXY, ""),
            (pycurl.COOKIEFILE, ""),
            (pycurl.FOLLOWLOCATION, 1),
            (pycurl.MAXREDIRS, REDIRECTS),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.REDIR_PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
            (pycurl.FRESH_CONNECT, 1),
            (pycurl.FORBID_REUSE, 1),
            (pycurl.CONNECTTIMEOUT_MS, int(CONNECT_SECONDS * 1000)),
            (pycurl.TIMEOUT_MS, int(seconds * 1000)),
            (pycurl.HEADERFUNCTION, transfer.take_header),
            (pycurl.WRITEFUNCTION, transfer.take_body),
            (pycurl.OPENSOCKETFUNCTION, self._open),
        ):
            handle.setopt(option, value)
        if self._connect_to:
            handle.setopt(pycurl.CONNECT_TO, self._connect_to)
        return handle

    def _open(self, purpose: int, address: tuple[int, int, int, tuple[str, int]]) -> Any:  # noqa: ANN401 - a socket, or PycURL's word for none
        family, kind, protocol, (ip, *_) = address
        if purpose == pycurl.SOCKTYPE_IPCXN and self._hosts.refusal(ip) is not None:
            return pycurl.SOCKET_BAD
        return socket.socket(family, kind, protocol)

    def _watch(self, what: int, descriptor: int, _multi: object, _data: object) -> None:
        with suppress(OSError, ValueError):
            self._loop.remove_reader(descriptor)
            self._loop.remove_writer(descriptor)
        if what in {pycurl.POLL_IN, pycurl.POLL_INOUT}:
            self._loop.add_reader(descriptor, self._act, descriptor, pycurl.CSELECT_IN)
        if what in {pycurl.POLL_OUT, pycurl.POLL_INOUT}:
            self._loop.add_writer(descriptor, self._act, descriptor, pycurl.CSELECT_OUT)

    def _wake_in(self, milliseconds: int) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
        if milliseconds >= 0:
            self._timer = self._loop.call_later(
                milliseconds / 1000, self._act, pycurl.SOCKET_TIMEOUT, 0
            )

    def _act(self, descriptor: int, event: int) -> None:
        self._multi.socket_action(descriptor, event)
        while True:
            left, ended, failed = self._multi.info_read()
            for handle in ended:
                self._end(handle, 0)
            for handle, code, _ in failed:
                self._end(handle, code)
            if not left:
                return

    def _end(self, handle: pycurl.Curl, code: int) -> None:
        transfer = self._transfers.get(handle)
        if transfer and not transfer.done.done():
            transfer.done.set_result(code)


if __name__ == "__main__":
    raise SystemExit(main(Curl))
