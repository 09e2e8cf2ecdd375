"""A file fetched whole: what is refused, and that no address inside is dialled."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import pytest

from farm.authority import Authority, Tls
from rollkeeper.grammar.ip_addresses import refusal
from rollkeeper.model.limits import MAX_PAGE_BYTES
from rollkeeper.probes.web.fetching import fetch
from rollkeeper.probes.web.settings import Address, VisitError, WebSettings
from rollkeeper.probes.web.visitor import Visitor

HOST = "lists.example.com"
MOST = 3 * MAX_PAGE_BYTES
LARGE = b"x" * MOST


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def fetched(
    authority: Authority, answers: list[bytes], url: str = f"https://{HOST}/m"
) -> bytes | str:
    """Return what is fetched from a site that answers each request with the next of `answers`."""
    left = iter(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(next(left, answers[-1]))
        writer.close()

    async def story() -> bytes | str:
        server = await asyncio.start_server(
            serve, "127.0.0.1", 0, ssl=authority.server(HOST, Tls())
        )
        port = server.sockets[0].getsockname()[1]
        settings = WebSettings(
            guard=lambda ip: None if ip == "127.0.0.1" else refusal(ip),
            resolve=lambda *_: [Address("127.0.0.1", port)],
            authorities=authority.bundle,
            pause_seconds=0.0,
            total_seconds=5.0,
        )
        visitor = Visitor(settings)
        try:
            return await visitor.fetch(url, MOST)
        except VisitError as error:
            return error.failure.value
        finally:
            visitor.close()
            server.close()

    return asyncio.run(story())


def answer(body: bytes, *headers: str, status: int = 200, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {size}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BOMB = gzip.compress(b"x" * 20 * MOST)


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([answer(LARGE, "Content-Type: text/yaml")], LARGE),
        ([answer(gzip.compress(LARGE), "Content-Encoding: gzip")], LARGE),
        ([CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"], b"abcde"),
        ([answer(b"", f"Location: https://{HOST}/n", status=302), answer(b"abc")], b"abc"),
        ([answer(LARGE + b"x")], f"it has more than {MOST:,} bytes"),
        ([answer(BOMB, "Content-Encoding: gzip")], f"it has more than {MOST:,} bytes"),
        ([answer(b"abc", length=9)], "it did not arrive as a whole"),
        ([b"HTTP/1.1 200 OK\r\n\r\nabc"], "it did not arrive as a whole"),
        ([CHUNKED + b"3\r\nabc\r\n"], "it did not arrive as a whole"),
        ([answer(b"abc", "Content-Encoding: br")], "it is packed in a way that is not known"),
        ([answer(b"abc", status=404)], "it answers with status 404"),
        ([answer(b"", "Location: http://lists.example.com/", status=302)], "it leads to an address without https"),
        ([answer(b"", "Location: https://10.0.0.1/", status=302)], "its name resolves to an address that is not public"),
        ([answer(b"", f"Location: https://{HOST}/m", status=302)], "too many redirects, or one without a valid address"),
        ([b"\x00\xff\r\n\r\n"], "its answer is not HTTP"),
    ],
)  # fmt: skip
def test_what_is_fetched(authority: Authority, answers: list[bytes], found: bytes | str) -> None:
    assert fetched(authority, answers) == found


@pytest.mark.parametrize("ip", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1"])
def test_an_address_inside_is_never_dialled(ip: str) -> None:
    settings = WebSettings(resolve=lambda *_: [Address(ip, 443)])
    assert (
        fetch(f"https://{HOST}/", settings) == "its name resolves to an address that is not public"
    )


def test_a_name_that_is_no_public_one_is_not_asked(tmp_path: Path) -> None:
    for url in ("https://localhost/", "file:///etc/passwd", f"http://{HOST}/", str(tmp_path)):
        assert fetch(url) in {
            "it leads to an address without https",
            "no such name in the DNS",
            "its name resolves to an address that is not public",
            "it cannot be checked from here",
        }
