"""Days as rosters write them, and arithmetic by the calendar: a term includes its last day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rollkeeper.grammar.wording import counted, quoted
from rollkeeper.model.limits import MAX_DATE
from rollkeeper.model.policy import DatePrecision

HOW = "write year-month-day with two digits for month and day, such as 2025-01-05"
MONTHS_A_YEAR = 12
_DAY = timedelta(days=1)
_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_YEAR_FIRST = re.compile(
    r"(?P<year>[0-9]{4})([-/. ])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})(?:[T ].*)?\Z"
)
_RUN_TOGETHER = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})\Z")
_MONTH_FIRST = re.compile(
    r"(?P<month>[A-Za-z]{3,9})\.?[ -](?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?:,? |-)"
    r"(?P<year>[0-9]{4})\Z"
)
_DAY_FIRST = re.compile(
    r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?(?: | of |-)(?P<month>[A-Za-z]{3,9})\.?(?:,? |-)"
    r"(?P<year>[0-9]{4})\Z"
)
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ]) ?([0-9]{1,2})\2 ?([0-9]{4})\Z")
_CHINESE = re.compile(
    r"(?P<year>[0-9]{4})\s?[\u5e74\ub144]\s?(?P<month>[0-9]{1,2})\s?[\u6708\uc6d4]"
    r"\s?(?P<day>[0-9]{1,2})\s?[\u65e5\u53f7\uc77c]\Z"
)
_MONTH_ONLY = re.compile(r"[0-9]{4}(?:-[0-9]{1,2})?\Z")
_SHORTER = {
    DatePrecision.MONTH: re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})\Z"),
    DatePrecision.YEAR: re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2}))?\Z"),
}
"""What is a date besides a day, by the precision that is asked for."""
_HOW = {
    DatePrecision.DAY: HOW,
    DatePrecision.MONTH: "write year-month or year-month-day, such as 2025-01 or 2025-01-05",
    DatePrecision.YEAR: "write the year, or year-month-day, such as 2025 or 2025-01-05",
}
_NAMES = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class InvalidDate:
    """Why a text is not a day, and how to write the day that was meant."""

    message: str


@lru_cache(maxsize=8192)
def parse_date(
    text: str, precision: DatePrecision = DatePrecision.DAY, *, last: bool = False
) -> date | InvalidDate:
    """Read a day written as `2025-01-05`; every other form gets a message that says how.

    Where less `precision` is asked for, `2025-01` or `2025` is a date as well: its first day, or
    with `last` its last.
    """
    written = _WRITTEN.match(text)
    if written:
        year, month, day = map(int, written.groups())
    elif precision in _SHORTER and (shorter := _SHORTER[precision].match(text)):
        year, month = int(shorter["year"]), int(shorter["month"] or (12 if last else 1))
        known = year and 1 <= month <= MONTHS_A_YEAR
        day = monthrange(year, month)[1] if last and known else 1
    else:
        return InvalidDate(f"{quoted(text)} is not a date: {_remedy(text, precision)}")
    try:
        return date(year, month, day)
    except ValueError:
        return InvalidDate(f"{quoted(text)} is not a day of the calendar: {_beyond(year, month)}")


def _beyond(year: int, month: int) -> str:
    if year == 0:
        return "there is no year 0000"
    if not 1 <= month <= MONTHS_A_YEAR:
        return f"there is no month {month:02}, months go from 01 to 12"
    last = monthrange(year, month)[1]
    return f"the days of {_NAMES[month - 1]} {year} go from 01 to {last}"


def _remedy(text: str, precision: DatePrecision) -> str:
    readings = readings_of(text)
    if len(readings) == 1:
        return f"write {readings[0].isoformat()}"
    if readings:
        choice = " or ".join(each.isoformat() for each in readings)
        return f"it can be read in two ways; write {choice}"
    if _MONTH_ONLY.match(text.strip()) and precision is DatePrecision.DAY:
        return f"the day is missing; {HOW}"
    return _HOW[precision]


def meant_date(text: str) -> date | None:
    """Return the day that a text in another form means; None where it allows two readings.

    `2025-1-5`, `5 January 2025` and `20.01.2025` are clear, `05.01.2025` is not.
    """
    readings = readings_of(text)
    return readings[0] if len(readings) == 1 else None


def readings_of(text: str) -> tuple[date, ...]:
    """Return the days that a text in another form can mean, each once: none, one or two."""
    if len(text) > MAX_DATE:
        return ()
    text = text.strip()
    if found := _YEAR_FIRST.match(text) or _RUN_TOGETHER.match(text) or _CHINESE.match(text):
        year, month, day = map(int, found.group("year", "month", "day"))
        orders = [(month, day)]
    elif found := _MONTH_FIRST.match(text) or _DAY_FIRST.match(text):
        year, orders = int(found["year"]), [(_month(found["month"]), int(found["day"]))]
    elif found := _YEAR_LAST.match(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        orders = [(second, first), (first, second)]
    else:
        return ()
    days = (_day(year, month, day) for month, day in orders)
    return tuple(dict.fromkeys(day for day in days if day is not None))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int:
    """Return the number of a month named in English, in full or by its first letters, else 0."""
    low = name.lower()
    return next((n for n, full in enumerate(_NAMES, 1) if full.lower().startswith(low)), 0)


def add_months(start: date, months: int) -> date:
    """Return the same day some months later; where that month is too short, the first of the next.

    So a month from 31 January is over when 1 March begins. Days after the year 9999, or before
    the year 1, become the last or the first day there is.
    """
    years, month = divmod(start.month - 1 + months, MONTHS_A_YEAR)
    year, month = start.year + years, month + 1
    if not date.min.year <= year <= date.max.year:
        return date.max if year > date.max.year else date.min
    try:
        return date(year, month, start.day)
    except ValueError:
        # December has 31 days: a month that is too short is never the last of its year.
        return date(year, month + 1, 1)


def term_end(start: date, *, years: int = 0, months: int = 0) -> date:
    """Return the last day, included, of a term: one year from 2023-09-20 ends on 2024-09-19."""
    after = add_months(start, years * MONTHS_A_YEAR + months)
    return after if after in {date.max, date.min} else after - _DAY


def next_day(day: date) -> date:
    """Return the day after; the last day there is stays itself."""
    return day if day == date.max else day + _DAY


def months_and_days(start: date, end: date) -> tuple[int, int]:
    """Return how many whole calendar months, and then days, a later day is after a day."""
    months = (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month
    if add_months(start, months) > end:
        months -= 1
    return months, (end - add_months(start, months)).days


def span(start: date, end: date) -> str:
    """Return in words how much later `end` is: `2 years and 2 months`, `12 days`, `no days`.

    The order of the two does not matter. Of years, months and days the two largest are named.
    """
    return in_words(*months_and_days(*sorted((start, end))))


def in_words(months: int, days: int) -> str:
    """Return a length of time in words; of years, months and days the two largest are named."""
    years, months = divmod(months, MONTHS_A_YEAR)
    parts = [
        counted(count, unit)
        for count, unit in ((years, "year"), (months, "month"), (days, "day"))
        if count
    ]
    return " and ".join(parts[:2]) or "no days"


def length(start: date, end: date) -> str:
    """Return in words how long a term is whose last day is `end`, that day included."""
    return span(start, next_day(end))
