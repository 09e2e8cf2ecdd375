"""The head of an answer: read alike however it is cut up, and in little memory."""

from __future__ import annotations

import random
import tracemalloc

import pytest

from rollkeeper.model.limits import MAX_HEAD_BYTES
from rollkeeper.probes.web.http_head import HeadReader, NotHttpError, TooLongError

PIECES = (
    b"HTTP/1.1 200 OK\r\n", b"http/1.0 301\n", b"HTTP/1.1 103 Hint\r\n\r\n", b"Location: /x\r\n",
    b"X: 1\r\n", b" folded\r\n", b"\tand again\n", b"no colon\r\n", b": no name\r\n", b"A : b\n",
    b"\r\n", b"\n", b"\x00\xff", b"body", b"Set-Cookie: a=b\r\n", b"\r", b"Server:own\r\n",
)  # fmt: skip


def read(data: bytes, cuts: list[int]) -> object:
    reader, start = HeadReader(), 0
    for end in [*cuts, len(data)]:
        try:
            found = reader.feed(data[start:end])
        except (NotHttpError, TooLongError) as error:
            return type(error)
        start = end
        if found:
            return found[0], found[1] + data[start:]
    return reader.odd


@pytest.mark.parametrize("seed", range(20))
def test_an_answer_is_read_alike_however_it_comes(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret, the same cuts each time
    for _ in range(100):
        data = b"HTTP/1.1 200 OK\r\n" + b"".join(chance.choices(PIECES, k=chance.randint(1, 12)))
        cuts = sorted(chance.choices(range(len(data)), k=chance.randint(1, 5)))
        assert read(data, cuts) == read(data, []), (data, cuts)


@pytest.mark.parametrize("size", [1, 1_000, 16_384, MAX_HEAD_BYTES])
def test_what_decides_is_kept_however_late_it_comes(size: int) -> None:
    data = (
        b"HTTP/1.1 302 Found\r\nContent-Security-Policy: " + b"x" * 60_000 + b"\r\n"
        + b"".join(b"X-%d: y\r\n" % number for number in range(3_000))
        + b"Location: /new\r\nSERVER : cloudflare\r\n\r\nand the body"
    )  # fmt: skip
    found = read(data, list(range(size, len(data), size)))
    assert isinstance(found, tuple)
    head, rest = found
    assert (head.status, rest) == (302, b"and the body")
    assert (head.first(b"location"), head.first(b"server")) == (b"/new", b"cloudflare")


@pytest.mark.parametrize(
    "piece",
    [b"X: 1\r\n" * 2_700, b"X-Pad: " + b"x" * 16_000 + b"\r\n", b"Set-Cookie: a=b\r\n" * 900,
     b"y" * 16_000, b"A:\n" * 5_400],
)  # fmt: skip
def test_a_head_without_end_is_bounded(piece: bytes) -> None:
    tracemalloc.start()
    reader = HeadReader()
    reader.feed(b"HTTP/1.1 200 OK\r\n")
    with pytest.raises(TooLongError):  # noqa: PT012 - how many pieces it takes is not the point
        for _ in range(2 * MAX_HEAD_BYTES // len(piece)):
            reader.feed(piece)
    _, most = tracemalloc.get_traced_memory()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 128 * 1024
    assert most < 2 * 1024 * 1024
