"""Slips in the signs of YAML: dashes, colons, blanks, and what belongs to other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rollkeeper.grammar.characters import shown
from rollkeeper.loading.slips.piece import FIELD, KEY, Piece, Slip, key_column, visible, write

_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_DASHES = "\uff0d\u2013\u2014\u2212\u2010\u2011\u2022\u00b7\u25aa\u25e6\u2043*+"
_TAB = re.compile(r" *(?:- *)?\t[ \t]*")
_ODD_BLANK = re.compile(rf"( *(?:- *)?)([{_BLANKS}])[{_BLANKS} ]*|( *(?:- +)?{KEY}:)([{_BLANKS}])")
_WIDE_COLON = re.compile(
    r"( *(?:- +)?)(\w[\w.-]{0,60}) ?([\uff1a\ufe55\ua789\u2236])[ \u3000]*(.*)"
)
_OTHER_DASH = re.compile(rf"( *)([{_DASHES}]) *([\w\"'].*)")
_TWO_DASHES = re.compile(r"( *)-(?: +-|-+) *(\w.*)")
_NO_SPACE_AFTER_DASH = re.compile(r"( *)-([A-Za-z_\"'].*)")
_NO_SPACE_AFTER_COLON = re.compile(rf"( *(?:- +)?)({KEY}):([^\s:/].*)")
_EQUALS = re.compile(rf"( *(?:- +)?)({KEY}) *(=>|:=|=|;) *(.*)")
_NO_COLON = re.compile(rf"( *(?:- +)?)({KEY}) +(\S.*)")
_LINK = re.compile(r"( *)[-*+] +\[([^\]\[\n]{1,200})\]\((https?://[^)\s]{1,500})\)")
_TABLE = re.compile(r"\A *\|.*\|")
_FENCE = re.compile(r"\A *(?:```|~~~)")
_OTHER_COMMENT = re.compile(r" *(//|/\*|<!--|;)")
_JSON_FIELD = re.compile(r" *(?:- *)?\"[^\"\n]{1,60}\" ?: ?.*, *")
_JSON_START = re.compile(r"\A *(?:\{ *\"|\[ *[\"{])")
_UNDERLINE = re.compile(r"\A *(?:={3,}|-{4,}|\*{3,}) *\Z")


def tab(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a tab before or after the dash of a line."""
    text = piece.lines[number]
    found = _TAB.match(text)
    if not found:
        return
    after_dash = "-" in found[0]
    what = "a tab follows the dash" if after_dash else "the line is indented with a tab"
    message = f"{what}, shown as \u2192: {visible(text)}; use spaces"
    rows = [at for at, each in enumerate(piece.lines) if _TAB.match(each)]
    if len(rows) > 1:
        message += f", here and in {len(rows) - 1:,} more lines of this entry"
    near = next((key_column(each) for _, each in piece.above(number)), piece.column)
    for width in dict.fromkeys((near, near + 2, 2, 4, 8, piece.column)):
        lines = list(piece.lines)
        for at in rows:
            lead = _TAB.match(lines[at])
            start = lead[0] if lead else ""
            blanks = start.expandtabs(width) if "-" not in start else start.partition("-")[0] + "- "
            lines[at] = blanks + lines[at][len(start) :]
        yield Slip(number, text.index("\t"), message, lines, "yaml-tab")


