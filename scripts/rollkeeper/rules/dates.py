"""Days of an entry that contradict each other, its status, or the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from rollkeeper.grammar.dates import parse_date
from rollkeeper.grammar.wording import quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath, field_path
from rollkeeper.rules.declaring import Problems, rule


@rule("date-far-ahead", on=Entry, severity=Severity.WARNING)
def far_ahead(entry: Entry, *, today: date, days: int = 366) -> Problems:
    """A date is far in the future.

    Usually a digit of the year is wrong, such as 2062 in place of 2026. Correct the date. `days`
    sets how far ahead a date may be. Terms of office are not meant: they end in the future.
    """
    for path, value in entry.values("date"):
        read = parse_date(value) if isinstance(value, str) else None
        if isinstance(read, date) and read - today > timedelta(days=max(days, 0)):
            message = f"{quoted(value)} is more than {days:,} days ahead: check the year"
            yield Problem(message, path)


def _day(entry: Entry, field: str) -> tuple[FieldPath, date | None]:
    """Return the first value of a field that is a day."""
    for path, value in entry.located(field_path(field)):
        read = parse_date(value) if isinstance(value, str) else None
        if isinstance(read, date):
            return path, read
    return (), None


@rule("withdrawn-before-since", on=Entry, severity=Severity.ERROR)
def inverted(entry: Entry, *, since: str = "since", withdrawn: str = "withdrawn") -> Problems:
    """An entry was withdrawn before it began.

    One of the two days is wrong; often they are swapped. Correct it. `since` and `withdrawn` name
    the fields with the two days.
    """
    _, first = _day(entry, since)
    path, last = _day(entry, withdrawn)
    if first is not None and last is not None and last < first:
        message = f"the entry was withdrawn on {last}, before it began on {first}"
        yield Problem(f"{message}; correct one of them, or swap them", path)


@rule("withdrawn-status", on=Programme, severity=Severity.WARNING)
def withdrawn_status(
    programme: Programme, *, today: date, withdrawn: str = "withdrawn"
) -> Problems:
    """The status of an entry and the day on which it was withdrawn contradict each other.

    An active entry has such a day, or an entry that is withdrawn has none while others have one.
    Correct the status, or the day. `withdrawn` names the field with the day; a day in the future is
    an announcement.
    """
    days = [(entry, *_day(entry, withdrawn)) for entry in programme.entries]
    is_used = any(day is not None for _, _, day in days)
    for entry, path, day in days:
        status = (entry.text("status") or "").strip()
        if day is not None and day <= today and status and entry.active:
            message = f"the status is {quoted(status)}, but the entry was withdrawn on {day}"
            yield Problem(f"{message}: correct one of them", path, entry)
        elif day is None and is_used and status.casefold() == "withdrawn":
            if any(entry.located(field_path(withdrawn))):
                continue  # `date-form` says what is wrong with it
            where = next((path for path, _ in entry.texts("status")), ())
            message = f"the entry is withdrawn, but not since when: add `{withdrawn}:` with the day"
            yield Problem(message, where, entry)
