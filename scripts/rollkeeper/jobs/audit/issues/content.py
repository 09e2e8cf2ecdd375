"""What a programme's issue is about: a value, made of what an audit found and what is remembered.

Nothing here depends on the day, on how a visit went in detail or on the run: where the substance is
the same the issue is left alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import NamedTuple

from rollkeeper.engine.families import READING, family_of
from rollkeeper.grammar.bodies import digest_of
from rollkeeper.jobs.audit.issues.memory import (
    MOST_GONE,
    MOST_KEYS,
    MOST_NAMED,
    Gone,
    Memory,
    Named,
    key_of,
    name_of,
)
from rollkeeper.jobs.audit.issues.questions import is_question
from rollkeeper.model.account import Account
from rollkeeper.model.history import NightKind
from rollkeeper.model.members import ListComparison, Membership
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import ANY, Finding, FindingGroup
from rollkeeper.model.visit import Visit
from rollkeeper.rules import catalogue

_FORM = 1
"""Rises when the text changes so that every issue has to be written again."""


QUESTION = "question"
"""What a section of another step is remembered as, in place of a rule."""


class Doer(Enum):
    """Who has to do something about a finding, and what."""

    REPAIR = "Repairs that need no decision"
    MAINTAINER = "To decide or to correct in the roster"
    CONTACT = "To ask the entry's contact"
    ANSWER = "Questions"
    NOBODY = "Not certain"


_SEEN = (Visit, Account)
"""What is seen in other words from night to night, although nothing has changed."""
_ASKED_FOR = (*_SEEN, Membership, ListComparison)
"""What an audit has to ask others for, and may get no answer."""
_FOR_CONTACTS = frozenset(
    {"accounts", "contacts", "links", "logos", "members", "requirements", "websites"}
)
"""Families of rules whose findings only those who are on the roster can answer."""
_ASKED_OF_CONTACTS = frozenset({"missing-field", "placeholder-text", "too-few-criteria"})


class Open(NamedTuple):
    """A finding that is open, with its key and the day on which it was first seen."""

    key: str
    finding: Finding
    since: date

    @property
    def severity(self) -> Severity:
        """The severity of the finding."""
        return self.finding.severity

    @property
    def doer(self) -> Doer:
        """Who has to do something about it."""
        if is_inconclusive(self.finding.rule):
            return Doer.NOBODY
        if is_question(self.finding):
            return Doer.ANSWER
        if self.finding.fix is not None:
            return Doer.REPAIR
        rule = catalogue().get(self.finding.rule)
        asked = self.finding.entry is not None if rule is None else rule.family in _FOR_CONTACTS
        if asked or self.finding.rule in _ASKED_OF_CONTACTS:
            return Doer.CONTACT
        return Doer.MAINTAINER


class IssueSection(NamedTuple):
    """A part of a programme's issue that another step adds: Markdown in which all is escaped.

    `substance` is what it says apart from its words: the issue is edited when that changes. One
    with a `severity` counts as a finding of that severity, and one without opens no issue.
    """

    title: str
    text: str
    substance: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeNight:
    """What an audit says of one programme, with all that its issue needs to know besides.

    `unchecked` has the rules that the policy asks for and that did not run, with the reasons, and
    `unread` says why the roster could not be read. `counted` says how many findings there are of
    each severity, with those that the report leaves out, which `left_out` has by their groups.
    """

    name: str
    title: str
    today: date
    entries: int
    opens_at: Severity = Severity.WARNING
    findings: Sequence[Open] = ()
    left_out: Mapping[FindingGroup, int] = field(default_factory=dict)
    left_out_digest: str = ""
    waived: int = 0
    unchecked: Mapping[str, str] = field(default_factory=dict)
    unread: str | None = None
    kind: NightKind = NightKind.COMPLETE
    incomplete: str | None = None
    sections: Sequence[IssueSection] = ()
    unfinished: bool = False
    """Whether a step could not do its part, so that a section of its may be missing."""


@dataclass(frozen=True, slots=True)
class IssueContent:
    """What an issue should say, and what it then remembers.

    `kept` is what it named and what this night could not check. `attention` says that something
    in it is of the severity that opens an issue, and `clean` that nothing is, for certain.
    """

    night: ProgrammeNight
    kept: Sequence[Named]
    memory: Memory
    digest: str
    attention: bool
    clean: bool
    pressing: frozenset[str]
    """The keys of what is of the severity that opens an issue."""

    @property
    def new(self) -> tuple[Named, ...]:
        """What came with the newest change; nothing where that was the first."""
        named = [each for each in self.memory.named.values() if not is_inconclusive(each.rule)]
        new = tuple(each for each in named if each.since == self.memory.changed)
        return new if len(new) < len(named) or self.memory.gone else ()


def is_inconclusive(rule: str) -> bool:
    """Return whether a rule reports that something cannot be told from here."""
    return rule.endswith("-inconclusive")


def content_of(night: ProgrammeNight, before: Memory | None) -> IssueContent:
    """Return what the issue about a programme should say; `before` is what it remembers."""
    memory = before or Memory()
    kept = tuple(_kept(night, memory))
    since = {key: each.since for key, each in memory.named.items()}
    opened = [
        each._replace(since=min(each.since, since.get(each.key, each.since)))
        for each in night.findings
    ]
    night = replace(night, findings=opened)
    named = [*map(_named, opened), *kept, *_of_sections(night, since)]
    named.sort(key=lambda each: (is_inconclusive(each.rule), each.severity.rank))
    certain = [each for each in named if not is_inconclusive(each.rule)]
    counts = Counter(each.severity for each in certain)
    for group, number in night.left_out.items():
        counts[group.severity] += number
    attention = any(counts[each] for each in Severity if each.rank <= night.opens_at.rank)
    digest = digest_of(json.dumps(_substance(night, kept), sort_keys=True))
    complete = night.kind is NightKind.COMPLETE and night.unread is None
    return IssueContent(
        night=night,
        kept=kept,
        memory=_remembering(night, memory, named),
        digest=digest,
        attention=attention,
        clean=not attention and complete,
        pressing=frozenset(
            each.key for each in certain if each.severity.rank <= night.opens_at.rank
        ),
    )


def _named(each: Open) -> Named:
    finding = each.finding
    return Named(each.key, each.severity, each.since, finding.rule, name_of(finding.entry))


def _of_sections(night: ProgrammeNight, since: Mapping[str, date]) -> Iterator[Named]:
    for each in night.sections:
        if each.severity is not None:
            key = key_of(f"{each.title}\n{each.substance}")
            day = since.get(key, night.today)
            yield Named(key, each.severity, day, QUESTION, name_of(each.title))


def _kept(night: ProgrammeNight, memory: Memory) -> Iterator[Named]:
    """Return what was named before and what this night cannot say anything about."""
    there = {each.key for each in night.findings}
    there |= {each.key for each in _of_sections(night, {})}
    short = {group.rule for group in night.left_out}
    for each in memory.named.values():
        outside = _is_about(each.rule, *_ASKED_FOR) and night.kind is not NightKind.COMPLETE
        unknown = night.unread is not None and family_of(each.rule) != READING
        unseen = each.rule in night.unchecked or each.rule in short or ANY in short
        not_judged = night.unfinished if each.rule == QUESTION else outside or unknown or unseen
        if each.key not in there and not_judged:
            yield each


def _is_about(rule_id: str, *kinds: type) -> bool:
    rule = catalogue().get(rule_id)
    return rule is not None and issubclass(rule.on, kinds)


def _substance(night: ProgrammeNight, kept: Iterable[Named]) -> list[object]:
    return [
        _FORM,
        night.entries,
        night.opens_at,
        sorted([each.key, each.severity, *_words(each.finding)] for each in night.findings),
        sorted([each.key, each.severity] for each in kept),
        sorted([*group, number] for group, number in night.left_out.items()),
        night.left_out_digest,
        night.waived,
        sorted(night.unchecked),
        night.unread is not None,
        night.kind,
        [[each.title, each.substance, each.severity] for each in night.sections],
    ]


def _words(finding: Finding) -> list[object]:
    """Return what of a finding's words and place changes only when somebody changes something."""
    stable = finding.rule in catalogue() and not _is_about(finding.rule, *_SEEN)
    return [finding.path, finding.place.line, finding.message if stable else ""]


