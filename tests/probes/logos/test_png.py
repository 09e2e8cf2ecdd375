from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import pngs
from pngs import END, data, header, join, png
from rollkeeper.model import logo_limits
from rollkeeper.probes.logos.png.chunks import Header
from rollkeeper.probes.logos.png.inspecting import PngFacts, inspect_png

GOOD = png()
PALETTE = (b"PLTE", bytes(range(9)))
GREY = header(colour=0)
INDEXED = header(colour=3)
GREY_ROWS = pngs.rows(pixel=b"\x09")
PACKED = zlib.compress(pngs.rows())
SPLIT = ((b"IDAT", PACKED[:40]), (b"tEXt", b"a\0b"), (b"IDAT", PACKED[40:]))
SCRIPT = b"<script>go()</script>"


def rules(facts: PngFacts) -> list[str]:
    return [defect.rule for defect in facts.defects]


def words(facts: PngFacts) -> str:
    return " / ".join(defect.message for defect in facts.defects)


def packed_text(size: int) -> bytes:
    return b"Comment\0\0" + zlib.compress(b"a" * size)


def test_good_png_is_measured() -> None:
    facts = inspect_png(GOOD)
    assert facts.defects == ()
    assert (facts.width, facts.height) == (64, 64)
    assert facts.picture is not None
    assert facts.picture.painted == 0.5
    assert facts.picture.box == (0, 0, 32, 64)
    assert facts.picture.colours == 1
    assert (facts.picture.on_white, facts.picture.on_dark) == (1, 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("optimize", [False, True])
def test_what_a_common_encoder_writes_is_accepted(mode: str, optimize: bool) -> None:  # noqa: FBT001 - a parameter of a test
    file = io.BytesIO()
    grey = Image.linear_gradient("L").resize((90, 70))
    image = Image.new("I;16", (90, 70), 30_000) if mode == "I;16" else grey.convert(mode)
    image.save(file, "PNG", optimize=optimize, dpi=(72, 72))
    facts = inspect_png(file.getvalue())
    assert facts.defects == ()
    assert facts.picture is not None
    assert facts.picture.painted > 0.9


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 5), (8, 8), (64, 1), (33, 65)])
def test_interlaced_pictures_need_the_rows_of_every_pass(width: int, height: int) -> None:
    head = header(width, height, interlace=1)
    needed = Header(width, height, 8, 6, interlaced=True).inflated
    assert inspect_png(join(head, data(bytes(needed)), END)).defects == ()
    assert rules(inspect_png(join(head, data(bytes(needed - 1)), END))) == ["png-broken"]
    assert rules(inspect_png(join(head, data(bytes(needed + 1)), END))) == ["png-trailing-data"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "does not start like a PNG"),
        (b"\0" + GOOD, "does not start like a PNG"),
        (pngs.SIGNATURE, "is cut off"),
        (GOOD[:60], "is cut off inside its IDAT chunk"),
        (GOOD[:-12], "without its last chunk"),
        (GOOD[:-1], "is cut off"),
        (join(data(), END), "instead of a header"),
        (join((b"IHDR", bytes(12)), data(), END), "of 13 bytes"),
        (join(header(width=0), data(), END), "a size of 0 x 64"),
        (join(header(depth=3), data(), END), "bit depth 3"),
        (join(header(depth=4, colour=2), data(), END), "colour type 2, bit depth 4"),
        (join(header(colour=5), data(), END), "colour type 5"),
        (join(header(packing=1), data(), END), "compression 1"),
        (join(header(filtering=1), data(), END), "filter 1"),
        (join(header(interlace=2), data(), END), "interlace 2"),
        (join(header(), header(), data(), END), "two chunks IHDR"),
        (join(header(), END), "ends after 0 of 16,448 bytes"),
        (join(header(), data(), (b"IEND", b"a")), "must be empty"),
        (png((b"ABCD", b"")), "unknown chunk"),
        (png((b"abcd", b"")), "not a chunk"),
        (png((b"\xc3\xa4BC", b"")), "not a chunk"),
        (join(INDEXED, data(GREY_ROWS), END), "no palette"),
        (join(INDEXED, (b"PLTE", bytes(257 * 3)), data(GREY_ROWS), END), "cannot be decoded"),
        (join(INDEXED, (b"PLTE", bytes(4)), data(GREY_ROWS), END), "palette (PLTE) of 4 bytes"),
        (join(INDEXED, (b"PLTE", b""), data(GREY_ROWS), END), "palette (PLTE) of 0 bytes"),
        (join(GREY, PALETTE, data(GREY_ROWS), END), "palette (PLTE) of 9 bytes"),
        (join(header(), data(pngs.rows()[:-1]), END), "16,447 of 16,448 bytes"),
        (join(header(), data(b"\5" + pngs.rows()[1:]), END), "cannot be decoded"),
        (join(header(), (b"IDAT", zlib.compress(pngs.rows())[:-4]), END), "is cut off"),
        (join(header(), (b"IDAT", b"not packed"), END), "cannot be unpacked"),
        (join(header(), *SPLIT, END), "cannot be decoded"),
        (png((b"iCCP", b"a\0\0garbage")), "profile (iCCP) cannot be unpacked"),
        (png((b"iCCP", b"a\0\1" + zlib.compress(b"a"))), "unknown compression"),
        (png((b"iCCP", b"a\0\0" + zlib.compress(b"a")[:-3])), "is cut off"),
        (png((b"zTXt", b"a\0\0garbage")), "cannot be unpacked"),
        (
            join(header(), *[(b"IDAT", b"")] * logo_limits.MAX_PNG_CHUNKS, data(), END),
            "is cut into",
        ),
    ],
)
def test_broken(content: bytes, message: str) -> None:
    facts = inspect_png(content)
    assert rules(facts) == ["png-broken"]
    assert message in words(facts)
    assert facts.picture is None


