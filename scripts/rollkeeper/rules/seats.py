"""Seats: how many, for how long in a row, and from which organisations."""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rollkeeper.grammar.dates import next_day
from rollkeeper.grammar.names import key
from rollkeeper.grammar.wording import counted, cut, listed, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.tenures import Pause, Service, seated, stays, tenures

MOST_SEATED = 100
"""People that a message about seats names before it says how many more there are."""

ROUNDING = 1e-9
"""Lets a third of three be one, whatever the decimals."""


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
    is free, or end another term earlier. The audit also counts the seats that open pull requests
    would fill, so that two of them cannot take the last one: it names them, and only one can be
    merged as it is.
    """
    if seats is None:
        return
    most = max(seats, 0)
    steps = _steps(((stay.start, stay.end) for stay in stays(programme)), today)
    count = 0
    for day in sorted(steps):
        count += steps[day]
        if day > today and steps[day] > 0 and count > most:
            coming = [stay.entry for stay in seated(programme, day) if stay.start == day]
            yield Problem(
                f"on {day} {count:,} people will hold a seat, but there are {seats:,} seats; "
                f"terms that start that day: {listed(entry.name for entry in coming)}",
                entry=_newcomer(programme, coming),
                tally=("", count),
            )
            return
    yield from _overbooked_by_requests(programme, steps, today, most)


def _steps(spans: Iterable[tuple[date, date]], today: date) -> dict[date, int]:
    """Return by how many the holders of a seat become more or fewer on a day, from today on."""
    steps: dict[date, int] = defaultdict(int)
    for start, end in spans:
        if end >= today:
            steps[max(start, today)] += 1
            if end != date.max:
                steps[next_day(end)] -= 1
    return steps


def _overbooked_by_requests(
    programme: Programme, steps: Mapping[date, int], today: date, most: int
) -> Problems:
    """Report the first day on which open pull requests together would fill too many seats.

    One that frees a seat may not be merged, so none makes room for another.
    """
    changes: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for pending in programme.pending:
        filled, freed = (_steps(spans, today) for spans in (pending.filled, pending.freed))
        for day in {*filled, *freed}:
            changes[day].append((pending.number, filled.get(day, 0) - freed.get(day, 0)))
    held = added = 0
    wanted: dict[int, int] = defaultdict(int)
    for day in sorted({*steps, *changes}):
        held += steps.get(day, 0)
        for number, step in changes.get(day, ()):
            added -= max(wanted[number], 0)
            wanted[number] += step
            added += max(wanted[number], 0)
        if added and held + added > most >= held:
            numbers = sorted(number for number, seats in wanted.items() if seats > 0)
            them = listed((f"#{number}" for number in numbers), most=MOST_SEATED)
            requests = counted(len(numbers), "open pull request")
            yield Problem(
                f"{held + added:,} people would hold a seat{f' on {day}' if day > today else ''} "
                f"if the {requests} {them} were merged, but there are {most:,} seats and {held:,} "
                "of them are held: merge those for whom there is a seat"
            )
            return


@rule(
    "too-many-terms",
    on=Programme,
    severity=Severity.ERROR,
    needs=("terms", "years", "total_years"),
)
def too_many(  # noqa: PLR0913 - what limits terms is set in one place
    programme: Programme,
    *,
    terms: int | None = None,
    years: float | None = None,
    total_years: float | None = None,
    break_days: int = 30,
    break_months: int | None = None,
    tolerance_days: int = 0,
) -> Problems:
    """A person serves longer than allowed.

    The limit makes room for others. It is a number of `terms` in a row, of `years` in a row, or of
    years in all (`total_years`). Remove this term, or raise the limit in the policy. A break of
    more than `break_days` days, or where it is set of `break_months` months, restarts what is
    counted in a row: with `{years: 4, break_months: 12}` a person may serve four years and then
    pauses for one. Up to `tolerance_days` days more are let pass.
    """
    pause = Pause(break_days, break_months)
    for entry, held in tenures(programme):
        row, all_of_them = Service(), Service()
        for tenure in held:
            if row.count and pause.is_over(row.last, tenure.start):
                row = Service()
            since = row.last if row.count else None
            row.add(tenure)
            all_of_them.add(tenure)
            in_row = f"in a row since {row.first}"
            if terms is not None and row.count > max(terms, 0):
                wrong = f"this is term {row.count} {in_row}, but at most {terms} are allowed"
            elif years is not None and row.exceeds(years, tolerance_days):
                wrong = f"with this term it is {row.length} {in_row}, but at most {_years(years)}"
            elif total_years is not None and all_of_them.exceeds(total_years, tolerance_days):
                wrong = f"with this term it is {all_of_them.length} in all since "
                wrong += f"{all_of_them.first}, but at most {_years(total_years)}"
                since = None
            else:
                continue
            later = f"; the next term may start on {pause.end(since)}" if since else ""
            yield Problem(f"{wrong}{later}", (*tenure.term.field, "start"), entry)


def _years(years: float) -> str:
    number = f"{years:g}"
    return f"{number} year is allowed" if number == "1" else f"{number} years are allowed"


@rule(
    "terms-end-together",
    on=Programme,
    severity=Severity.WARNING,
    needs=("most", "share"),
    whole=True,
)
def together(
    programme: Programme,
    *,
    today: date,
    most: int | None = None,
    share: float | None = None,
    days: int = 30,
) -> Problems:
    """Too many terms end at about the same time.

    Where seats are staggered, only a part of them is filled anew at once, so that others stay who
    know the work. Give some of the terms another last day, or raise `most`, which is a number of
    seats, or `share`, which is a share of the active entries that have a term (0.5 is half of
    them). Terms that end within `days` days of each other are counted together, from today on. One
    may always end.
    """
    ends = sorted(
        (
            (term.end, term.entry.index, term)
            for term in programme.terms
            if term.last and term.end is not None and term.end >= today and term.entry.active
        ),
        key=lambda each: each[:2],
    )
    allowed = _fewest(len(ends) if most is None else max(most, 1), share, len(ends))
    begin, reported = 0, -1
    for at, (end, _, _) in enumerate(ends):
        while (end - ends[begin][0]).days >= max(days, 1):
            begin += 1
        is_last = at + 1 == len(ends) or (ends[at + 1][0] - ends[begin][0]).days >= max(days, 1)
        if at + 1 - begin <= allowed or not is_last or begin <= reported:
            continue
        reported = at
        ending = [term for _, _, term in ends[begin : at + 1]]
        newest = _newcomer(programme, [term.entry for term in ending])
        field = next((term.field for term in ending if term.entry is newest), ())
        first = ends[begin][0]
        when = f"on {end}" if first == end else f"from {first} to {end}"
        yield Problem(
            f"{len(ending):,} terms end {when}, at most {allowed:,} may within "
            f"{counted(max(days, 1), 'day')}: {listed(term.entry.name for term in ending)}",
            (*field, "end"),
            newest,
            tally=(str(first), len(ending)),
        )


def _fewest(most: int, share: float | None, total: int) -> int:
    """Return how many are allowed by a number and a share of a total; one always is."""
    if share is None:
        return most
    return min(most, max(1, math.floor(total * min(1, max(0, share)) + ROUNDING)))


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
    the policy. Organisations that the policy names together under `groups` count as one.
    """
    for group in _by_organisation(programme):
        if most is not None and len(group.entries) > max(most, 0):
            yield _over_cap(programme, group, f"at most {most:,} are allowed")


