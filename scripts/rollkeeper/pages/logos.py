"""Logos on a page: all of one size to the eye, and each seen on light and on dark pages.

GitHub takes every style away. What it leaves are `width`, `hspace` and `vspace`: a logo's own space
fills its cell, so that rows and columns are straight, and on a narrow screen the row breaks.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from rollkeeper.grammar.escaping import html_attribute, link_target
from rollkeeper.model.page import LOGO_HEIGHT, RANKED_HEIGHTS, LogoImage
from rollkeeper.model.roster import Entry
from rollkeeper.pages.cells import one_line
from rollkeeper.pages.groups import Group
from rollkeeper.pages.plates import plate_of
from rollkeeper.pages.view import PageView

WIDEST = 2.4
"""How many times wider than high the cell of a logo is."""
_SHARE = 0.8
"""The area of a logo, as a share of the square of the height: a wide logo is less high."""
_GAP = 8
"""Pixels around each cell."""
_DARK = "(prefers-color-scheme: dark)"


class Box(NamedTuple):
    """A logo's size in pixels, and the space that fills its cell up on each side."""

    width: int
    hspace: int
    vspace: int


def height_of(view: PageView, group: Group) -> int:
    """Return how high, in pixels, the logos of a group may be."""
    given = view.layout.logo_height
    if isinstance(given, int):
        return given
    if given is not None:
        by_group = {key.casefold(): height for key, height in given.items()}
        return by_group.get((group.value or "").casefold(), LOGO_HEIGHT)
    if not view.layout.order:
        return LOGO_HEIGHT
    last = len(RANKED_HEIGHTS) - 1
    return RANKED_HEIGHTS[last if group.rank is None else min(group.rank, last)]


def box(image: LogoImage, height: int) -> Box:
    """Fit a logo into its cell: logos of one height have the same area, whatever their shape.

    What counts is what is painted. A border of a logo's own takes the place of the cell's space.
    """
    ratio = (image.width * image.across) / (image.height * image.down)
    most = cell_width(height)
    width = min(math.sqrt(_SHARE * ratio) * height, WIDEST * height, height * ratio) / image.across
    width = min(width, most, (height + 2 * _GAP) * image.width / image.height)
    width = max(2, 2 * round(width / 2))
    empty = height + 2 * _GAP - width * image.height / image.width
    return Box(width, (most - width) // 2, max(round(empty / 2), 0))


def cell_width(height: int) -> int:
    """Return the width of a logo's cell in a table."""
    return 2 * round(WIDEST * height / 2) + 2 * _GAP


def logo(view: PageView, entry: Entry, height: int, *, in_cell: bool = True) -> str:
    """Write an entry's logo, linked to its website; empty where it has none that can be shown.

    `in_cell` gives it the space of a cell of its own, and its name to those who do not see it. In
    a table, where the name stands beside it, it has neither.
    """
    image = view.images.get(entry.index)
    if image is None:
        return ""
    size = box(image, height)
    name = html_attribute(one_line(view.name(entry))) if in_cell else ""
    space = f' hspace="{size.hspace}" vspace="{size.vspace}" align="middle"' if in_cell else ""
    light, dark = _sources(view, image)
    shown = f'<img src="{light}" alt="{name}" width="{size.width}"{space}>'
    if dark != light:
        shown = f'<picture><source media="{_DARK}" srcset="{dark}">{shown}</picture>'
    target = link_target(view.text(entry, "website") or "")
    return shown if target is None else f'<a href="{html_attribute(target)}">{shown}</a>'


def _sources(view: PageView, image: LogoImage) -> tuple[str, str]:
    """Return the addresses of the picture for light and for dark pages."""
    folder = view.programme.policy.logos
    light = dark = image.file
    if view.layout.plates and folder is not None:
        light = light if image.on_light else plate_of(image.file, folder, dark=False)
        dark = dark if image.on_dark else plate_of(image.file, folder, dark=True)
    dark = image.dark_file or dark
    return html_attribute(view.source(light)), html_attribute(view.source(dark))
