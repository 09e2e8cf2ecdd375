"""Slips in where lines begin: indentation, forgotten dashes, text that belongs to nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rollkeeper.grammar.wording import counted, cut, quoted
from rollkeeper.loading.slips.piece import FIELD, ITEM, Piece, Slip, key_column, write

_TEXT_ITEM = re.compile(r"( *- +)([^\s:#\[{\"'&*!|>@`%-][^:#]*)")


def forgotten_dash(piece: Piece, number: int) -> Iterator[Slip]:
    """Find the first field of an entry without the dash before it."""
    text = piece.lines[number]
    found = FIELD.match(text)
    if not found or "-" in found["lead"] or not piece.first_key:
        return
    if found["key"] != piece.first_key or not any(
        _is_first(piece, at) for at, _ in piece.above(number)
    ):
        return
    if len(found["lead"]) > piece.column and not _repeats(piece, number):
        return
    meant = f"{' ' * piece.column}- {text.lstrip()}"
    name = quoted(found["value"].strip("\"' ")) if found["value"] else "that begins here"
    message = f"the entry {name} seems to lack its `- `: {write(meant)}"
    yield piece.slip(number, len(found["lead"]), message, meant)


def _repeats(piece: Piece, number: int) -> bool:
    """Return whether an entry seems to begin: a blank line is above, or further keys come again."""
    if not piece.lines[number - 1].strip():
        return True
    above = (FIELD.match(text) for _, text in piece.above(number))
    keys = {found["key"] for found in above if found}
    below = (FIELD.match(text) for text in piece.below(number))
    return any(found["key"] in keys for found in below if found)


def _is_first(piece: Piece, number: int) -> bool:
    found = FIELD.match(piece.lines[number])
    return found is not None and found["key"] == piece.first_key


def first_key_missing(piece: Piece, number: int) -> Iterator[Slip]:
    """Find an entry that begins with a text in place of its first field."""
    found = _TEXT_ITEM.fullmatch(piece.lines[number].rstrip())
    below = next(piece.below(number), "")
    if found and FIELD.match(below) and key_column(below) >= len(found[1]):
        meant = f"{found[1]}{piece.first_key or 'name'}: {found[2]}"
        message = f"the entry begins with a text, not with a field: {write(meant)}"
        yield piece.slip(number, len(found[1]), message, meant)


def item_below_text(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a list below a field that already has a text for its value."""
    text = piece.lines[number]
    above = next(piece.above(number), None)
    if above is None or not ITEM.match(text):
        return
    at, line = above
    found = FIELD.match(line)
    if not found or not found["value"] or key_column(line) >= key_column(text):
        return
    before = line[: found.start("value")].rstrip()
    dash = text[: len(text) - len(text.lstrip(" "))]
    lines = [*piece.lines[:at], before, f"{dash}- {found['value']}", *piece.lines[at + 1 :]]
    name = quoted(found["key"])
    message = (
        f"{name} has a text on its line and a list below it: write each item, the first as well, "
        "on a line of its own after `- `"
    )
    yield Slip(number, len(dash), message, lines)


def indentation(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a field or an entry that begins in another column than those around it."""
    text = piece.lines[number]
    found = FIELD.match(text)
    if not found and not ITEM.match(text):
        return
    own = len(text) - len(text.lstrip(" "))
    is_item = text.lstrip(" ").startswith("-")
    others = [each for _, each in piece.above(number)]
    columns = [
        len(each) - len(each.lstrip(" ")) if is_item else key_column(each)
        for each in others
        if FIELD.match(each) or ITEM.match(each)
    ]
    if is_item:
        columns = [piece.column, *columns]
    if not others and found:
        columns = [key_column(each) - len(found["lead"]) + own for each in piece.below(number)]
    for column in dict.fromkeys(columns):
        if column == own or (is_item and found is None and column == piece.column):
            continue
        meant = " " * column + text.lstrip(" ")
        what = "the `- ` of this line" if is_item else "this line"
        message = (
            f"{what} is indented by {counted(own, 'space')}, those that it belongs with by "
            f"{column}: give them the same indentation"
        )
        yield piece.slip(number, own, message, meant)
        moved = [
            " " * column + each.lstrip(" ")
            if each.strip() and at >= number and len(each) - len(each.lstrip(" ")) == own
            else each
            for at, each in enumerate(piece.lines)
        ]
        yield Slip(number, own, message, moved)


def stray_text(piece: Piece, number: int) -> Iterator[Slip]:
    """Find text that belongs to no field."""
    text = piece.lines[number]
    said = text.strip()
    looks_like_yaml = ": " in f"{said} " or said.startswith(("- ", "{", "["))
    if looks_like_yaml or number == 0:
        return
    own = len(text) - len(text.lstrip(" "))
    message = (
        f"{quoted(cut(text.strip()))} belongs to no field: delete it, or indent it more than the "
        "field above if it continues its text"
    )
    yield piece.slip(number, own, message, f"{text[:own]}# {text[own:]}")
    rest = [
        f"# {each}" if at >= number and not FIELD.match(each) else each
        for at, each in enumerate(piece.lines)
    ]
    yield Slip(number, own, message, rest)
