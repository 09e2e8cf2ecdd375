"""Logos on plates: copies on a light or dark ground, for pages on which they cannot be seen.

Markdown on GitHub has no colours, so the ground has to be in the picture. A plate is an SVG that
holds the logo itself, whatever its format: nothing of it is drawn again.
"""

from __future__ import annotations

import base64
import math
import posixpath
import re
from xml.parsers import expat

from rollkeeper.model.page import LogoImage, plate_folders

MARK = "<!-- Written by `rollkeeper render`: a logo on a plate. -->"
"""What every plate begins with: no other file is ever replaced or deleted."""

_WHITE, _DARK = "#ffffff", "#0d1117"
_SIDE = 100
"""The side, in the plate's own units, of the square that has a logo's area."""
_MARGIN, _ROUNDING = 16, 10
_TAG = re.compile(r"""<(?:[^"'<>]++|"[^"]*+"|'[^']*+')*+>""")
_PLACED = re.compile(
    r"""(?<!\s)\s++(?:x|y|width|height|preserveAspectRatio)\s*+=\s*+(?:"[^"]*+"|'[^']*+')"""
)


class UnplatableError(ValueError):
    """A logo that cannot be put on a plate; the message says why."""


def plate_of(file: str, logos: str, *, dark: bool) -> str:
    """Return the path of the plate for a logo; `dark` is for dark pages, so the plate is white."""
    light_folder, dark_folder = plate_folders(logos)
    name = posixpath.relpath(file, posixpath.normpath(logos))
    stem = name[:-4] if name.lower().endswith(".svg") else name
    return f"{dark_folder if dark else light_folder}/{stem}.svg"


def plate(data: bytes, image: LogoImage, *, dark: bool) -> bytes:
    """Put a logo on a rounded plate: white for dark pages, dark for light ones.

    Raises UnplatableError where it cannot be taken into another picture.
    """
    scale = _SIDE / math.sqrt(image.width * image.across * image.height * image.down)
    width, height = image.width * scale, image.height * scale
    left, top, right, bottom = image.painted
    # The plate is around what is painted. An empty border stays, so that the logo keeps its size.
    plate_x, plate_y = left * width - _MARGIN, top * height - _MARGIN
    x, y = min(plate_x, 0), min(plate_y, 0)
    outer_width = max(right * width + _MARGIN, width) - x
    outer_height = max(bottom * height + _MARGIN, height) - y
    place = f'x="{-x:.2f}" y="{-y:.2f}" width="{width:.2f}" height="{height:.2f}"'
    if data.startswith(b"\x89PNG"):
        content = base64.b64encode(data).decode("ascii")
        inside = f'<image {place} href="data:image/png;base64,{content}"/>'
    else:
        inside = _placed(data, place, image)
    size = f'width="{outer_width:.2f}" height="{outer_height:.2f}"'
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {outer_width:.2f} {outer_height:.2f}" {size}>'
    )
    rect = (
        f'<rect x="{plate_x - x:.2f}" y="{plate_y - y:.2f}" '
        f'width="{image.across * width + 2 * _MARGIN:.2f}" '
        f'height="{image.down * height + 2 * _MARGIN:.2f}" '
        f'rx="{_ROUNDING}" fill="{_WHITE if dark else _DARK}"/>'
    )
    return f"{MARK}\n{head}\n{rect}\n{inside}\n</svg>\n".encode()


def _placed(data: bytes, place: str, image: LogoImage) -> str:
    """Return an SVG as an element of another, at its place; its own elements stay as they are."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "it is not UTF-8"
        raise UnplatableError(message) from error
    if "<!ENTITY" in text:
        message = "it declares entities"
        raise UnplatableError(message)
    root, view_box = _root(text)
    opened = _TAG.match(text, root)
    if opened is None:
        message = "its first element cannot be read"
        raise UnplatableError(message)
    tag = _PLACED.sub("", opened[0])
    name = re.match(r"<[^\s/>]++", tag)
    if name is None or tag.endswith("/>"):
        message = "it is empty"
        raise UnplatableError(message)
    if not view_box:
        place += f' viewBox="0 0 {image.width:g} {image.height:g}"'
    return f"{name[0]} {place}{tag[name.end() :]}{text[opened.end() :].strip()}"


def _root(text: str) -> tuple[int, bool]:
    """Return where the first element of an SVG starts, and whether it has a viewBox."""
    data = text.encode()
    found: list[tuple[int, bool]] = []
    parser = expat.ParserCreate("UTF-8")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def start(_: str, attributes: dict[str, str]) -> None:
        if not found:
            found.append((parser.CurrentByteIndex, "viewBox" in attributes))

    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)  # noqa: FBT003 - positional only
    except expat.ExpatError as error:
        message = "it is not well-formed"
        raise UnplatableError(message) from error
    at, view_box = found[0]
    return len(data[:at].decode()), view_box
