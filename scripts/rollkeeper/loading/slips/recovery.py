"""Reads a file around its slips: an entry that cannot be read does not hide the others.

Each entry of a list begins with its own dash, so it can be read by itself. Those that cannot are
reported and left out, line for line, so that all others keep their places. This is only done where
the entries that are left are read as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from rollkeeper.loading.slips.diagnosis import LOSES_VALUES, Read, Reading, diagnosis, placed
from rollkeeper.loading.slips.entries import Block, Entries, unexplained
from rollkeeper.loading.slips.piece import KEY
from rollkeeper.model.limits import MAX_DEFECTS, MAX_SLIP_TRIALS
from rollkeeper.model.roster import Defect
from rollkeeper.model.tree import START, List, Map, Value

_SUSPECT = re.compile(
    rf"^ +(?:- +)?\w[\w.-]{{0,60}} ?(?:\uff1a|:[^\s/:]|= ?\S)"
    rf"|^ *-(?: +-|-(?!-)| *{KEY}:[^\s/:]|{KEY} ?:)"
    rf"|^ *(?:- +)?{KEY}: +[^\s|>&\"'\[{{#].*\n +- ",
    re.MULTILINE,
)
_UNREADABLE = frozenset({"yaml-syntax", "yaml-tab", "yaml-limit"})
"""Rules about what ends the reading of a file."""
_NOT_CHECKED = "this entry was not checked"
_NOTHING_CHECKED = "nothing in this file was checked"
_MAX_FRAME_DEPTH = 4
"""Mappings around the list of entries."""


class Recovery(NamedTuple):
    """What could be read of a file, what is wrong with it, and how many entries were left out."""

    value: Value
    defects: list[Defect]
    left_out: int = 0


def recovered(text: str, reading: Reading, read: Read) -> Recovery:
    """Return what can be read of a text, with one defect for each slip; `reading` is as it stands.

    The text is returned as it was read where no line of it looks like a slip.
    """
    suspects = _suspects(text, reading)
    too_much = any(each.rule == "yaml-limit" for each in reading.defects)
    if too_much or (reading.broken is None and not suspects):
        return Recovery(reading.value, reading.defects)
    entries = Entries(text, read)
    entries.examine(suspects, all_of_them=reading.value is None)
    around = _around(entries, read)
    if around is not None:
        return around
    if reading.value is not None:
        return Recovery(reading.value, reading.defects)
    kept = [each for each in reading.defects if each.rule not in _UNREADABLE]
    return Recovery(None, [*kept, *_noted(_reasons(entries, reading), _NOTHING_CHECKED)])


def _suspects(text: str, reading: Reading) -> set[int]:
    """Return the lines, from 0, of which a slip may have been read without an error."""
    found = islice(_SUSPECT.finditer(text), MAX_SLIP_TRIALS)
    lines, line, counted = set(), 0, 0
    for each in found:
        line += text.count("\n", counted, each.end())
        counted = each.end()
        lines.add(line)
    broken = (each.place.line - 1 for each in reading.defects if each.rule in LOSES_VALUES)
    return lines.union(broken)


def _around(entries: Entries, read: Read) -> Recovery | None:
    """Return what is read without the entries that cannot be; None where that is not certain."""
    found = [*entries.slips, *entries.others]
    if entries.too_many or not (found or entries.markers) or not entries.left:
        return None
    again = read("\n".join(entries.lines))
    is_read = all(each.rule not in _UNREADABLE for each in again.defects)
    if not is_read or not _are_read(again.value, entries.left):
        return None
    defects = [*again.defects, *entries.markers, *_noted(found, _NOT_CHECKED)]
    return Recovery(again.value, defects, entries.left_out)


def _reasons(entries: Entries, reading: Reading) -> list[Defect]:
    """Return why nothing of a file can be read."""
    if entries.too_many:
        message = f"more than {MAX_DEFECTS} defects in this file"
        return [Defect("yaml-limit", message, START), *entries.slips, *entries.others]
    if entries.slips:
        return entries.slips
    slip = diagnosis(entries.piece(entries.whole), entries.read)
    if slip is not None:
        return [placed(slip, 0)]
    return [unexplained(reading.broken)] if reading.broken is not None else []


def _noted(defects: list[Defect], note: str) -> Iterator[Defect]:
    for defect in defects:
        yield replace(defect, message=f"{defect.message} ({note})")


def _are_read(value: Value, blocks: list[Block]) -> bool:
    """Return whether each entry that is left was read as one item of a list, and nothing else."""
    lines = sorted(_item_lines(value, 0))
    return len(lines) == len(blocks) and all(
        line in range(*block) for line, block in zip(lines, blocks, strict=True)
    )


def _item_lines(value: Value, depth: int) -> Iterator[int]:
    if isinstance(value, List):
        yield from (place[0] - 1 for place in value.item_places)
    elif isinstance(value, Map) and depth < _MAX_FRAME_DEPTH:
        for item in value.values():
            yield from _item_lines(item, depth + 1)
