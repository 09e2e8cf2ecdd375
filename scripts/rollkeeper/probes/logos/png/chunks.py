"""The chunks of a PNG, read before any decoder sees the file.

Checked here is what a decoder passes over: wrong checksums, data hidden beside the picture, and
sizes that would exhaust memory. Whether the picture itself is a valid PNG is for the decoder.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from rollkeeper.grammar.wording import counted
from rollkeeper.model.limits import MIB
from rollkeeper.model.logo import LogoDefect
from rollkeeper.model.logo_limits import (
    MAX_LOGO_BYTES,
    MAX_PNG_CHUNKS,
    MAX_PNG_EXIF,
    MAX_PNG_INFLATED,
    MAX_PNG_OTHER,
    MAX_PNG_PALETTE,
    MAX_PNG_PIXELS,
    MAX_PNG_PROFILE,
    MAX_PNG_SIDE,
    MAX_PNG_TEXT,
)

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TEXT = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
ONCE = frozenset({b"IHDR", b"PLTE", b"iCCP", b"eXIf", b"tIME", b"pHYs", b"tRNS", b"bKGD", b"hIST"})
"""Chunks of which a PNG has at most one."""
_LONGEST = {
    b"IDAT": MAX_LOGO_BYTES,
    b"iCCP": MAX_PNG_PROFILE,
    **dict.fromkeys(TEXT, MAX_PNG_TEXT),
    b"eXIf": MAX_PNG_EXIF,
    **dict.fromkeys((b"PLTE", b"sPLT"), MAX_PNG_PALETTE),
    **dict.fromkeys((b"tRNS", b"hIST"), 2 * 256),
}
"""Bytes that a chunk may have, by its type; MAX_PNG_OTHER is for all others."""

INDEXED = 3
_GREY = frozenset({0, 4})
_CHANNELS = {0: 1, 2: 3, INDEXED: 1, 4: 2, 6: 4}
"""Samples of a pixel, by colour type."""
_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, INDEXED: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
"""Bits that a sample may have, by colour type."""
_ONE_PASS = ((0, 0, 1, 1),)
_ADAM7 = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
    (0, 1, 1, 2),
)  # fmt: skip
"""The first column, first row, step across and step down of each pass."""

_LONGEST_NAME = 79
"""Bytes of the name of a colour profile."""
_LOWER_CASE = 0x20
"""The bit of a letter that makes it lower-case: in a chunk's type, each letter's case is a flag."""


class RefusedError(Exception):
    """The file is refused for one defect."""

    def __init__(self, defect: LogoDefect) -> None:
        """Keep the defect."""
        super().__init__(defect.message)
        self.defect = defect


def refuse(rule: str, message: str) -> NoReturn:
    """Refuse the file; `rule` names the rule that reports it."""
    raise RefusedError(LogoDefect(rule, message))


def refuse_broken(message: str) -> NoReturn:
    """Refuse a file that is not a valid PNG."""
    refuse("png-broken", message)


class Chunk(NamedTuple):
    """One chunk: its four-letter type and its content."""

    type: bytes
    data: bytes

    @property
    def name(self) -> str:
        """The type as text."""
        return self.type.decode("ascii")


@dataclass(frozen=True, slots=True)
class Header:
    """What IHDR declares."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def bits(self) -> int:
        """The bits of one pixel."""
        return self.depth * _CHANNELS[self.colour]

    @property
    def inflated(self) -> int:
        """The bytes that the picture data must unpack to: for each row a filter and pixels."""
        total = 0
        for left, top, across, down in _ADAM7 if self.interlaced else _ONE_PASS:
            columns = max(0, -(-(self.width - left) // across))
            rows = max(0, -(-(self.height - top) // down))
            total += rows * (1 + (columns * self.bits + 7) // 8) if columns else 0
        return total


def chunks(data: bytes) -> Iterator[Chunk]:
    """Return each chunk up to IEND, with its checksum verified.

    Raises RefusedError at the first byte that is not part of a chunk, and for a chunk that no logo
    has.
    """
    if not data.startswith(SIGNATURE):
        refuse_broken("does not start like a PNG")
    at = len(SIGNATURE)
    for _ in range(MAX_PNG_CHUNKS):
        chunk, at = _chunk_at(data, at)
        _check_kind(chunk)
        yield chunk
        if chunk.type == b"IEND":
            if chunk.data:
                refuse_broken("has data in its last chunk (IEND), which must be empty")
            if len(data) > at:
                refuse("png-trailing-data", f"has {counted(len(data) - at, 'byte')} after its end")
            return
    refuse_broken(f"is cut into more than {MAX_PNG_CHUNKS:,} chunks")


def _chunk_at(data: bytes, at: int) -> tuple[Chunk, int]:
    if len(data) - at < 12:  # noqa: PLR2004 - length, type and checksum, four bytes each
        refuse_broken(
            f"is cut off: it ends after {len(data):,} bytes without its last chunk (IEND)"
        )
    length, kind = struct.unpack_from(">I4s", data, at)
    if not kind.isalpha() or not kind.isascii() or kind[2] & _LOWER_CASE:
        refuse_broken(f"has bytes at position {at:,} that are not a chunk")
    end = at + 8 + length
    if end + 4 > len(data):
        refuse_broken(f"is cut off inside its {kind.decode()} chunk at position {at:,}")
    (declared,) = struct.unpack_from(">I", data, end)
    if zlib.crc32(memoryview(data)[at + 4 : end]) != declared:
        refuse_broken(f"is damaged: the checksum of its {kind.decode()} chunk does not match")
    return Chunk(kind, data[at + 8 : end]), end + 4


def _check_kind(chunk: Chunk) -> None:
    if chunk.type in _ANIMATION:
        refuse("png-animated", "is animated")
    if chunk.type not in _CRITICAL and not chunk.type[0] & _LOWER_CASE:
        refuse_broken(f"has an unknown chunk {chunk.name} that is marked as required")
    most = _LONGEST.get(chunk.type, MAX_PNG_OTHER)
    if len(chunk.data) > most:
        rule = "logo-bomb" if chunk.type in TEXT else "png-trailing-data"
        refuse(
            rule,
            f"carries {len(chunk.data):,} bytes in a chunk {chunk.name}; at most {most:,} are "
            "allowed",
        )


def read_header(chunk: Chunk) -> Header:
    """Read IHDR; raises RefusedError for values that no PNG has and for bombs."""
    if chunk.type != b"IHDR" or len(chunk.data) != 13:  # noqa: PLR2004 - two sizes and five flags
        refuse_broken(f"begins with {chunk.name} instead of a header (IHDR) of 13 bytes")
    width, height, depth, colour, packing, filtering, interlace = struct.unpack(
        ">IIBBBBB", chunk.data
    )
    if depth not in _DEPTHS.get(colour, ()) or packing or filtering or interlace > 1:
        refuse_broken(
            f"declares an invalid format: colour type {colour}, bit depth {depth}, "
            f"compression {packing}, filter {filtering}, interlace {interlace}"
        )
    if not width or not height:
        refuse_broken(f"declares a size of {width} x {height} pixels")
    header = Header(width, height, depth, colour, bool(interlace))
    declared = f"declares {width:,} x {height:,} pixels"
    if max(width, height) > MAX_PNG_SIDE:
        refuse("logo-bomb", f"{declared}; a side may have at most {MAX_PNG_SIDE:,}")
    if width * height > MAX_PNG_PIXELS:
        pixels = f"{width * height:,} in all, and at most {MAX_PNG_PIXELS:,} are decoded"
        refuse("logo-bomb", f"{declared}, {pixels}")
    if header.inflated > MAX_PNG_INFLATED:
        most = f"{MAX_PNG_INFLATED:,} bytes are unpacked"
        refuse(
            "logo-bomb",
            f"{declared} of {header.bits} bits, {header.inflated:,} bytes unpacked; at most {most}",
        )
    return header


class PixelData:
    """Unpacks picture data piece by piece, keeps none, and checks that it is exactly enough."""

    def __init__(self, header: Header) -> None:
        """Expect as many bytes as the header's size needs."""
        self._needed = header.inflated
        self._got = 0
        self._unpack = zlib.decompressobj()

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
            got = len(self._unpack.decompress(data, min(MIB, self._needed - self._got + 1)))
        except zlib.error:
            refuse_broken("is damaged: its picture data cannot be unpacked")
        self._got += got
        if self._got > self._needed:
            refuse("png-trailing-data", "unpacks to more data than its size needs")
        return got


def check_palette(header: Header, chunk: Chunk) -> None:
    """Refuse a palette (PLTE) with which browsers show nothing, though Pillow does not mind."""
    if header.colour in _GREY or not chunk.data or len(chunk.data) % 3:
        refuse_broken(
            f"has a palette (PLTE) of {len(chunk.data)} bytes that does not fit its colours"
        )


def _unpacked(data: bytes, most: int, what: str) -> bytes:
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


def profile_of(chunk: Chunk) -> bytes:
    """Return the colour profile (iCCP), unpacked; raises RefusedError for bombs and damage."""
    name, found, rest = chunk.data.partition(b"\0")
    if not found or not rest.startswith(b"\0"):
        refuse_broken("has a colour profile (iCCP) without a name or of unknown compression")
    if len(name) > _LONGEST_NAME:
        refuse_broken(f"has a colour profile (iCCP) with a name of {len(name):,} bytes")
    return _unpacked(rest[1:], MAX_PNG_PROFILE, "colour profile (iCCP)")


def text_of(chunk: Chunk) -> tuple[bytes, bytes]:
    """Return the keyword and the text of a text chunk; raises RefusedError for bombs and damage."""
    keyword, _, rest = chunk.data.partition(b"\0")
    what = f"text ({chunk.name})"
    if chunk.type == b"zTXt":
        return keyword, _unpacked(rest[1:], MAX_PNG_TEXT, what)
    if chunk.type == b"iTXt":
        packed, rest = rest[:1] == b"\x01", rest[2:]
        rest = rest.partition(b"\0")[2].partition(b"\0")[2]
        return keyword, _unpacked(rest, MAX_PNG_TEXT, what) if packed else rest
    return keyword, rest
