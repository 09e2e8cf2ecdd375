"""A PNG's chunks, walked one by one before any decoder sees the file.

The rules are those of the PNG specification (third edition); where decoders forgive, this does not:
a forgiving reader is what files that are two things at once are made for.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, NoReturn, TypeAlias

from rollkeeper.model.limits import (
    MAX_PNG_CHUNKS,
    MAX_PNG_INFLATED,
    MAX_PNG_PIXELS,
    MAX_PNG_PROFILE,
    MAX_PNG_SIDE,
    MAX_PNG_TEXT,
)
from rollkeeper.model.logo import LogoDefect

Chunks: TypeAlias = "Iterator[Chunk]"
SIGNATURE = b"\x89PNG\r\n\x1a\n"

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
INDEXED = 3
ADAM7 = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
    (0, 1, 1, 2),
)  # fmt: skip
"""Of each pass: first column, first row, step across, step down."""

ANIMATION = {b"acTL", b"fcTL", b"fdAT"}
TEXT = {b"tEXt", b"zTXt", b"iTXt"}
BEFORE_DATA = {
    b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST",
    b"tRNS", b"pHYs",
}  # fmt: skip
ONCE = BEFORE_DATA | {b"PLTE", b"IHDR", b"tIME", b"eXIf"}
AFTER_PALETTE = {b"bKGD", b"hIST", b"tRNS"}
KNOWN = ONCE | TEXT | {b"IDAT", b"IEND", b"sPLT"}
PIECE = 1024 * 1024
LAST_FILTER = 4
"""Filter types of a row are numbered from 0 to here."""
HEADER_LENGTH = 13
MAX_PALETTE = 256
ENTRY = 3
"""Bytes of one colour of a palette."""
RESERVED_BIT = 0x20


class RefusedError(Exception):
    """The file is refused for one flaw."""

    def __init__(self, defect: LogoDefect) -> None:
        """Keep the flaw; its message goes on from the file's name."""
        super().__init__(defect.message)
        self.defect = defect


def refuse(rule: str, message: str) -> NoReturn:
    """Refuse the file; `rule` names the rule that reports it."""
    raise RefusedError(LogoDefect(rule, message))


def refuse_broken(message: str) -> NoReturn:
    """Refuse a file that is no valid PNG."""
    refuse("png-broken", message)


class Chunk(NamedTuple):
    """One chunk: its four-letter type and its content."""

    type: bytes
    data: bytes

    @property
    def name(self) -> str:
        """The type, fit to be shown."""
        return self.type.decode("ascii")