@rule("company-share", on=Programme, severity=Severity.ERROR, needs="share", whole=True)
def share_of(programme: Programme, *, share: float | None = None) -> Problems:
    """An organisation has a larger share of the active entries than allowed.

    Unlike a fixed number, a share grows and shrinks with the programme. Agree on who stays, or
    raise `share` in the policy (0.25 is a quarter). One entry is always allowed, and organisations
    that the policy names together under `groups` count as one.
    """
    total = sum(1 for entry in programme.entries if entry.active)
    allowed = _fewest(total, share or 0, total)
    for group in _by_organisation(programme):
        if share is not None and len(group.entries) > allowed:
            part = f"{share:.0%} of {total:,} active entries"
            yield _over_cap(programme, group, f"at most {allowed:,} are allowed, {part}")


class _Group(NamedTuple):
    """The active entries of one organisation, or of a group of several."""

    name: str | None
    key: str
    entries: list[Entry]


def _by_organisation(programme: Programme) -> Iterator[_Group]:
    """Return the active entries of each organisation; case and blanks make no difference.

    Organisations that the policy has in one group are one.
    """
    groups: dict[str, _Group] = {}
    known = {
        key(member): name
        for name, members in programme.policy.groups.items()
        for member in (name, *members)
    }
    for entry in programme.entries:
        organisation = entry.text("organisation")
        if organisation is None or not entry.active:
            continue
        name = known.get(key(organisation)) if known else None
        same = _organisation_key(name or organisation)
        groups.setdefault(same, _Group(name, same, [])).entries.append(entry)
    yield from groups.values()


def _organisation_key(organisation: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", organisation).casefold().split())


def _over_cap(programme: Programme, group: _Group, allowed: str) -> Problem:
    members = group.entries
    last = _newcomer(programme, members)
    organisation = cut(last.text("organisation") or "")
    if group.name is not None:
        names = dict.fromkeys(entry.text("organisation") for entry in members)
        organisation = f"the group {cut(group.name)} ({listed(names)})"
    field = next((path for path, _ in last.texts("organisation")), ())
    return Problem(
        f"{len(members):,} active entries are from {organisation}, "
        f"{allowed}: {listed(entry.name for entry in members)}",
        field,
        last,
        tally=(group.key, len(members)),
    )
