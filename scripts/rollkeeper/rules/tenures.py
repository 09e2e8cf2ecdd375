"""Which days of terms an entry is in office, and who holds a seat when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from rollkeeper.grammar.dates import MONTHS_A_YEAR, add_months, in_words, months_and_days, next_day
from rollkeeper.model.roster import Entry, Programme, Term

LONGEST_YEARS = 100
"""No term is longer; a policy that asks for more is held to this."""
_LONGEST_MONTH = 31


class Tenure(NamedTuple):
    """A term whose two days are known and in order."""

    start: date
    end: date
    term: Term


def tenures(programme: Programme) -> Iterator[tuple[Entry, list[Tenure]]]:
    """Return each entry that has terms with those that are dated, the earliest first."""
    for _, group in groupby(programme.terms, key=lambda term: term.entry.index):
        terms = list(group)
        dated = [
            Tenure(term.start, term.end, term)
            for term in terms
            if term.start is not None and term.end is not None and term.start <= term.end
        ]
        yield terms[0].entry, sorted(dated, key=lambda tenure: tenure[:2])


class Stay(NamedTuple):
    """Days on which an entry holds a seat, both included."""

    start: date
    end: date
    entry: Entry


def stays(programme: Programme) -> Iterator[Stay]:
    """Return the stays of the active entries; overlapping terms make one.

    An active entry without terms holds its seat without end, and so does one where a day of a term
    is missing or malformed, on that side: what is unknown is counted, not overlooked.
    """
    terms = defaultdict(list)
    for term in programme.terms:
        start, end = term.start or date.min, term.held or term.end or date.max
        terms[term.entry.index].append((start, end))
    for entry in programme.entries:
        if not entry.active:
            continue
        held = sorted(span for span in terms.get(entry.index, ()) if span[0] <= span[1])
        if entry.index not in terms:
            held = [(date.min, date.max)]
        current: Stay | None = None
        for start, end in held:
            if current is not None and start <= next_day(current.end):
                current = current._replace(end=max(current.end, end))
                continue
            if current is not None:
                yield current
            current = Stay(start, end, entry)
        if current is not None:
            yield current


def seated(programme: Programme, day: date) -> list[Stay]:
    """Return who holds a seat on a day, in the order in which they came."""
    there = (stay for stay in stays(programme) if stay.start <= day <= stay.end)
    return sorted(there, key=lambda stay: (stay.start, stay.entry.index))


class Service:
    """Terms of one person added up, in order: how many, since when, and for how long.

    Days that two terms share are counted once, and terms that follow each other are one span of the
    calendar, so that four terms of a year are four years, with or without a 29 February.
    """

    def __init__(self) -> None:
        self.count = 0
        self.first = self.last = self._since = date.min
        self._before = (0, 0)

    def add(self, tenure: Tenure) -> None:
        """Add the next term."""
        if not self.count:
            self.first = self._since = tenure.start
        elif tenure.start > next_day(self.last):
            self._before = self._months_and_days
            self._since = tenure.start
        self.last = max(self.last, tenure.end)
        self.count += 1

    @property
    def _months_and_days(self) -> tuple[int, int]:
        months, days = months_and_days(self._since, next_day(self.last))
        days += self._before[1]
        return self._before[0] + months + days // _LONGEST_MONTH, days % _LONGEST_MONTH

    @property
    def length(self) -> str:
        """How long they are together, in words."""
        return in_words(*self._months_and_days)

    def exceeds(self, years: float, tolerance_days: int) -> bool:
        """Return whether they are longer than some years, and by more than some days."""
        months, days = self._months_and_days
        most = round(min(LONGEST_YEARS, max(0, years or 0)) * MONTHS_A_YEAR)
        return months > most or (months == most and days > max(tolerance_days, 0))


class Pause(NamedTuple):
    """How long a break has to be after which terms are no longer in a row."""

    days: int
    months: int | None

    def end(self, last: date) -> date:
        """Return the first day on which the pause after a last day is over."""
        if self.months is not None:
            return add_months(next_day(last), max(self.months, 0))
        # More than so many days lie between the two.
        longest = date.max.toordinal()
        return date.fromordinal(min(last.toordinal() + max(self.days, 0) + 2, longest))

    def is_over(self, last: date, start: date) -> bool:
        """Return whether a term that starts on a day is no longer in a row with the last."""
        return start >= self.end(last)
