"""A PNG as a logo: whether it is one, whole and nothing else, and what it shows."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from rollkeeper.model.logo import LogoDefect, Picture
from rollkeeper.model.logo_limits import MAX_LOGO_DEFECTS, MAX_PNG_EXTRAS, MAX_PNG_TEXTS
from rollkeeper.probes.logos.png import chunks as png_chunks
from rollkeeper.probes.logos.png.chunks import (
    INDEXED,
    ONCE,
    TEXT,
    Chunk,
    Header,
    PixelData,
    RefusedError,
    refuse,
    refuse_broken,
)
from rollkeeper.probes.logos.png.hidden import buried, hidden
from rollkeeper.probes.logos.png.metadata import said_in_exif, said_in_text
from rollkeeper.probes.logos.rendering.pixels import picture_of


@dataclass(frozen=True, slots=True)
class PngFacts:
    """What a PNG is. Sizes are in pixels, None where there is no sound header."""

    defects: tuple[LogoDefect, ...]
    width: int | None = None
    height: int | None = None
    picture: Picture | None = None

    @property
    def aspect(self) -> float:
        """How many times the longer side is the shorter one; 1 where there is no sound header."""
        if not self.width or not self.height:
            return 1.0
        return max(self.width, self.height) / min(self.width, self.height)


def inspect_png(data: bytes) -> PngFacts:
    """Inspect the bytes of a PNG; never raises.

    No pixel is decoded until the header, the chunks and the unpacked length of the picture are
    within the limits; then the decoder that renders the pages has the last word.
    """
    header: Header | None = None
    try:
        walk = png_chunks.chunks(data)
        header = png_chunks.read_header(next(walk))
        notes = _check_chunks(header, walk)
        _refuse_hidden(buried(data))
        picture = _decode(data)
    except RefusedError as refused:
        width, height = (header.width, header.height) if header else (None, None)
        return PngFacts((refused.defect,), width, height)
    return PngFacts(tuple(notes), header.width, header.height, picture)


def _check_chunks(header: Header, walk: Iterator[Chunk]) -> list[LogoDefect]:
    pixels = PixelData(header)
    extras = _Extras(header)
    seen = {b"IHDR"}
    for chunk in walk:
        if chunk.type in ONCE & seen:
            refuse_broken(f"has two chunks {chunk.name}, of which there may be one")
        seen.add(chunk.type)
        if chunk.type == b"IDAT":
            if header.colour == INDEXED and b"PLTE" not in seen:
                refuse_broken("has indexed colours but no palette (PLTE) before its picture data")
            pixels.feed(chunk.data)
        else:
            extras.take(chunk)
    pixels.finish()
    _refuse_hidden(hidden(extras.contents))
    return extras.notes


class _Extras:
    """The chunks beside the picture data: what they hold, packed and unpacked."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.contents: list[bytes] = []
        self.notes: list[LogoDefect] = []
        self.carried = 0
        self.texts = 0

    def take(self, chunk: Chunk) -> None:
        """Take the next chunk; raises RefusedError when it is bad or too much."""
        self.contents.append(chunk.type + chunk.data)
        if chunk.type == b"iCCP":
            self.contents.append(png_chunks.profile_of(chunk))
            return
        self.carried += len(chunk.data)
        if self.carried > MAX_PNG_EXTRAS:
            most = f"at most {MAX_PNG_EXTRAS:,} are allowed"
            message = f"carries {self.carried:,} bytes beside its picture; {most}"
            refuse("png-trailing-data", message)
        if chunk.type == b"PLTE":
            png_chunks.check_palette(self.header, chunk)
        elif chunk.type in TEXT:
            keyword, text = png_chunks.text_of(chunk)
            self.texts += len(text)
            if self.texts > MAX_PNG_TEXTS:
                refuse("logo-bomb", f"has more than {MAX_PNG_TEXTS:,} bytes of text")
            self.contents.append(text)
            self._note(said_in_text(keyword, text))
        elif chunk.type == b"eXIf":
            self._note(said_in_exif(chunk.data))

    def _note(self, said: Iterable[str]) -> None:
        """Note what metadata says of people, each once."""
        for what in said:
            note = LogoDefect("png-metadata", f"names {what} in its metadata")
            if note not in self.notes and len(self.notes) < MAX_LOGO_DEFECTS:
                self.notes.append(note)


def _refuse_hidden(what: str | None) -> None:
    if what:
        refuse("png-trailing-data", f"carries {what}")


def _decode(data: bytes) -> Picture:
    """Decode the picture and measure it; raises RefusedError where the decoder finds it damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(BytesIO(data), formats=["PNG"])
            image.load()
            return picture_of(image)
    except (
        OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError,
        struct.error, zlib.error, Warning, Image.DecompressionBombError,
    ) as error:  # fmt: skip
        refuse_broken(f"is damaged: it cannot be decoded ({type(error).__name__})")
