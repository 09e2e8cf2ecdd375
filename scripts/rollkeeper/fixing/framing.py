"""The frame of an SVG: a viewBox around what is drawn, where the picture stays the same.

Both pictures are rendered with as many pixels for a unit, and on the same grid: the new one has to
be, to the pixel, the part of the old one that it keeps.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple
from xml.parsers import expat

from PIL import Image

from rollkeeper.fixing.logos import CleanedLogo, CleaningRefusal
from rollkeeper.model.logo_limits import COMPARED_SIDE, MAX_SVG_VIEW_BOX
from rollkeeper.probes.logos.rendering.renderer import Renderer, RenderFailure
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

_ROOT = re.compile(rb"""<[^\s<>/]++(?:[^"'<>]++|"[^"]*+"|'[^']*+')*+>""")
_FRAME = re.compile(
    rb"""\s(?P<name>viewBox|width|height)\s*+=\s*+(?P<quote>["'])(?P<value>[^"']*+)(?P=quote)"""
)
_ASPECT = re.compile(rb"\spreserveAspectRatio\s*+=")
_NUMBER = re.compile(r"[-+]?(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?(?:px)?\Z")
_SIDES = (b"width", b"height")
_LEAST = 0.5
"""Units of a side, below which nine decimals are too few."""
_MARGIN = 1
"""Pixels around what is drawn that are kept, so that no soft edge is cut."""


class Frame(NamedTuple):
    """A rectangle of a drawing, in its own units."""

    left: float
    top: float
    width: float
    height: float


def framed(data: bytes, renderer: Renderer) -> CleanedLogo | CleaningRefusal:
    """Offer an SVG whose viewBox is what is drawn; `data` has passed the static check.

    Never raises for what the bytes hold.
    """
    root = _root(data)
    old = _frame_of(root[0]) if root is not None else None
    reason = _why_not(data, root)
    looked_at = None if reason else old or _extent(data, renderer)
    if looked_at is None:
        return CleaningRefusal(reason or "it is not known how far its drawing reaches")
    step, grid = _grid(looked_at)
    whole = _drawn(with_frame(data, grid, sized=False), grid, step, renderer)
    box = whole.getchannel("A").getbbox() if whole is not None else None
    if whole is None or box is None:
        return CleaningRefusal("it could not be rendered for comparison")
    new = _widened(
        grid.left + (box[0] - _MARGIN) * step,
        grid.top + (box[1] - _MARGIN) * step,
        grid.left + (box[2] + _MARGIN) * step,
        grid.top + (box[3] + _MARGIN) * step,
        step,
    )
    if not _is_inside(new, looked_at):
        return CleaningRefusal("its drawing reaches the edge of the picture")
    after = _drawn(with_frame(data, new, sized=False), new, step, renderer)
    at = round((new.left - grid.left) / step), round((new.top - grid.top) / step)
    if after is None or not _is_part(after, whole, at):
        return CleaningRefusal("the picture would not look the same")
    what = "the empty margin" if old else "the missing viewBox"
    return CleanedLogo(with_frame(data, new), (what,))


def _why_not(data: bytes, root: tuple[bytes, int] | None) -> str:
    """Return why a drawing cannot be given another frame; empty where it can."""
    if root is None or _ASPECT.search(root[0]):
        return "its frame is written in a form that is not understood"
    if b"viewBox" in root[0] and _frame_of(root[0]) is None:
        return "its viewBox cannot be used"
    if any(defect.rule == "svg-live-text" for defect in inspect_svg(data).defects):
        return "it has live text, whose extent is not known"
    return ""


def _is_part(part: Image.Image, whole: Image.Image, at: tuple[int, int]) -> bool:
    box = (*at, at[0] + part.width, at[1] + part.height)
    return whole.crop(box).tobytes() == part.tobytes()


def with_frame(data: bytes, frame: Frame, *, sized: bool = True) -> bytes:
    """Return an SVG with another viewBox and, if it had any, a width and height that fit it."""
    found = _root(data)
    if found is None:
        return data
    root, at = found
    size = {each["name"]: each["value"].decode(errors="replace") for each in _FRAME.finditer(root)}
    old = _frame_of(root)
    written = b' viewBox="%s"' % " ".join(map(_number, frame)).encode()
    texts = [size.get(name, "").strip() for name in _SIDES]
    if sized and old is not None and all(_NUMBER.match(text) for text in texts):
        scale = float(texts[0].removesuffix("px")) / old.width
        for name, side in zip(_SIDES, frame[2:], strict=True):
            written += b' %s="%s"' % (name, _number(side * scale).encode())
    bare = _FRAME.sub(b"", root)
    name_end = re.match(rb"<[^\s<>/]++", bare)
    cut = name_end.end() if name_end else 0
    return data[:at] + bare[:cut] + written + bare[cut:] + data[at + len(root) :]


def _number(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".") or "0"


def _root(data: bytes) -> tuple[bytes, int] | None:
    """Return the tag of the root and where it is; None where that cannot be told."""
    places: list[int] = []
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = lambda *_: places.append(parser.CurrentByteIndex)
    try:
        parser.Parse(data, True)  # noqa: FBT003 - positional only
    except expat.ExpatError:
        return None
    tag = _ROOT.match(data, places[0]) if places else None
    return (tag[0], places[0]) if tag else None


def _frame_of(root: bytes) -> Frame | None:
    """Return the viewBox of a root, or what its size means where it has none."""
    found = {
        each["name"]: each["value"].decode(errors="replace").strip()
        for each in _FRAME.finditer(root)
    }
    if b"viewBox" in found:
        texts = re.split(r"[\s,]+", found[b"viewBox"])
    else:
        texts = ["0", "0", *(found.get(name, "").removesuffix("px") for name in _SIDES)]
    if len(texts) != len(Frame._fields) or not all(_NUMBER.match(text) for text in texts):
        return None
    frame = Frame(*map(float, texts))
    sound = all(math.isfinite(each) and abs(each) <= MAX_SVG_VIEW_BOX for each in frame)
    return frame if sound and min(frame.width, frame.height) >= _LEAST else None


def _grid(frame: Frame) -> tuple[float, Frame]:
    """Return the units of one pixel, and the frame widened to whole pixels."""
    # A power of two, so that no number is rounded.
    step = 2.0 ** math.ceil(math.log2(max(frame.width, frame.height) / COMPARED_SIDE))
    right, bottom = frame.left + frame.width + step, frame.top + frame.height + step
    return step, _widened(frame.left - step, frame.top - step, right, bottom, step)


def _widened(left: float, top: float, right: float, bottom: float, step: float) -> Frame:
    """Return a frame widened to whole pixels and whole units: a size is rounded to those."""
    unit = max(1.0, step)
    left, top = math.floor(left / unit) * unit, math.floor(top / unit) * unit
    right, bottom = math.ceil(right / unit) * unit, math.ceil(bottom / unit) * unit
    return Frame(left, top, right - left, bottom - top)


def _drawn(data: bytes, frame: Frame, step: float, renderer: Renderer) -> Image.Image | None:
    side = round(max(frame.width, frame.height) / step)
    rendered = renderer.render_pixels(data, side=side)
    if isinstance(rendered, RenderFailure):
        return None
    return Image.frombytes("RGBA", (rendered.width, rendered.height), rendered.rgba)


def _extent(data: bytes, renderer: Renderer) -> Frame | None:
    """Return roughly how far a drawing without a size reaches; None where it has no end."""
    for reach in (512.0, 4096.0, 32768.0):
        frame = Frame(-reach, -reach, 2 * reach, 2 * reach)
        step = 2 * reach / COMPARED_SIDE
        picture = _drawn(with_frame(data, frame, sized=False), frame, step, renderer)
        box = picture.getchannel("A").getbbox() if picture is not None else None
        if box is not None and min(box) > 0 and max(box) < COMPARED_SIDE:
            left, top, right, bottom = (side * step - reach for side in box)
            pad = 4 * step
            return Frame(left - pad, top - pad, right - left + 2 * pad, bottom - top + 2 * pad)
    return None


def _is_inside(frame: Frame, other: Frame) -> bool:
    return (
        frame.left >= other.left
        and frame.top >= other.top
        and frame.left + frame.width <= other.left + other.width
        and frame.top + frame.height <= other.top + other.height
    )
