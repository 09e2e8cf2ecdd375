"""The size of an SVG's canvas: width, height and viewBox of its root."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from rollkeeper.grammar.wording import quoted
from rollkeeper.model.logo_limits import MAX_SVG_ASPECT, MAX_SVG_SIDE, MAX_SVG_VIEW_BOX

Add = Callable[[str, str, int | None], None]

_LENGTH = re.compile(
    r"\s*\+?((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*(px|pt|pc|mm|cm|in|q|em|rem|ex|%)?\s*",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
_PIXELS = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4,
    "q": 96 / 101.6, "em": 16.0, "rem": 16.0, "ex": 8.0,
}  # fmt: skip
_FOUR = 4


class Size(NamedTuple):
    """A canvas: its width and height in pixels, None where it has none.

    `aspect` is how many times its longer side is the shorter one, 1 where that is not known.
    """

    width: float | None = None
    height: float | None = None
    aspect: float = 1.0


def size_of(root: Mapping[str, str] | None, add: Add, line: int) -> Size:
    """Read the size from the root's attributes and pass each defect to `add`."""
    if root is None:
        return Size()
    width = _side("width", root.get("width"), add, line)
    height = _side("height", root.get("height"), add, line)
    view_box = _view_box(root.get("viewBox"), add, line)
    if "viewBox" not in root and not (width and height):
        message = (
            "has no viewBox and no size, so it is cut off instead of scaled; export it again with "
            "a viewBox"
        )
        add("svg-no-viewbox", message, line)
    sides = [(width, height), *([view_box[2:]] if view_box else [])]
    aspect = max(_aspect(*each) for each in sides)
    if aspect > MAX_SVG_ASPECT:
        message = f"is {aspect:,.0f} times as long as it is broad, so nothing of it can be seen"
        add("svg-too-complex", f"{message}; crop the canvas to the drawing", line)
    return Size(width, height, aspect)


def shorter_side(root: Mapping[str, str]) -> float:
    """Return the units of the canvas's shorter side, 100 where the root does not say it."""
    found = _NUMBERS.findall(root.get("viewBox", "")[:400])[2:4]
    found = found or [_NUMBERS.match(root.get(name, "")[:100]) for name in ("width", "height")]
    sides = [abs(float(each if isinstance(each, str) else each[0])) for each in found if each]
    return min(sides, default=0.0) or 100.0


def _side(name: str, text: str | None, add: Add, line: int) -> float | None:
    if text is None or text.strip() == "auto":
        return None
    found = _LENGTH.fullmatch(text[:100])
    if not found:
        add("svg-broken", f"has the {name} {quoted(text)}, which is not a length; remove it", line)
        return None
    if found[2] == "%":
        return None
    pixels = float(found[1]) * _PIXELS[(found[2] or "").lower()]
    if pixels == 0:
        add("svg-broken", f"has the {name} 0, so nothing is shown; remove it", line)
        return None
    if pixels > MAX_SVG_SIDE:
        message = f"has the {name} {quoted(text)}; {MAX_SVG_SIDE:,} pixels is the limit: lower it"
        add("svg-too-complex", message, line)
    return pixels


def _view_box(text: str | None, add: Add, line: int) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    parts = text[:400].replace(",", " ").split()
    if len(parts) != _FOUR or not all(_NUMBERS.fullmatch(part) for part in parts):
        message = f"has the viewBox {quoted(text)}; write four numbers, such as `0 0 100 100`"
        add("svg-broken", message, line)
        return None
    left, top, width, height = (float(part) for part in parts)
    if width <= 0 or height <= 0:
        message = f"has the viewBox {quoted(text)}; its width and height must be more than 0"
        add("svg-broken", message, line)
        return None
    if max(abs(left), abs(top), width, height) > MAX_SVG_VIEW_BOX:
        message = f"has the viewBox {quoted(text)}; {MAX_SVG_VIEW_BOX:,.0f} is the largest number"
        add("svg-too-complex", message, line)
    return left, top, width, height


def _aspect(width: float | None, height: float | None) -> float:
    if not width or not height or not math.isfinite(width * height):
        return 1.0
    return max(width / height, height / width)
