"""Run every rule over every subject it is about, and nothing else.

Puts rule, severity and place on each problem, applies waivers, and notes which rules could not
judge and why, so that silence never looks like a pass.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

from rollkeeper.engine.causes import Causes
from rollkeeper.engine.diff.baseline import Baseline
from rollkeeper.engine.finding_list import FindingList
from rollkeeper.engine.promises import Promises
from rollkeeper.engine.skipping import joint_reason
from rollkeeper.engine.waiving import answered_for, uses, waived
from rollkeeper.grammar.dates import parse_date
from rollkeeper.grammar.globs import is_glob
from rollkeeper.grammar.wording import listed
from rollkeeper.model.limits import MAX_COUNTED, MAX_FINDINGS
from rollkeeper.model.policy import (
    Policy,
    Requirement,
    RuleSetting,
    Severity,
    Waiver,
    WaiverUse,
)
from rollkeeper.model.report import Finding, Problem, Report
from rollkeeper.model.roster import Entry, Programme, Roster, Term
from rollkeeper.model.rule import Catalogue, Located, Rule
from rollkeeper.model.tree import START, FieldPath, Place
from rollkeeper.probes import Subjects

NOT_ASKED = "the policy does not ask for it"
"""Why a rule that is off by default was not run."""

OwnRules = Callable[[Programme, date], Iterator[tuple[Requirement, Problem | str]]]
"""What judges a programme by the requirements of its own policy; a text is why one is skipped."""


@dataclass(frozen=True)
class ProgrammeCase:
    """One programme on one day, with all that was seen of it besides its roster."""

    programme: Programme
    today: date
    seen: Subjects = field(default_factory=dict)
    unread: bool = False
    """Whether a part of the roster, or of another with the same logo folder, could not be read."""

    def subjects(self, kind: type) -> Sequence[Any] | str:
        """Return the subjects of one type, or the reason why there are none."""
        programme = self.programme
        always: Subjects = {
            Programme: (programme,),
            Roster: programme.roster.sources,
            Entry: programme.entries,
            Term: programme.terms,
        }
        if kind in always:
            return always[kind]
        return self.seen.get(kind, f"no {kind.__name__.lower()} was checked")


@dataclass
class RunTally:
    """Which rules judged, and why others did not or stopped, by rule and programme."""

    ran: set[str] = field(default_factory=set)
    skipped: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    stopped: set[tuple[str, str]] = field(default_factory=set)

    def stop(self, programme: str, rule: str) -> None:
        """Stop a rule: it fails the run anyway, and one programme cannot use up all time."""
        self.stopped.add((programme, rule))
        self.skipped[rule][programme] = f"stopped after {MAX_COUNTED:,} findings"


def judge(
    cases: Sequence[ProgrammeCase],
    rules: Catalogue,
    *,
    own_rules: OwnRules | None = None,
    baseline: Baseline | None = None,
    most: int = MAX_FINDINGS,
) -> Report:
    """Run every rule over every case; `own_rules` judges by the requirements of the policies.

    Of each group of findings the report has the first `most`, and it counts the rest. What the
    `baseline` has as well is marked.
    """
    tally = RunTally()
    kept = FindingList(most)
    for finding in findings_of(cases, rules, tally, own_rules=own_rules):
        marked = finding if baseline is None else answered_for(baseline.marked(finding))
        if kept.add(marked) >= MAX_COUNTED and marked.counts:
            tally.stop(finding.programme, finding.rule)
    skipped = tally.skipped
    return Report(
        today=min((case.today for case in cases), default=date.min),
        programmes=tuple(case.programme.name for case in cases),
        findings=tuple(sorted(kept.findings, key=lambda finding: finding.order)),
        ran=tuple(sorted(tally.ran)),
        skipped={rule: joint_reason(skipped[rule], len(cases)) for rule in sorted(skipped)},
        entries=sum(len(case.programme.entries) for case in cases),
        entries_of={case.programme.name: len(case.programme.entries) for case in cases},
        texts={file.path: file.text for case in cases for file in case.programme.roster.sources},
        left_out=kept.left_out,
        left_out_digest=kept.digest,
    )


def findings_of(
    cases: Sequence[ProgrammeCase],
    rules: Catalogue,
    tally: RunTally,
    *,
    own_rules: OwnRules | None = None,
) -> Iterator[Finding]:
    """Return every finding one by one, however many there are, and note in `tally` what ran."""
    about_waivers = [rule for rule in rules.values() if rule.on is WaiverUse]
    others = [rule for rule in rules.values() if rule.on is not WaiverUse]
    reported: set[int] = set()
    for case in _with_gaps(cases):
        ran: set[str] = set()
        causes = Causes(rules, case.programme.policy)
        found = _judge_case(case, causes.ordered(others), tally, ran, causes)
        if own_rules is not None:
            found = chain(found, _own(case, own_rules, tally, ran))
        excused: Counter[Waiver] = Counter()
        promises = Promises(case.programme)
        kept = (promises.kept(finding) for finding in _distinct(found, reported))
        yield from waived(kept, case.programme, case.today, excused)
        in_use = uses(case.programme, case.today, excused, ran)
        used = replace(case, seen={**case.seen, WaiverUse: in_use})
        yield from _judge_case(used, about_waivers, tally, ran, causes)
        tally.ran |= ran


def _with_gaps(cases: Sequence[ProgrammeCase]) -> Iterator[ProgrammeCase]:
    """Mark the programmes of which a part is not known, because it could not be read."""
    unread = [each.programme for each in cases if each.programme.roster.unread is not None]
    names = {programme.name for programme in unread}
    folders = {programme.policy.logos for programme in unread} - {None}
    for case in cases:
        programme = case.programme
        yield replace(case, unread=programme.name in names or programme.policy.logos in folders)


def _judge_case(
    case: ProgrammeCase,
    rules: Iterable[Rule[Any]],
    tally: RunTally,
    ran: set[str],
    causes: Causes,
) -> Iterator[Finding]:
    policy, stopped = case.programme.policy, tally.stopped
    for rule in rules:
        setting = policy.rules.get(rule.id, RuleSetting(enabled=not rule.only_if_asked))
        subjects = _to_judge(rule, setting, case)
        if isinstance(subjects, str):
            tally.skipped[rule.id][case.programme.name] = subjects
            continue
        ran.add(rule.id)
        options = dict(setting.options)
        if rule.wants_today:
            options["today"] = case.today
        severity = setting.severity or rule.severity
        check = partial(_in_file, rule.check) if rule.on is Roster else rule.check
        key = (policy.name, rule.id)
        for subject in subjects:
            if key in stopped:
                break
            located = None
            for number, problem in enumerate(check(subject, **options)):
                if not number:  # asking takes long, and a subject can have half a million problems
                    located = subject if isinstance(subject, Located) else None
                finding = _located(rule.id, severity, problem, located, policy)
                older = _is_older(finding, case.programme, setting.since)
                if not older and not causes.is_known(finding, problem.about):
                    yield finding
                if key in stopped:
                    break


def _is_older(finding: Finding, programme: Programme, since: date | None) -> bool:
    """Return whether a finding is about an entry that is dated before a day.

    An entry without a date is judged: no one is excused by leaving it out.
    """
    if since is None or finding.index is None:
        return False
    entry = programme.entries[finding.index]
    for _, value in entry.values("date"):
        day = parse_date(str(value), programme.policy.dates, last=True)
        return isinstance(day, date) and day < since
    return False


def _in_file(
    check: Callable[..., Iterable[Problem]], roster: Roster, **options: object
) -> Iterator[Problem]:
    """Return the problems of one of several files of a roster, each with its path."""
    return (replace(problem, path=roster.path) for problem in check(roster, **options))


def not_asked(rule: Rule[Any], setting: RuleSetting, policy: Policy) -> str | None:
    """Return why a policy does not ask for a rule, or None where it does."""
    if not setting.enabled:
        named = rule.id in policy.rules or not rule.only_if_asked
        return "switched off by the policy" if named else NOT_ASKED
    newest = policy.rules_version
    if newest is not None and rule.version > newest and rule.id not in policy.rules:
        return f"new in version {rule.version} of the rules; the policy keeps to version {newest}"
    return None


def _to_judge(rule: Rule[Any], setting: RuleSetting, case: ProgrammeCase) -> Sequence[Any] | str:
    """Return what a rule is to judge, or the reason why it is skipped."""
    if (reason := not_asked(rule, setting, case.programme.policy)) is not None:
        return reason
    if rule.whole and case.unread:
        return "a part of the roster could not be read"
    if rule.needed and all(setting.options.get(name) is None for name in rule.needed):
        return f"the policy sets no {listed(rule.needed, last='or')}"
    return case.subjects(rule.on)


def _own(
    case: ProgrammeCase, own_rules: OwnRules, tally: RunTally, ran: set[str]
) -> Iterator[Finding]:
    programme = case.programme
    ran.update(requirement.id for requirement in programme.policy.requirements)
    for requirement, problem in own_rules(programme, case.today):
        if isinstance(problem, str):
            tally.skipped[requirement.id][programme.name] = problem
            ran.discard(requirement.id)
            continue
        yield _located(requirement.id, requirement.severity, problem, None, programme.policy)


def _located(
    rule_id: str, severity: Severity, problem: Problem, subject: Located | None, policy: Policy
) -> Finding:
    """Return the finding that a problem of a subject makes, with its place."""
    entry, at, file = problem.entry, problem.field, None
    if entry is None and subject is not None:
        entry, at, file = subject.entry, at or subject.field, subject.file
    if entry is not None or file is None:
        # What is about no file of many is shown in the policy, which says which they are.
        file = policy.path if is_glob(policy.roster) else policy.roster
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
        file=subject.file if subject is not None else None,
    )


def _place(problem: Problem, entry: Entry | None, at: FieldPath, file: str) -> tuple[str, Place]:
    """Return where a problem is; `file` is for what belongs to no entry."""
    if problem.path is not None:
        return problem.path, problem.place or START
    if problem.place is not None or entry is None:
        return file, problem.place or START
    return entry.path, entry.key_place(at) if problem.on_key else entry.place(at)


def _distinct(findings: Iterable[Finding], reported: set[int]) -> Iterator[Finding]:
    """Leave out what was reported at the same place in the same words, if for another roster."""
    for finding in findings:
        # Of hundreds of thousands the texts themselves would take hundreds of MiB.
        key = hash((finding.rule, finding.path, finding.place, finding.message))
        if key not in reported:
            reported.add(key)
            yield finding
