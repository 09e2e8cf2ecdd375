"""Characters that are not seen, or that change how others are seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ALWAYS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 but tab and line ends, DEL, C1
    "\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ue000-\uf8ff"  # private use: shown differently, or not at all, on every machine
    "\U000e0000-\U000e0fff"  # tag characters: text that only a machine reads
    "\U000f0000-\U0010ffff"
)
_HIDDEN = re.compile(f"[{_ALWAYS}\u200c\u200d\ud800-\udfff]|\r(?!\n)")
_JOINERS = "\u200c\u200d"


def hidden_in(text: str, *, most: int) -> Iterator[tuple[int, str]]:
    """Return the position of each hidden character, at most `most` of them.

    A joiner is hidden unless it is between characters that it can join: emoji, and the scripts
    of Persian or India need them, Latin does not.
    """
    if text.isascii() and text.isprintable():
        return
    for found in _HIDDEN.finditer(text):
        character = found.group()
        if character in _JOINERS and _joins(text, found.start()):
            continue
        yield found.start(), character
        most -= 1
        if most <= 0:
            return


def without_hidden(text: str) -> str:
    """Return a text without its hidden characters."""
    hidden = {position for position, _ in hidden_in(text, most=len(text))}
    return "".join(each for position, each in enumerate(text) if position not in hidden)


def _joins(text: str, position: int) -> bool:
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    return bool(before and after) and all(
        ord(neighbour) > 0x5FF or unicodedata.category(neighbour) == "So"  # noqa: PLR2004 - the first block past Latin, Greek, Cyrillic and Hebrew
        for neighbour in (before, after)
    )


def whole(text: str) -> str:
    r"""Return a text that can be encoded: the half of a character becomes its name, `\udcff`.

    The name of a file need not be UTF-8; Python reads such bytes as halves of characters.
    """
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def shown(character: str) -> str:
    """Name a character that cannot be shown, such as `U+202E RIGHT-TO-LEFT OVERRIDE`."""
    point = ord(character[0])
    name = unicodedata.name(character[0], "")
    if not name:
        name = {"Cc": "a control character", "Co": "a private-use character"}.get(
            unicodedata.category(character[0]), "an unassigned character"
        )
    return f"U+{point:04X} ({name})"
