"""The sites and their name server, on the addresses of a network of its own.

Argument: a folder with `key.pem`, which holds a key and a certificate. Without one it is the name
server alone.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
import sys
from pathlib import Path
from typing import cast

import uvloop

from site_farm.sites import Habit, Site, read

ADDRESSES = tuple(f"11.0.0.{number}" for number in range(1, 9))
"""Where the sites are; more than one, so that the ports of a client last."""
NOBODY = "11.0.1.1"
"""Where nobody listens."""
NAME_SERVER = "127.0.0.1"
BACKLOG = 8_192
_PAGE = b"<!doctype html><html><head><title>A site</title></head><body><p>%s</p></body></html>" % (
    b"We make telescopes and barometers for schools. " * 20
)
_WELL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n"
    b"Connection: close\r\n\r\n%s" % (len(_PAGE), _PAGE)
)
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_ON = b"HTTP/1.1 301 Moved\r\nLocation: /home\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + _PAGE
_TICK = 0.2
_A = 1
_LABEL = re.compile(rb"[\x00-\x2c]")
"""The lengths between the parts of a name in a question; no letter is among them."""
_SO_RCVBUFFORCE = 33
_NO_SUCH_NAME = 3

visited: dict[str, int] = {}
"""How often each site was asked."""


class Visited(asyncio.Protocol):
    """One connection to one of the sites."""

    def __init__(self) -> None:
        self._data = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the visitor in."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer once the head of a request is complete."""
        self._data += data
        if b"\r\n\r\n" not in self._data:
            return
        lowered = self._data.lower()
        start = lowered.find(b"\r\nhost:") + 7
        host = lowered[start : lowered.find(b"\r\n", start)].strip().decode()
        path = self._data.split(b" ", 2)[1]
        self._data = b""
        site = read(host)
        if site is None:
            self._transport.close()
        elif site.seconds:
            self._loop.call_later(site.seconds, self._answer, site, path)
        else:
            self._answer(site, path)

    def _answer(self, site: Site, path: bytes) -> None:
        count = visited[site.host] = visited.get(site.host, 0) + 1
        first = count == 1
        if site.habit is Habit.SILENT or (site.habit is Habit.SILENT_ONCE and first):
            return
        if site.habit is Habit.ENDLESS:
            self._transport.write(_ENDLESS)
            self._pour()
            return
        if site.habit is Habit.BUSY_ONCE and first:
            answer = _BUSY
        else:
            answer = _ON if site.habit is Habit.SENDS_ON and path == b"/" else _WELL
        self._transport.write(answer)
        self._transport.close()

    def _pour(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(b"<p>and more</p>")
            self._loop.call_later(_TICK, self._pour)


def answer_names() -> None:
    """Be the name server: one IPv4 address for each name, no IPv6."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        # As a name server of any size does: a crowd of questions must not be dropped.
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 16 * 2**20)
        sock.bind((NAME_SERVER, 53))
        while True:
            question, address = sock.recvfrom(512)
            answer = answer_to(question)
            if answer:
                sock.sendto(answer, address)


def answer_to(question: bytes) -> bytes | None:
    """Answer one question; None where nothing is said."""
    end = question.index(b"\0", 12)
    name = _LABEL.sub(b".", question[13:end]).decode("latin-1")
    kind = question[end + 2]
    site = read(name)
    if site is not None and site.habit is Habit.NO_NAME_SERVER:
        return None
    known = site is not None and site.habit is not Habit.NO_NAME
    answer = b""
    if known and site is not None and kind == _A:
        number = hash(name) % len(ADDRESSES)
        ip = NOBODY if site.habit is Habit.REFUSING else ADDRESSES[number]
        answer = b"\xc0\x0c" + struct.pack(">HHIH", _A, 1, 60, 4) + socket.inet_aton(ip)
    flags = 0x8580 | (0 if known else _NO_SUCH_NAME)
    header = question[:2] + struct.pack(">HHHHH", flags, 1, bool(answer), 0, 0)
    return header + question[12 : end + 5] + answer


async def serve(folder: Path) -> None:
    """Serve until the process is ended."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "key.pem")
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)  # visitors leave when they please
    for address in ADDRESSES:
        await loop.create_server(Visited, address, 80, backlog=BACKLOG)
        await loop.create_server(Visited, address, 443, ssl=tls, backlog=BACKLOG)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        answer_names()
    else:
        uvloop.run(serve(Path(sys.argv[1])))
