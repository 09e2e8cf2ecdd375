"""The things that Rollkeeper speaks of: programmes, entries and what is found about them.

Everything here is a value. Loading and probes make these, rules look at them, reports tell of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from rollkeeper.tree import START, Map, Path, Place, Value, follow, key_place_of, place_of

ANY_ITEM = "*"
"""In the path of a role: every item of a list, or every value of a mapping."""
PAST = frozenset({"withdrawn", "alumni", "alumnus", "alumna", "emeritus", "emerita"})
"""Statuses of entries that were on the roll and are kept for the record only."""


class Severity(StrEnum):
    """GitHub's own three words, the gravest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """0 for an error, then rising."""
        return list(Severity).index(self)


class Located(NamedTuple):
    """A value of an entry and the path under which it stands."""

    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that is safe to make without asking.

    `kind` says which: `set` writes `value` at the problem's field, `sort` orders the roster,
    `trim` cleans the file's own text (byte order mark, line ends, blanks at line ends).
    """

    kind: str
    summary: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a file that was met while it was read.

    `rule` is the id of the rule that reports it; `field` is the path inside the entry, if in one.
    """

    rule: str
    message: str
    place: Place
    entry: int | None = None
    field: Path = ()
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A maintainer's decision that one entry is excused from one rule until a day."""

    rule: str
    entry: str
    reason: str
    until: date
    by: str
    path: str
    place: Place


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """What a waiver in force did in a run: whether its rule looked, and what it excused."""

    waiver: Waiver
    looked: bool
    excused: int


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """What a policy says of one rule: its severity (None keeps the rule's own) and its options."""

    enabled: bool = True
    severity: Severity | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A rule of the community's own, written in CEL in its policy file.

    `expect` must be true for each entry for which `when` is true.
    """

    id: str
    expect: str
    message: str
    when: str | None
    severity: Severity
    field: Path
    path: str
    place: Place


@dataclass(frozen=True, slots=True)
class Policy:
    """One programme's policy file, read and checked."""

    name: str
    path: str
    title: str
    roster: str
    entries: Path
    schema: Mapping[str, Any]
    page: str | None
    logos: str | None
    timezone: str
    roles: Mapping[str, tuple[Path, ...]]
    rules: Mapping[str, RuleSetting]
    requirements: tuple[Requirement, ...]
    waivers: tuple[Waiver, ...]
    layout: Mapping[str, Any]
    limits: Mapping[str, int]
    websites: Mapping[str, Any] = field(default_factory=dict)
    """How websites are visited, as `rollkeeper.visiting` reads it."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster file as it was read; `data` is None when nothing usable could be read."""

    path: str
    text: str
    data: Value
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One partner, ambassador or group of a roster."""

    programme: str
    path: str
    index: int
    at: Path
    data: Map
    roster: Roster
    roles: Mapping[str, tuple[Path, ...]]

    def values(self, role: str) -> Iterator[Located]:
        """Give each value that the policy's `roles` assign to `role`, in the policy's order."""
        for path in self.roles.get(role, ()):
            first = path[0]
            # Most roles are a key of the entry itself: 20,000 entries ask for them a million times.
            if len(path) == 1 and first in self.data:
                value = self.data[str(first)]
                if value is not None:
                    yield Located(path, value)
            elif first in self.data or first == ANY_ITEM:
                if ANY_ITEM in path:
                    yield from _expand(self.data, path, ())
                elif (value := follow(self.data, path)) is not None:
                    yield Located(path, value)

    def located(self, path: Path) -> Iterator[Located]:
        """Give each value at `path`, in which `*` stands for every item."""
        yield from _expand(self.data, path, ())

    def texts(self, role: str) -> Iterator[tuple[Path, str]]:
        """Give the values of `role` that are text and not blank."""
        for path, value in self.values(role):
            if isinstance(value, str) and value.strip():
                yield path, value

    def text(self, role: str) -> str | None:
        """Give the first text of `role`, or None."""
        return next((value for _, value in self.texts(role)), None)

    @property
    def name(self) -> str:
        """The entry's name, or a stand-in that says which entry it is."""
        return self.text("name") or f"entry {self.index + 1}"

    @property
    def active(self) -> bool:
        """Whether the entry still stands for somebody: its status is none of `PAST`."""
        return (self.text("status") or "").strip().casefold() not in PAST

    def place(self, path: Path = ()) -> Place:
        """Say where the value at `path` stands in the roster file."""
        return place_of(self.roster.data, self.at + path)

    def key_place(self, path: Path) -> Place:
        """Say where the last key of `path` stands in the roster file."""
        return key_place_of(self.roster.data, self.at + path)


