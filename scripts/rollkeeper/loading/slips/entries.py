"""A file cut into the entries of its list, each of which can be read by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from rollkeeper.loading.slips.diagnosis import (
    LOSES_VALUES,
    Read,
    Trials,
    diagnosis,
    is_odd,
    placed,
)
from rollkeeper.loading.slips.piece import KEY, Piece
from rollkeeper.model.limits import MAX_DEFECTS, MAX_SLIP_LINES
from rollkeeper.model.roster import Defect
from rollkeeper.model.tree import Place

_DASH = re.compile(r"( *)-[ \t]")
_START = re.compile("( *)(?:-(?!--)|[\uff0d\u2013\u2014\u2212\u2010\u2011\u2022]|[*+] )")
_FRAME_KEY = re.compile(rf" *(?:{KEY}|\"[^\"\n]*\"|'[^'\n]*') ?:(?: |$)")
_MARKER = re.compile(r"(---|\.\.\.)(?:[ \t]|$)")
_KEYS = re.compile(rf"^ *(?:(-) *)?({KEY}):(?: |$)", re.MULTILINE)
_MARKS = re.compile(r"(?<![^\s\[{,])([&*][^\s,\[\]{}]{1,60})")
_OWN_RULES = frozenset({"duplicate-key", "yaml-feature"})
"""Rules that report a slip as their own, because the file is valid YAML with it."""


class Block(NamedTuple):
    """The lines of one entry: from `first` up to, not including, `end`, counted from 0."""

    first: int
    end: int


class Entries:
    """The entries of a file; those that cannot be read are blanked in `lines`."""

    def __init__(self, text: str, read: Read) -> None:
        self.read = Trials(read)
        self.whole = text.replace("\r\n", "\n").split("\n")
        self.lines = list(self.whole)
        self.left_out = 0
        self._lost: set[int] = set()
        self.slips: list[Defect] = list(self._conflicts())
        """What was recognised for certain in entries that cannot be read."""
        self.others: list[Defect] = []
        """What else keeps entries from being read."""
        self.blocks, self._column = _blocks(self.lines)
        self.markers = self._markers()
        """Where the document ends between two entries."""
        keys = [found.groups() for found in islice(_KEYS.finditer(text), MAX_SLIP_LINES)]
        self._keys = frozenset(key for _, key in keys)
        marks = islice(_MARKS.finditer(text), MAX_SLIP_LINES)
        self._marks = frozenset(found[1] for found in marks)
        first = Counter(key for dash, key in keys if dash).most_common(1)
        self._first_key = first[0][0] if first else ""

    @property
    def left(self) -> list[Block]:
        """The entries that can be read."""
        return [block for block in self.blocks if self._lost.isdisjoint(range(*block))]

    @property
    def too_many(self) -> bool:
        """Whether more is wrong than is listed for one file."""
        return len(self.slips) + len(self.others) > MAX_DEFECTS

    def piece(self, lines: list[str]) -> Piece:
        """Return some lines with what the file says of their keys."""
        return Piece(lines, self._keys, self._first_key, self._column, self._marks)

    def examine(self, suspects: set[int], *, all_of_them: bool) -> None:
        """Read entries one by one, all or those with a line of `suspects`; leave out what fails."""
        for block in self.blocks:
            if not self._lost.isdisjoint(range(*block)):
                self._leave_out(block)
            elif all_of_them or not suspects.isdisjoint(range(*block)):
                self._examine(block, suspects)
            if self.too_many:
                break

    def _examine(self, block: Block, suspects: set[int]) -> None:
        piece = self.piece(self.lines[block.first : block.end])
        reading = self.read.plain("\n".join(piece.lines))
        broken, only = reading.broken, None
        if broken is None:
            near = (line - block.first for line in range(*block) if line in suspects)
            only = {line for line in near if is_odd(piece, line, reading.value)}
        slip = diagnosis(piece, self.read, only) if only is None or only else None
        if slip is not None:
            rule = broken.rule if broken is not None and broken.rule in _OWN_RULES else slip.rule
            self.slips.append(replace(placed(slip, block.first), rule=rule))
            self._leave_out(block)
            return
        lost = [each for each in reading.defects if each.rule in LOSES_VALUES - {"duplicate-key"}]
        if reading.value is None or (lost and reading.dropped):
            self.others.extend(unexplained(_shifted(each, block)) for each in lost)
            self._leave_out(block)

    def _leave_out(self, block: Block) -> None:
        self.left_out += 1
        self._lost.update(range(*block))
        self._blank(range(*block))

    def _blank(self, numbers: range) -> None:
        for number in numbers:
            self.lines[number] = ""

    def _conflicts(self) -> Iterator[Defect]:
        """Find the marks that a merge leaves where two changes are in each other's way."""
        first = None
        for number, line in enumerate(self.whole):
            if line.startswith("<<<<<<<") and first is None:
                first = number
            elif line.startswith(">>>>>>>") and first is not None:
                message = (
                    f"an unfinished merge, down to line {number + 1:,}: keep one of its two sides, "
                    "and delete the lines that start with `<<<<<<<`, `=======` and `>>>>>>>`"
                )
                self._blank(range(first, number + 1))
                self.left_out += 1
                below = next(filter(str.strip, self.whole[number + 1 :]), "- ")
                if not (_START.match(self.whole[first + 1]) and _START.match(below)):
                    self._lost.update(range(first, number + 1))
                place = Place(first + 1, 1, first + 1, 8)
                yield Defect("yaml-syntax", message, place)
                first = None

    def _markers(self) -> list[Defect]:
        """Find where the document ends between two entries."""
        start = self.blocks[0].first if self.blocks else len(self.lines)
        numbers = [at for at in range(start, len(self.lines)) if _MARKER.match(self.lines[at])]
        below = "".join(self.lines[numbers[0] + 1 :]).strip() if numbers else ""
        for number in numbers:
            self.lines[number] = ""
        if not below.strip("-. "):
            return []
        number = numbers[0]
        marker = self.whole[number][:3]
        what = "a second document starts here" if marker == "---" else "the document ends here"
        more = f" (and {len(numbers) - 1:,} more)" if len(numbers) > 1 else ""
        message = f"{what}; a roster is one document: delete the `{marker}`{more}"
        return [Defect("yaml-feature", message, Place(number + 1, 1, number + 1, 4))]


