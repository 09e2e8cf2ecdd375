"""One connection to a site of the farm, seen from the site."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

MOST_HEAD = 64 * 1024


@dataclass(frozen=True)
class Request:
    """What a visitor asked for; the names of headers are in lower case."""

    scheme: str
    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Memory:
    """What one site remembers of its visitors."""

    connections: int = 0
    open: int = 0
    most_open: int = 0
    """Connections at the same time."""
    requests: list[Request] = field(default_factory=list)
    """In the order in which they came."""


@dataclass
class Caller:
    """A visitor at the door, with what the site remembers."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    memory: Memory
    scheme: str
    host: str
    connection: int
    """1 for the first connection that the site saw, and so on."""

    async def request(self) -> Request:
        """Read the head of the request."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, path, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines if line)
        request = Request(
            self.scheme, method, path, {name.lower(): value.strip() for name, _, value in pairs}
        )
        self.memory.requests.append(request)
        return request

    async def say(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    async def forever(self) -> None:
        """Keep the connection, and say nothing until the visitor leaves."""
        while await self.reader.read(4096):
            pass

    def reset(self) -> None:
        """Break the connection off, with a reset in place of a farewell."""
        plain = self.writer.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Serve = Callable[[Caller], Awaitable[None]]
"""How a site treats one connection. When it returns, the connection is closed."""