def test_a_wrong_checksum_is_seen_in_every_chunk() -> None:
    for kind in (b"IHDR", b"IDAT", b"IEND"):
        at = GOOD.index(kind) - 4
        (length,) = struct.unpack_from(">I", GOOD, at)
        end = at + 8 + length
        damaged = GOOD[:end] + bytes([GOOD[end] ^ 1]) + GOOD[end + 1 :]
        assert f"checksum of its {kind.decode()} chunk" in words(inspect_png(damaged))


@pytest.mark.parametrize(
    "content",
    [
        join(header(30_000, 30_000, depth=1, colour=0), data(), END),
        join(header(2**31 - 1, 2**31 - 1), data(), END),
        join(header(1, 2**31 - 1, depth=1, colour=0), data(), END),
        join(header(4_097, 4_097), data(), END),
        join(header(4_096, 4_096, depth=16), data(), END),
        png((b"tEXt", b"Comment\0" + b"a" * logo_limits.MAX_PNG_TEXT)),
        png((b"zTXt", packed_text(logo_limits.MAX_PNG_TEXT + 1))),
        png((b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(logo_limits.MAX_PNG_TEXT + 1)))),
        png(*[(b"zTXt", packed_text(logo_limits.MAX_PNG_TEXT))] * 20),
        png((b"iCCP", b"a\0\0" + zlib.compress(bytes(logo_limits.MAX_PNG_PROFILE + 1)))),
    ],
)
def test_bombs_are_refused_before_anything_is_decoded(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "open", None)
    assert rules(inspect_png(content)) == ["logo-bomb"]


