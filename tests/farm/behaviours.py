"""How sites of the farm answer; `cases_*.py` say which site does what.

Each function gives a `Serve`: it takes one connection and treats it well or badly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus

from farm.caller import Caller, Request, Serve

PAGE = (
    "<!doctype html><html lang=en><head><title>{title}</title></head><body><h1>{title}</h1>"
    "<p>We make telescopes, barometers and sundials for schools and observatories all over the "
    "country, and fix those that our grandparents made. The workshop is open from Tuesday to "
    "Saturday; a visit to the collection of historical instruments is free of charge. Write to us "
    "or come to the fair in spring, where apprentices show what they have built during the year."
    "</p></body></html>"
)
"""A page with as much to say as a small company has."""
HTML = "text/html; charset=utf-8"
TICK = 0.02
"""Seconds between two pieces of what dribbles: short for the test, endless for the visitor."""


def page(title: str = "Brassworks of Anytown") -> str:
    return PAGE.format(title=title)


def answer(
    status: int | str = 200,
    body: str | bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    content_type: str = HTML,
) -> bytes:
    """Build a proper answer; a status given as text is sent as it is written."""
    if isinstance(status, int):
        known = status in HTTPStatus.__members__.values()
        status = f"{status} {HTTPStatus(status).phrase if known else 'Own'}"
    data = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": content_type, "Content-Length": str(len(data)), "Connection": "close"}
    lines |= headers or {}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + data


def well(**headers: str) -> bytes:
    """Build the answer of a healthy site."""
    return answer(200, page(), {name.replace("_", "-"): text for name, text in headers.items()})


def says(data: bytes | None = None) -> Serve:
    """Return the same bytes to everybody who asks; those of a healthy site where none are given.

    `{host}` in them stands for the site's own name.
    """

    async def serve(caller: Caller) -> None:
        await caller.request()
        await caller.say(well() if data is None else data.replace(b"{host}", caller.host.encode()))

    return serve


def judges(decide: Callable[[Request], bytes]) -> Serve:
    """Answer as `decide` says of the request."""

    async def serve(caller: Caller) -> None:
        await caller.say(decide(await caller.request()))

    return serve


def by_turn(*turns: Serve) -> Serve:
    """Treat the first connection in the first way and so on, and all later ones in the last."""

    async def serve(caller: Caller) -> None:
        await turns[min(caller.connection, len(turns)) - 1](caller)

    return serve


def head_fails(status: int | None) -> Serve:
    """Answer GET alone; HEAD gets `status`, or nothing ever."""

    async def serve(caller: Caller) -> None:
        request = await caller.request()
        if request.method == "GET":
            await caller.say(well())
        elif status is None:
            await caller.forever()
        else:
            await caller.say(answer(status))

    return serve


async def silent(caller: Caller) -> None:
    """Take the request, and never answer."""
    await caller.forever()


async def answers_nonsense(caller: Caller) -> None:
    """Take whatever comes for a request that cannot be read, as a web server does."""
    await caller.reader.read(1)
    await caller.say(answer(400, "what?"))


async def closes(caller: Caller) -> None:
    """Take the request, and close without a word."""
    await caller.request()


async def closes_at_once(_caller: Caller) -> None:
    """Close before a word is said."""


async def resets(caller: Caller) -> None:
    """Take the request, and break off."""
    await caller.request()
    caller.reset()


async def half_closes(caller: Caller) -> None:
    """Return that nothing more will come before anything came, and stay."""
    await caller.request()
    if caller.writer.can_write_eof():
        caller.writer.write_eof()
    await caller.forever()


def then(first: bytes, after: Serve) -> Serve:
    """Send the first bytes of an answer, and go on in another way."""

    async def serve(caller: Caller) -> None:
        await caller.request()
        await caller.say(first)
        await after(caller)

    return serve


async def stays(caller: Caller) -> None:
    """Say no more, and keep the connection."""
    await caller.forever()


async def breaks_off(caller: Caller) -> None:
    """Say no more, and break off: after a moment, or what was said would be lost as well."""
    await asyncio.sleep(0.1)
    caller.reset()


def dribbles(piece: bytes, *, every: float = TICK) -> Serve:
    """Send a piece again and again, with a pause after each, until the visitor leaves."""

    async def serve(caller: Caller) -> None:
        while True:
            await caller.say(piece)
            await asyncio.sleep(every)

    return serve


def in_pieces(data: bytes, *, every: float = TICK) -> Serve:
    """Send each byte on its own, then keep the connection."""

    async def serve(caller: Caller) -> None:
        for byte in data:
            await caller.say(bytes([byte]))
            await asyncio.sleep(every)
        await caller.forever()

    return serve


def pours(piece: bytes, times: int | None = None) -> Serve:
    """Send a piece as often as said, as fast as it is taken; for ever where no number is given."""

    async def serve(caller: Caller) -> None:
        sent = 0
        while times is None or sent < times:
            await caller.say(piece)
            await asyncio.sleep(0)  # over TLS nothing else tells that the visitor has left
            sent += 1

    return serve


def sends_on(location: str, status: int = 302, cookie: str | None = None) -> bytes:
    """Build a redirect."""
    headers = {"Location": location} | ({"Set-Cookie": cookie} if cookie else {})
    return answer(status, "", headers)


def by_path(pages: Mapping[str, bytes], otherwise: bytes) -> Serve:
    """Answer each path in its own way."""
    return judges(lambda request: pages.get(request.path, otherwise))


def hops(many: int) -> Serve:
    """Redirect `many` times from page to page of the same site, then answer."""
    pages = {"/": sends_on("/1")} | {f"/{at}": sends_on(f"/{at + 1}") for at in range(1, many)}
    return by_path(pages, well())


def cookie_wall(request: Request) -> bytes:
    """Send everybody back to the same address until they bring the cookie."""
    if "taken=yes" in request.headers.get("cookie", ""):
        return well()
    return sends_on("/", cookie="taken=yes; Path=/; HttpOnly")


def only_if(header: str, has: str, otherwise: int) -> Serve:
    """Answer those well whose header holds a certain text, and others with a status."""
    return judges(
        lambda request: well() if has in request.headers.get(header, "") else answer(otherwise)
    )


def plain_browser_only(request: Request) -> bytes:
    """Refuse as a stock firewall rule does: what does not look like a browser, or names a tool."""
    agent = request.headers.get("user-agent", "").lower()
    tools = ("bot", "python", "curl", "link", "crawl", "spider", "wget", "check", "scan")
    if not agent.startswith("mozilla/5.0 (") or any(tool in agent for tool in tools):
        return answer(403, "no")
    return well()
