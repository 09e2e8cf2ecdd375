"""The lines around what a finding is about, with carets under the value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from rollkeeper.grammar.escaping import terminal_cells
from rollkeeper.model.tree import Place

_LINE_END = re.compile("\r\n|\r|\n")
_WIDE = "WF"
"""East Asian widths that take two columns of a terminal."""
_CUT = "…"
_TAB = "→"
_TRAILING_BLANK = "·"


class Quote(NamedTuple):
    """Lines as a terminal shows them, and carets under the value in the second of them.

    `before` and `after` are None where there is no such line, or it is blank.
    """

    before: str | None
    line: str
    carets: str
    after: str | None


class Lines:
    """The lines of the files that findings are about; a file is split when first needed."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._split: dict[str, Sequence[str]] = {}

    def quote(self, path: str, place: Place, width: int) -> Quote | None:
        """Quote the first line of `place` and its neighbours; None if it is unknown.

        Each takes at most `width` columns. A longer line is cut on both sides of the value, with …
        where text was left out.
        """
        if path not in self._split:
            self._split[path] = _LINE_END.split(self._texts.get(path, ""))
        lines = self._split[path]
        if path not in self._texts or not 0 < place.line <= len(lines):
            return None
        line = lines[place.line - 1]
        start = min(place.column - 1, len(line))
        end = place.end_column - 1 if place.end_line == place.line else len(line.rstrip())
        text, carets = _fit(line, start, max(end, start + 1), width)
        before = _neighbour(lines[place.line - 2], width) if place.line > 1 else None
        after = _neighbour(lines[place.line], width) if place.line < len(lines) else None
        return Quote(before, text, carets, after)


def columns(text: str) -> int:
    """Count the columns that `text` takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def _neighbour(line: str, width: int) -> str | None:
    return _fit(line, 0, 0, width)[0] if line.strip() else None


def _cells(text: str) -> list[str]:
    """Return each character as it is shown: blanks other than the usual one are seen."""
    cells = terminal_cells(text)
    for position, character in enumerate(text):
        if character == "\t":
            cells[position] = _TAB
        elif character != " " and unicodedata.category(character) == "Zs":
            cells[position] = f"<U+{ord(character):04X}>"
    return cells


def _fit(line: str, start: int, end: int, width: int) -> tuple[str, str]:
    """Cut around `start`, keeping as much of the text before it as there is room for."""
    first = max(0, start - width)
    cells = _cells(line[first : start + width])
    at, until = start - first, end - first
    for position in range(max(at, len(line.rstrip(" ")) - first), min(until, len(cells))):
        cells[position] = _TRAILING_BLANK
    widths = [columns(cell) for cell in cells]
    room = width - min(sum(widths[at:]), width // 2)
    before = _CUT if first or sum(widths[:at]) > room else ""
    begin = at - _fitting(widths[at - 1 :: -1] if at else [], room - len(before))
    lead = len(before) + sum(widths[begin:at])
    room = width - lead
    after = _CUT if len(line) > start + width or sum(widths[at:]) > room else ""
    stop = at + _fitting(widths[at:], room - len(after))
    marked = sum(widths[at : min(until, stop)]) + (len(after) if until > stop else 0)
    text = f"{before}{''.join(cells[begin:stop])}{after}".rstrip()
    return text, " " * lead + "^" * max(1, marked)


def _fitting(widths: Sequence[int], room: int) -> int:
    """Count how many of the first characters fit into `room` columns."""
    return sum(1 for used in accumulate(widths) if used <= room)
