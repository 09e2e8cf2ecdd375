"""The terms of office of a roster's entries, with the days of the editions that they name."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rollkeeper.grammar.dates import parse_date
from rollkeeper.grammar.names import key
from rollkeeper.model.policy import DatePrecision, Edition, Policy
from rollkeeper.model.roster import Entry, Term
from rollkeeper.model.tree import FieldPath, List, Map, Value


def terms_of(entries: Sequence[Entry], policy: Policy) -> tuple[Term, ...]:
    """Return the terms of all entries, in their order."""
    terms = [term for entry in entries for term in _of_entry(entry, policy)]
    begun: dict[str, list[date]] = defaultdict(list)
    for term in terms:
        if term.replaces is not None and term.start is not None:
            begun[key(term.replaces)].append(term.start)
    if not begun and not policy.hold_over_days:
        return tuple(terms)
    for days in begun.values():
        days.sort()
    return tuple(_with_successor(term, begun, policy.hold_over_days) for term in terms)


def _with_successor(term: Term, begun: Mapping[str, Sequence[date]], held_over: int) -> Term:
    if not term.last:
        return term
    days = begun.get(key(term.entry.name), ()) if term.start is not None else ()
    after = bisect_right(days, term.start) if term.start is not None else 0
    if after < len(days):
        term = replace(term, succeeded=days[after])
    return replace(term, held=term.held_until(held_over))


@dataclass(frozen=True, slots=True)
class _WrittenTerm:
    """A term as it was read, before it is known which is the last of its entry."""

    path: FieldPath
    start: date | None
    end: date | None
    edition: Edition | None
    replaces: str | None = None


def _of_entry(entry: Entry, policy: Policy) -> Iterator[Term]:
    found = [
        each
        for path, value in entry.values("terms")
        for where, item in _items(path, value)
        if (each := _written(where, item, policy)) is not None
    ]
    latest = max((each.end for each in found if each.end is not None), default=None)
    for number, each in enumerate(found, start=1):
        last = each.end is not None and each.end == latest
        yield Term(
            entry, number, each.path, each.start, each.end, last, each.edition, each.replaces
        )


def _items(path: FieldPath, value: Value) -> Iterator[tuple[FieldPath, Value]]:
    if not isinstance(value, List):
        yield path, value
        return
    for number, item in enumerate(value):
        yield (*path, number), item


def _written(path: FieldPath, item: Value, policy: Policy) -> _WrittenTerm | None:
    """Return a term: a mapping, or the name of an edition alone; None for anything else."""
    if not isinstance(item, Map):
        edition = _edition(item, policy)
        return _WrittenTerm(path, edition.start, edition.end, edition) if edition else None
    if isinstance(path[-1], str):
        return None  # a term stands in a list
    edition = _edition(item.get("edition"), policy)
    start, end = (_day(item.get(bound), policy.dates, last=bound == "end") for bound in _BOUNDS)
    if edition is not None:
        start = edition.start if item.get("start") is None else start
        end = edition.end if item.get("end") is None else end
    replaces = item.get("replaces")
    return _WrittenTerm(path, start, end, edition, replaces if isinstance(replaces, str) else None)


_BOUNDS = ("start", "end")


def _edition(value: Value, policy: Policy) -> Edition | None:
    """Return the edition that a value names, without days where the policy does not know it."""
    if not policy.editions or isinstance(value, bool) or not isinstance(value, str | int):
        return None
    name = str(value).strip()
    return policy.editions.get(name) or Edition(name)


def _day(value: Value, precision: DatePrecision, *, last: bool = False) -> date | None:
    """Return the day of a value; a year without quotes is a number."""
    is_date = isinstance(value, str | int) and not isinstance(value, bool)
    day = parse_date(str(value), precision, last=last) if is_date else None
    return day if isinstance(day, date) else None
