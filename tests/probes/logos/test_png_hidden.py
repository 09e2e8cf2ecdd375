"""Archives, documents, programs and markup beside a picture, in every kind of chunk."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import pytest

import pngs
from pngs import END, Chunk, header, join, png
from rollkeeper.model import logo_limits
from rollkeeper.probes.logos.png.inspecting import PngFacts, inspect_png


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "content")
    return file.getvalue()


def _tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return file.getvalue()[:600]


WINDOWS = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(20)
HIDDEN = {
    # what it is: (the bytes, what is said of them)
    "zip": (_zip(), "a ZIP archive"),
    "empty zip": (b"PK\5\6" + bytes(18), "a ZIP archive"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(20), "a RAR archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(20), "a 7z archive"),
    "gzip": (gzip.compress(b"content"), "a gzip archive"),
    "bzip2": (bz2.compress(b"content"), "a bzip2 archive"),
    "xz": (lzma.compress(b"content"), "an xz archive"),
    "tar": (_tar(), "a tar archive"),
    "cabinet": (b"MSCF" + bytes(20), "a cabinet archive"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "a PDF document"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0", "a PostScript document"),
    "office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document"),
    "program of Linux": (b"\x7fELF\2\1\1" + bytes(20), "a program"),
    "program of Windows": (WINDOWS, "a program"),
    "program of macOS": (b"\xcf\xfa\xed\xfe\x07\0\0\1", "a program"),
    "program of Java": (b"\xca\xfe\xba\xbe\0\0\0\x34", "a program"),
    "program of WebAssembly": (b"\0asm\1\0\0\0", "a program"),
    "PHP": (b"<?php echo 1", "code: <?php"),
    "short PHP": (b"<?=`$_GET[0]`?>", "code: <?=`$_GET"),
    "web page": (b"<HTML>", "code: <HTML"),
    "drawing with a handler": (b"<svg/onload=go()>", "code: <svg/"),
    "address that runs": (b"JavaScript:go()", "code: JavaScript:"),
}
Carrier = Callable[[bytes], Chunk]
CARRIERS: dict[str, Carrier] = {
    "a keyword": lambda content: (b"tEXt", content),
    "a comment": lambda content: (b"tEXt", b"Comment\0" + content),
    "a packed comment": lambda content: (b"zTXt", b"Comment\0\0" + zlib.compress(content)),
    "a comment packed by storing": lambda content: (
        b"zTXt",
        b"Comment\0\0" + zlib.compress(content, 0),
    ),
    "an international comment": lambda content: (b"iTXt", b"Comment\0\0\0\0\0" + content),
    "EXIF data": lambda content: (b"eXIf", b"II*\0" + bytes(5) + content),
    "a suggested palette": lambda content: (b"sPLT", b"a\0" + content),
    "a colour profile": lambda content: (b"iCCP", b"a\0\0" + zlib.compress(b"\0" + content, 0)),
    "the name of a colour profile": lambda content: (
        b"iCCP",
        content.replace(b"\0", b"")[:79] + b"\0\0" + zlib.compress(b"a"),
    ),
    "a chunk of unknown use": lambda content: (b"prVt", content[: logo_limits.MAX_PNG_OTHER]),
}


def _told(facts: PngFacts) -> list[tuple[str, str]]:
    return [(defect.rule, defect.message) for defect in facts.defects]


@pytest.mark.parametrize(
    "carrier",
    [carry for name, carry in CARRIERS.items() if name != "the name of a colour profile"],
    ids=[name for name in CARRIERS if name != "the name of a colour profile"],
)
@pytest.mark.parametrize(("content", "what"), HIDDEN.values(), ids=HIDDEN.keys())
def test_what_hides_in_any_chunk_is_found(content: bytes, what: str, carrier: Carrier) -> None:
    if b"ustar" in content and len(carrier(content)[1]) <= logo_limits.MAX_PNG_OTHER:
        content = content[257 - 8 :]
    for placed in (png(carrier(content)), png(after=[carrier(content)])):
        assert _told(inspect_png(placed)) == [("png-trailing-data", f"carries {what}")]


@pytest.mark.parametrize("name", ["zip", "pdf", "PHP", "web page"])
def test_the_name_of_a_colour_profile_hides_nothing(name: str) -> None:
    content, what = HIDDEN[name]
    chunk = CARRIERS["the name of a colour profile"](content)
    ((rule, message),) = _told(inspect_png(png(chunk)))
    assert (rule, message) == ("png-trailing-data", f"carries {what}")


def test_an_archive_that_is_picture_data_is_found_by_its_end() -> None:
    # The archive is stored in the rows themselves, where it is a colourful stripe.
    archive = _zip()
    raw = bytearray(pngs.rows())
    raw[1 : 1 + len(archive)] = archive
    for row in range(0, len(raw), 257):
        raw[row] = 0
    stored = join(header(), (b"IDAT", zlib.compress(bytes(raw), 0)), END)
    assert zipfile.is_zipfile(io.BytesIO(stored))
    assert _told(inspect_png(stored)) == [("png-trailing-data", "carries a ZIP archive")]


@pytest.mark.parametrize(
    ("chunk", "most"),
    [
        (b"prVt", logo_limits.MAX_PNG_OTHER),
        (b"gAMA", logo_limits.MAX_PNG_OTHER),
        (b"eXIf", logo_limits.MAX_PNG_EXIF),
        (b"sPLT", logo_limits.MAX_PNG_PALETTE),
        (b"hIST", 512),
    ],
)
def test_each_kind_of_chunk_has_a_limit(chunk: bytes, most: int) -> None:
    (defect,) = inspect_png(png((chunk, bytes(most + 1)))).defects
    assert defect.rule == "png-trailing-data"
    assert f"at most {most:,}" in defect.message
    assert "trailing" not in {rule for rule, _ in _told(inspect_png(png((chunk, bytes(most)))))}


@pytest.mark.parametrize(
    "chunks",
    [
        [(b"sPLT", bytes(logo_limits.MAX_PNG_PALETTE))] * 33,
        [(b"tEXt", b"a\0" + b"b" * 60_000)] * 3,
        [(b"prVt", bytes(256))] * 513,
    ],
    ids=["palettes", "comments", "unknown"],
)
def test_all_extras_together_have_a_limit(chunks: list[Chunk]) -> None:
    ((rule, message),) = _told(inspect_png(png(*chunks)))
    assert rule == "png-trailing-data"
    assert "beside its picture" in message


@pytest.mark.parametrize("kind", [b"eXIf", b"iCCP", b"pHYs"])
def test_what_there_is_one_of_comes_once(kind: bytes) -> None:
    chunk = (kind, b"a\0\0" + zlib.compress(b"b") if kind == b"iCCP" else bytes(9))
    ((rule, message),) = _told(inspect_png(png(chunk, chunk)))
    assert (rule, kind.decode() in message) == ("png-broken", True)


@pytest.mark.parametrize(
    "text",
    [
        b"PK", b"MZ is a name", b"a PDF", b"<x:xmpmeta><svg:a/></x:xmpmeta>", b"on load",
        b"gzip \x1f\x8b", b"<? = 1", b"tar, ustar", b"100 %!",
    ],
)  # fmt: skip
def test_plain_words_are_no_alarm(text: bytes) -> None:
    assert inspect_png(png((b"tEXt", b"Comment\0" + text))).defects == ()
