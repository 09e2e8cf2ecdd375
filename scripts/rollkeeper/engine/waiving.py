"""Waivers at work: which are in force, and what they excuse."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from rollkeeper.engine.families import family_of
from rollkeeper.grammar.globs import matches
from rollkeeper.model.policy import UNWAIVABLE, Waiver, WaiverKind, WaiverUse
from rollkeeper.model.report import Finding
from rollkeeper.model.roster import Programme


def _in_force(programme: Programme, today: date) -> list[Waiver]:
    counting = (each.waiver for each in programme.comments if each.waiver and not each.is_new)
    return [each for each in (*programme.policy.waivers, *counting) if each.until >= today]


def uses(
    programme: Programme, today: date, excused: Mapping[Waiver, int], ran: Collection[str]
) -> list[WaiverUse]:
    """Return for each waiver in force how many findings it excused."""
    return [
        WaiverUse(waiver, looked=waiver.rule in ran, excused=excused.get(waiver, 0))
        for waiver in _in_force(programme, today)
    ]


def waived(
    findings: Iterable[Finding], programme: Programme, today: date, excused: Counter[Waiver]
) -> Iterator[Finding]:
    """Mark and count in `excused` what a waiver excuses; it is kept, so that everyone can see it.

    What keeps a roster from being read cannot be excused: nothing behind it was checked.
    """
    waivers = _Waivers(programme, _in_force(programme, today))
    for finding in findings:
        can = family_of(finding.rule) not in UNWAIVABLE
        waiver = waivers.of(finding) if can else None
        if waiver is None:
            yield finding
            continue
        excused[waiver] += 1
        yield replace(finding, waiver=waiver)


class _Waivers:
    """The waivers in force, by what they are found by."""

    def __init__(self, programme: Programme, in_force: Sequence[Waiver]) -> None:
        self._rosters = {source.path for source in programme.roster.sources}
        self._named: dict[tuple[str, str], Waiver] = {}
        self._files: dict[str, list[Waiver]] = defaultdict(list)
        counting = set(in_force)
        self._beside = {
            (each.waiver.rule, each.index): each.waiver
            for each in programme.comments
            if each.waiver is not None and not each.is_new and each.waiver in counting
        }
        for waiver in in_force:
            if waiver.kind is WaiverKind.ENTRY:
                self._named[waiver.rule, waiver.entry.casefold()] = waiver
            elif waiver.kind is not WaiverKind.COMMENT:
                self._files[waiver.rule].append(waiver)

    def of(self, finding: Finding) -> Waiver | None:
        """Return the waiver that excuses a finding.

        One of a roster, as of any file, excuses no entry in it: those have names of their own.
        """
        about = finding.entry or finding.path
        named = self._named.get((finding.rule, about.casefold()))
        if named is not None:
            return named
        if finding.index is not None and (finding.rule, finding.index) in self._beside:
            return self._beside[finding.rule, finding.index]
        if finding.entry is not None and finding.path in self._rosters:
            return None
        files = (
            each for each in self._files.get(finding.rule, ()) if matches(each.entry, finding.path)
        )
        return next(files, None)


def answered_for(finding: Finding) -> Finding:
    """Return a finding about a change, without a comment's waiver of what the change introduces.

    Whoever may change an entry could write the comment, or make use of one that is there.
    """
    waiver = finding.waiver
    if waiver is None or waiver.kind is not WaiverKind.COMMENT or finding.already_there:
        return finding
    return replace(finding, waiver=None)
