"""Visits by aiohttp, with every limit that it has."""

from __future__ import annotations

import asyncio
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp

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
"""Of the resolver: a silent name server holds one for ten seconds."""


class Resolver:
    """The system's resolver, in threads of its own, or the book of a farm."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._pool = ThreadPoolExecutor(THREADS)

    async def resolve(self, host: str, port: int, **_: object) -> list[dict[str, Any]]:
        """Return the addresses of a host."""
        if self._hosts.places:
            place = self._hosts.places.get(f"{host}:{port}")
            if place is None:
                raise OSError("no such name")  # noqa: EM101, TRY003 - of the book
            found = [place]
        else:
            loop = asyncio.get_running_loop()
            infos = await loop.run_in_executor(
                self._pool, lambda: socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
            )
            found = [(str(address[0]), int(address[1])) for *_, address in infos]
        return [
            {
                "hostname": host, "host": ip, "port": place, "proto": 0,
                "flags": socket.AI_NUMERICHOST,
                "family": socket.AF_INET6 if ":" in ip else socket.AF_INET,
            }
            for ip, place in found
        ]  # fmt: skip

    async def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Aiohttp:
    """A session without cookies that last, proxies or connections that are used again."""

    def __init__(self, authorities: str, hosts: Hosts) -> None:
        self._hosts = hosts
        secure = ssl.create_default_context(cafile=authorities)
        self._connector = aiohttp.TCPConnector(
            limit=0, force_close=True, use_dns_cache=False, resolver=Resolver(hosts), ssl=secure,
            socket_factory=self._socket,
        )  # fmt: skip

    def _socket(self, address: Any) -> socket.socket:  # noqa: ANN401 - as `getaddrinfo` has it
        family, kind, protocol, _, place = address
        why = self._hosts.refusal(str(place[0]))
        if why is not None:
            raise OSError(why)
        return socket.socket(family, kind, protocol)

    async def get(self, url: str, seconds: float) -> Answer:
        """Visit an address."""
        limits = aiohttp.ClientTimeout(total=max(seconds, 0.01), sock_connect=CONNECT_SECONDS)
        answer = Answer()
        body = bytearray()
        try:
            async with aiohttp.ClientSession(
                connector=self._connector, connector_owner=False, headers=HEADERS, timeout=limits,
                max_line_size=MAX_HEAD_BYTES, max_field_size=MAX_HEAD_BYTES, trust_env=False,
            ) as session, session.get(url, max_redirects=REDIRECTS + 1) as found:  # fmt: skip
                answer.status = found.status
                answer.content_type = found.headers.get("Content-Type", "").encode()
                while len(body) < MAX_PAGE_BYTES and (data := await found.content.readany()):
                    body += data
        except (aiohttp.ClientError, OSError, ValueError, TimeoutError) as error:
            if answer.status is None or not body:
                lost = isinstance(error, (aiohttp.ServerDisconnectedError, ConnectionResetError))
                return Answer(failure=type(error).__name__, may_pass=lost)
        answer.body = bytes(body)
        return answer


if __name__ == "__main__":
    raise SystemExit(main(Aiohttp))
