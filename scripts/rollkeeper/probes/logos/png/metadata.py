"""What the metadata of a PNG says of people: who made the picture, and where they were."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from PIL import ExifTags

from rollkeeper.model.logo_limits import MAX_EXIF_TAGS

_PEOPLE: Mapping[int, str] = MappingProxyType(
    {
        ExifTags.Base.Artist: "utf-8",
        ExifTags.Base.XPAuthor: "utf-16-le",
        ExifTags.Base.CameraOwnerName: "utf-8",
    }
)
"""Fields of EXIF data that hold a person's name, and how their text is encoded."""
_DIRECTORIES = frozenset({ExifTags.Base.ExifOffset})
_ENTRY = 12
_INLINE = 4
_FIRST_DIRECTORY = 8
_LONGEST_NAME = 200
_AUTHOR_KEYWORDS = frozenset({b"author", b"artist", b"creator"})
_RAW_EXIF = (b"Raw profile type exif", b"Raw profile type APP1")
_XMP_POSITION = re.compile(rb"\bexif:GPSL(?:atitude|ongitude)\b")
_XMP_PEOPLE = re.compile(
    rb"<dc:creator>\s*+<rdf:(?:Seq|Bag)>\s*+<rdf:li[^<>]{0,100}+>([^<>]{1,200}+)</rdf:li>"
)


def said_in_exif(exif: bytes) -> Iterator[str]:
    """Return what EXIF data says: where a picture was taken, and who took it; never raises."""
    endian = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if endian is None:
        return
    waiting, known, seen = [_number(exif, f"{endian}I", _INLINE) or 0], set[int](), 0
    while waiting and seen < MAX_EXIF_TAGS:
        start = waiting.pop()
        if start < _FIRST_DIRECTORY or start in known:
            continue
        known.add(start)
        for index in range(min(_number(exif, f"{endian}H", start) or 0, MAX_EXIF_TAGS)):
            seen += 1
            at = start + 2 + _ENTRY * index
            tag = _number(exif, f"{endian}H", at)
            if tag == ExifTags.Base.GPSInfo:
                yield "the place where it was taken"
            elif tag in _DIRECTORIES:
                waiting.append(_number(exif, f"{endian}I", at + 8) or 0)
            elif tag is not None and tag in _PEOPLE:
                text = _text(exif, endian, at).decode(_PEOPLE[tag], "replace")
                yield from _person(text, ExifTags.TAGS[tag])


def said_in_text(keyword: bytes, text: bytes) -> Iterator[str]:
    """Return what a text chunk says of a place or a person; never raises."""
    if keyword.startswith(_RAW_EXIF):
        _, _, profile = text.lstrip().partition(b"\n")
        digits = b"".join(profile.split()[1:])
        if re.fullmatch(rb"(?:[0-9a-fA-F]{2})*+", digits):
            yield from said_in_exif(bytes.fromhex(digits.decode()).removeprefix(b"Exif\0\0"))
    elif keyword == b"XML:com.adobe.xmp":
        if _XMP_POSITION.search(text):
            yield "the place where it was taken"
        if person := _XMP_PEOPLE.search(text):
            yield from _person(person[1].decode(errors="replace"), "dc:creator")
    elif keyword.lower() in _AUTHOR_KEYWORDS:
        yield from _person(text.decode(errors="replace"), keyword.decode())


def _person(name: str, field: str) -> Iterator[str]:
    if any(map(str.isalpha, name)):
        yield f"a person (in the field `{field}`)"


def _text(exif: bytes, endian: str, at: int) -> bytes:
    count = min(_number(exif, f"{endian}I", at + 4) or 0, _LONGEST_NAME)
    start = at + 8 if count <= _INLINE else _number(exif, f"{endian}I", at + 8) or 0
    return exif[start : start + count]


def _number(data: bytes, form: str, at: int) -> int | None:
    try:
        (number,) = struct.unpack_from(form, data, at)
    except struct.error:
        return None
    return int(number)
