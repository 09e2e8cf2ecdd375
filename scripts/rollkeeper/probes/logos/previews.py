"""Logos drawn for reviewers: each on white and on dark, on one sheet."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageDraw

from rollkeeper.model.logo import LogoFormat
from rollkeeper.model.logo_limits import MAX_PREVIEWS, PREVIEW_SIDE
from rollkeeper.probes.logos.content import sniff
from rollkeeper.probes.logos.files import harmless
from rollkeeper.probes.logos.png.inspecting import inspect_png
from rollkeeper.probes.logos.rendering.renderer import Bitmap, Renderer
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

_WHITE, _DARK, _INK = (255, 255, 255), (13, 17, 23), (110, 118, 129)
_MARGIN = 24
_CAPTION = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A PNG with a row for each logo, numbered, and the paths of the logos in that order."""

    png: bytes
    drawn: tuple[str, ...]


def sheet(files: Mapping[str, bytes]) -> Sheet | None:
    """Draw logos, by path, as many as fit on a sheet; None where none of them can be drawn.

    Only what the static check has passed is drawn, in a process that has no rights.
    """
    drawn: dict[str, Image.Image] = {}
    with Renderer(processes=1) as renderer:
        for path, data in files.items():
            if len(drawn) == MAX_PREVIEWS or not _safe(data):
                continue
            pixels = renderer.render_pixels(data, side=PREVIEW_SIDE)
            if isinstance(pixels, Bitmap):
                size = (pixels.width, pixels.height)
                drawn[path] = Image.frombytes("RGBA", size, pixels.rgba)
    return Sheet(_png(list(drawn.values())), tuple(drawn)) if drawn else None


def _safe(data: bytes) -> bool:
    kind = sniff(data)
    if kind is LogoFormat.SVG:
        return harmless(inspect_svg(data).defects)
    return kind is LogoFormat.PNG and not inspect_png(data).defects


def _png(images: list[Image.Image]) -> bytes:
    cell = PREVIEW_SIDE + 2 * _MARGIN
    page = Image.new("RGB", (2 * cell, len(images) * (cell + _CAPTION)), _WHITE)
    pen = ImageDraw.Draw(page)
    for row, image in enumerate(images):
        top = row * (cell + _CAPTION)
        pen.text((_MARGIN, top + 4), str(row + 1), fill=_INK)
        for column, ground in enumerate((_WHITE, _DARK)):
            left = column * cell
            pen.rectangle((left, top + _CAPTION, left + cell, top + _CAPTION + cell), fill=ground)
            place = (
                left + (cell - image.width) // 2,
                top + _CAPTION + (cell - image.height) // 2,
            )
            page.paste(image, place, image)
    content = io.BytesIO()
    page.save(content, "PNG")
    return content.getvalue()
