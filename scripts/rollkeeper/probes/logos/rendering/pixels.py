"""What can be seen of a logo, in a few figures."""

from __future__ import annotations

from operator import mul

from PIL import Image

from rollkeeper.model.logo import Picture
from rollkeeper.model.logo_limits import MAX_COLOUR_SAMPLE, MAX_COLOURS

_VISIBLE = 8
"""The alpha, of 255, from which a pixel counts as painted: less cannot be seen."""


def picture_of(image: Image.Image) -> Picture:
    """Measure a decoded image.

    The painted share and the box are exact; colours and lightness come from at most about
    `MAX_COLOUR_SAMPLE` pixels. Lightness is that of the painted part as it looks on white.
    """
    rgba = _rgba(image)
    alpha = rgba.getchannel("A")
    total = rgba.width * rgba.height
    painted = 1 - sum(alpha.histogram()[:_VISIBLE]) / total
    seen = _seen(alpha)
    box = seen.getbbox()
    sample = _sampled(rgba)
    if sample is not rgba:
        seen = _seen(sample.getchannel("A"))
    return Picture(
        width=rgba.width,
        height=rgba.height,
        painted=painted,
        colours=_colours(sample),
        box=box,
        lightness=_lightness(sample, seen) if box else None,
    )


def _rgba(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Sixteen-bit grey: the upper byte is what a screen shows.
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return image if image.mode == "RGBA" else image.convert("RGBA")


def _seen(alpha: Image.Image) -> Image.Image:
    return alpha.point([0] * _VISIBLE + [255] * (256 - _VISIBLE))


def _sampled(rgba: Image.Image) -> Image.Image:
    factor = 1
    while rgba.width * rgba.height > MAX_COLOUR_SAMPLE * factor * factor:
        factor += 1
    return rgba.reduce(factor) if factor > 1 else rgba


def _colours(rgba: Image.Image) -> int:
    counted = rgba.getcolors(MAX_COLOURS)
    if counted is None:
        return MAX_COLOURS
    return sum(isinstance(c, tuple) and c[3] >= _VISIBLE for _, c in counted)


def _lightness(rgba: Image.Image, seen: Image.Image) -> float | None:
    on_white = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("L")
    histogram = on_white.histogram(seen)
    count = sum(histogram)
    return sum(map(mul, histogram, range(256))) / count / 255 if count else None