@dataclass(frozen=True, slots=True)
class Header:
    """What IHDR declares."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    def passes(self) -> Iterator[tuple[int, int]]:
        """Return the length of a row in bytes, with its filter byte, and the rows of each pass."""
        bits = self.depth * CHANNELS[self.colour]
        for left, top, across, down in ADAM7 if self.interlaced else ((0, 0, 1, 1),):
            columns = -(-(self.width - left) // across)
            rows = -(-(self.height - top) // down)
            if columns > 0 and rows > 0:
                yield 1 + (columns * bits + 7) // 8, rows

    @property
    def inflated(self) -> int:
        """The bytes that the picture data must unpack to."""
        return sum(length * rows for length, rows in self.passes())


def chunks(data: bytes) -> Iterator[Chunk]:
    """Return each chunk up to IEND, with its checksum verified.

    Raises RefusedError at the first byte that is out of order.
    """
    if not data.startswith(SIGNATURE):
        refuse_broken("does not begin as a PNG does")
    at = len(SIGNATURE)
    for _ in range(MAX_PNG_CHUNKS):
        chunk, at = _chunk_at(data, at)
        if chunk.type == b"IEND":
            _check_end(chunk, len(data) - at)
            yield chunk
            return
        yield chunk
    refuse_broken(f"is cut into more than {MAX_PNG_CHUNKS:,} chunks")


def _chunk_at(data: bytes, at: int) -> tuple[Chunk, int]:
    if len(data) - at < 12:  # noqa: PLR2004 - length, type and checksum, four bytes each
        refuse_broken(
            f"is cut off: it ends after {len(data):,} bytes without its last chunk (IEND)"
        )
    length, kind = struct.unpack_from(">I4s", data, at)
    if not kind.isalpha() or not kind.isascii() or kind[2] & RESERVED_BIT:
        refuse_broken(f"has bytes at position {at:,} that are no chunk")
    end = at + 8 + length
    if end + 4 > len(data):
        refuse_broken(f"is cut off inside its {kind.decode()} chunk at position {at:,}")
    (declared,) = struct.unpack_from(">I", data, end)
    if zlib.crc32(memoryview(data)[at + 4 : end]) != declared:
        refuse_broken(f"is damaged: the checksum of its {kind.decode()} chunk does not match")
    return Chunk(kind, data[at + 8 : end]), end + 4


def _check_end(chunk: Chunk, left: int) -> None:
    if chunk.data:
        refuse_broken("has data in its last chunk (IEND), which must be empty")
    if left:
        refuse("png-trailing-data", f"has {left:,} bytes after its end")


def read_header(chunk: Chunk) -> Header:
    """Read IHDR; raises RefusedError for values that no PNG has and for bombs."""
    if chunk.type != b"IHDR" or len(chunk.data) != HEADER_LENGTH:
        refuse_broken(f"begins with {chunk.name} instead of a header (IHDR) of 13 bytes")
    width, height, depth, colour, packing, filtering, interlace = struct.unpack(
        ">IIBBBBB", chunk.data
    )
    if depth not in DEPTHS.get(colour, ()) or packing or filtering or interlace > 1:
        refuse_broken(
            f"declares what no PNG has: colour type {colour}, bit depth {depth}, "
            f"compression {packing}, filter {filtering}, interlace {interlace}"
        )
    if not width or not height:
        refuse_broken(f"declares a size of {width} x {height} pixels")
    header = Header(width, height, depth, colour, bool(interlace))
    _check_size(header)
    return header


def _check_size(header: Header) -> None:
    width, height = header.width, header.height
    if max(width, height) > MAX_PNG_SIDE or width * height > MAX_PNG_PIXELS:
        allowed = f"{MAX_PNG_SIDE:,} pixels a side and {MAX_PNG_PIXELS:,} in all"
    elif header.inflated > MAX_PNG_INFLATED:
        allowed = f"{MAX_PNG_INFLATED // PIECE} MiB unpacked"
    else:
        return
    refuse(
        "logo-bomb",
        f"declares {width:,} x {height:,} pixels of {header.depth * CHANNELS[header.colour]} bits, "
        f"more than {allowed}",
    )


class Order:
    """Watches that chunks come in the order, and as often, as the specification says."""

    def __init__(self, header: Header) -> None:
        """Begin after the header."""
        self.header = header
        self.palette = 0
        self._seen = {b"IHDR"}
        self._last = b"IHDR"

    def watch(self, chunk: Chunk) -> None:
        """Take the next chunk; raises RefusedError where it does not belong."""
        kind = chunk.type
        if kind in ANIMATION:
            refuse("png-animated", f"is animated (it has a chunk {chunk.name})")
        if kind not in KNOWN:
            self._check_unknown(chunk)
        if kind in ONCE and kind in self._seen:
            refuse_broken(f"has two {chunk.name} chunks")
        if kind in BEFORE_DATA | {b"PLTE"} and b"IDAT" in self._seen:
            refuse_broken(f"has its {chunk.name} chunk after the picture data")
        if kind == b"IDAT" and b"IDAT" in self._seen and self._last != b"IDAT":
            refuse_broken(f"has its picture data interrupted by a chunk {self._last.decode()}")
        if kind == b"PLTE":
            self._check_palette(chunk.data)
        elif kind == b"IDAT" and self.header.colour == INDEXED and not self.palette:
            refuse_broken("has indexed colours but no palette (PLTE) before its picture data")
        elif kind == b"tRNS":
            self._check_transparency(chunk.data)
        elif kind == b"IEND" and b"IDAT" not in self._seen:
            refuse_broken("has no picture data (IDAT)")
        self._seen.add(kind)
        self._last = kind

    @staticmethod
    def _check_unknown(chunk: Chunk) -> None:
        if not chunk.type[0] & RESERVED_BIT:
            refuse_broken(f"has a chunk {chunk.name} that no decoder knows but must understand")
        if len(chunk.data) > MAX_PNG_TEXT:
            refuse(
                "png-trailing-data",
                f"carries {len(chunk.data):,} bytes in a private chunk {chunk.name}",
            )

    def _check_palette(self, data: bytes) -> None:
        self.palette = len(data) // ENTRY
        most = 2**self.header.depth if self.header.colour == INDEXED else MAX_PALETTE
        if len(data) % ENTRY or not 1 <= self.palette <= most:
            refuse_broken(
                f"has a palette of {len(data) / ENTRY:g} colours; at most {most} are possible"
            )
        if self.header.colour in {0, 4}:
            refuse_broken("is grey and has a palette (PLTE)")
        if self._seen & AFTER_PALETTE:
            refuse_broken("has its palette (PLTE) after a chunk that builds on it")

    def _check_transparency(self, data: bytes) -> None:
        fits = {
            0: len(data) == 2,  # noqa: PLR2004 - one sample of two bytes
            2: len(data) == 6,  # noqa: PLR2004 - three samples of two bytes
            INDEXED: 1 <= len(data) <= self.palette,
        }
        if not fits.get(self.header.colour, False):
            refuse_broken(f"has a tRNS chunk of {len(data)} bytes that does not fit its colours")


class PixelData:
    """Unpacks picture data piece by piece, keeps none, and checks that it is exactly enough."""

    def __init__(self, header: Header) -> None:
        """Expect as many bytes as the header's size needs."""
        self._needed = header.inflated
        self._got = 0
        self._unpack = zlib.decompressobj()
        self._passes = list(header.passes())
        self._at = 0
        """The position inside the current pass."""

    def feed(self, data: bytes) -> None:
        """Take the content of the next IDAT; raises RefusedError when it is bad or too much."""
        while data and not self._unpack.eof:
            self._pull(data)
            data = self._unpack.unconsumed_tail
        if self._unpack.unused_data or (data and self._unpack.eof):
            refuse("png-trailing-data", "has bytes hidden after its compressed picture")

    def finish(self) -> None:
        """Take what is still held back; raises RefusedError when the picture is not complete."""
        while not self._unpack.eof and self._pull(b""):
            pass
        if self._got < self._needed or not self._unpack.eof:
            refuse_broken(
                f"is cut off: its picture data ends after {self._got:,} of {self._needed:,} bytes"
            )

    def _pull(self, data: bytes) -> int:
        try:
            piece = self._unpack.decompress(data, min(PIECE, self._needed - self._got + 1))
        except zlib.error:
            refuse_broken("is damaged: its picture data cannot be unpacked")
        self._got += len(piece)
        if self._got > self._needed:
            refuse("png-trailing-data", "unpacks to more data than its size needs")
        self._check_filters(piece)
        return len(piece)

    def _check_filters(self, piece: bytes) -> None:
        at = 0
        while at < len(piece):
            length, rows = self._passes[0]
            take = min(len(piece) - at, length * rows - self._at)
            part = piece[at : at + take]
            if max(part[-self._at % length :: length], default=0) > LAST_FILTER:
                refuse_broken("is damaged: a row of its picture has an unknown filter")
            at += take
            self._at += take
            if self._at == length * rows:
                self._passes.pop(0)
                self._at = 0