@pytest.mark.parametrize(
    "content",
    [
        GOOD + b"PK\3\4",
        GOOD + b"\0",
        GOOD + GOOD,
        join(header(), data(), (b"IDAT", b"more"), END),
        png(after=[(b"tEXt", b"a\0b"), data()]),
        join(header(), (b"IDAT", zlib.compress(pngs.rows()) + b"more"), END),
        join(header(), data(pngs.rows() + b"\0"), END),
        png((b"tEXt", b"Comment\0" + SCRIPT)),
        png((b"zTXt", b"Comment\0\0" + zlib.compress(SCRIPT))),
        png((b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(SCRIPT))),
        png((b"iTXt", b"Comment\0\0\0\0\0<img src=x onerror=go()>")),
        png((b"tIME", b"<?php 1")),
        png((b"prVt", bytes(logo_limits.MAX_PNG_TEXT + 1))),
        png((b"iCCP", b"a\0\0" + zlib.compress(b"a") + b"more")),
    ],
)
def test_data_beside_the_picture_is_refused(content: bytes) -> None:
    assert rules(inspect_png(content)) == ["png-trailing-data"]


@pytest.mark.parametrize("kind", [b"acTL", b"fcTL", b"fdAT"])
def test_animation_is_refused(kind: bytes) -> None:
    assert rules(inspect_png(png((kind, bytes(8))))) == ["png-animated"]
    assert rules(inspect_png(png(after=[(kind, bytes(8))]))) == ["png-animated"]


def exif(*tags: int | tuple[int, bytes], endian: str = "<") -> bytes:
    """Make EXIF data with tags, some of them with a text."""
    start = b"II*\0" if endian == "<" else b"MM\0*"
    at = 8 + 2 + 12 * len(tags)
    entries, texts = b"", b""
    for tag in tags:
        if isinstance(tag, int):
            entries += struct.pack(f"{endian}HHII", tag, 4, 1, 0)
        else:
            entries += struct.pack(f"{endian}HHII", tag[0], 2, len(tag[1]), at + len(texts))
            texts += tag[1]
    return start + struct.pack(f"{endian}IH", 8, len(tags)) + entries + texts


def within(inner: bytes) -> bytes:
    """Make EXIF data whose first directory points to a second one, that of `inner`."""
    first = struct.pack("<IHHHII", 8, 1, 0x8769, 4, 1, 22)
    entries = inner[10:]
    return b"II*\0" + first + inner[8:10] + entries


PLACE, PERSON = "the place where it was taken", "a person"
XMP = b"XML:com.adobe.xmp\0\0\0\0\0"
SEQUENCE = b"<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>"
RAW = b"Raw profile type exif\0\nexif\n      64\n"


@pytest.mark.parametrize(
    ("chunk", "what"),
    [
        ((b"eXIf", exif(0x0110, 0x8825)), PLACE),
        ((b"eXIf", exif(0x8825, endian=">")), PLACE),
        ((b"eXIf", exif((0x013B, b"Fir Tree\0"))), PERSON),
        ((b"eXIf", exif((0x9C9D, "Fir Tree".encode("utf-16-le")))), PERSON),
        ((b"eXIf", within(exif(0xA420, 0x8825))), PLACE),
        ((b"tEXt", RAW + exif(0x8825).hex().encode()), PLACE),
        ((b"tEXt", RAW + (b"Exif\0\0" + exif((0x013B, b"Fir T"))).hex().encode()), PERSON),
        ((b"tEXt", b"Author\0Fir Tree"), PERSON),
        ((b"iTXt", XMP + b"<exif:GPSLatitude>1"), PLACE),
        ((b"iTXt", XMP + SEQUENCE % b"Fir Tree"), PERSON),
    ],
)
def test_metadata_that_names_a_place_or_a_person_is_reported(
    chunk: tuple[bytes, bytes], what: str
) -> None:
    facts = inspect_png(png(chunk))
    assert rules(facts) == ["png-metadata"]
    assert what in words(facts)
    assert "Fir" not in words(facts)
    assert facts.picture is not None


