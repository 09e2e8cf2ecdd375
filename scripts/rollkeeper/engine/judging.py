"""Run every rule over every subject it is about, and nothing else.

Puts rule, severity and place on each problem, applies waivers, and notes which rules could not
judge and why, so that silence never looks like a pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rollkeeper.model.policy import Policy, Requirement, RuleSetting, Severity, Waiver, WaiverUse
from rollkeeper.model.report import Finding, Problem, Report
from rollkeeper.model.roster import Entry, Programme, Roster, Term
from rollkeeper.model.rule import Catalogue, Located, Rule
from rollkeeper.model.tree import START, FieldPath, Place
from rollkeeper.probes import Subjects

READING = "reading"
"""The family of rules about what keeps a roster from being read."""

OwnRules = Callable[[Programme, date], Iterator[tuple[Requirement, Problem]]]
"""What judges a programme by the requirements of its own policy."""


@dataclass(frozen=True)
class ProgrammeCase:
    """One programme on one day, with all that was seen of it besides its roster."""

    programme: Programme
    today: date
    seen: Subjects = field(default_factory=dict)

    def subjects(self, kind: type) -> Sequence[Any] | str:
        """Return the subjects of one type, or the reason why there are none."""
        programme = self.programme
        always: Subjects = {
            Programme: (programme,),
            Roster: (programme.roster,),
            Entry: programme.entries,
            Term: programme.terms,
        }
        if kind in always:
            return always[kind]
        return self.seen.get(kind, f"no {kind.__name__.lower()} was checked")


@dataclass
class _Account:
    """Which rules judged one programme, and why others did not."""

    ran: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)


def judge(
    cases: Sequence[ProgrammeCase], rules: Catalogue, *, own_rules: OwnRules | None = None
) -> Report:
    """Run every rule over every case; `own_rules` judges by the requirements of the policies."""
    ran: set[str] = set()
    skipped: dict[str, dict[str, str]] = defaultdict(dict)
    findings: list[Finding] = []
    about_waivers = [rule for rule in rules.values() if rule.on is WaiverUse]
    others = [rule for rule in rules.values() if rule.on is not WaiverUse]
    reported: set[Hashable] = set()
    for case in cases:
        account = _Account()
        found = list(_judge_case(case, others, account))
        if own_rules is not None:
            found.extend(_own(case, own_rules, account))
        found = list(_waived(_distinct(found, reported), case, rules))
        used = replace(case, seen={**case.seen, WaiverUse: _uses(case, found, account.ran)})
        found.extend(_judge_case(used, about_waivers, account))
        findings.extend(found)
        ran |= account.ran
        for rule, reason in account.skipped.items():
            skipped[rule][case.programme.name] = reason
    return Report(
        today=min((case.today for case in cases), default=date.min),
        programmes=tuple(case.programme.name for case in cases),
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        ran=tuple(sorted(ran)),
        skipped={rule: _reason(skipped[rule], len(cases)) for rule in sorted(skipped)},
        entries=sum(len(case.programme.entries) for case in cases),
        texts={case.programme.roster.path: case.programme.roster.text for case in cases},
    )


def _reason(reasons: Mapping[str, str], programmes: int) -> str:
    """Return why a rule was skipped, and for which programmes unless it was for all alike."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, reason in reasons.items():
        groups[reason].append(name)
    if len(groups) == 1 and len(reasons) == programmes:
        return next(iter(groups))
    return "; ".join(f"{reason} ({', '.join(names)})" for reason, names in groups.items())


def _judge_case(
    case: ProgrammeCase, rules: Iterable[Rule[Any]], account: _Account
) -> Iterator[Finding]:
    policy = case.programme.policy
    for rule in rules:
        setting = policy.rules.get(rule.id, RuleSetting())
        subjects = _to_judge(rule, setting, case)
        if isinstance(subjects, str):
            account.skipped[rule.id] = subjects
            continue
        account.ran.add(rule.id)
        options = dict(setting.options)
        if rule.wants_today:
            options["today"] = case.today
        severity = setting.severity or rule.severity
        check = rule.check
        for subject in subjects:
            for problem in check(subject, **options):
                yield _located(rule.id, severity, problem, subject, policy)


def _to_judge(rule: Rule[Any], setting: RuleSetting, case: ProgrammeCase) -> Sequence[Any] | str:
    """Return what a rule is to judge, or the reason why it is skipped."""
    if not setting.enabled:
        return "switched off by the policy"
    if rule.needs is not None and setting.options.get(rule.needs) is None:
        return f"the policy sets no `{rule.needs}`"
    return case.subjects(rule.on)


def _own(case: ProgrammeCase, own_rules: OwnRules, account: _Account) -> Iterator[Finding]:
    programme = case.programme
    account.ran.update(requirement.id for requirement in programme.policy.requirements)
    for requirement, problem in own_rules(programme, case.today):
        yield _located(
            requirement.id, requirement.severity, problem, problem.entry, programme.policy
        )


def _located(
    rule_id: str, severity: Severity, problem: Problem, subject: object, policy: Policy
) -> Finding:
    """Return the finding that a problem makes, with its place."""
    entry, at, file = problem.entry, problem.field, None
    if entry is None and isinstance(subject, Located):
        entry, at, file = subject.entry, at or subject.field, subject.file
    if entry is not None or file is None:
        file = policy.roster
    path, place = _place(problem, entry, at, file)
    return Finding(
        rule=rule_id,
        severity=severity,
        message=problem.message,
        path=path,
        place=place,
        programme=policy.name,
        entry=entry.name if entry else None,
        field=at,
        fix=problem.fix,
        index=entry.index if entry else None,
        tally=problem.tally,
    )


def _place(problem: Problem, entry: Entry | None, at: FieldPath, file: str) -> tuple[str, Place]:
    """Return where a problem is; `file` is for what belongs to no entry."""
    if problem.path is not None:
        return problem.path, problem.place or START
    if problem.place is not None or entry is None:
        return file, problem.place or START
    return entry.path, entry.key_place(at) if problem.on_key else entry.place(at)


def _distinct(findings: Iterable[Finding], reported: set[Hashable]) -> Iterator[Finding]:
    """Leave out what was reported at the same place in the same words, if for another roster."""
    for finding in findings:
        key = (finding.rule, finding.path, finding.place, finding.message)
        if key not in reported:
            reported.add(key)
            yield finding


def _in_force(case: ProgrammeCase) -> list[Waiver]:
    return [each for each in case.programme.policy.waivers if each.until >= case.today]


def _uses(
    case: ProgrammeCase, findings: Sequence[Finding], ran: Collection[str]
) -> list[WaiverUse]:
    """Return for each waiver in force what it excused."""
    return [
        WaiverUse(
            waiver,
            looked=waiver.rule in ran,
            excused=sum(finding.waiver == waiver for finding in findings),
        )
        for waiver in _in_force(case)
    ]


def _waived(
    findings: Iterable[Finding], case: ProgrammeCase, rules: Catalogue
) -> Iterator[Finding]:
    """Mark the findings that a waiver excuses; they are kept, so that everyone can see them.

    A waiver names a finding about no entry by its file. What keeps a roster from being read cannot
    be excused: nothing behind it was checked.
    """
    waivers = {(waiver.rule, waiver.entry.casefold()): waiver for waiver in _in_force(case)}
    for finding in findings:
        rule = rules.get(finding.rule)
        about = finding.entry
        if about is None and not (rule and rule.family == READING):
            about = finding.path
        waiver = waivers.get((finding.rule, (about or "").casefold()))
        yield replace(finding, waiver=waiver) if waiver else finding
