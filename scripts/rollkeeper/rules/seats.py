"""Seats: how many, for how long in a row, and from which organisations."""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from rollkeeper.grammar.dates import next_day
from rollkeeper.grammar.wording import cut, listed, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.terms import tenures

MOST_SEATED = 100
"""People that a message about seats names before it says how many more there are."""

ROUNDING = 1e-9
"""Lets a third of three be one, whatever the decimals."""


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
        start, end = term.start or date.min, term.end or date.max
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


@rule("seats-exceeded", on=Programme, severity=Severity.ERROR, needs="seats")
def exceeded(programme: Programme, *, today: date, seats: int | None = None) -> Problems:
    """More people hold a seat today than there are seats.

    Two changes that are each within the limit can exceed it together. A person counts once, even if
    terms overlap. End a term, set `status: alumni`, or raise `seats` in the policy.
    """
    there = seated(programme, today)
    if seats is None or len(there) <= max(seats, 0):
        return
    surplus = len(there) - max(seats, 0)
    yield Problem(
        f"{len(there):,} people hold a seat, but there are {seats:,} seats: "
        f"{surplus:,} too many. "
        f"The last to start: {listed(stay.entry.name for stay in there[-surplus:])}. "
        f"Seated: {listed((stay.entry.name for stay in there), most=MOST_SEATED)}",
        entry=_newcomer(programme, [stay.entry for stay in there]),
        tally=("", len(there)),
    )


def _newcomer(programme: Programme, entries: Sequence[Entry]) -> Entry:
    """Return the entry that tips a sum: the last that a change touches, or the last of all."""
    touched = {index for index, _ in programme.fresh}
    return next((each for each in reversed(entries) if each.index in touched), entries[-1])


@rule("seats-overbooked", on=Programme, severity=Severity.NOTICE, needs="seats")
def overbooked(programme: Programme, *, today: date, seats: int | None = None) -> Problems:
    """On a future day, more people will hold a seat than there are seats.

    Terms that are entered in advance can assign the same seat twice. Start the new term when a seat
    is free, or end another term earlier.
    """
    changes: dict[date, int] = defaultdict(int)
    for stay in stays(programme):
        if stay.end >= today:
            changes[max(stay.start, today)] += 1
            if stay.end != date.max:
                changes[next_day(stay.end)] -= 1
    count = 0
    for day in sorted(changes):
        count += changes[day]
        if day > today and changes[day] > 0 and seats is not None and count > max(seats, 0):
            coming = [stay.entry for stay in seated(programme, day) if stay.start == day]
            yield Problem(
                f"on {day} {count:,} people will hold a seat, but there are {seats:,} seats; "
                f"terms that start that day: {listed(entry.name for entry in coming)}",
                entry=_newcomer(programme, coming),
                tally=("", count),
            )
            return


@rule("too-many-terms", on=Programme, severity=Severity.ERROR, needs="terms")
def too_many(programme: Programme, *, terms: int | None = None, break_days: int = 30) -> Problems:
    """A person has served more consecutive terms than allowed.

    The limit makes room for others. Remove this term, or raise `terms` in the policy. A break of
    more than `break_days` days restarts the count.
    """
    for entry, held in tenures(programme):
        row: list[date] = []
        last = date.min
        for tenure in held:
            if row and (tenure.start - last).days > break_days + 1:
                row = []
            row.append(tenure.start)
            last = max(last, tenure.end)
            if terms is not None and len(row) > max(terms, 0):
                yield Problem(
                    f"this is term {len(row)} in a row since {row[0]}, "
                    f"but at most {terms} are allowed",
                    (*tenure.term.field, "start"),
                    entry,
                )


@rule(
    "term-missing",
    on=Programme,
    severity=Severity.ERROR,
    needs="required",
    instead_of=("missing-field", "empty-value"),
)
def missing(programme: Programme, *, required: bool = False) -> Problems:
    """An active entry has no term.

    Without a term, readers cannot tell whether a person is still in office. Add `terms` with a
    first and a last day. The rule applies only if the policy sets `required: true`.
    """
    if not required:
        return
    having = {term.entry.index for term in programme.terms}
    for entry in programme.entries:
        if entry.index not in having and entry.active:
            yield Problem(
                f"{quoted(entry.name)} is active but has no term; "
                "add `terms: [{start: 2025-01-01, end: 2025-12-31}]` with the right days",
                entry=entry,
                about=programme.policy.roles.get("terms", ()),
            )


@rule("company-cap", on=Programme, severity=Severity.ERROR, needs="most")
def cap(programme: Programme, *, most: int | None = None) -> Problems:
    """An organisation has more active entries than allowed.

    A limit keeps one employer from dominating the programme. Agree on who stays, or raise `most` in
    the policy.
    """
    for members in _by_organisation(programme):
        if most is not None and len(members) > max(most, 0):
            yield _over_cap(programme, members, f"at most {most:,} are allowed")


@rule("company-share", on=Programme, severity=Severity.ERROR, needs="share", whole=True)
def share_of(programme: Programme, *, share: float | None = None) -> Problems:
    """An organisation has a larger share of the active entries than allowed.

    Unlike a fixed number, a share grows and shrinks with the programme. Agree on who stays, or
    raise `share` in the policy (0.25 is a quarter). One entry is always allowed.
    """
    total = sum(1 for entry in programme.entries if entry.active)
    allowed = max(1, math.floor(total * min(1, max(0, share or 0)) + ROUNDING))
    for members in _by_organisation(programme):
        if share is not None and len(members) > allowed:
            part = f"{share:.0%} of {total:,} active entries"
            yield _over_cap(programme, members, f"at most {allowed:,} are allowed, {part}")


def _by_organisation(programme: Programme) -> Iterator[list[Entry]]:
    """Return the active entries of each organisation; case and blanks make no difference."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in programme.entries:
        organisation = entry.text("organisation")
        if organisation is not None and entry.active:
            groups[_organisation_key(organisation)].append(entry)
    yield from groups.values()


def _organisation_key(organisation: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", organisation).casefold().split())


def _over_cap(programme: Programme, members: list[Entry], allowed: str) -> Problem:
    last = _newcomer(programme, members)
    organisation = last.text("organisation") or ""
    field = next((path for path, _ in last.texts("organisation")), ())
    return Problem(
        f"{len(members):,} active entries are from {cut(organisation)}, "
        f"{allowed}: {listed(entry.name for entry in members)}",
        field,
        last,
        tally=(_organisation_key(organisation), len(members)),
    )
