"""Fixes as GitHub's suggested changes, which the author of a pull request accepts with one click.

GitHub shows a suggestion only on lines of the pull request's diff, and each is accepted or ignored
on its own. So only fixes that stand alone are suggested: a roster is never suggested half sorted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rollkeeper.grammar.lines import lines_of
from rollkeeper.grammar.masking import masked
from rollkeeper.model.limits import MAX_COMMENT, MAX_SUGGESTED_LINES, MAX_SUGGESTIONS
from rollkeeper.model.line_edit import LineEdit, Suggestion


def suggestions(
    before: str,
    after: str,
    path: str,
    diff_lines: Collection[int],
    *,
    in_place: str | None = None,
) -> tuple[Suggestion, ...]:
    """Return the suggested changes that lead from `before`, the pull request's file, to `after`.

    `diff_lines` are the numbers of the lines that the pull request's diff shows. Where fixes move
    entries, `in_place` is the text after those that move nothing: `after` is then suggested as a
    whole, or else what can be fixed in place. Line ends are not suggested: a suggestion cannot
    express them.
    """
    lines, shown = _plain(before), frozenset(diff_lines)
    edits = line_edits(lines, _plain(after))
    if in_place is not None and in_place != after:
        whole = [edit for edit in _whole(lines, _plain(after)) if _fits(edit, shown)]
        edits = tuple(whole) or line_edits(lines, _plain(in_place))
    made = (
        Suggestion(edit.first, edit.last, edit.text.removesuffix("\n"), path)
        for edit in edits
        if _fits(edit, shown)
    )
    fitting = (each for each in made if len(each.body) <= MAX_COMMENT)
    # A suggestion would publish what its lines hold, and cannot be masked: it would be accepted.
    return tuple(each for each in fitting if masked(each.text) == each.text)[:MAX_SUGGESTIONS]


def line_edits(old: Sequence[str], new: Sequence[str]) -> tuple[LineEdit, ...]:
    """Return what differs: run by run where each line kept its number, else as one edit."""
    return tuple(_runs(old, new) if len(old) == len(new) else _whole(old, new))


def _plain(text: str) -> list[str]:
    """Return the lines of a text, all with the same line end."""
    return [line.rstrip("\r\n") + "\n" for line in lines_of(text)]


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[LineEdit]:
    start = None
    for number in range(len(old) + 1):
        differs = number < len(old) and old[number] != new[number]
        if differs and start is None:
            start = number
        elif not differs and start is not None:
            yield LineEdit(start + 1, number, "".join(new[start:number]))
            start = None


def _whole(old: Sequence[str], new: Sequence[str]) -> Iterator[LineEdit]:
    """Return everything from the first line that differs to the last as one edit, if any does."""
    if list(old) == list(new):
        return
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    room = shorter - start
    end = next((n for n in range(room) if old[-1 - n] != new[-1 - n]), room)
    if start + end == len(old):
        # Lines are only added: an edit replaces lines, and cannot be between two of them.
        start, end = (start - 1, end) if start else (0, max(0, end - 1))
    yield LineEdit(start + 1, len(old) - end, "".join(new[start : len(new) - end]))


def _fits(edit: LineEdit, shown: Collection[int]) -> bool:
    if not 0 <= edit.last - edit.first < MAX_SUGGESTED_LINES or not edit.text:
        return False
    return all(line in shown for line in range(edit.first, edit.last + 1))
