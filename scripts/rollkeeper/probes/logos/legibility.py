"""Whether a logo can be seen on a light and on a dark page: its outline is held against both."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageOps

_SOLID = 128
"""The alpha, of 255, from which a pixel belongs to the shape: softer ones are its edge."""
_FAINT = 16
"""The alpha, or the difference from the ground, of 255, from which a pixel is seen."""
_MOST_WHITE = 0.12
"""The share of an opaque picture, on each side, that may count as empty border."""
_FULL = 0.98
"""The share of pixels from which a logo brings a ground of its own."""
_LOST = 0.3
"""The share of an outline that may be lost on a ground before the logo counts as not seen."""
_MOSTLY = 0.5
"""The share of a shape that has to be white before it counts as not seen on white."""
_DARKEST, _LIGHTEST = 0.117, 0.79
"""Relative luminance: below has less than 3:1 on GitHub's dark ground, above 1.25:1 on white."""
_LINEAR = [round(255 * (level / 255) ** 2.2) for level in range(256)]
"""The light that each level of a colour gives off."""
_LUMINANCE = (0.2126, 0.7152, 0.0722, 0.0)


def seen_on(image: Image.Image) -> tuple[bool, bool]:
    """Return whether a logo with transparent parts can be seen on white, and on dark.

    What counts is the outline, where the shape meets the page: a dark letter inside a bright badge
    is seen anywhere, a dark letter on its own is not. A white rim around a coloured sign is no loss
    on white, and what would lose something on both is left as it is on white.
    """
    rgba = ImageOps.expand(image.convert("RGBA"), border=1, fill=(0, 0, 0, 0))
    alpha = rgba.getchannel("A")
    shape = alpha.point([0] * _SOLID + [255] * (256 - _SOLID))
    solid = shape.histogram()[255]
    if solid == 0 or solid >= _FULL * image.width * image.height:
        return True, True
    outline = ImageChops.subtract(shape, shape.filter(ImageFilter.MinFilter(3)))
    luminance = rgba.convert("RGB").point(_LINEAR * 3).convert("L", _LUMINANCE)
    rim, all_of_it = luminance.histogram(outline), luminance.histogram(shape)
    on_dark = _share(rim, 0, _DARKEST) < _LOST or _share(all_of_it, 0, _DARKEST) < _LOST / 2
    on_light = _share(rim, _LIGHTEST, 1) < _LOST or _share(all_of_it, _LIGHTEST, 1) < _MOSTLY
    return on_light or not on_dark, on_dark


def _share(levels: list[int], least: float, most: float) -> float:
    return sum(levels[round(255 * least) : round(255 * most) + 1]) / sum(levels)


def painted_box(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the part of a logo that is not its own empty border: left, top, right, bottom."""
    rgba = image.convert("RGBA")
    whole = (0, 0, rgba.width, rgba.height)
    alpha = rgba.getchannel("A")
    if sum(alpha.histogram()[:_SOLID]):
        return alpha.point([0] * _FAINT + [255] * (256 - _FAINT)).getbbox() or whole
    differs = ImageChops.invert(rgba.convert("RGB").convert("L"))
    box = differs.point([0] * _FAINT + [255] * (256 - _FAINT)).getbbox() or whole
    # On a dark page the white around it is seen as well: not all of it counts as empty.
    side, top = round(_MOST_WHITE * rgba.width), round(_MOST_WHITE * rgba.height)
    return (
        min(box[0], side),
        min(box[1], top),
        max(box[2], rgba.width - side),
        max(box[3], rgba.height - top),
    )
