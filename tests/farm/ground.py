"""The farm itself: every site of the table on loopback ports of its own, and their name server."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from farm.authority import Authority
from farm.caller import Caller, Memory
from farm.case import (
    BLACK_HOLE,
    REFUSING_4,
    REFUSING_6,
    SILENT_NAME,
    SITE_4,
    SITE_6,
    Site,
)
from rollkeeper.probes.web.settings import Address

PORTS = {80: "http", 443: "https"}
LONGEST = 60.0
"""Seconds after which even a silent name server gives up, lest a test never ends."""
LOOPBACK = "127.0.0.1"
LOOPBACK_6 = "::1"


@contextmanager
def bound(ip: str, listen: int | None = None) -> Iterator[Address]:
    """Hold a port; nobody answers on it, and unless `listen` is given it refuses."""
    with socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET) as holder:
        holder.bind((ip, 0))
        if listen is not None:
            holder.listen(listen)
        yield Address(*holder.getsockname()[:2])


@contextmanager
def black_hole() -> Iterator[Address]:
    """Return an address whose queue is full: a connection to it is neither taken nor refused."""
    with ExitStack() as stack:
        address = stack.enter_context(bound(LOOPBACK_6, 0))
        for _ in range(3):
            filler = stack.enter_context(socket.socket(socket.AF_INET6))
            filler.setblocking(False)  # noqa: FBT003 - the standard library's own signature
            with suppress(BlockingIOError):
                filler.connect(tuple(address))
        yield address


async def refuse(caller: Caller, tls: ssl.SSLContext, *, half_closes: bool) -> None:
    """Shake hands until it fails, and say so as TLS does: asyncio's own server only breaks off."""
    come, go = ssl.MemoryBIO(), ssl.MemoryBIO()
    talk = tls.wrap_bio(come, go, server_side=True)
    while data := await caller.reader.read(65536):
        come.write(data)
        try:
            talk.do_handshake()
            if half_closes:
                await caller.say(go.read())
                caller.writer.write_eof()
            talk.read(1)
        except ssl.SSLWantReadError:
            await caller.say(go.read())
        except ssl.SSLError:
            await caller.say(go.read())
            return


class Farm:
    """Runs sites in a thread of its own until it is left."""

    def __init__(self, sites: Iterable[Site], folder: Path, ip: str = LOOPBACK) -> None:
        self.ip = ip
        self.sites = {site.host: site for site in sites}
        self.authority = Authority(folder)
        self.memories = {host: Memory() for host in self.sites}
        self.asked: list[str] = []
        """The names that the name server was asked for."""
        self._addresses: dict[tuple[str, str, str], Address] = {}
        self._servers: list[asyncio.Server] = []
        self._closing = Event()
        self._stack = ExitStack()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._fixed = {
            REFUSING_4: self._stack.enter_context(bound(self.ip)),
            REFUSING_6: self._stack.enter_context(bound(LOOPBACK_6)),
            BLACK_HOLE: self._stack.enter_context(black_hole()),
        }
        self._loop.set_exception_handler(lambda *_: None)  # visitors leave when they please
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(LONGEST)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._closing.set()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(LONGEST)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._stack.close()

    def forget(self) -> None:
        """Let every site meet its visitors for the first time again."""
        for memory in self.memories.values():
            memory.connections = 0
            memory.requests.clear()
        self.asked.clear()

    def book(self) -> dict[str, Any]:
        """Return what a program elsewhere needs to take the farm for the internet."""
        ports = {scheme: port for port, scheme in PORTS.items()}
        addresses = {
            f"{host}:{ports[scheme]}": list(address)
            for (host, scheme, name), address in self._addresses.items()
            if name == SITE_4
        }
        return {"addresses": addresses, "authorities": str(self.authority.bundle)}

    def site_of(self, host: str) -> Site | None:
        """Return the site that answers for a name: its own, or one under it."""
        parts = host.split(".")
        return next(
            (found for at in range(len(parts)) if (found := self.sites.get(".".join(parts[at:])))),
            None,
        )

    def resolve(self, host: str, port: int) -> list[Address]:
        """Answer as the name server of the farm."""
        self.asked.append(host)
        site = self.site_of(host)
        if host[-1:].isdigit() or ":" in host:
            return [Address(host, port)]
        if site is None:
            raise socket.gaierror(socket.EAI_NONAME, "no such site on the farm")
        said = site.case.addresses
        if site.case.lookup_fails is not None:
            raise socket.gaierror(site.case.lookup_fails, "said by the test")
        if SILENT_NAME in said:
            self._closing.wait(LONGEST)
            raise socket.gaierror(socket.EAI_AGAIN, "the farm is closing")
        return [self._address(site, name, port) for name in said]

    def _address(self, site: Site, name: str, port: int) -> Address:
        scheme = PORTS.get(port, "")
        known = self._fixed.get(name) or self._addresses.get((site.host, scheme, name))
        if known is not None:
            return known
        nobody = {SITE_4: self._fixed[REFUSING_4], SITE_6: self._fixed[REFUSING_6]}
        return nobody.get(name) or Address(name, port)

    async def _open(self) -> None:
        for site in self.sites.values():
            for scheme in site.listens:
                for name, ip in ((SITE_4, self.ip), (SITE_6, LOOPBACK_6)):
                    if name in site.case.addresses:
                        await self._listen(site, scheme, name, ip)

    async def _listen(self, site: Site, scheme: str, name: str, ip: str) -> None:
        tls, given = None, site.case.tls
        if scheme == "https" and given is not None:
            tls = self.authority.server(site.host, given)
        memory = self.memories[site.host]

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            memory.connections += 1
            memory.open += 1
            memory.most_open = max(memory.most_open, memory.open)
            caller = Caller(reader, writer, memory, scheme, site.host, memory.connections)
            try:
                with suppress(OSError, EOFError, asyncio.LimitOverrunError):
                    if tls is not None and given is not None and given.refuses:
                        await refuse(caller, tls, half_closes=given.half_closes)
                    elif site.case.serve is not None:
                        await site.case.serve(caller)
                writer.close()
            except asyncio.CancelledError:
                writer.transport.abort()
            finally:
                memory.open -= 1

        plain = given is not None and given.refuses
        server = await asyncio.start_server(answer, ip, 0, ssl=None if plain else tls)
        self._servers.append(server)
        self._addresses[site.host, scheme, name] = Address(*server.sockets[0].getsockname()[:2])

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.1)  # those that were about to leave