@pytest.mark.parametrize(
    "chunk",
    [
        (b"eXIf", exif(0x0110)),
        (b"eXIf", exif((0x0131, b"a drawing program\0"))),
        (b"eXIf", exif((0x013B, b"  \0 "))),
        (b"eXIf", exif(0x8825)[:9]),
        (b"eXIf", b""),
        (b"eXIf", b"II*\0\xff\xff\xff\xff"),
        (b"eXIf", b"II*\0" + struct.pack("<I", 0) + bytes(40)),
        (b"eXIf", within(exif(0x8769))),
        (b"tEXt", b"Raw profile type exif\0 4578"),
        (b"tEXt", b"Author\0"),
        (b"iTXt", XMP + SEQUENCE % b" "),
    ],
)
def test_metadata_that_names_no_one_is_not(chunk: tuple[bytes, bytes]) -> None:
    assert inspect_png(png(chunk)).defects == ()


def test_the_numbers_of_a_bomb_are_right() -> None:
    many = words(inspect_png(join(header(5_000, 5_000), data(), END)))
    assert "25,000,000 in all, and at most 16,777,216 are decoded" in many
    long = words(inspect_png(join(header(9_000, 10), data(), END)))
    assert long == "declares 9,000 x 10 pixels; a side may have at most 8,192"


def test_harmless_extras_are_accepted() -> None:
    extras = (
        (b"gAMA", struct.pack(">I", 45_455)),
        (b"pHYs", struct.pack(">IIB", 2835, 2835, 1)),
        (b"tEXt", b"Software\0a drawing program"),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta><dc:title>Logo</dc:title></x:xmpmeta>"),
        (b"prVt", b"a private note"),
    )
    assert inspect_png(png(*extras)).defects == ()


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_change_of_a_file_is_read_without_a_crash(draw: st.DataObject) -> None:
    content = bytearray(png((b"tEXt", b"a\0b"), (b"gAMA", bytes(4)), (b"eXIf", exif(0x8825))))
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(content) - 1))
        length = draw.draw(st.integers(0, 8))
        content[at : at + length] = draw.draw(st.binary(max_size=8))
        if not content:
            break
    facts = inspect_png(bytes(content))
    assert facts.picture is not None or facts.defects


@settings(max_examples=300)
@given(
    kind=st.sampled_from(
        b"PLTE tRNS iCCP zTXt iTXt tEXt eXIf sRGB bKGD sPLT pHYs cHRM sBIT hIST tIME IDAT".split()
    ),
    content=st.binary(max_size=40),
    colour=st.sampled_from([0, 2, 3, 4, 6]),
    first=st.booleans(),
)
def test_any_chunk_with_right_checksums_is_read_without_a_crash(
    kind: bytes,
    content: bytes,
    colour: int,
    first: bool,  # noqa: FBT001 - a parameter of a test
) -> None:
    head = header(8, 8, colour=colour)
    needed = Header(8, 8, 8, colour, interlaced=False).inflated
    chunks = [(kind, content), data(bytes(needed))]
    facts = inspect_png(join(head, *(chunks if first else reversed(chunks)), END))
    assert facts.picture is not None or facts.defects


@pytest.mark.parametrize("colour", [0, 2, 6])
def test_the_largest_picture_is_measured_within_300_mib(colour: int) -> None:
    program = (
        "import zlib\n"
        "from patience import peak\n"
        "from pngs import END, header, join\n"
        "from rollkeeper.probes.logos.png.inspecting import inspect_png\n"
        "from rollkeeper.probes.logos.png.chunks import Header\n"
        f"head, colour = header(4096, 4096, colour={colour}), {colour}\n"
        "raw = bytes(Header(4096, 4096, 8, colour, False).inflated)\n"
        "content = join(head, (b'IDAT', zlib.compress(raw)), END)\n"
        "del raw\n"
        "facts = inspect_png(content)\n"
        "assert facts.picture is not None, facts\n"
        "print(peak())\n"
    )
    paths = [str(Path(__file__).parents[2]), str(Path(__file__).parents[3] / "scripts")]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}\n{program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 300 * 1024
