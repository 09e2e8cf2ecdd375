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
    """Return the waivers whose entry is on the roster; `waiver-unknown-entry` has the others.

    A waiver of a finding about no entry names a file: the roster, or one in the logo folder.
    """
    policy = programme.policy
    names = {entry.name.casefold() for entry in programme.entries} if policy.waivers else set()
    names |= {file.path.casefold() for file in programme.roster.sources}
    names |= {policy.roster.casefold(), policy.path.casefold()} if programme.roster.files else set()
    logos = f"{policy.logos.strip('/')}/" if policy.logos else None
    for waiver in policy.waivers:
        if waiver.entry.casefold() in names or (logos and waiver.entry.startswith(logos)):
            yield waiver


def _problem(waiver: Waiver, message: str) -> Problem:
    whom = f"the waiver of {waiver.rule} for {quoted(waiver.entry)}"
    return Problem(f"{whom} {message}", path=waiver.path, place=waiver.place)


@rule("waiver-expired", on=Programme, severity=Severity.WARNING)
def expired(programme: Programme, *, today: date) -> Problems:
    """A waiver has expired.

    It no longer has any effect, and what it excused is reported again. Delete the waiver, or give
    it a new reason and a new last day.
    """
    for waiver in _of_entries(programme):
        if waiver.until < today:
            yield _problem(
                waiver,
                f"expired {span(waiver.until, today)} ago, after {waiver.until} "
                f"(given by {cut(waiver.by)}: {cut(waiver.reason, 120)}); "
                "delete it, or renew it",
            )


@rule("waiver-ending-soon", on=Programme, severity=Severity.NOTICE)
def ending_soon(programme: Programme, *, today: date, days: int = 30) -> Problems:
    """A waiver ends soon.

    After its last day, the next change to the roster fails, no matter who makes it. Fix what the
    waiver excuses, or renew the waiver.
    """
    for waiver in _of_entries(programme):
        left = (waiver.until - today).days
        if 0 <= left <= days:
            when = f"in {span(today, waiver.until)}" if left else "today"
            yield _problem(
                waiver,
                f"ends {when}; its last day is {waiver.until}. Renew it, or fix what it excuses",
            )


@rule("waiver-too-long", on=Programme, severity=Severity.WARNING)
def too_long(programme: Programme, *, today: date, days: int = 1096) -> Problems:
    """A waiver lasts too long.

    Waivers are temporary; permanent exceptions belong in the policy. Choose an earlier last day, or
    change the rule's settings. `days` is how far ahead the last day may be, by default three years.
    """
    for waiver in _of_entries(programme):
        if (waiver.until - today).days > days:
            yield _problem(
                waiver,
                f"lasts another {span(today, waiver.until)}, until {waiver.until}; "
                f"at most {days:,} days are allowed",
            )


@rule(
    "waiver-unknown-entry",
    on=Programme,
    severity=Severity.WARNING,
    instead_of=("waiver-unused",),
    whole=True,
)
def unknown_entry(programme: Programme) -> Problems:
    """A waiver names an entry that is not on the roster.

    If the entry was renamed, the waiver no longer applies to it; if it was removed, the waiver may
    later excuse another entry of that name. Correct the name, or delete the waiver.
    """
    known = set(_of_entries(programme))
    for waiver in programme.policy.waivers:
        if waiver not in known:
            yield _problem(
                waiver,
                f"has no effect: {programme.policy.roster} has no entry of that name; "
                "correct the name, or delete the waiver",
            )


@rule("waiver-unused", on=WaiverUse, severity=Severity.NOTICE, whole=True)
def unused(use: WaiverUse) -> Problems:
    """A waiver has no effect, because the rule finds nothing to excuse.

    It would silently excuse the next problem of the same kind. Delete it.
    """
    if use.looked and not use.excused:
        yield _problem(use.waiver, "has no effect: the rule has nothing to report there; delete it")
