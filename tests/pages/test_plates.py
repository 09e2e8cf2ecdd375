"""Logos on plates: what is written, and what a browser would draw of it."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from rollkeeper.model.page import LogoImage
from rollkeeper.pages.plates import MARK, UnplatableError, plate, plate_of
from rollkeeper.probes.logos.rendering.renderer import Bitmap, Renderer

SVG = (
    b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n<!-- made -->\n'
    b'<svg xmlns="http://www.w3.org/2000/svg" width="20%" x="3" viewBox="0 0 20 10">'
    b'<path d="M0 0h20v10h-20z"/></svg>\n'
)
IMAGE = LogoImage("logos/a.svg", 20, 10)


def drawn(data: bytes) -> Image.Image:
    with Renderer(processes=1) as renderer:
        bitmap = renderer.render_pixels(data, side=200)
    assert isinstance(bitmap, Bitmap), bitmap
    return Image.frombytes("RGBA", (bitmap.width, bitmap.height), bitmap.rgba)


def test_a_plate_has_the_logo_on_a_rounded_ground() -> None:
    made = plate(SVG, IMAGE, dark=True)
    assert made.startswith(MARK.encode())
    picture = drawn(made)
    middle = (picture.width // 2, picture.height // 2)
    assert picture.getpixel(middle) == (0, 0, 0, 255)
    assert picture.getpixel((picture.width // 2, 3)) == (255, 255, 255, 255)
    corner = picture.getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[3] == 0
    assert plate(SVG, IMAGE, dark=True) == made
    dark = drawn(plate(SVG, IMAGE, dark=False)).getpixel((100, 3))
    assert dark == (13, 17, 23, 255)


def test_a_png_is_taken_in_as_it_is() -> None:
    content = BytesIO()
    Image.new("RGBA", (20, 10), (200, 0, 0, 255)).save(content, "PNG")
    made = plate(content.getvalue(), LogoImage("logos/a.png", 20, 10), dark=True)
    assert b'href="data:image/png;base64,' in made
    assert drawn(made).getpixel((100, 50)) == (200, 0, 0, 255)


def test_an_empty_border_of_a_logo_stays_outside_of_the_plate() -> None:
    bordered = LogoImage("logos/a.svg", 20, 20, painted=(0.25, 0.25, 0.75, 0.75))
    made = SVG.replace(b"0 0 20 10", b"-10 -10 40 30")
    picture = drawn(plate(made, bordered, dark=True))
    assert picture.size == (200, 200)
    edge = picture.getpixel((100, 2))
    assert isinstance(edge, tuple)
    assert edge[3] == 0


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (SVG.replace(b"<path", b"\xff<path"), "not UTF-8"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG[22:], "declares entities"),
        (b"<svg", "not well-formed"),
        (b"", "not well-formed"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "empty"),
    ],
)
def test_what_cannot_be_taken_in_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(UnplatableError, match=why):
        plate(data, IMAGE, dark=True)


def test_plates_are_in_folders_beside_that_of_the_logos() -> None:
    assert plate_of("p/logos/a.svg", "p/logos/", dark=True) == "p/logos-on-dark/a.svg"
    assert plate_of("p/logos/a.png", "p/logos", dark=False) == "p/logos-on-light/a.png.svg"
    assert plate_of("p/logos/b/a.PNG", "./p/logos", dark=True) == "p/logos-on-dark/b/a.PNG.svg"
