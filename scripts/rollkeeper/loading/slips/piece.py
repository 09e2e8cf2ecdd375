"""A few lines of YAML that cannot be read as they are, and how one of them may have been meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rollkeeper.grammar.characters import shown
from rollkeeper.grammar.wording import cut
from rollkeeper.model.limits import MAX_SHOWN, MAX_URL

KEY = r"[A-Za-z_][A-Za-z0-9_.-]{0,60}"
FIELD = re.compile(
    rf"(?P<lead> *(?:- +)?)(?P<key>{KEY}|\"{KEY}\"|'{KEY}')(?P<colon> ?:(?: +|$))(?P<value>.*)"
)
ITEM = re.compile(r"(?P<lead> *- +)(?P<value>.*)")
_COMMENT = re.compile(r"(?<! ) +#")


class Slip(NamedTuple):
    """A line that was probably meant otherwise: `lines` are those of the piece as they were meant.

    `line` and `column` count from 0.
    """

    line: int
    column: int
    message: str
    lines: list[str]
    rule: str = "yaml-syntax"


@dataclass(frozen=True)
class Piece:
    """Lines without their ends: one entry of a list, or a whole file that has no entries."""

    lines: list[str]
    keys: Collection[str] = field(default_factory=frozenset)
    """Keys of the rest of the file."""
    first_key: str = ""
    """The key that entries of the file begin with."""
    column: int = 0
    """How far the dashes of the entries are indented."""
    marks: Collection[str] = field(default_factory=frozenset)
    """What looks like anchors and aliases in the file, with their signs."""

    def with_line(self, number: int, *texts: str) -> list[str]:
        """Return the lines with others in place of one."""
        return [*self.lines[:number], *texts, *self.lines[number + 1 :]]

    def slip(self, number: int, column: int, message: str, *texts: str) -> Slip:
        """Return the slip of one line, with what is to stand in its place."""
        return Slip(number, column, message, self.with_line(number, *texts))

    def above(self, number: int) -> Iterator[tuple[int, str]]:
        """Return the lines above one that are not blank, the nearest first."""
        for at in range(number - 1, -1, -1):
            if self.lines[at].strip() and not self.lines[at].lstrip().startswith("#"):
                yield at, self.lines[at]

    def below(self, number: int) -> Iterator[str]:
        """Return the lines below one that are not blank."""
        for text in self.lines[number + 1 :]:
            if text.strip() and not text.lstrip().startswith("#"):
                yield text


Detector = Callable[[Piece, int], Iterator[Slip]]
"""Returns what one line of a piece may have been meant to be."""


def visible(text: str) -> str:
    """Return a line as a message shows it, with what would not be seen as a sign or a name."""
    text = text.replace("\t", "\u2192")
    odd = next((each for each in text if each != " " and each.isspace()), None)
    words = f"`{cut(text, MAX_SHOWN)}`"
    return f"{words} (with {shown(odd)})" if odd else words


def write(text: str) -> str:
    """Return how to write a line; in full, because it is to be copied from the message."""
    line = text.strip()
    return f"write `{line}`" if len(line) <= MAX_URL else "write the line so"


def without_comment(value: str) -> tuple[str, str]:
    """Cut a plain value into its text and the comment behind it."""
    found = _COMMENT.search(value)
    return (value[: found.start()], value[found.start() :]) if found else (value.rstrip(), "")


def in_quotes(text: str) -> str:
    """Return a text in quotes."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def key_column(text: str) -> int:
    """Return the column in which what a line says begins, after its indentation and its dash."""
    found = FIELD.match(text) or ITEM.match(text)
    return len(found["lead"]) if found else len(text) - len(text.lstrip(" "))
