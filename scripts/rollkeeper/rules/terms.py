"""Terms of office: written as dates, of the right length, in a row, and not over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rollkeeper.grammar.dates import (
    MONTHS_A_YEAR,
    InvalidDate,
    in_words,
    length,
    meant_date,
    next_day,
    parse_date,
    span,
    term_end,
)
from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.model.policy import DatePrecision, Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Fix, FixKind, Programme, Term
from rollkeeper.model.tree import FieldPath, Value, follow
from rollkeeper.rules.declaring import BY_SCHEMA, Problems, rule
from rollkeeper.rules.tenures import LONGEST_YEARS, tenures

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
def ended(term: Term, *, today: date, grace_days: int = 0, hold_over_days: int = 0) -> Problems:
    """The last term of an active entry has ended.

    The page still shows the person as being in office. Add the new term, or set `status: alumni`.
    `grace_days` allows some days for this. With `hold_over_days`, a seat is held until a successor
    begins, whose term names the person under `replaces`, and at most for so many days.
    """
    if not term.last or term.end is None or not term.entry.active:
        return
    held = term.held_until(hold_over_days) or term.end
    if (today - held).days <= max(grace_days, 0):
        return
    over = f", and the seat was held until {held}" if held > term.end else ""
    yield Problem(
        f"the term ended on {term.end}{over}; add the new term, or set `status: alumni`",
        (*term.field, "end"),
    )


@rule("term-ending-soon", on=Term, severity=Severity.NOTICE)
def ending_soon(term: Term, *, today: date, days: tuple[int, ...] = (60, 30, 7)) -> Problems:
    """The last term of an active entry ends soon.

    A renewal needs a decision before the last day. Then add the next term, or set `status: alumni`
    when the term has ended. `days` sets when to remind. Where `term-ended` has `hold_over_days`,
    the message says until when the seat is held, and stays until then.
    """
    if not term.last or term.end is None or not term.entry.active:
        return
    held = term.held or term.end
    over = f"; until a successor begins the seat is held, at most until {held}"
    if term.succeeded is not None and term.succeeded == next_day(held):
        over = f"; the seat is held until {held}, as a successor begins on {term.succeeded}"
    over = over if held > term.end else ""
    where = (*term.field, "end")
    left = (term.end - today).days
    if left < 0 and today <= held:
        message = f"the term ended on {term.end}{over}; add the new term, or set `status: alumni`"
        yield Problem(message, where)
    elif any(0 <= left <= each for each in days):
        message = f"the term ends on {term.end}; the next term would start on {next_day(term.end)}"
        yield Problem(f"{message}{over}", where)


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
def of_right_length(
    term: Term,
    *,
    years: float | None = None,
    tolerance_days: int = 0,
    remainder: bool = False,
) -> Problems:
    """A term is longer or shorter than the programme's terms.

    The last day is part of a term: a year from 20 September ends on 19 September, not on 20
    September. Set `end` to the day that the message names. `years` may be a fraction (0.5 is six
    months). A last term that was cut short because the person left is not reported, nor is one that
    names an edition. With `remainder: true`, a term that names under `replaces` whose seat
    it takes may be shorter, as it serves what was left of theirs.
    """
    months = round(min(LONGEST_YEARS, max(0, years or 0)) * MONTHS_A_YEAR)
    if months <= 0 or term.start is None:
        return
    if term.edition is not None and term.edition.start is not None:
        return  # `term-edition` compares it with its edition
    expected = term_end(term.start, months=months)
    if term.end is None:
        if follow(term.entry.data, (*term.field, "end")) is None:
            message = f"the term has no last day: write `end: {expected}`"
            place = term.entry.place(term.field)
            yield Problem(message, (*term.field, "end"), term.entry, place=place)
        return
    if term.start > term.end or abs((term.end - expected).days) <= tolerance_days:
        return
    if term.end < expected and (left_early(term) or (remainder and term.replaces)):
        return
    off = "longer" if term.end > expected else "shorter"
    yield Problem(
        f"from {term.start} to {term.end}, that day included, is "
        f"{length(term.start, term.end)}, {off} than a term of {in_words(months, 0)}: "
        f"write `end: {expected}`",
        (*term.field, "end"),
    )


def left_early(term: Term) -> bool:
    """Return whether a term may have been cut short because the person left."""
    return term.last and not term.entry.active


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
def apart(programme: Programme, *, break_days: int | None = None) -> Problems:
    """There is a gap between two terms of the same entry.

    A renewal entered late is often dated from the day of the change instead of the day after the
    old term. If there was no break, correct the start of the later term; if there was, set
    `break_days`: a gap of more days is a break and not reported. A term that begins with its
    edition is not reported either.
    """
    for entry, held in tenures(programme):
        last: date | None = None
        for tenure in held:
            gap = (tenure.start - last).days - 1 if last is not None else 0
            is_break = break_days is not None and gap > break_days
            if last is not None and gap > 0 and not is_break and not _begins_edition(tenure.term):
                due = next_day(last)
                yield Problem(
                    f"there is no term for {span(due, tenure.start)} before {tenure.start}; "
                    f"a renewal would start on {due}",
                    (*tenure.term.field, "start"),
                    entry,
                )
            last = tenure.end if last is None else max(last, tenure.end)


def _begins_edition(term: Term) -> bool:
    return term.edition is not None and term.edition.start == term.start


@rule("term-edition", on=Programme, severity=Severity.ERROR)
def of_edition(programme: Programme) -> Problems:
    """A term does not fit the edition that it names.

    A term that names one of the policy's `editions` has its days and need not write them. Where it
    writes others, readers cannot tell which are meant: delete them, or correct them. A term that
    `replaces` another may begin later, and one may end earlier because the person left.
    """
    editions = programme.policy.editions
    for term in programme.terms:
        edition = term.edition
        if edition is None:
            continue
        if edition.start is None or edition.end is None:
            message = f"the policy has no edition {quoted(edition.name)}, only {listed(editions)}"
            yield Problem(message, (*term.field, "edition"), term.entry)
            continue
        later = term.replaces and edition.start <= (term.start or edition.start) <= edition.end
        if term.start not in {None, edition.start} and not later:
            yield _contradiction(term, "start", term.start, edition.start)
        earlier = left_early(term) and (term.end or edition.end) < edition.end
        if term.end not in {None, edition.end} and not earlier:
            yield _contradiction(term, "end", term.end, edition.end)


def _contradiction(term: Term, bound: str, written: date | None, day: date) -> Problem:
    name = quoted(term.edition.name if term.edition else "")
    message = (
        f"the term {bound}s on {written}, but the edition {name} {bound}s on {day}: "
        f"delete `{bound}`, or write {day}"
    )
    return Problem(message, (*term.field, bound), term.entry)


@rule("certificate-outlives-term", on=Programme, severity=Severity.NOTICE)
def certificate_outlives_term(
    programme: Programme, *, today: date, grace_days: int = 30, tolerance_days: int = 0
) -> Problems:
    """A certificate or badge is valid longer than the term that it is for.

    Whoever sees it takes the person to be in office. It is reported where the last day of the
    certificate (the role `certificate_until`) is more than `tolerance_days` days after the end of
    the last term. Where no last day is known, it is reported while the certificate is linked more
    than `grace_days` days after the term. End it with the term, remove the link, or write until
    when it is valid.
    """
    ends: dict[int, date] = {}
    for term in programme.terms:
        if term.end is not None:
            ends[term.entry.index] = max(term.end, ends.get(term.entry.index, term.end))
    for entry in programme.entries:
        end = ends.get(entry.index)
        if end is None:
            continue
        path, until = _valid_until(entry, programme.policy.dates)
        link = next((where for where, _ in entry.texts("certificate")), None)
        if until is not None and (until - end).days > max(tolerance_days, 0):
            message = f"the certificate is valid until {until}, but the last term ends on {end}"
            yield Problem(f"{message}: end it then, or add the next term", path, entry)
        elif link and not path and (today - end).days > max(grace_days, 0):
            message = f"the last term ended on {end}, and the certificate is still linked"
            remedy = "remove it, or write under `certificate_until` until when it was valid"
            yield Problem(f"{message}: {remedy}", link, entry)


def _valid_until(entry: Entry, precision: DatePrecision) -> tuple[FieldPath, date | None]:
    """Return where an entry says until when its certificate is valid, and the day if it is one."""
    for path, value in entry.values("certificate_until"):
        day = parse_date(str(value), precision, last=True)
        return path, day if isinstance(day, date) else None
    return (), None
