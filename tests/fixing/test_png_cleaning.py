"""PNG logos without metadata: the picture and its colours stay, byte for byte."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import pngs
from communities import community
from rollkeeper.fixing.logos import CleanedLogo, CleaningRefusal
from rollkeeper.fixing.png import offer_png
from rollkeeper.jobs.cli import main
from rollkeeper.probes.logos.png.inspecting import inspect_png

EXIF = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0%c\0\0\0\0\0\0"
GAMMA = (b"gAMA", struct.pack(">I", 45455))
METADATA = (
    (b"tEXt", b"Author\0Robin Example"),
    (b"zTXt", b"Comment\0\0" + zlib.compress(b"hello")),
    (b"iTXt", b"Title\0\0\0\0\0hello"),
    (b"tIME", b"\x07\xea\x0b\x15\x0c\0\0"),
    (b"eXIf", EXIF % 1),
)


def cleaned(data: bytes) -> CleanedLogo:
    answer = offer_png(data)
    assert isinstance(answer, CleanedLogo), answer
    return answer


def test_metadata_go_and_the_rest_stays_to_the_byte() -> None:
    answer = cleaned(pngs.png(GAMMA, *METADATA[:3], after=METADATA[3:]) + b"\0" * 12)
    assert answer.data == pngs.png(GAMMA)
    assert answer.removed == (
        "text (3 chunks)",
        "the time of a change",
        "EXIF data",
        "12 bytes after its end",
    )
    assert inspect_png(answer.data).defects == ()


def test_pixels_are_the_same() -> None:
    before = pngs.png(GAMMA, *METADATA)
    with Image.open(BytesIO(before)) as one, Image.open(BytesIO(cleaned(before).data)) as other:
        assert one.tobytes() == other.tobytes()
        assert (one.info.get("gamma"), other.info.get("gamma")) == (0.45455, 0.45455)


def test_a_picture_that_exif_data_turn_is_left() -> None:
    assert offer_png(pngs.png((b"eXIf", EXIF % 6))) == CleaningRefusal(
        "its EXIF data turn the picture; turn it in an image editor"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        pngs.SIGNATURE,
        pngs.png(*METADATA)[:-20],
        pngs.png((b"eXIf", b"MM")) [:60] + b"\xff" * 4,
        pngs.join(pngs.header(60_000, 60_000), METADATA[0], pngs.data(), pngs.END),
        pngs.png(METADATA[0]) + bytes(2_000_000),
        pngs.SIGNATURE + pngs.packed((b"tEXt", b"")) * 5_000,
    ],
    ids=["empty", "signature", "cut off", "damaged", "bomb", "too large", "many chunks"],
)  # fmt: skip
def test_what_is_no_sound_png_is_left(data: bytes) -> None:
    assert isinstance(offer_png(data), CleaningRefusal)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_raise(noise: bytes, at: int) -> None:
    whole = pngs.png(*METADATA)
    for data in (noise, pngs.SIGNATURE + noise, whole[:at] + noise + whole[at:]):
        answer = offer_png(data)
        if isinstance(answer, CleanedLogo):
            assert inspect_png(answer.data).defects == ()


def test_metadata_of_a_logo_go_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(
        tmp_path, "- name: Fir\n  logo: fir.png\n", "roster: partners.yaml\nlogos: logos\n"
    )
    (root / "logos").mkdir()
    logo = root / "logos" / "fir.png"
    trailing = pngs.png(GAMMA, *METADATA) + bytes(9)
    logo.write_bytes(trailing)
    arguments = ["fix", "--logos", "--root", str(root), "--today", "2026-11-21"]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "fir.png: would remove text (3 chunks), the time of a change, EXIF data, 9 by" in printed
    assert logo.read_bytes() == trailing
    assert main([*arguments, "--write"]) == 0
    assert logo.read_bytes() == pngs.png(GAMMA)
    assert capsys.readouterr().out.endswith("\n1 fix in 1 file.\n")
