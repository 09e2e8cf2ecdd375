"""What an audit says of each programme, from the report of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rollkeeper.engine.explaining import why_not_asked
from rollkeeper.engine.fingerprints import fingerprints
from rollkeeper.engine.skipping import skipped_for
from rollkeeper.grammar.masking import masked
from rollkeeper.jobs.audit.issues.content import IssueSection, Open, ProgrammeNight
from rollkeeper.jobs.audit.issues.memory import key_of
from rollkeeper.loading.community import Community
from rollkeeper.model.history import History, NightKind
from rollkeeper.model.report import ANY, Report, Standing
from rollkeeper.model.roster import Programme
from rollkeeper.reports.publishing import published
from rollkeeper.rules import catalogue

_BY_CHOICE = "the policy "
"""How the reasons begin for which probes have nothing to see, because nobody asks for it."""


def programme_nights(
    community: Community,
    report: Report,
    history: History,
    today: date,
    sections: Mapping[str, Sequence[IssueSection]],
) -> tuple[ProgrammeNight, ...]:
    """Return what there is to say of each programme that was audited.

    What is a person's is masked here: once it is escaped an address is not recognised any more.
    """
    report = published(report)
    night = history.night
    kind = NightKind.PARTIAL if report.incomplete is not None else NightKind.COMPLETE
    if night is not None and night.date == today:
        kind = night.kind
    found: dict[str, list[Open]] = {name: [] for name in report.programmes}
    for finding, mark in fingerprints(each for each in report.findings if each.counts):
        name = finding.programme
        if name in found:
            since = history.findings.get(name, {}).get(mark, today)
            found[name].append(Open(key_of(mark), finding, since))
    return tuple(
        _night(each, report, found[each.name], sections.get(each.name, ()), (today, kind))
        for each in community.programmes
        if each.name in found
    )


def _night(
    programme: Programme,
    report: Report,
    found: Sequence[Open],
    sections: Sequence[IssueSection],
    day: tuple[date, NightKind],
) -> ProgrammeNight:
    name, policy, unread = programme.name, programme.policy, programme.roster.unread
    left_out = {
        group: number
        for group, number in report.left_out.items()
        if group.programme in {name, ANY} and group.standing is Standing.OPEN
    }
    waived = sum(each.waiver is not None and each.programme == name for each in report.findings)
    waived += sum(
        number
        for group, number in report.left_out.items()
        if group.programme == name and group.standing is Standing.WAIVED
    )
    return ProgrammeNight(
        name=name,
        title=masked(policy.title),
        today=day[0],
        entries=len(programme.entries),
        opens_at=policy.audit.opens_at,
        findings=found,
        left_out=left_out,
        left_out_digest=report.left_out_digest if left_out else "",
        waived=waived,
        unchecked=_unchecked(programme, report),
        unread=None if unread is None else f"line {unread.place.line}: {masked(unread.message)}",
        kind=day[1],
        incomplete=report.incomplete,
        sections=sections,
    )


def _unchecked(programme: Programme, report: Report) -> dict[str, str]:
    """Return the rules that the policy asks for and that did not run, with the reasons."""
    rules = catalogue()
    own = {each.id for each in programme.policy.requirements}
    skipped = skipped_for(report.skipped, programme.name, report.programmes)
    return {
        rule: reason
        for rule, reason in skipped.items()
        if not reason.startswith(_BY_CHOICE)
        and (rule in own or (rule in rules and why_not_asked(rules[rule], programme) is None))
    }
