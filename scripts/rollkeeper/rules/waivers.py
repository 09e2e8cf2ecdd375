"""Waivers: decisions with a person, a reason and a last day, which have to be renewed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rollkeeper.grammar.dates import span
from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.model.policy import Severity, Waiver, WaiverUse
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Programme
from rollkeeper.rules.declaring import Problems, rule


def _of_entries(programme: Programme) -> Iterator[Waiver]:
    """Return the waivers whose entry is on the roster; `waiver-unknown-entry` has the others."""
    waivers = programme.policy.waivers
    names = {entry.name.casefold() for entry in programme.entries} if waivers else set()
    yield from (waiver for waiver in waivers if waiver.entry.casefold() in names)


def _problem(waiver: Waiver, message: str) -> Problem:
    whom = f"the waiver of {waiver.rule} for {quoted(waiver.entry)}"
    return Problem(f"{whom} {message}", path=waiver.path, place=waiver.place)


@rule("waiver-expired", on=Programme, severity=Severity.WARNING)
def expired(programme: Programme, *, today: date) -> Problems:
    """The last day of a waiver has passed.

    The waiver has no effect any more, and what it excused is reported again. Delete it, or decide
    again and write a new reason and a new last day.
    """
    for waiver in _of_entries(programme):
        if waiver.until < today:
            yield _problem(
                waiver,
                f"ended {span(waiver.until, today)} ago; its last day was {waiver.until}, "
                f"that day included ({cut(waiver.by)} gave it because: {cut(waiver.reason, 120)}); "
                "delete it, or decide again until when",
            )


@rule("waiver-ending-soon", on=Programme, severity=Severity.NOTICE)
def ending_soon(programme: Programme, *, today: date, days: int = 30) -> Problems:
    """A waiver ends soon.

    Once it has ended, what it excuses fails the next change of the roster, whoever its author is.
    Settle the matter or renew the waiver before its last day.
    """
    for waiver in _of_entries(programme):
        left = (waiver.until - today).days
        if 0 <= left <= days:
            when = f"in {span(today, waiver.until)}" if left else "today"
            yield _problem(waiver, f"ends {when}; its last day is {waiver.until}")


@rule("waiver-too-long", on=Programme, severity=Severity.WARNING)
def too_long(programme: Programme, *, today: date, days: int = 1096) -> Problems:
    """A waiver lasts too long to be reviewed again.

    A waiver is temporary; what holds for ever belongs in the policy. Set an earlier last day, or
    change the rule. `days` is how far ahead the last day may be, by default three years.
    """
    for waiver in _of_entries(programme):
        if (waiver.until - today).days > days:
            yield _problem(
                waiver,
                f"lasts for {span(today, waiver.until)} more, until {waiver.until}; "
                f"the longest is {days:,} days",
            )


@rule("waiver-unknown-entry", on=Programme, severity=Severity.WARNING)
def unknown_entry(programme: Programme) -> Problems:
    """A waiver names an entry that is not on the roster.

    A renamed or misspelt entry goes without its waiver, and the waiver of an entry that has left
    may excuse another later. Write the name as the roster has it, or delete the waiver.
    """
    known = set(_of_entries(programme))
    for waiver in programme.policy.waivers:
        if waiver not in known:
            yield _problem(
                waiver,
                f"excuses no one: {programme.policy.roster} has no entry of that name; "
                "write the name as it is there, or delete the waiver",
            )


@rule("waiver-unused", on=WaiverUse, severity=Severity.NOTICE)
def unused(use: WaiverUse) -> Problems:
    """A waiver excuses nothing.

    A waiver that stays behind would silently excuse the next problem of the same kind. Delete it.
    """
    if use.looked and not use.excused:
        yield _problem(use.waiver, "excuses nothing, because the rule finds nothing; delete it")