def unpacked(data: bytes, most: int, what: str) -> bytes:
    """Unpack a compressed chunk up to `most` bytes.

    Raises RefusedError when it is more, when it is damaged, and when something follows it.
    """
    unpack = zlib.decompressobj()
    try:
        content = unpack.decompress(data, most + 1)
    except zlib.error:
        refuse_broken(f"is damaged: its {what} cannot be unpacked")
    if len(content) > most:
        refuse("logo-bomb", f"has a {what} that unpacks to more than {most:,} bytes")
    if not unpack.eof:
        refuse_broken(f"is damaged: its {what} is cut off")
    if unpack.unused_data:
        refuse("png-trailing-data", f"has bytes hidden after its {what}")
    return content


def check_profile(chunk: Chunk) -> None:
    """Refuse a colour profile (iCCP) that is damaged or a bomb."""
    _, found, rest = chunk.data.partition(b"\0")
    if not found or not rest.startswith(b"\0"):
        refuse_broken("has a colour profile (iCCP) without a name or of unknown compression")
    unpacked(rest[1:], MAX_PNG_PROFILE, "colour profile (iCCP)")


def text_of(chunk: Chunk) -> tuple[bytes, bytes]:
    """Return keyword and text of a text chunk; raises RefusedError for bombs and damage."""
    if len(chunk.data) > MAX_PNG_TEXT:
        refuse(
            "logo-bomb",
            f"has a text of {len(chunk.data):,} bytes ({chunk.name}); {MAX_PNG_TEXT:,} are allowed",
        )
    keyword, _, rest = chunk.data.partition(b"\0")
    what = f"text ({chunk.name})"
    if chunk.type == b"zTXt":
        return keyword, unpacked(rest[1:], MAX_PNG_TEXT, what)
    if chunk.type == b"iTXt":
        packed, rest = rest[:1] == b"\x01", rest[2:]
        rest = rest.partition(b"\0")[2].partition(b"\0")[2]
        return keyword, unpacked(rest, MAX_PNG_TEXT, what) if packed else rest
    return keyword, rest
