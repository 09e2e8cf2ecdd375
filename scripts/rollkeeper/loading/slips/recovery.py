"""Reads a file around its slips: an entry that cannot be read does not hide the others.

Each entry of a list begins with its own dash, so it can be read by itself. Those that cannot are
reported and left out, line for line, so that all others keep their places. This is only done where
the entries that are left are read as they stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from rollkeeper.loading.slips.diagnosis import (
    LOSES_VALUES,
    Read,
    Reading,
    diagnosis,
    is_odd,
    placed,
)
from rollkeeper.loading.slips.piece import KEY, Piece
from rollkeeper.model.limits import MAX_DEFECTS, MAX_SLIP_LINES, MAX_SLIP_TRIALS
from rollkeeper.model.roster import Defect
from rollkeeper.model.tree import List, Map, Place, Value

_DASH = re.compile(r"( *)-[ \t]")
_START = re.compile("( *)(?:-(?!--)|[\uff0d\u2013\u2014\u2212\u2010\u2011\u2022]|[*+] )")
_FRAME_KEY = re.compile(rf" *(?:{KEY}|\"[^\"\n]*\"|'[^'\n]*') ?:(?: |$)")
_MARKER = re.compile(r"(---|\.\.\.)(?:[ \t]|$)")
_KEYS = re.compile(rf"^ *(-?) *({KEY}):(?: |$)", re.MULTILINE)
_SUSPECT = re.compile(
    rf"^ +(?:- +)?\w[\w.-]{{0,60}} ?(?:\uff1a|:[^\s/:]|= ?\S)"
    rf"|^ *-(?: +-|-(?!-)| *{KEY}:[^\s/:]|{KEY} ?:)"
    rf"|^ *(?:- +)?{KEY}: +[^\s|>&\"'\[{{#].*\n +- ",
    re.MULTILINE,
)
_NOT_CHECKED = "this entry was not checked"
_NOTHING_CHECKED = "nothing in this file was checked"


class Recovery(NamedTuple):
    """What could be read of a file, what is wrong with it, and how many entries were left out."""

    value: Value
    defects: list[Defect]
    left_out: int = 0


class _Block(NamedTuple):
    """The lines of one entry: from `first` up to, not including, `end`, counted from 0."""

    first: int
    end: int


def recovered(text: str, reading: Reading, read: Read) -> Recovery:
    """Return what can be read of a text, with one defect for each slip; `reading` is as it stands.

    The text is returned as it was read where no line of it looks like a slip.
    """
    suspects = _suspects(text, reading)
    if reading.broken is None and not suspects:
        return Recovery(*reading)
    file = _File(text, read)
    slips = file.slips(suspects if reading.value is not None else None)
    if not slips:
        return _as_a_whole(file, reading)
    kept = [each for each in reading.defects if each.rule not in LOSES_VALUES]
    again = read("\n".join(file.lines))
    left = file.left
    syntax = any(each.rule in UNREADABLE for each in again.defects)
    if not syntax and left and _are_read(again.value, left):
        count = len(file.blocks) - len(left)
        return Recovery(again.value, [*kept, *slips], count)
    if reading.value is not None:
        return Recovery(*reading)
    return _as_a_whole(file, reading)


def _suspects(text: str, reading: Reading) -> set[int]:
    """Return the lines, from 0, of which a slip may have been read without an error."""
    found = islice(_SUSPECT.finditer(text), MAX_SLIP_TRIALS)
    lines = {text.count("\n", 0, each.end()) for each in found}
    broken = (each.place.line - 1 for each in reading.defects if each.rule in LOSES_VALUES)
    return lines.union(broken)


def _as_a_whole(file: _File, reading: Reading) -> Recovery:
    """Return a file whose slip is in no single entry: it is read as it stands, or not at all."""
    broken = reading.broken
    if broken is None or reading.value is not None:
        return Recovery(*reading)
    slip = diagnosis(file.piece(file.whole), file.read)
    defect = placed(slip, 0) if slip is not None else _unexplained(broken)
    kept = [each for each in reading.defects if each.rule not in UNREADABLE]
    return Recovery(None, [*kept, _noted(defect, _NOTHING_CHECKED)])


class _File:
    """A file cut into its entries; those that cannot be read are blanked in `lines`."""

    def __init__(self, text: str, read: Read) -> None:
        self.text = text
        self.read = read
        self.whole = text.replace("\r\n", "\n").split("\n")
        self.lines = list(self.whole)
        self._lost: set[int] = set()
        self._found = list(self._conflicts())
        self.blocks, self._column = _blocks(self.lines)
        self._found += self._markers()
        keys = [found.groups() for found in islice(_KEYS.finditer(text), MAX_SLIP_LINES)]
        self._keys = frozenset(key for _, key in keys)
        first = Counter(key for dash, key in keys if dash).most_common(1)
        self._first_key = first[0][0] if first else ""

    @property
    def left(self) -> list[_Block]:
        """The entries that can be read."""
        return [block for block in self.blocks if self._lost.isdisjoint(range(*block))]

    def piece(self, lines: list[str]) -> Piece:
        """Return some lines with what the file says of their keys."""
        return Piece(lines, self._keys, self._first_key, self._column, self.text)

    def slips(self, suspects: Collection[int] | None) -> list[Defect]:
        """Return a defect for each slip, and blank the entries that cannot be read.

        Only entries with a line of `suspects` are read; None stands for all lines.
        """
        found = self._found
        for block in self.blocks:
            if not self._lost.isdisjoint(range(*block)):
                self._blank(range(*block))
                continue
            if suspects is not None and suspects.isdisjoint(range(*block)):
                continue
            defects, is_read = self._broken(block, suspects or ())
            found.extend(defects)
            if not is_read:
                self._blank(range(*block))
            if len(found) > MAX_DEFECTS:
                break
        return found

    def _broken(self, block: _Block, suspects: Collection[int]) -> tuple[list[Defect], bool]:
        """Return what is wrong with an entry, and whether it can be read all the same."""
        piece = self.piece(self.lines[block.first : block.end])
        reading = self.read("\n".join(piece.lines))
        only = None
        if reading.broken is None:
            only = {line - block.first for line in suspects if line in range(*block)}
            only = {line for line in only if is_odd(piece, line, reading.value)}
        slip = diagnosis(piece, self.read, only) if only is None or only else None
        if slip is not None:
            broken = reading.broken
            rule = broken.rule if broken is not None and broken.rule in _OWN_RULES else slip.rule
            defect = replace(placed(slip, block.first), rule=rule)
            return [_noted(defect, _NOT_CHECKED)], False
        defects = [_shifted(each, block) for each in reading.defects if each.rule in LOSES_VALUES]
        is_read = reading.value is not None and all(
            each.rule == "duplicate-key" for each in defects
        )
        if not is_read:
            defects = [_noted(_unexplained(each), _NOT_CHECKED) for each in defects]
        return defects, is_read

    def _blank(self, numbers: range) -> None:
        self._lost.update(numbers)
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
                place = Place(first + 1, 1, first + 1, 8)
                yield _noted(Defect("yaml-syntax", message, place), _NOT_CHECKED)
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


UNREADABLE = frozenset({"yaml-syntax", "yaml-tab", "yaml-limit"})
"""Rules about what ends the reading of a file."""
_OWN_RULES = frozenset({"duplicate-key", "yaml-feature"})
"""Rules that report a slip as their own, because the file is valid YAML with it."""


def _blocks(lines: list[str]) -> tuple[list[_Block], int]:
    """Cut a file into the entries of its list; return the column of their dashes as well."""
    dash = next((found for found in map(_DASH.match, lines) if found), None)
    column = len(dash[1]) if dash else 0
    content = (line for line in lines if line.strip() and not line.lstrip().startswith("#"))
    top = next((line for line in content if not _MARKER.match(line)), "")
    is_list = bool(_START.match(top))
    blocks: list[_Block] = []
    first: int | None = None
    for number, line in enumerate(lines):
        start = _START.match(line)
        starts = start is not None and len(start[1]) <= column and dash is not None
        indent = len(line) - len(line.lstrip(" "))
        is_frame = not is_list and indent <= column and _FRAME_KEY.match(line)
        if (starts or is_frame) and first is not None:
            blocks.append(_Block(first, number))
            first = None
        if starts:
            first = number
    if first is not None:
        blocks.append(_Block(first, len(lines)))
    return blocks, column


def _are_read(value: Value, blocks: list[_Block]) -> bool:
    """Return whether each entry that is left was read as one item of a list, and nothing else."""
    lines = sorted(_item_lines(value, 0))
    return len(lines) == len(blocks) and all(
        line in range(*block) for line, block in zip(lines, blocks, strict=True)
    )


def _item_lines(value: Value, depth: int) -> Iterator[int]:
    if isinstance(value, List):
        yield from (place[0] - 1 for place in value.item_places)
    elif isinstance(value, Map) and depth < MAX_FRAME_DEPTH:
        for item in value.values():
            yield from _item_lines(item, depth + 1)


MAX_FRAME_DEPTH = 4
"""Mappings around the list of entries."""


def _shifted(defect: Defect, block: _Block) -> Defect:
    place = defect.place
    line, end = place.line + block.first, place.end_line + block.first
    return replace(defect, place=Place(line, place.column, end, place.end_column))


def _unexplained(defect: Defect) -> Defect:
    """Return a defect of the parser's in words that name no remedy that may be wrong."""
    if defect.rule != "yaml-syntax":
        return defect
    message = f"this line, or one above it, is not valid YAML ({defect.message})"
    return replace(defect, message=message)


def _noted(defect: Defect, note: str) -> Defect:
    return replace(defect, message=f"{defect.message} ({note})")
