"""An account of an import: what was taken, and in one list what was not, with the reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rollkeeper.grammar.wording import counted, cut, quoted

_MOST_SPANS = 8
"""Stretches of lines that are named for one reason."""
_MOST_REASONS = 50
"""Reasons that are listed, each in one line."""
_WHOLE_LINES = ("prose", "code", "HTML", "a rule", "a quotation", "a list", "other text", "a table")
"""Reasons for lines of which no part was to be an entry."""


@dataclass(frozen=True, slots=True)
class UnplacedText:
    """A line of the source, or some of one, that is in no entry, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportedSource:
    """A table or list that became entries: where it is and how many there are."""

    title: str
    kind: str
    first: int
    last: int
    entries: int


def account(
    taken: Sequence[ImportedSource], unplaced: Sequence[UnplacedText], placed: Collection[int]
) -> str:
    """Return what was imported and what was not, for a person; `placed` are lines in entries."""
    lines = [
        f"{counted(each.entries, 'entry')} from {each.kind} under "
        f"{quoted(each.title)}, lines {each.first} to {each.last}"
        for each in taken
    ] or ["no entries: no table and no list of names was found"]
    if unplaced:
        lines.append("Not placed:")
        lines += (f"  {each}" for each in _by_reason(unplaced, placed))
    return "\n".join(lines) + "\n"


def _by_reason(unplaced: Sequence[UnplacedText], placed: Collection[int]) -> Iterator[str]:
    """Return each reason once, with its lines and the first of its words."""
    groups: dict[str, list[UnplacedText]] = {}
    for each in unplaced:
        groups.setdefault(each.reason, []).append(each)
    accounted = sorted({*placed, *(each.line for each in unplaced)})
    position = {line: number for number, line in enumerate(accounted)}
    for reason, group in islice(groups.items(), _MOST_REASONS):
        lines = list(dict.fromkeys(each.line for each in group))
        spans = [
            f"{accounted[first]} to {accounted[last]}" if last > first else str(accounted[first])
            for first, last in _runs([position[line] for line in lines])
        ]
        if len(spans) > _MOST_SPANS:
            spans[_MOST_SPANS:] = [f"and {len(spans) - _MOST_SPANS:,} more"]
        where = f"{'line' if len(lines) == 1 else 'lines'} {', '.join(spans)}"
        words = "" if reason.startswith(_WHOLE_LINES) else _sample(group)
        yield f"{where}: {reason}{words}"
    if len(groups) > _MOST_REASONS:
        left = sum(len(group) for group in islice(groups.values(), _MOST_REASONS, None))
        yield f"{left:,} more places, for {len(groups) - _MOST_REASONS:,} other reasons"


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Return the first and last of each run of consecutive numbers."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _sample(group: Sequence[UnplacedText]) -> str:
    texts = [text for text in dict.fromkeys(cut(each.text) for each in group) if text]
    more = f", and {len(texts) - 1:,} more" if len(texts) > 1 else ""
    return f": {texts[0]}{more}" if texts else ""