def _blocks(lines: list[str]) -> tuple[list[Block], int]:
    """Cut a file into the entries of its list; return the column of their dashes as well."""
    dash = next((found for found in map(_DASH.match, lines) if found), None)
    column = len(dash[1]) if dash else 0
    content = (line for line in lines if line.strip() and not line.lstrip().startswith("#"))
    top = next((line for line in content if not _MARKER.match(line)), "")
    is_list = bool(_START.match(top))
    blocks: list[Block] = []
    first: int | None = None
    for number, line in enumerate(lines):
        start = _START.match(line)
        starts = start is not None and len(start[1]) <= column and dash is not None
        indent = len(line) - len(line.lstrip(" "))
        is_frame = not is_list and indent <= column and _FRAME_KEY.match(line)
        if (starts or is_frame) and first is not None:
            blocks.append(Block(first, number))
            first = None
        if starts:
            first = number
    if first is not None:
        blocks.append(Block(first, len(lines)))
    return blocks, column


def _shifted(defect: Defect, block: Block) -> Defect:
    place = defect.place
    line, end = place.line + block.first, place.end_line + block.first
    return replace(defect, place=Place(line, place.column, end, place.end_column))


def unexplained(defect: Defect) -> Defect:
    """Return a defect of the parser's in words that name no remedy that may be wrong."""
    if defect.rule != "yaml-syntax":
        return defect
    message = f"this line, or one above it, is not valid YAML ({defect.message})"
    return replace(defect, message=message)
