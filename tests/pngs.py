"""PNG files made byte by byte, good ones and others."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes]


def header(  # noqa: PLR0913 - a header has that many values
    width: int = 64,
    height: int = 64,
    *,
    depth: int = 8,
    colour: int = 6,
    packing: int = 0,
    filtering: int = 0,
    interlace: int = 0,
) -> Chunk:
    return b"IHDR", struct.pack(
        ">IIBBBBB", width, height, depth, colour, packing, filtering, interlace
    )


def rows(width: int = 64, height: int = 64, pixel: bytes = b"\x1a\x5a\xa0\xff") -> bytes:
    """Return the unpacked data of a picture whose left half is of one colour."""
    left = width // 2
    row = b"\0" + pixel * left + bytes(len(pixel)) * (width - left)
    return row * height


def data(content: bytes | None = None) -> Chunk:
    return b"IDAT", zlib.compress(rows() if content is None else content)


END: Chunk = (b"IEND", b"")


def packed(chunk: Chunk) -> bytes:
    kind, content = chunk
    return struct.pack(">I", len(content)) + kind + content + _checksum(kind + content)


def _checksum(content: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(content))


def join(*chunks: Chunk) -> bytes:
    return SIGNATURE + b"".join(map(packed, chunks))


def png(*between: Chunk, after: Sequence[Chunk] = (), head: Chunk | None = None) -> bytes:
    """Make a good PNG of 64 x 64 pixels, with chunks before and after its picture data."""
    return join(head or header(), *between, data(), *after, END)
