"""Slips in values: quotes, brackets, and texts that begin or go on as YAML's signs do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rollkeeper.grammar.wording import quoted
from rollkeeper.loading.slips.piece import (
    FIELD,
    ITEM,
    Piece,
    Slip,
    in_quotes,
    without_comment,
    write,
)

_QUOTES = ('"', "'")
_CLOSING = {"[": "]", "{": "}"}
_BESIDE = re.compile(r"([\"'])(\s+)(?=[\"'])")
_INNER_COLON = re.compile(r"(?<=\S)\s+([A-Za-z_][A-Za-z0-9_.-]{0,60}):(?= |$)")


class _Written(NamedTuple):
    """A value as it is written, and what stands before it on its line."""

    before: str
    value: str


def _value(text: str) -> _Written | None:
    found = FIELD.match(text) or ITEM.match(text)
    if not found or not found["value"]:
        return None
    return _Written(text[: found.start("value")], found["value"].rstrip())


def quote(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a quote that is not closed, or closed too early."""
    written = _value(piece.lines[number])
    if written is None or written.value[0] not in _QUOTES:
        return
    before, value = written
    mark, column = value[0], len(before)
    end = _end_of_quoted(value)
    if end is None:
        message = f"the quote {mark} that is opened here is not closed: close it after the value"
        yield piece.slip(number, column, message, f"{before}{value}{mark}")
        return
    rest = value[end:].strip()
    if rest == ",":
        message = (
            "the line ends in a comma, as in JSON; in YAML a field ends with its line: delete it"
        )
        yield piece.slip(number, column + end, message, before + value[:end])
    elif rest and not value[end:].startswith(" #"):
        inner = value[1:-1] if value.endswith(mark) and len(value) > end else value
        meant = f"{before}{in_quotes(inner)}"
        how = "`''` is one" if mark == "'" else '`\\"` is one'
        message = (
            f"the value goes on after its closing quote (inside the quotes, {how}): {write(meant)}"
        )
        yield piece.slip(number, column + end - 1, message, meant)


def escape(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a backslash in double quotes that was meant as itself."""
    written = _value(piece.lines[number])
    if written is not None and written.value.startswith('"') and "\\" in written.value:
        meant = written.before + written.value.replace("\\", "\\\\")
        column = len(written.before) + written.value.index("\\")
        message = f"inside double quotes a backslash is written twice: {write(meant)}"
        yield piece.slip(number, column, message, meant)


def _end_of_quoted(value: str) -> int | None:
    """Return where a quoted value ends, behind its closing quote; None where it is not closed."""
    mark, at = value[0], 1
    while at < len(value):
        escaped = mark == '"' and value[at] == "\\"
        doubled = mark == "'" and value[at : at + 2] == "''"
        if escaped or doubled:
            at += 2
        elif value[at] == mark:
            return at + 1
        else:
            at += 1
    return None


def flow(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a bracket that is not closed, and a comma that is missing in a list."""
    written = _value(piece.lines[number])
    if written is None or written.value[0] not in _CLOSING:
        return
    before, value = written
    text, comment = without_comment(value)
    opening = value[0]
    if text.count(opening) > text.count(_CLOSING[opening]):
        message = f"the bracket `{opening}` that is opened here is not closed"
        closed = text.rstrip(", ") + _CLOSING[opening]
        meant = f"{before}{closed}{comment}"
        yield piece.slip(number, len(before), f"{message}: {write(meant)}", meant)
    beside = _BESIDE.search(text)
    if beside:
        separated = _BESIDE.sub(r"\1, ", text)
        meant = f"{before}{separated}{comment}"
        column = len(before) + beside.end(1)
        yield piece.slip(number, column, f"a comma is missing in the list: {write(meant)}", meant)


def special_start(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a text that begins with one of YAML's signs."""
    written = _value(piece.lines[number])
    if written is None:
        return
    before, value = written
    sign = value[0]
    if sign not in "*&!%@`|>[{,?#-" or _is_meant(piece, value):
        return
    text, comment = without_comment(value)
    meant = f"{before}{in_quotes(text)}{comment}"
    message = f"a text that begins with `{sign}` must be in quotes: {write(meant)}"
    if sign == "-":
        message = f"a list begins on a line of its own; if this is a text, {write(meant)}"
    yield piece.slip(number, len(before), message, meant)


def _is_meant(piece: Piece, value: str) -> bool:
    """Return whether YAML is meant: an anchor with an alias, an alias with its anchor, a tag."""
    if value.startswith("!!"):
        return True
    partner = {"*": "&", "&": "*"}.get(value[0])
    name = value[1:].partition(" ")[0]
    return partner is not None and partner + name in piece.marks


def colon_in_value(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a colon inside a text that is not in quotes, or a second field on a line."""
    found = FIELD.match(piece.lines[number])
    if not found or not found["value"] or found["value"][0] in "\"'[{|>":
        return
    text, comment = without_comment(found["value"])
    before = piece.lines[number][: found.start("value")]
    for inner in _INNER_COLON.finditer(text):
        if inner[1] in piece.keys:
            lead = " " * len(found["lead"])
            first, second = text[: inner.start()], text[inner.start(1) :]
            message = (
                f"a second field begins on this line: put {quoted(inner[1])} on a line of its own"
            )
            column = len(before) + inner.start(1)
            yield piece.slip(number, column, message, before + first, lead + second + comment)
            return
    if ": " in text or text.endswith(":"):
        meant = f"{before}{in_quotes(text)}{comment}"
        column = len(before) + text.index(":")
        message = f"a text with a colon in it must be in quotes: {write(meant)}"
        yield piece.slip(number, column, message, meant)
