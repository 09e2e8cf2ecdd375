"""What one night makes of the records of websites.

Only a night that counts changes them, and only what is out of the ordinary has one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.urls import tidy
from rollkeeper.grammar.wording import cut
from rollkeeper.model.history import SiteRecord
from rollkeeper.model.limits import MAX_URL
from rollkeeper.rules.websites.nights import RULES_OF_FAILURES, Move, Outcome

MAX_WHY = 200
"""Characters of the reason that a record keeps."""

NightsOf = Callable[[str], int]
"""How many nights in a row a rule waits for, by its id."""


def after_visit(
    record: SiteRecord | None, seen: Outcome, day: date, nights_of: NightsOf
) -> SiteRecord | None:
    """Return the record of a website after a night that counts; None where there is no need of one.

    A visit that decides nothing neither counts nor interrupts.
    """
    before = record or SiteRecord(day)
    after = before
    if seen.failing:
        after = _failed(before, seen, day, nights_of(RULES_OF_FAILURES[seen.kind]))
    elif seen.failing is not None:
        after = _answered(before, day, nights_of)
        after = _moved(after, seen.move, nights_of)
    if after.since is None and after.moved_to is None:
        return None
    return before if after == before else replace(after, counted=day)


def _failed(before: SiteRecord, seen: Outcome, day: date, needed: int) -> SiteRecord:
    nights = before.nights if before.down else before.nights + 1
    return replace(
        before,
        since=before.since or day,
        nights=nights,
        down=before.down or nights >= needed,
        good=0,
        kind=str(seen.kind),
        why=cut(masked(seen.why), MAX_WHY),
    )


def _answered(before: SiteRecord, day: date, nights_of: NightsOf) -> SiteRecord:
    if before.since is None:
        return before
    good, rule = before.good + 1, RULES_OF_FAILURES.get(before.kind or "", "")
    if before.down and good < nights_of(rule):
        return replace(before, good=good, last_good=day)
    moved = (before.moved_to, before.moved_nights)
    return SiteRecord(day, moved_to=moved[0], moved_nights=moved[1])


def _moved(before: SiteRecord, seen: Move | None, nights_of: NightsOf) -> SiteRecord:
    address = None if seen is None else tidy(seen.address)
    # An address that is too long, or that may be a person's, is none to be written.
    if seen is None or address is None or len(address) > MAX_URL or masked(address) != address:
        return replace(before, moved_to=None, moved_nights=0)
    if address != before.moved_to:
        return replace(before, moved_to=address, moved_nights=1)
    needed = nights_of(str(seen.kind))
    nights = before.moved_nights + 1 if before.moved_nights < needed else before.moved_nights
    return replace(before, moved_nights=nights)
