"""PNG logos without what tells of people and programs: every byte of the picture stays."""

from __future__ import annotations

import struct
import warnings
from collections import Counter

from PIL import ExifTags, Image

from rollkeeper.fixing.logos import CleanedLogo, CleaningRefusal
from rollkeeper.grammar.wording import counted
from rollkeeper.model.logo_limits import MAX_LOGO_BYTES, MAX_PNG_CHUNKS
from rollkeeper.probes.logos.png.chunks import SIGNATURE, TEXT
from rollkeeper.probes.logos.png.inspecting import inspect_png

CLEANABLE = frozenset({"png-metadata", "png-trailing-data"})
"""Rules whose findings a copy without metadata may not have."""
_METADATA = {**dict.fromkeys(TEXT, "text"), b"eXIf": "EXIF data", b"tIME": "the time of a change"}
_FRAME = 12
"""Bytes of a chunk besides its content: length, type and checksum."""


def offer_png(data: bytes) -> CleanedLogo | CleaningRefusal:
    """Offer a PNG without metadata and without bytes after its end.

    Nothing else is touched: the picture's data and what its colours depend on, such as gAMA and
    iCCP, stay as they are. Never raises for what the bytes hold.
    """
    if len(data) > MAX_LOGO_BYTES:
        return CleaningRefusal(f"it is larger than {MAX_LOGO_BYTES:,} bytes")
    cut: Counter[str] = Counter()
    kept = [data[: len(SIGNATURE)]]
    at = len(SIGNATURE)
    while len(data) - at >= _FRAME and len(kept) <= MAX_PNG_CHUNKS:
        length, kind = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + length + _FRAME]
        at += len(chunk)
        if kind == b"eXIf" and _is_turned(chunk):
            return CleaningRefusal("its EXIF data turn the picture; turn it in an image editor")
        if kind in _METADATA:
            cut[_METADATA[kind]] += 1
        else:
            kept.append(chunk)
        if kind == b"IEND":
            break
    removed = [what if number == 1 else f"{what} ({number} chunks)" for what, number in cut.items()]
    if at < len(data):
        removed.append(f"{counted(len(data) - at, 'byte')} after its end")
    cleaned = b"".join(kept)
    left = inspect_png(cleaned).defects
    if left:
        return CleaningRefusal(f"even when cleaned it {left[0].message}")
    return CleanedLogo(cleaned, tuple(removed))


def _is_turned(chunk: bytes) -> bool:
    """Return whether EXIF data ask for the picture to be turned; damaged data ask for nothing."""
    exif = Image.Exif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exif.load(chunk[8:-4])
            return bool(exif.get(ExifTags.Base.Orientation, 1) != 1)
    except (SyntaxError, ValueError, LookupError, OSError, struct.error, TypeError, Warning):
        return False
