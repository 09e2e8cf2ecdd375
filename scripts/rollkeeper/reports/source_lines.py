"""The line that a finding is about, with carets under the value."""

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


class Quote(NamedTuple):
    """A line as a terminal shows it, and below it carets under the value."""

    line: str
    carets: str


class Lines:
    """The lines of the files that findings are about; a file is split when first needed."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._split: dict[str, Sequence[str]] = {}

    def quote(self, path: str, place: Place, width: int) -> Quote | None:
        """Quote the first line of `place` in at most `width` columns; None if it is unknown.

        A longer line is cut on both sides of the value, with … where text was left out.
        """
        if path not in self._split:
            self._split[path] = _LINE_END.split(self._texts.get(path, ""))
        lines = self._split[path]
        if path not in self._texts or not 0 < place.line <= len(lines):
            return None
        line = lines[place.line - 1]
        start = min(place.column - 1, len(line))
        end = place.end_column - 1 if place.end_line == place.line else len(line.rstrip())
        return _fit(line, start, max(end, start + 1), width)


def columns(text: str) -> int:
    """Count the columns that `text` takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def _fit(line: str, start: int, end: int, width: int) -> Quote:
    """Cut around `start`, keeping as much of the text before it as there is room for."""
    first = max(0, start - width)
    cells = terminal_cells(line[first : start + width].replace("\t", " "))
    widths = [columns(cell) for cell in cells]
    at, until = start - first, end - first
    room = width - min(sum(widths[at:]), width // 2)
    before = _CUT if first or sum(widths[:at]) > room else ""
    begin = at - _fitting(widths[at - 1 :: -1] if at else [], room - len(before))
    lead = len(before) + sum(widths[begin:at])
    room = width - lead
    after = _CUT if len(line) > start + width or sum(widths[at:]) > room else ""
    stop = at + _fitting(widths[at:], room - len(after))
    marked = sum(widths[at : min(until, stop)]) + (len(after) if until > stop else 0)
    text = f"{before}{''.join(cells[begin:stop])}{after}".rstrip()
    return Quote(text, " " * lead + "^" * max(1, marked))


def _fitting(widths: Sequence[int], room: int) -> int:
    """Count how many of the first characters fit into `room` columns."""
    return sum(1 for used in accumulate(widths) if used <= room)
