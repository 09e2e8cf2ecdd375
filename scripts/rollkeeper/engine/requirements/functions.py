"""The functions of requirements that look at nothing but their arguments.

Those on text are the strings extension of CEL, as the library provides it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import ModuleType
from typing import Any

from rollkeeper.grammar import dates, names
from rollkeeper.grammar.dates import InvalidDate, parse_date
from rollkeeper.grammar.evidence import has_evidence
from rollkeeper.grammar.hosts import InvalidHost, registrable
from rollkeeper.grammar.urls import parse
from rollkeeper.grammar.wording import quoted
from rollkeeper.model.policy import DatePrecision

_OF_TEXT: Mapping[str, str] = {
    "charAt": "char_at",
    "indexOf": "index_of",
    "join": "join",
    "lastIndexOf": "last_index_of",
    "lowerAscii": "lower_ascii",
    "replace": "replace",
    "split": "split",
    "substring": "substring",
    "trim": "trim",
    "upperAscii": "upper_ascii",
}
"""The library's own names for the functions of the strings extension."""
GROWING = frozenset({"join", "replace"})
"""Functions whose result can be as long as the product of their arguments."""
_MOST_MONTHS = 12 * 10_000
PLAIN = (
    *_OF_TEXT, "add_months", "days_between", "domain", "evidence", "host", "months_between",
    "same_name",
)  # fmt: skip
"""The names of all functions of this module."""


class RefusedError(Exception):
    """A function cannot say anything about what it is given; the message says why."""


def plain(library: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the functions by their names; those on text are taken from the CEL `library`."""
    found: dict[str, Callable[..., Any]] = {
        name: getattr(library.stdlib, its) for name, its in _OF_TEXT.items()
    }
    return found | {
        "add_months": add_months,
        "days_between": days_between,
        "domain": domain,
        "evidence": evidence,
        "host": host,
        "months_between": months_between,
        "same_name": same_name,
    }


def day(given: object, *, last: bool = False) -> date:
    """Read a day, or the first or `last` one of a month or year; how dates look is a rule's."""
    read = parse_date(str(given), DatePrecision.YEAR, last=last)
    if isinstance(read, InvalidDate):
        raise RefusedError(read.message)
    return read


def add_months(start: object, months: object) -> str:
    """Return the day some calendar months after another, or before it where they are negative."""
    if not isinstance(months, int) or abs(months) > _MOST_MONTHS:
        message = f"add_months() takes a day and a number of months, and not {quoted(months)}"
        raise RefusedError(message)
    return dates.add_months(day(start), months).isoformat()


def days_between(start: object, end: object) -> int:
    """Return how many days `end` is after `start`."""
    return (day(end) - day(start)).days


def months_between(start: object, end: object) -> int:
    """Return how many whole calendar months `end` is after `start`; fewer than 0 where before."""
    first, last = day(start), day(end)
    if first > last:
        return -_months(last, first)
    return _months(first, last)


def _months(first: date, last: date) -> int:
    months = (last.year - first.year) * dates.MONTHS_A_YEAR + last.month - first.month
    return months - (dates.add_months(first, months) > last)


def host(address: object) -> str:
    """Return the host of a web or e-mail address, in lower case; a host is its own."""
    text = address.strip() if isinstance(address, str) else ""
    if "://" not in text:
        text = f"https://{text.rpartition('@')[2]}" if text else ""
    url = parse(text)
    if isinstance(url, InvalidHost):
        message = f"{quoted(address)} has no host that can be compared: {url.message}"
        raise RefusedError(message)
    return url.unicode_host


def domain(address: object) -> str:
    """Return the registered domain of an address: `example.co.uk` of `www.example.co.uk`."""
    found = host(address)
    return registrable(found) or found


def same_name(one: object, other: object) -> bool:
    """Return whether two texts are one name, whatever their case, signs and legal form."""
    if isinstance(one, str) and isinstance(other, str):
        return names.key(one) == names.key(other)
    message = "same_name() takes two texts"
    raise RefusedError(message)


def evidence(criteria: object) -> int:
    """Return how many criteria have at least one https link."""
    if not isinstance(criteria, dict | list):
        message = "evidence() takes a mapping or a list of criteria with links"
        raise RefusedError(message)
    items = criteria.values() if isinstance(criteria, dict) else criteria
    return sum(has_evidence(each) for each in items)
