"""Terms of office: written as dates, of the right length, in a row, and not over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from rollkeeper.grammar.dates import (
    MONTHS_A_YEAR,
    InvalidDate,
    length,
    meant_date,
    next_day,
    parse_date,
    span,
    term_end,
)
from rollkeeper.grammar.wording import counted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Fix, FixKind, Programme, Term
from rollkeeper.model.tree import FieldPath, Value, follow
from rollkeeper.rules.declaring import BY_SCHEMA, Problems, rule

LONGEST_YEARS = 100
"""No term is longer; a policy that asks for more is held to this."""
_BOUNDS = ("start", "end")


@rule("date-form", on=Programme, severity=Severity.ERROR, instead_of=BY_SCHEMA)
def date_form(programme: Programme) -> Problems:
    """A date is not in the form year-month-day.

    Other forms mean different days to different readers. Write four digits for the year and two
    each for month and day, such as 2025-01-05. Where the policy has `dates: {precision: month}` or
    `year`, 2025-01 or 2025 is a date as well.
    """
    precision = programme.policy.dates
    for entry in programme.entries:
        for path, value in _dates(entry):
            if value is None or isinstance(value, list | dict):
                continue  # nothing is written, or the schema says that it is no text
            text = value if isinstance(value, str) else str(value)
            read = parse_date(text, precision)
            if isinstance(read, InvalidDate):
                meant = meant_date(text)
                fix = None
                if meant is not None:
                    fix = Fix(FixKind.SET, "write year-month-day", meant.isoformat())
                yield Problem(read.message, path, entry, fix)


def _dates(entry: Entry) -> Iterator[tuple[FieldPath, Value]]:
    yield from entry.values("date")
    for path, terms in entry.values("terms"):
        for number, term in enumerate(terms if isinstance(terms, list) else ()):
            if isinstance(term, dict):
                for bound in _BOUNDS:
                    yield (*path, number, bound), term.get(bound)


@rule("term-ended", on=Term, severity=Severity.ERROR)
def ended(term: Term, *, today: date, grace_days: int = 0) -> Problems:
    """The last term of an active entry has ended.

    The page still shows the person as being in office. Add the new term, or set `status: alumni`.
    `grace_days` allows some days for this.
    """
    if not term.last or term.end is None or (today - term.end).days <= max(grace_days, 0):
        return
    if not term.entry.active:
        return
    yield Problem(
        f"the term ended on {term.end}; add the new term, or set `status: alumni`",
        (*term.field, "end"),
    )


@rule("term-ending-soon", on=Term, severity=Severity.NOTICE)
def ending_soon(term: Term, *, today: date, days: tuple[int, ...] = (60, 30, 7)) -> Problems:
    """The last term of an active entry ends soon.

    A renewal needs a decision before the last day. Then add the next term, or set `status: alumni`
    when the term has ended. `days` sets when to remind.
    """
    if not term.last or term.end is None or not term.entry.active:
        return
    left = (term.end - today).days
    if not any(0 <= left <= each for each in days):
        return
    yield Problem(
        f"the term ends on {term.end}; the next term would start on {next_day(term.end)}",
        (*term.field, "end"),
    )


@rule("term-inverted", on=Term, severity=Severity.ERROR)
def inverted(term: Term) -> Problems:
    """A term starts after it ends.

    It covers no day, so it is not counted. Correct the wrong day; often the two are swapped.
    """
    if term.start is not None and term.end is not None and term.start > term.end:
        yield Problem(
            f"the term starts on {term.start}, after its last day {term.end}; "
            "correct one of them, or swap them",
            (*term.field, "start"),
        )


@rule(
    "term-length", on=Term, severity=Severity.WARNING, needs="years", instead_of=("missing-field",)
)
def of_right_length(term: Term, *, years: float | None = None, tolerance_days: int = 0) -> Problems:
    """A term is longer or shorter than the programme's terms.

    The last day is part of a term: a year from 20 September ends on 19 September, not on 20
    September. Set `end` to the day that the message names. `years` may be a fraction (0.5 is six
    months). A last term that was cut short because the person left is not reported.
    """
    months = round(min(LONGEST_YEARS, max(0, years or 0)) * MONTHS_A_YEAR)
    if months <= 0 or term.start is None:
        return
    expected = term_end(term.start, months=months)
    if term.end is None:
        if follow(term.entry.data, (*term.field, "end")) is None:
            message = f"the term has no last day: write `end: {expected}`"
            place = term.entry.place(term.field)
            yield Problem(message, (*term.field, "end"), term.entry, place=place)
        return
    if term.start > term.end or abs((term.end - expected).days) <= tolerance_days:
        return
    if term.end < expected and term.last and not term.entry.active:
        return
    off = "longer" if term.end > expected else "shorter"
    yield Problem(
        f"from {term.start} to {term.end}, that day included, is "
        f"{length(term.start, term.end)}, {off} than a term of {_in_words(months)}: "
        f"write `end: {expected}`",
        (*term.field, "end"),
    )


def _in_words(months: int) -> str:
    years, rest = divmod(months, MONTHS_A_YEAR)
    parts = [counted(count, unit) for count, unit in ((years, "year"), (rest, "month")) if count]
    return " and ".join(parts)


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


@rule("term-overlap", on=Programme, severity=Severity.WARNING)
def overlapping(programme: Programme) -> Problems:
    """Two terms of the same entry overlap.

    Overlapping days would be counted twice. Start the later term on the day after the last day of
    the earlier one.
    """
    for entry, held in tenures(programme):
        last: date | None = None
        for tenure in held:
            if last is not None and tenure.start <= last:
                yield Problem(
                    f"the term starts on {tenure.start}, but an earlier one ends on {last}: "
                    f"start it on {next_day(last)}",
                    (*tenure.term.field, "start"),
                    entry,
                )
            last = tenure.end if last is None else max(last, tenure.end)


@rule("term-gap", on=Programme, severity=Severity.NOTICE)
def apart(programme: Programme) -> Problems:
    """There is a gap between two terms of the same entry.

    A renewal entered late is often dated from the day of the change instead of the day after the
    old term. If there was no break, correct the start of the later term; if there was, turn this
    rule off.
    """
    for entry, held in tenures(programme):
        last: date | None = None
        for tenure in held:
            if last is not None and tenure.start - last > timedelta(days=1):
                due = next_day(last)
                yield Problem(
                    f"there is no term for {span(due, tenure.start)} before {tenure.start}; "
                    f"a renewal would start on {due}",
                    (*tenure.term.field, "start"),
                    entry,
                )
            last = tenure.end if last is None else max(last, tenure.end)
