"""Two histories made into one: an audit's own, and the one that another audit has left meanwhile.

Git's way, line by line, would take nights twice. Here the newer night is taken whole, because its
counts are right by themselves, and what was opened at GitHub is kept from both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import islice

from rollkeeper.model.history import History, NightKind

MAX_NUMBERS = 10_000
"""Numbers of issues and pull requests that are kept: the newest."""


def merged(ours: History, theirs: History) -> History:
    """Return one history from this audit's and from the one that is there.

    The same two give the same one again, so a run that was ended after it had pushed changes
    nothing when it runs once more.
    """
    base = theirs if _newness(theirs) > _newness(ours) else ours
    complete = [each for each in (ours.last_complete, theirs.last_complete) if each is not None]
    return replace(
        base,
        last_complete=max(complete, default=None),
        numbers=_newest({**theirs.numbers, **ours.numbers}),
        refusals={**theirs.refusals, **ours.refusals},
        events=ours.events,
    )


def _newness(history: History) -> tuple[date, date, bool]:
    """Return what tells which of two histories knows more: nights that count, then any night."""
    night = history.night
    day = date.min if night is None else night.date
    whole = night is not None and night.kind is NightKind.COMPLETE
    return history.last_complete or date.min, day, whole


def _newest(numbers: Mapping[str, int]) -> Mapping[str, int]:
    if len(numbers) <= MAX_NUMBERS:
        return numbers
    ranked = sorted(numbers.items(), key=lambda item: -item[1])
    return dict(islice(ranked, MAX_NUMBERS))
