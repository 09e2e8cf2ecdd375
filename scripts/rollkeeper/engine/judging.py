"""The engine: every rule over every subject it is about, and nothing else.

It stamps rule, severity and place on each problem, applies waivers, and keeps account of the rules
that could not look and why, so that silence never looks like a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rollkeeper.model.logo import Logo
from rollkeeper.model.policy import Policy, Requirement, RuleSetting, Severity, Waiver, WaiverUse
from rollkeeper.model.report import Finding, Problem, Report
from rollkeeper.model.roster import Entry, Programme, Roster, Term
from rollkeeper.model.rule import Rule
from rollkeeper.model.tree import START, Place

OwnRules = Callable[[Programme, date], Iterator[tuple[Requirement, Problem]]]
"""What judges a programme by the requirements of its own policy."""


@dataclass(frozen=True)
class ProgrammeCase:
    """One programme with all that was seen of it.

    `seen` has the subjects that probes made, by their type; a type that is missing was not looked
    at, and `unseen` may say why.
    """

    programme: Programme
    today: date
    seen: Mapping[type, Sequence[Any]] = field(default_factory=dict)
    unseen: Mapping[type, str] = field(default_factory=dict)

    def subjects(self, kind: type) -> Sequence[Any] | None:
        """Return the subjects of one type, or None where nobody looked."""
        programme = self.programme
        always: Mapping[type, Sequence[Any]] = {
            Programme: (programme,),
            Roster: (programme.roster,),
            Entry: programme.entries,
            Term: programme.terms,
        }
        return always[kind] if kind in always else self.seen.get(kind)


@dataclass
class _Account:
    """Which rules ran, and why others did not."""

    ran: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)

    def add(self, other: _Account) -> None:
        """Take over the account of one case."""
        self.ran |= other.ran
        self.skipped = {**other.skipped, **self.skipped}


def judge(
    cases: Sequence[ProgrammeCase],
    rules: Mapping[str, Rule],
    *,
    own_rules: OwnRules | None = None,
    families: Collection[str] = (),
) -> Report:
    """Run every rule over every case.

    `families` limits the catalogue to some families (files of rules); `own_rules` judges by the
    requirements of the policy, which belong to the family `requirements`.
    """
    account = _Account()
    findings: list[Finding] = []
    chosen = [rule for rule in rules.values() if not families or rule.family in families]
    about_waivers = [rule for rule in chosen if rule.on is WaiverUse]
    said: set[Hashable] = set()
    for case in cases:
        here = _Account()
        found = list(_judge_case(case, (rule for rule in chosen if rule.on is not WaiverUse), here))
        if own_rules is not None and (not families or "requirements" in families):
            found.extend(_own(case, own_rules, here))
        found = list(_waived(_distinct(found, said), case))
        used = replace(case, seen={**case.seen, WaiverUse: _uses(case, found, here)})
        found.extend(_judge_case(used, about_waivers, here))
        findings.extend(found)
        account.add(here)
    days = [case.today for case in cases]
    return Report(
        today=min(days) if days else date.min,
        programmes=tuple(case.programme.name for case in cases),
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        ran=tuple(sorted(account.ran)),
        skipped={k: v for k, v in sorted(account.skipped.items()) if k not in account.ran},
        entries=sum(len(case.programme.entries) for case in cases),
        texts={case.programme.roster.path: case.programme.roster.text for case in cases},
    )


def _judge_case(case: ProgrammeCase, rules: Iterable[Rule], account: _Account) -> Iterator[Finding]:
    policy = case.programme.policy
    for rule in rules:
        setting = policy.rules.get(rule.id, RuleSetting())
        reason = _reason_to_skip(rule, setting, case)
        if reason is not None:
            account.skipped.setdefault(rule.id, reason)
            continue
        account.ran.add(rule.id)
        options = dict(setting.options)
        if rule.wants_today:
            options["today"] = case.today
        severity = setting.severity or rule.severity
        check = rule.check
        for subject in case.subjects(rule.on) or ():
            for problem in check(subject, **options):
                yield _stamp(rule.id, severity, problem, subject, policy)


def _reason_to_skip(rule: Rule, setting: RuleSetting, case: ProgrammeCase) -> str | None:
    name = case.programme.policy.name
    if not setting.enabled:
        return f"switched off by the policy of {name}"
    if rule.needs is not None and setting.options.get(rule.needs) is None:
        return f"the policy sets no `{rule.needs}`"
    if case.subjects(rule.on) is None:
        return case.unseen.get(rule.on, f"no {rule.on.__name__.lower()} was looked at")
    return None


def _own(case: ProgrammeCase, own_rules: OwnRules, account: _Account) -> Iterator[Finding]:
    programme = case.programme
    account.ran.update(requirement.id for requirement in programme.policy.requirements)
    for requirement, problem in own_rules(programme, case.today):
        yield _stamp(requirement.id, requirement.severity, problem, problem.entry, programme.policy)


def _stamp(
    rule_id: str, severity: Severity, problem: Problem, subject: object, policy: Policy
) -> Finding:
    entry, at = _whose(problem, subject)
    path, place = _where(problem, entry, at, policy)
    if isinstance(subject, Logo) and entry is None and problem.path is None and subject.file:
        path = subject.file
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


def _whose(problem: Problem, subject: object) -> tuple[Entry | None, tuple[str | int, ...]]:
    """Return which entry a problem is about, and which field of it."""
    if problem.entry is not None:
        return problem.entry, problem.field
    if isinstance(subject, Entry):
        return subject, problem.field
    if isinstance(subject, Term):
        return subject.entry, problem.field or subject.path
    holder = getattr(subject, "entry", None)
    if isinstance(holder, Entry):
        return holder, problem.field or getattr(subject, "field", ())
    return None, problem.field


def _where(
    problem: Problem, entry: Entry | None, at: tuple[str | int, ...], policy: Policy
) -> tuple[str, Place]:
    if problem.path is not None:
        return problem.path, problem.place or START
    if problem.place is not None:
        return policy.roster, problem.place
    if entry is None:
        return policy.roster, START
    place = entry.key_place(at) if problem.on_key else entry.place(at)
    return entry.path, place


def _distinct(findings: Iterable[Finding], said: set[Hashable]) -> Iterator[Finding]:
    """Drop what was said already of the same place in the same words, if only for another roster."""
    for finding in findings:
        key = (finding.rule, finding.path, finding.place, finding.message)
        if key not in said:
            said.add(key)
            yield finding


def _in_force(case: ProgrammeCase) -> list[Waiver]:
    return [each for each in case.programme.policy.waivers if each.until >= case.today]


def _uses(case: ProgrammeCase, findings: Sequence[Finding], account: _Account) -> list[WaiverUse]:
    """Say of each waiver in force what it excused."""
    return [
        WaiverUse(
            waiver,
            looked=waiver.rule in account.ran,
            excused=sum(finding.waiver == waiver for finding in findings),
        )
        for waiver in _in_force(case)
    ]


def _waived(findings: Iterable[Finding], case: ProgrammeCase) -> Iterator[Finding]:
    """Mark the findings that a waiver excuses; they are kept, so that everyone can see them."""
    waivers = {(waiver.rule, waiver.entry.casefold()): waiver for waiver in _in_force(case)}
    for finding in findings:
        waiver = waivers.get((finding.rule, (finding.entry or "").casefold()))
        yield replace(finding, waiver=waiver) if waiver else finding