def _remembering(night: ProgrammeNight, before: Memory, named: Sequence[Named]) -> Memory:
    """Return what the issue remembers when it says so."""
    there = frozenset(each.key for each in named if not is_inconclusive(each.rule))
    known = before.named.keys() | before.keys
    came = there - known if not (before.beyond and before.has_named(there)) else frozenset()
    # What is said otherwise now, such as of a term that ended soon and has ended, is not gone.
    instead = {(each.entry, family_of(each.rule)) for each in named if each.key in came}
    gone = [
        Gone(night.today, each.rule, each.entry)
        for each in before.named.values()
        if each.key not in there
        and not is_inconclusive(each.rule)
        and (each.entry is None or (each.entry, family_of(each.rule)) not in instead)
    ]
    changed = before.changed
    lost, more = list(before.gone), before.more_gone
    if came or gone:
        if changed != night.today:
            lost, more = [], 0
        changed = night.today
        lost += gone
        more += max(len(lost) - MOST_GONE, 0)
    named = [each._replace(since=_came(each, before, night.today)) for each in named]
    keys = [each.key for each in named[MOST_NAMED:]]
    return replace(
        before,
        closed=False,
        changed=changed,
        named={each.key: each for each in named[:MOST_NAMED]},
        keys=frozenset(keys[:MOST_KEYS]),
        beyond=max(len(keys) - MOST_KEYS, 0) + sum(night.left_out.values()),
        gone=tuple(lost[:MOST_GONE]),
        more_gone=more,
    )


def _came(each: Named, before: Memory, today: date) -> date:
    """Return the day on which something came to an issue; what it began with came before."""
    if each.key in before.named:
        return before.named[each.key].since
    return each.since if before.changed is None or each.key in before.keys else today
