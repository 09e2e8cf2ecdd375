"""A PNG as a logo: whether it is one, whole and nothing else, and what it shows."""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from rollkeeper.model.limits import MAX_PNG_TEXTS
from rollkeeper.model.logo import LogoDefect, Picture
from rollkeeper.probes.logos.png import chunks as png_chunks
from rollkeeper.probes.logos.png.chunks import (
    TEXT,
    Header,
    Order,
    RefusedError,
    refuse,
    refuse_broken,
)
from rollkeeper.probes.logos.rendering.pixels import picture_of

MARKUP = re.compile(
    rb"<script|<\?php|<html|<!doctype|<iframe|<svg[\s>]|<object[\s>]|javascript:|\bon(?:load|error)=",
    re.IGNORECASE,
)
"""What a browser or a server might run if it took the file for something else."""

BURIED = re.compile(rb"<script|<\?php|<!doctype", re.IGNORECASE)
"""The same, anywhere in the file: long enough never to come up in a picture by chance."""

POSITION = 0x8825
"""The EXIF tag under which a camera notes where it was."""

MAX_TAGS = 1_000


@dataclass(frozen=True, slots=True)
class PngFacts:
    """What was seen of a PNG. Sizes are in pixels, None where there is no sound header."""

    defects: tuple[LogoDefect, ...]
    width: int | None = None
    height: int | None = None
    picture: Picture | None = None


def inspect_png(data: bytes) -> PngFacts:
    """Look at the bytes of a PNG; never raises.

    Everything is bounded by the limits on PNG in `rollkeeper.limits`; no pixel is decoded unless
    header, chunks and the unpacked length of the picture are as they must be.
    """
    header: Header | None = None
    try:
        walk = png_chunks.chunks(data)
        header = png_chunks.read_header(next(walk))
        notes = _check_chunks(header, walk)
        _check_buried(data)
        picture = _decode(data)
    except RefusedError as refused:
        width, height = (header.width, header.height) if header else (None, None)
        return PngFacts((refused.defect,), width, height)
    return PngFacts(tuple(notes), header.width, header.height, picture)


def _check_chunks(header: Header, walk: png_chunks.Chunks) -> list[LogoDefect]:
    order = Order(header)
    pixels = png_chunks.PixelData(header)
    notes = []
    read = 0
    for chunk in walk:
        order.watch(chunk)
        if chunk.type == b"IDAT":
            pixels.feed(chunk.data)
        elif chunk.type == b"iCCP":
            png_chunks.check_profile(chunk)
        elif chunk.type in TEXT:
            keyword, text = png_chunks.text_of(chunk)
            read += len(text)
            if read > MAX_PNG_TEXTS:
                refuse("logo-bomb", f"has more than {MAX_PNG_TEXTS:,} bytes of text")
            _check_text(chunk.name, text)
            notes += _metadata_in_text(keyword, text)
        elif chunk.type == b"eXIf":
            notes.append(_metadata("EXIF data", has_position=_tells_position(chunk.data)))
    pixels.finish()
    return notes


def _check_text(name: str, text: bytes) -> None:
    found = MARKUP.search(text)
    if found:
        refuse(
            "png-trailing-data",
            f"carries code in its text ({name}): {found.group().decode('ascii').strip()}",
        )


def _check_buried(data: bytes) -> None:
    found = BURIED.search(data)
    if found:
        refuse(
            "png-trailing-data", f"carries code between its pixels: {found.group().decode('ascii')}"
        )


def _metadata(what: str, *, has_position: bool) -> LogoDefect:
    where = ", with the place where it was taken" if has_position else ""
    return LogoDefect("png-metadata", f"carries {what}{where}")


def _metadata_in_text(keyword: bytes, text: bytes) -> list[LogoDefect]:
    if keyword.startswith((b"Raw profile type exif", b"Raw profile type APP1")):
        return [_metadata("EXIF data", has_position=False)]
    if keyword == b"XML:com.adobe.xmp" and b"GPSLatitude" in text:
        return [_metadata("XMP data", has_position=True)]
    return []


def _tells_position(exif: bytes) -> bool:
    """Return whether the first directory of EXIF data points to a GPS position."""
    endian = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if endian is None:
        return False
    try:
        (start,) = struct.unpack_from(f"{endian}I", exif, 4)
        (count,) = struct.unpack_from(f"{endian}H", exif, start)
        tags = {
            struct.unpack_from(f"{endian}H", exif, start + 2 + 12 * index)[0]
            for index in range(min(count, MAX_TAGS))
        }
    except struct.error:
        return False
    return POSITION in tags


def _decode(data: bytes) -> Picture:
    """Let the decoder that renders the pages have its say too, and measure what it shows."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(BytesIO(data), formats=["PNG"])
            image.load()
            _check_palette(image)
            return picture_of(image)
    except (
        OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError,
        struct.error, zlib.error, Warning, Image.DecompressionBombError,
    ) as error:  # fmt: skip
        refuse_broken(f"is damaged: a second decoder refuses it ({type(error).__name__})")


def _check_palette(image: Image.Image) -> None:
    if image.mode != "P" or image.palette is None:
        return
    _, highest = image.getextrema()
    colours = len(image.palette.getdata()[1]) // png_chunks.ENTRY
    if isinstance(highest, int | float) and highest >= colours:
        refuse_broken(f"is damaged: it paints with colour {highest} of a palette of {colours}")
