"""Archives, documents, programs and markup hidden in a PNG beside its picture.

Such a file is a picture to a browser and something else to another program. Signatures are long
enough, or followed by enough of the format, never to come up in a picture's extras by chance.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

_MARKUP = re.compile(
    rb"<script|<\?php|<\?=[\t\n\r -~]{6}|<html|<!doctype|<iframe|<svg[\s/>]|<object[\s>]"
    rb"|javascript:|\bon(?:load|error)=",
    re.IGNORECASE,
)
"""What a browser or a server might run if it took the file for something else."""

_BURIED = re.compile(rb"<script|<\?php|<!doctype", re.IGNORECASE)
"""The same, anywhere in the file: long enough never to come up in a picture by chance."""

_FILES = {
    "a ZIP archive": rb"PK(?:\x03\x04|\x05\x06|\x01\x02)",
    "a RAR archive": rb"Rar!\x1a\x07",
    "a 7z archive": rb"7z\xbc\xaf\x27\x1c",
    "a gzip archive": rb"\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04][\x00-\x0d\xff]",
    "a bzip2 archive": rb"BZh[1-9]1AY&SY",
    "an xz archive": rb"\xfd7zXZ\x00",
    "a tar archive": rb"ustar(?:\x0000|  \x00)",
    "a cabinet archive": rb"MSCF\x00{4}",
    "a PDF document": rb"%PDF-\d",
    "a PostScript document": rb"%!PS-Adobe",
    "an Office document": rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a program": (
        rb"\x7fELF[\x01\x02][\x01\x02]\x01|[\xce\xcf]\xfa\xed\xfe[\x07\x0c]\x00{2}[\x00\x01]"
        rb"|\xca\xfe\xba\xbe|\x00asm\x01\x00{3}"
    ),
}
_SIGNATURES = re.compile(b"|".join(b"(%s)" % signature for signature in _FILES.values()), re.DOTALL)
_WINDOWS_PROGRAM = re.compile(rb"MZ(?=.{58}(.{4}))", re.DOTALL)
"""The start of a program for Windows, and where in it its second header is."""
_ZIP_END = re.compile(rb"PK\x05\x06(?=.{8}(.{8}))", re.DOTALL)
"""The end of a ZIP archive, by which it is opened, and the size of its directory and its place."""
_PDF_HEAD = 1024
"""Bytes from the start of a file in which programs look for a PDF document."""


def hidden(extras: Iterable[bytes]) -> str | None:
    """Return what is hidden in the parts of a file that are not its picture, None for nothing."""
    data = b"\0".join(extras)
    found = _SIGNATURES.search(data)
    if found and found.lastindex:
        return tuple(_FILES)[found.lastindex - 1]
    for start in _WINDOWS_PROGRAM.finditer(data):
        (offset,) = struct.unpack("<I", start[1])
        if data.startswith(b"PE\0\0", start.start() + offset):
            return "a program"
    markup = _MARKUP.search(data)
    return f"code: {_shown(markup)}" if markup else None


def buried(data: bytes) -> str | None:
    """Return what hides anywhere in a whole file, the compressed picture included."""
    code = _BURIED.search(data)
    if code:
        return f"code: {_shown(code)}"
    if b"%PDF-" in data[:_PDF_HEAD]:
        return "a PDF document"
    for end in _ZIP_END.finditer(data):
        size, _ = struct.unpack("<II", end[1])
        directory = end.start() - size
        if directory >= 0 and data.startswith(b"PK\x01\x02", directory):
            return "a ZIP archive"
    return None


def _shown(found: re.Match[bytes]) -> str:
    return " ".join(found.group().decode("ascii").split())
