"""Repairs as GitHub's suggested changes: what the author of a pull request takes with one click.

GitHub shows a suggestion only on lines that the pull request's difference shows, and each is
taken or left by itself. So only repairs that stand alone are offered: a roster is never offered half
sorted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rollkeeper.grammar.lines import lines_of
from rollkeeper.model.limits import MAX_COMMENT, MAX_SUGGESTED_LINES, MAX_SUGGESTIONS
from rollkeeper.model.verdict import Suggestion


def suggestions(
    before: str,
    after: str,
    path: str,
    diff_lines: Collection[int],
    *,
    in_place: str | None = None,
) -> tuple[Suggestion, ...]:
    """Return the suggested changes that lead from `before`, the pull request's file, to `after`.

    `diff_lines` are the numbers of the lines that the pull request's difference shows. Where
    repairs move entries, `in_place` is the text after those that move nothing (as
    `fixing.MendedRoll` has it): `after` is then offered whole or not at all, and if not, what can
    be fixed in place is. Line ends are not offered: a suggestion cannot express them.
    """
    lines = _bare(before)
    visible = frozenset(diff_lines)
    offered: Iterable[Piece]
    if in_place is not None and in_place != after:
        whole = _whole(lines, _bare(after))
        found = [piece for piece in whole if _fits(piece, visible)]
        offered = found or pieces(lines, _bare(in_place))
    else:
        offered = pieces(lines, _bare(after))
    made = (
        Suggestion(path, piece.first, piece.last, "\n".join(piece.new))
        for piece in offered
        if _fits(piece, visible)
    )
    return tuple(each for each in made if len(each.body) <= MAX_COMMENT)[:MAX_SUGGESTIONS]


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines `first` to `last` of a file, both included, and what is to stand there."""

    first: int
    last: int
    new: tuple[str, ...]


def _bare(text: str) -> list[str]:
    """Cut a text into lines without their ends."""
    return [line.rstrip("\r\n") for line in lines_of(text)]


def pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """Return what differs: run by run where each line kept its number, else in one piece."""
    if len(old) != len(new):
        yield from _whole(old, new)
        return
    start = None
    for number in range(len(old) + 1):
        differs = number < len(old) and old[number] != new[number]
        if differs and start is None:
            start = number
        elif not differs and start is not None:
            yield Piece(start + 1, number, tuple(new[start:number]))
            start = None


def _whole(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    """Return everything from the first line that differs to the last, as one piece if there is."""
    if list(old) == list(new):
        return []
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    room = shorter - start
    end = next((n for n in range(room) if old[-1 - n] != new[-1 - n]), room)
    if start + end == len(old):
        # Lines are only added: a suggestion replaces lines, and cannot stand between two of them.
        start, end = (start - 1, end) if start else (0, max(0, end - 1))
    return [Piece(start + 1, len(old) - end, tuple(new[start : len(new) - end]))]


def _fits(piece: Piece, visible: Collection[int]) -> bool:
    if not 0 <= piece.last - piece.first < MAX_SUGGESTED_LINES or not piece.new:
        return False
    return all(line in visible for line in range(piece.first, piece.last + 1))
