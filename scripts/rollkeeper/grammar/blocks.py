"""The entries of a roster as blocks of lines, so that they can change places.

An entry's block is its own lines and the comment lines directly above it. Everything above the
first entry, the empty lines between entries and everything below the last one stay in place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rollkeeper.grammar.lines import lines_of
from rollkeeper.model.tree import List

_DASH = re.compile(r"( *)-( +)\Z")
_COMMENT = re.compile(r"( *)#")


class LayoutError(Exception):
    """The entries are not laid out as one block each; the text says where and why."""


@dataclass(frozen=True)
class Blocks:
    """A roster's text in parts: `gaps[n]` is between block n and block n + 1."""

    before: str
    blocks: tuple[str, ...]
    gaps: tuple[str, ...]
    after: str

    def arranged(self, order: Sequence[int]) -> str:
        """Return the text with the blocks in another order."""
        end = _line_end("".join(self.blocks))
        texts = [self.blocks[number] for number in order]
        # Only the last block of a file can lack its line end; wherever it goes, each gets one.
        whole = [text if text.endswith("\n") else text + end for text in texts]
        if not self.after and not self.blocks[-1].endswith("\n"):
            whole[-1] = whole[-1].removesuffix("\n").removesuffix("\r")
        gaps = [*self.gaps, ""]
        middle = "".join(part for pair in zip(whole, gaps, strict=True) for part in pair)
        return self.before + middle + self.after


def blocks_of(text: str, entries: List) -> Blocks:
    """Cut a roster's text into its entries; raise LayoutError where they are not one block each."""
    lines = lines_of(text)
    dashes, indent = _dash_lines(lines, entries)
    heads = [_head(lines, dash, indent) for dash in dashes]
    # A comment at the very top is about the whole file.
    if heads[0] == 0:
        heads[0] = dashes[0]
    ends = [_end(lines, dash + 1, head) for dash, head in zip(dashes, heads[1:], strict=False)]
    for end, head in zip(ends, heads[1:], strict=True):
        _refuse_stray_comment(lines, end, head, indent)
    last = _end(lines, dashes[-1] + 1, _last_line(lines, dashes[-1] + 1, indent))
    ends.append(last)
    return Blocks(
        before="".join(lines[: heads[0]]),
        blocks=tuple("".join(lines[a:b]) for a, b in zip(heads, ends, strict=True)),
        gaps=tuple("".join(lines[a:b]) for a, b in zip(ends[:-1], heads[1:], strict=True)),
        after="".join(lines[last:]),
    )


def _dash_lines(lines: Sequence[str], entries: List) -> tuple[list[int], int]:
    """Find the line on which each entry starts with its hyphen, and their common indentation."""
    found: list[int] = []
    indents = set()
    for line, column, *_ in entries.item_places:
        written = lines[line - 1] if line <= len(lines) else ""
        dash = _DASH.match(written[: column - 1])
        if dash is None:
            message = f"the entry in line {line:,} does not start on a line of its own with `- `"
            raise LayoutError(message)
        indents.add(len(dash[1]))
        found.append(line - 1)
    if len(indents) != 1 or len(set(found)) != len(found):
        message = "the entries do not all start in the same column, one to a line"
        raise LayoutError(message)
    return found, indents.pop()


def _head(lines: Sequence[str], dash: int, indent: int) -> int:
    """Find the first of the comment lines directly above an entry."""
    head = dash
    while head > 0:
        comment = _COMMENT.match(lines[head - 1])
        if comment is None or len(comment[1]) > indent:
            break
        head -= 1
    return head


def _end(lines: Sequence[str], start: int, stop: int) -> int:
    """Find where an entry ends: empty lines after it are not part of it."""
    while stop > start and not lines[stop - 1].strip():
        stop -= 1
    return stop


def _last_line(lines: Sequence[str], start: int, indent: int) -> int:
    """Find where the list ends: at the first line that is not indented deeper than a hyphen."""
    for number in range(start, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            return number
    return len(lines)


def _refuse_stray_comment(lines: Sequence[str], end: int, head: int, indent: int) -> None:
    comment = _COMMENT.match(lines[end - 1])
    if comment is not None and len(comment[1]) <= indent and end < head:
        message = (
            f"the comment in line {end:,} is alone between two entries: move it directly above the "
            "entry it belongs to, or to the top"
        )
        raise LayoutError(message)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
