"""Logos drawn for reviewers."""

from __future__ import annotations

import io

from PIL import Image

from rollkeeper.model.logo_limits import MAX_PREVIEWS
from rollkeeper.probes.logos.previews import sheet

RED = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#f00" d="M2 2h4v4h-4z"/></svg>'
HOSTILE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><script/></svg>'


def test_a_logo_is_shown_on_white_and_on_dark() -> None:
    made = sheet({"logos/red.svg": RED})
    assert made is not None
    assert made.drawn == ("logos/red.svg",)
    page = Image.open(io.BytesIO(made.png)).convert("RGB")
    left, right = page.width // 4, 3 * page.width // 4
    middle = page.height // 2 + 10
    assert page.getpixel((left, middle)) == page.getpixel((right, middle)) == (255, 0, 0)
    assert page.getpixel((left, page.height - 5)) == (255, 255, 255)
    assert page.getpixel((right, page.height - 5)) == (13, 17, 23)


def test_what_is_refused_is_not_drawn() -> None:
    assert sheet({"a.svg": HOSTILE, "b.png": b"\x89PNG\r\n\x1a\n", "c.svg": b""}) is None


def test_a_sheet_has_room_for_so_many() -> None:
    made = sheet({f"{number}.svg": RED for number in range(MAX_PREVIEWS + 3)})
    assert made is not None
    assert len(made.drawn) == MAX_PREVIEWS
