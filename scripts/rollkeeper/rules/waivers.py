"""Waivers: decisions with a person, a reason and a last day, which have to be renewed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rollkeeper.grammar.globs import fixed_folder, is_glob, matches
from rollkeeper.grammar.wording import cut, listed, quoted
from rollkeeper.model.policy import Severity, Waiver, WaiverKind, WaiverUse
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Programme
from rollkeeper.model.tree import Place
from rollkeeper.rules.declaring import Problems, rule


def _known(programme: Programme) -> Iterator[Waiver]:
    """Return the waivers that can have an effect; `waiver-unknown-entry` has the others.

    A waiver of a finding about no entry names a file: the roster, or one in the logo folder.
    """
    policy = programme.policy
    names = {entry.name.casefold() for entry in programme.entries} if policy.waivers else set()
    rosters = [source.path for source in programme.roster.sources]
    names.update(path.casefold() for path in rosters)
    logos = f"{policy.logos.strip('/')}/" if policy.logos else None
    for waiver in policy.waivers:
        if waiver.kind is WaiverKind.ENTRY:
            known = waiver.entry.casefold() in names
        else:
            known = any(matches(waiver.entry, path) for path in rosters)
        if known or (logos is not None and _can_be_below(waiver.entry, logos)):
            yield waiver
    yield from (each.waiver for each in programme.comments if each.waiver is not None)


def _can_be_below(path: str, folder: str) -> bool:
    """Return whether a path is in a folder, or a pattern can name a file in it."""
    fixed = f"{fixed_folder(path)}/".lstrip("/")
    return fixed.startswith(folder) or (is_glob(path) and folder.startswith(fixed))


def _whole(programme: Programme) -> Iterator[tuple[Waiver, str]]:
    """Return each waiver once, with what it is called where it is for several."""
    groups: dict[tuple[str, str, Place], list[Waiver]] = {}
    for waiver in _known(programme):
        groups.setdefault((waiver.rule, waiver.path, waiver.place), []).append(waiver)
    for waivers in groups.values():
        yield waivers[0], listed(each.entry for each in waivers)


def _problem(waiver: Waiver, message: str, whom: str | None = None) -> Problem:
    name = f"the waiver of {waiver.rule} for {whom or quoted(waiver.entry)}"
    place = waiver.place if whom is not None else waiver.name_place
    return Problem(f"{name} {message}", path=waiver.path, place=place)


@rule("waiver-expired", on=Programme, severity=Severity.WARNING)
def expired(programme: Programme, *, today: date) -> Problems:
    """A waiver has expired.

    It no longer has any effect, and what it excused is reported again. Delete the waiver, or give
    it a new reason and a new last day.
    """
    for waiver, whom in _whole(programme):
        if waiver.until < today:
            yield _problem(
                waiver,
                f"expired; its last day was {waiver.until} "
                f"(given by {cut(waiver.by)}: {cut(waiver.reason, 120)}); "
                "delete it, or renew it",
                whom,
            )


@rule("waiver-ending-soon", on=Programme, severity=Severity.NOTICE)
def ending_soon(programme: Programme, *, today: date, days: int = 30) -> Problems:
    """A waiver ends soon.

    After its last day, the next change to the roster fails, no matter who makes it. Fix what the
    waiver excuses, or renew the waiver.
    """
    for waiver, whom in _whole(programme):
        left = (waiver.until - today).days
        if 0 <= left <= days:
            yield _problem(
                waiver,
                f"ends; its last day is {waiver.until}. Renew it, or fix what it excuses",
                whom,
            )


@rule("waiver-too-long", on=Programme, severity=Severity.WARNING)
def too_long(programme: Programme, *, today: date, days: int = 1096) -> Problems:
    """A waiver lasts too long.

    Waivers are temporary; permanent exceptions belong in the policy. Choose an earlier last day, or
    change the rule's settings. `days` is how far ahead the last day may be, by default three years.
    """
    for waiver, whom in _whole(programme):
        if (waiver.until - today).days > days:
            yield _problem(
                waiver,
                f"lasts until {waiver.until}; at most {days:,} days ahead are allowed",
                whom,
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
    known = set(_known(programme))
    for waiver in programme.policy.waivers:
        if waiver not in known:
            roster = programme.policy.roster
            why = f"{roster} has no entry of that name; correct the name"
            if waiver.kind is not WaiverKind.ENTRY:
                why = f"it is neither {roster} nor in the logo folder; correct the path"
            yield _problem(waiver, f"has no effect: {why}, or delete the waiver")


@rule("waiver-unused", on=WaiverUse, severity=Severity.NOTICE, whole=True)
def unused(use: WaiverUse) -> Problems:
    """A waiver has no effect, because the rule finds nothing to excuse.

    It would silently excuse the next problem of the same kind. Delete it.
    """
    if use.looked and not use.excused:
        yield _problem(use.waiver, "has no effect: the rule has nothing to report there; delete it")


@rule("waiver-comment", on=Programme, severity=Severity.WARNING)
def comment(programme: Programme) -> Problems:
    """A comment asks for a waiver and is none.

    It excuses nothing, although it reads as if it did. Write `# rollkeeper: waive RULE until
    YEAR-MONTH-DAY: REASON` beside the entry, with a rule that `comment_waivers` in the policy
    lists, or delete the comment.
    """
    entries = {entry.index: entry for entry in programme.entries}
    for each in programme.comments:
        if each.refusal:
            entry = entries.get(each.index) if each.index is not None else None
            message = f"the comment {each.refusal}"
            yield Problem(message, entry=entry, path=each.path, place=each.place)


@rule("waiver-unreviewed", on=Programme, severity=Severity.NOTICE)
def unreviewed(programme: Programme) -> Problems:
    """A change adds a waiver in a comment, or changes one.

    It excuses nothing yet, so that no one can waive their own faults: what a comment waives is
    judged from the default branch. A maintainer has to review the waiver and merge it.
    """
    entries = {entry.index: entry for entry in programme.entries}
    for each in programme.comments:
        if each.waiver is not None and each.is_new:
            waiver = each.waiver
            message = (
                f"the change waives {waiver.rule} for {quoted(waiver.entry)} until {waiver.until} "
                f"({cut(waiver.reason, 120)}): it counts once a maintainer has merged it"
            )
            entry = entries.get(each.index) if each.index is not None else None
            yield Problem(message, entry=entry, path=each.path, place=each.place)
