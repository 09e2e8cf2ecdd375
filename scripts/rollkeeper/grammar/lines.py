"""The text of a roster apart from its data: blanks at the ends of lines, and line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rollkeeper.model.tree import List, Map, RawPlace, Value

# Possessive, and never begun inside a run of blanks: a line of 100,000 blanks is read once.
_TRAILING = re.compile(r"(?<![ \t])[ \t]++(?=\r?\n|\Z)")
_LINE_END = re.compile(r"\r\n|\n")


def lines_of(text: str) -> list[str]:
    """Cut a text into lines, each with its own line end."""
    found = re.findall(r"[^\n]*\n|[^\n]+\Z", text)
    return list(found)


def lines_with_trailing_blanks(text: str, data: Value) -> list[int]:
    """Return the numbers of lines that end in blanks which belong to no value."""
    numbers = []
    line, position = 1, 0
    for found in _TRAILING.finditer(text):
        line += text.count("\n", position, found.start())
        position = found.start()
        # A backslash may make the blank behind it a part of a value.
        if text[found.start() - 1 : found.start()] != "\\":
            numbers.append(line)
    if not numbers:
        return []
    inside: set[int] = set()
    for place in _scalars(data):
        if place[2] > place[0]:
            inside.update(range(place[0] + 1, place[2] + (place[3] > 1)))
    return [number for number in numbers if number not in inside]


def _scalars(value: Value) -> Iterator[RawPlace]:
    if isinstance(value, Map):
        for key, item in value.items():
            if isinstance(item, (Map, List)):
                yield from _scalars(item)
            else:
                yield value.value_places[key]
    elif isinstance(value, List):
        for place, item in zip(value.item_places, value, strict=True):
            if isinstance(item, (Map, List)):
                yield from _scalars(item)
            else:
                yield place


def stray_line_end(text: str) -> int | None:
    """Return the first line that ends differently from most lines, or None where all agree."""
    wide = text.count("\r\n")
    narrow = text.count("\n") - wide
    if not wide or not narrow:
        return None
    odd = "\n" if wide > narrow else "\r\n"
    for number, found in enumerate(_LINE_END.finditer(text), start=1):
        if found.group() == odd:
            return number
    return None


def with_one_line_end(text: str) -> str:
    """Return the text with the line end that most of its lines have."""
    wide = text.count("\r\n")
    plain = text.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n") if wide > text.count("\n") - wide else plain


def without_trailing_blanks(text: str, data: Value) -> str:
    """Return the text without the blanks at line ends that belong to no value."""
    lines = lines_of(text)
    for number in lines_with_trailing_blanks(text, data):
        line = lines[number - 1]
        bare = line.rstrip("\r\n")
        lines[number - 1] = bare.rstrip(" \t") + line[len(bare) :]
    return "".join(lines)