def _expand(value: Value, path: Path, done: Path) -> Iterator[Located]:
    if ANY_ITEM not in path:
        found = follow(value, path)
        if found is not None:
            yield Located(done + path, found)
        return
    cut = path.index(ANY_ITEM)
    holder = follow(value, path[:cut])
    if isinstance(holder, list):
        for index, item in enumerate(holder):
            yield from _expand(item, path[cut + 1 :], (*done, *path[:cut], index))
    elif isinstance(holder, dict):
        for key, item in holder.items():
            yield from _expand(item, path[cut + 1 :], (*done, *path[:cut], key))


@dataclass(frozen=True, slots=True)
class Term:
    """One term of office of an entry. `start` and `end` are None where they are not dates."""

    entry: Entry
    number: int
    path: Path
    start: date | None
    end: date | None
    last: bool
    """Whether no later term of the same entry ends after this one."""


@dataclass(frozen=True, slots=True)
class Programme:
    """A community's programme: its policy, its roster and the entries on it."""

    policy: Policy
    roster: Roster
    entries: tuple[Entry, ...]
    terms: tuple[Term, ...]
    fresh: frozenset[tuple[int, Path]] = frozenset()
    """What a change brings in, by the entry's index: paths of values; `()` for a new entry."""
    formerly: Mapping[int, int] = field(default_factory=dict)
    """The index that an entry had before a change, by the index that it has now."""

    @property
    def name(self) -> str:
        """The policy file's stem, such as `partners`."""
        return self.policy.name

    def is_fresh(self, entry: Entry, path: Path = ()) -> bool:
        """Whether a change brings in the entry, or the value at `path` of it."""
        fresh = self.fresh
        return bool(fresh) and ((entry.index, ()) in fresh or (entry.index, path) in fresh)

    def seniority(self, entry: Entry, path: Path = ()) -> tuple[bool, int]:
        """Give a key that sorts values as they came: what was there before as it stood then."""
        return self.is_fresh(entry, path), self.formerly.get(entry.index, entry.index)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule says is wrong; the engine adds rule, severity and place.

    `entry` and `field` say where: a programme-wide rule names the entry that it means.
    `path` and `place` override them for problems that stand in another file, such as a logo.
    `tally` is what was counted and how many, where a sum is at fault and no entry alone: a change
    that adds to it brings the problem in, whoever else was there before.
    """

    message: str
    field: Path = ()
    entry: Entry | None = None
    fix: Fix | None = None
    on_key: bool = False
    path: str | None = None
    place: Place | None = None
    tally: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with everything that a report needs."""

    rule: str
    severity: Severity
    message: str
    path: str
    place: Place
    programme: str
    entry: str | None = None
    field: Path = ()
    fix: Fix | None = None
    already_there: bool = False
    waiver: Waiver | None = None
    index: int | None = dataclasses.field(default=None, compare=False)
    """Which entry of its programme it is about, while the programme is at hand."""
    tally: tuple[str, int] | None = dataclasses.field(default=None, compare=False)

    @property
    def counts(self) -> bool:
        """Whether it can fail a run: neither waived nor there before the change."""
        return self.waiver is None and not self.already_there

    @property
    def order(self) -> tuple[str, int, int, int, str, str]:
        """The order in which reports list findings: by file, line, column, severity and rule."""
        place = self.place
        return (self.path, place.line, place.column, self.severity.rank, self.rule, self.message)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, which rules looked, and which did not and why."""

    today: date
    programmes: tuple[str, ...]
    findings: tuple[Finding, ...]
    ran: tuple[str, ...]
    skipped: Mapping[str, str]
    entries: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)
    """The text of each file that a finding may quote, by path."""
    incomplete: str | None = None
    """Why the run could not look at all that it should have: then it is no pass."""
    interrupted: bool = False
    """Whether somebody broke the run off."""
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a change does, in plain words, by programme; empty where nothing was compared."""

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity that can fail a run."""
        return sum(f.severity is severity and f.counts for f in self.findings)


Check = Callable[..., Iterator[Problem]]
"""A rule's function: one subject in, problems out."""

__all__ = [
    "ANY_ITEM", "PAST", "START", "Check", "Entry", "Fault", "Finding", "Fix", "Located", "Map",
    "Path", "Place", "Policy", "Problem", "Programme", "Report", "Requirement", "Roster",
    "RuleSetting", "Severity", "Term", "Value", "Waiver", "WaiverUse",
]  # fmt: skip
