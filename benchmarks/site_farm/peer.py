"""What the clients of libraries have in common: the tries, the page, and the file they write.

Arguments of each: a file of addresses, a file with the root certificate, a file to write to, and
perhaps a file that says where the hosts of the hostile farm are.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import uvloop

from rollkeeper.grammar.ip_addresses import refusal
from rollkeeper.model.limits import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    MAX_HEAD_BYTES,
    MAX_PAGE_BYTES,
    REDIRECTS,
)
from rollkeeper.probes.web.html_page import page_of
from rollkeeper.probes.web.settings import AGENT

__all__ = [
    "AT_ONCE", "CONNECT_SECONDS", "HEADERS", "MAX_HEAD_BYTES", "MAX_PAGE_BYTES", "REDIRECTS",
    "Answer", "Client", "Hosts", "main",
]  # fmt: skip
AT_ONCE = 2_000
HEDGE_SECONDS = 2.5
RETRY_SECONDS = (0.5, 1.5)
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEADERS = {
    "User-Agent": AGENT,
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.9,*;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


@dataclass(frozen=True)
class Hosts:
    """Where hosts are, for a farm on loopback; empty where the system's resolver is asked."""

    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """From `host:port` to an address and a port."""
    allowed: frozenset[str] = frozenset()
    """Addresses that the guard lets through although they are not public."""

    def refusal(self, ip: str) -> str | None:
        """Return why an address must not be dialled, or None where it may."""
        return None if ip in self.allowed else refusal(ip)


@dataclass
class Answer:
    """An answer as far as it came: no status where the visit failed."""

    status: int | None = None
    content_type: bytes = b""
    body: bytes = b""
    failure: str | None = None
    may_pass: bool = False
    """Whether another connection may fare better."""


class Client(Protocol):
    """A library's client; made inside a running event loop."""

    def __init__(self, authorities: str, hosts: Hosts) -> None: ...

    async def get(self, url: str, seconds: float) -> Answer:
        """Visit an address and its redirects; never raises for what a site does."""


async def _visit(client: Client, url: str) -> Answer:
    """Try as our own client does: a second connection beside a silent one, a retry of the busy."""
    loop = asyncio.get_running_loop()
    end = loop.time() + ANSWER_SECONDS
    answer = await _hedged(client.get, url, end)
    for pause in RETRY_SECONDS:
        if not (answer.status in _BUSY or answer.may_pass) or loop.time() + pause > end:
            break
        await asyncio.sleep(pause)
        answer = await client.get(url, end - loop.time())
    if answer.status in _REDIRECTS:
        return Answer(failure="a redirect that leads nowhere")
    if answer.status == 200:
        page_of(answer.body, answer.content_type)
    return answer


async def _hedged(get: Callable[[str, float], Awaitable[Answer]], url: str, end: float) -> Answer:
    loop = asyncio.get_running_loop()
    first = asyncio.ensure_future(get(url, end - loop.time()))
    done, _ = await asyncio.wait({first}, timeout=HEDGE_SECONDS)
    if done:
        return first.result()
    second = asyncio.ensure_future(get(url, end - loop.time()))
    tries = {first, second}
    while tries:
        done, tries = await asyncio.wait(tries, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            if each.result().status is not None or not tries:
                for other in tries:
                    other.cancel()
                await asyncio.gather(*tries, return_exceptions=True)
                return each.result()
    raise AssertionError


async def _all(
    make: Callable[[str, Hosts], Client], hosts: Hosts, urls: list[str]
) -> dict[str, Answer]:
    client = make(sys.argv[2], hosts)
    left = iter(urls)
    found: dict[str, Answer] = {}

    async def work() -> None:
        for url in left:
            found[url] = await _visit(client, url)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return found


def main(make: Callable[[str, Hosts], Client]) -> int:
    """Visit all, and write what was seen."""
    gc.disable()  # as our own command line does
    hosts = Hosts()
    if len(sys.argv) > 4:
        book = json.loads(Path(sys.argv[4]).read_text("utf-8"))
        places = {key: (ip, port) for key, (ip, port) in book["addresses"].items()}
        hosts = Hosts(places, frozenset(book["allowed"]))
    urls = Path(sys.argv[1]).read_text("utf-8").split()
    found = uvloop.run(_all(make, hosts, urls))
    seen = {url: [answer.status, answer.failure] for url, answer in found.items()}
    Path(sys.argv[3]).write_text(json.dumps(seen), "utf-8")
    return 0