def odd_blank(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a blank that is none to YAML, before a key or after its colon."""
    text = piece.lines[number]
    found = _ODD_BLANK.match(text)
    if not found:
        return
    rest = text[found.end() :]
    odd = found[2] or found[4]
    message = f"{shown(odd)} stands where a space is needed: {visible(text)}; type a plain space"
    if found[4]:
        yield piece.slip(number, found.start(4), message, f"{found[3]} {rest}")
        return
    near = next((key_column(each) for _, each in piece.above(number)), piece.column)
    for width in (near, near + 2):
        lead = f"{found[1].partition('-')[0]}- " if "-" in found[1] else " " * width
        yield piece.slip(number, found.start(2), message, lead + rest)


def wide_colon(piece: Piece, number: int) -> Iterator[Slip]:
    """Find the colon of another script after a key."""
    found = _WIDE_COLON.match(piece.lines[number])
    if found:
        lead, key, colon, value = found.groups()
        meant = f"{lead}{key}: {value}"
        message = f"the colon after `{key}` is {shown(colon)}, not the one of YAML: {write(meant)}"
        yield piece.slip(number, found.start(3), message, meant)


def other_dash(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a bullet or another dash where the hyphen of an entry should be."""
    found = _OTHER_DASH.match(piece.lines[number])
    if found:
        lead, dash, rest = found.groups()
        meant = f"{lead}- {rest}"
        message = f"the line starts with {shown(dash)}, not with a hyphen: {write(meant)}"
        yield piece.slip(number, found.start(2), message, meant)


def two_dashes(piece: Piece, number: int) -> Iterator[Slip]:
    """Find two dashes before a field."""
    found = _TWO_DASHES.match(piece.lines[number])
    if found and FIELD.match(found[2]):
        meant = f"{found[1]}- {found[2]}"
        message = f"two dashes stand before the field, but one starts an entry: {write(meant)}"
        yield piece.slip(number, len(found[1]), message, meant)
        much = len(piece.lines[number]) - len(meant)
        rest = [each.removeprefix(" " * much) for each in piece.lines[number + 1 :]]
        yield Slip(number, len(found[1]), message, [*piece.lines[:number], meant, *rest])


def no_space_after_dash(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a dash that is stuck to what follows it."""
    found = _NO_SPACE_AFTER_DASH.match(piece.lines[number])
    if found:
        meant = f"{found[1]}- {found[2]}"
        message = f"a space is missing after the dash: {write(meant)}"
        yield piece.slip(number, len(found[1]) + 1, message, meant)


def no_space_after_colon(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a colon that is stuck to the value."""
    found = _NO_SPACE_AFTER_COLON.match(piece.lines[number])
    if found:
        lead, key, value = found.groups()
        meant = f"{lead}{key}: {value}"
        message = f"a space is missing after the colon: {write(meant)}"
        yield piece.slip(number, found.start(3), message, meant)


def equals(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a field that is written as in another language."""
    found = _EQUALS.match(piece.lines[number])
    if found:
        lead, key, sign, value = found.groups()
        meant = f"{lead}{key}: {value}"
        message = f"a field is written with a colon, not with `{sign}`: {write(meant)}"
        yield piece.slip(number, found.start(3), message, meant)


def no_colon(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a field of the roster without its colon."""
    found = _NO_COLON.match(piece.lines[number])
    if found and found[2] in piece.keys:
        lead, key, value = found.groups()
        meant = f"{lead}{key}: {value}"
        message = f"a colon is missing after `{key}`: {write(meant)}"
        yield piece.slip(number, found.end(2), message, meant)


def markdown(piece: Piece, number: int) -> Iterator[Slip]:
    """Find lines that were pasted from a Markdown page."""
    text = piece.lines[number]
    link = _LINK.match(text)
    if link:
        lead, name, address = link.groups()
        message = (
            f"this is a link of Markdown: write `- name: {name}`, and `website: {address}` below"
        )
        lines = (f'{lead}- name: "{name}"', f"{lead}  website: {address}")
        yield piece.slip(number, len(lead), message, *lines)
    for pattern, what, advice in (
        (_TABLE, "a row of a Markdown table", "write each of its fields as `name: value`"),
        (_FENCE, "a code fence of Markdown", "delete it"),
        (_UNDERLINE, "a line of Markdown", "delete it"),
    ):
        if pattern.match(text):
            yield _left_out(piece, number, f"this is {what}: {advice}", pattern)


def other_comment(piece: Piece, number: int) -> Iterator[Slip]:
    """Find a comment of another language."""
    found = _OTHER_COMMENT.match(piece.lines[number])
    if found:
        message = f"a comment starts with `#` in YAML, not with `{found[1]}`"
        yield _left_out(piece, number, message, _OTHER_COMMENT)


def json_text(piece: Piece, number: int) -> Iterator[Slip]:
    """Find JSON between entries, or the commas of JSON at the ends of lines."""
    text = piece.lines[number]
    if _JSON_FIELD.fullmatch(text):
        lines = [
            each.rstrip().removesuffix(",") if _JSON_FIELD.fullmatch(each) else each
            for each in piece.lines
        ]
        column = len(text.rstrip()) - 1
        message = (
            "the line ends in a comma, as in JSON; in YAML a field ends with its line: delete it"
        )
        yield Slip(number, column, message, lines)
    if _JSON_START.match(text):
        message = (
            "this is JSON between the entries: write an entry as `- name: value`, field by field"
        )
        rest = [f"#{each}" for each in piece.lines[number:]]
        yield Slip(number, len(text) - len(text.lstrip()), message, [*piece.lines[:number], *rest])


def _left_out(piece: Piece, number: int, message: str, pattern: re.Pattern[str]) -> Slip:
    lines = [f"#{each}" if pattern.match(each) else each for each in piece.lines]
    text = piece.lines[number]
    return Slip(number, len(text) - len(text.lstrip()), message, lines)
