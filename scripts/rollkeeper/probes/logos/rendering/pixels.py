"""What can be seen of a logo, in a few figures."""

from __future__ import annotations

from functools import reduce

from PIL import Image, ImageChops

from rollkeeper.model.logo import Picture
from rollkeeper.model.logo_limits import MAX_COLOUR_SAMPLE, MAX_COLOURS

_VISIBLE = 8
"""The alpha, of 255, from which a pixel counts as painted: less cannot be seen."""
DARK_PAGE = "#0d1117"
"""The colour of GitHub's page in a dark theme."""
_DARKER = 26
"""How much darker than white, of 255, one of a pixel's colours is at least, to be seen on white."""
_BRIGHT, _VIVID = 51, 120
"""The brightness from which a pixel is seen on the dark page, and that of one colour alone."""


def picture_of(image: Image.Image) -> Picture:
    """Measure a decoded image.

    The painted share and the box are exact; colours, and what can be seen on white and on dark,
    come from at most about `MAX_COLOUR_SAMPLE` pixels.
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
    on_white, on_dark = _legible(sample, seen) if seen.getbbox() else (None, None)
    return Picture(
        width=rgba.width,
        height=rgba.height,
        painted=painted,
        colours=_colours(sample),
        box=box,
        on_white=on_white,
        on_dark=on_dark,
    )


def _rgba(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Sixteen-bit grey: the upper byte is what a screen shows.
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return image if image.mode == "RGBA" else image.convert("RGBA")


def _seen(alpha: Image.Image) -> Image.Image:
    return alpha.point(_from(_VISIBLE))


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


def _legible(rgba: Image.Image, seen: Image.Image) -> tuple[float, float]:
    """Return the shares of the painted part that differ from a white page and from a dark one."""
    count = seen.histogram()[-1]
    on_white = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    *bands, _ = on_white.split()
    darkest = reduce(ImageChops.darker, bands)
    on_dark = Image.alpha_composite(Image.new("RGBA", rgba.size, DARK_PAGE), rgba)
    *bands, _ = on_dark.split()
    bright = ImageChops.lighter(
        on_dark.convert("L").point(_from(_BRIGHT)),
        reduce(ImageChops.lighter, bands).point(_from(_VIVID)),
    )
    whites = sum(darkest.histogram(seen)[: 256 - _DARKER])
    return whites / count, bright.histogram(seen)[-1] / count


def _from(least: int) -> list[int]:
    return [0] * least + [255] * (256 - least)
