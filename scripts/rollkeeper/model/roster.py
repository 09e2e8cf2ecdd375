"""Programmes, rosters and entries as values: made by loading, judged by rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from rollkeeper.model.policy import Edition, Policy, Waiver
from rollkeeper.model.tree import (
    ANY_ITEM,
    START,
    FieldPath,
    Map,
    Place,
    Value,
    follow,
    key_place_of,
    place_of,
)

PAST = frozenset({"withdrawn", "alumni", "alumnus", "alumna", "emeritus", "emerita"})
"""Statuses of entries that were on the roster and are kept for the record only."""

_LOSES_A_PART = frozenset(
    {"duplicate-key", "roster-shape", "yaml-feature", "yaml-syntax", "yaml-tab"}
)
"""Rules about values that are in the file and not in what was read of it, or are in it twice."""


class LocatedValue(NamedTuple):
    """A value of an entry and its path."""

    path: FieldPath
    value: Value


class FixKind(StrEnum):
    """What a fix does: write its value at the problem's field, order the roster, clean its text.

    The text is cleaned of a byte order mark, mixed line ends and blanks at line ends; `INDENT`
    writes spaces for the tabs of an indentation.
    """

    SET = "set"
    SORT = "sort"
    TRIM = "trim"
    INDENT = "indent"


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that is safe to make without asking."""

    kind: FixKind
    summary: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong with a file that was met while it was read.

    `rule` is the id of the rule that reports it; `field` is the path inside the entry, if in one.
    `path` is the file, where a roster has several.
    """

    rule: str
    message: str
    place: Place
    entry: int | None = None
    field: FieldPath = ()
    fix: Fix | None = None
    path: str | None = None
    about: tuple[FieldPath, ...] = ()
    """Further values of the entry that the same defect is about."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster file as it was read; `data` is None when nothing usable could be read.

    A roster of several files has them in `files`. Its `path` is then their pattern, its `text` is
    empty, and its `data` are None unless all of them could be read.
    """

    path: str
    text: str
    data: Value
    defects: tuple[Defect, ...] = ()
    files: tuple[Roster, ...] = ()
    is_part: bool = False
    """Whether it is one of several files of a roster."""
    left_out: int = 0
    """How many entries could not be read as they are; most of them are not in `data`."""

    @property
    def sources(self) -> tuple[Roster, ...]:
        """The files that it is made of; most often itself."""
        return self.files or (self,)

    @property
    def unread(self) -> Defect | None:
        """The defect that kept the file, or a part of it, from being read; None if all was read."""
        if self.files:
            found = ((each.path, each.unread) for each in self.files)
            unread = (replace(defect, path=path) for path, defect in found if defect is not None)
            return next(unread, None)
        if self.data is not None:
            lost = (each for each in self.defects if each.rule in _LOSES_A_PART)
            first = self.defects[0] if self.left_out else None
            return next(lost, first)
        readable = (each for each in self.defects if each.rule != "byte-order-mark")
        return next(readable, Defect("roster-shape", "nothing in it could be read", START))


@dataclass(frozen=True, slots=True)
class Entry:
    """One partner, ambassador or group of a roster.

    `roster` is the file that it is in, and `at` its place there. `origins` has the paths of the
    fields that stand elsewhere in the file, such as the name of a group; None for what is no value.
    """

    programme: str
    path: str
    index: int
    at: FieldPath
    data: Map
    roster: Roster
    roles: Mapping[str, tuple[FieldPath, ...]]
    origins: Mapping[str, FieldPath | None] = field(default_factory=dict)

    @property
    def entry(self) -> Entry:
        """Itself: a problem of an entry is its own."""
        return self

    @property
    def field(self) -> FieldPath:
        """The whole entry."""
        return ()

    @property
    def file(self) -> None:
        """None: an entry is in its roster."""

    def values(self, role: str) -> Iterator[LocatedValue]:
        """Return each value that the policy's `roles` assign to `role`, in the policy's order."""
        for path in self.roles.get(role, ()):
            yield from self._at(path)

    def _at(self, path: FieldPath) -> Iterator[LocatedValue]:
        first = path[0]
        if first in self.data or first == ANY_ITEM:
            if ANY_ITEM in path:
                yield from _expand(self.data, path, ())
            elif (value := follow(self.data, path)) is not None:
                yield LocatedValue(path, value)

    def located(self, path: FieldPath) -> Iterator[LocatedValue]:
        """Return each value at `path`, in which `*` means every item."""
        yield from _expand(self.data, path, ())

    def texts(self, role: str) -> Iterator[tuple[FieldPath, str]]:
        """Return the values of `role` that are text and not blank."""
        data = self.data
        for path in self.roles.get(role, ()):
            # Most roles are a key of the entry itself: 20,000 entries ask for them a million times.
            if len(path) == 1 and path[0] != ANY_ITEM:
                text = data.get(path[0])  # type: ignore[arg-type] # what is no text is no key
                if isinstance(text, str) and text.strip():
                    yield path, text
                continue
            for where, value in self._at(path):
                if isinstance(value, str) and value.strip():
                    yield where, value

    def text(self, role: str) -> str | None:
        """Return the first text of `role`, or None."""
        return next((value for _, value in self.texts(role)), None)

    @property
    def name(self) -> str:
        """The entry's name, or its number where it has none."""
        return self.text("name") or f"entry {self.index + 1}"

    @property
    def active(self) -> bool:
        """Whether the entry still counts: its status is none of `PAST`."""
        return (self.text("status") or "").strip().casefold() not in PAST

    def place(self, path: FieldPath = ()) -> Place:
        """Return where the value at `path` is in the roster file."""
        return place_of(self.data, path, default=self._start)

    def key_place(self, path: FieldPath) -> Place:
        """Return where the last key of `path` is in the roster file."""
        return key_place_of(self.data, path, default=self._start)

    def line_of(self, path: FieldPath = ()) -> str:
        """Return in words where a value is: its line, and its file where the roster has several."""
        line = f"line {self.place(path).line}"
        return f"{self.path}, {line}" if self.roster.is_part else line

    @property
    def _start(self) -> Place:
        """Where the entry begins: the key of one in a mapping, the item of one in a list."""
        keyed = self.at and isinstance(self.at[-1], str)
        return (key_place_of if keyed else place_of)(self.roster.data, self.at)

    def origin(self, path: FieldPath) -> FieldPath | None:
        """Return the path of a value in the file's data; None where it is no value there."""
        if not path or path[0] not in self.origins:
            return self.at + path
        held = self.origins[str(path[0])]
        return None if held is None else held + path[1:]


def _expand(value: Value, path: FieldPath, done: FieldPath) -> Iterator[LocatedValue]:
    if ANY_ITEM not in path:
        found = follow(value, path)
        if found is not None:
            yield LocatedValue(done + path, found)
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
    """One term of office of an entry. `start` and `end` are None where they are not dates.

    They are those of the `edition` that the term names, where it does not write them itself.
    """

    entry: Entry
    number: int
    field: FieldPath
    start: date | None
    end: date | None
    last: bool
    """Whether no later term of the same entry ends after this one."""
    edition: Edition | None = None
    replaces: str | None = None
    """Whom the term says that it replaces; it may serve what was left of theirs."""
    succeeded: date | None = None
    """The first day of the earliest term that says that it replaces this entry, after this one."""
    held: date | None = None
    """The last day on which its seat is held: that of a last term can be held over its end."""

    @property
    def file(self) -> None:
        """None: a term is in its entry's roster."""

    def held_until(self, days: int) -> date | None:
        """Return until when the seat is held where a policy lets it be held over for some days.

        That is until the day before a successor begins. None where the term has no end.
        """
        if self.end is None:
            return None
        latest = date.max.toordinal()
        if self.succeeded is not None:
            latest = self.succeeded.toordinal() - 1
        held = min(self.end.toordinal() + max(days, 0), latest)
        return max(self.end, date.fromordinal(held))


@dataclass(frozen=True, slots=True)
class WaiverComment:
    """A comment in a roster that asks for a waiver: the waiver, or why it is none.

    `index` is the entry beside which it stands. One that `is_new` was added or changed by the
    change that is judged: it excuses nothing before a maintainer has merged it.
    """

    place: Place
    path: str
    index: int | None = None
    waiver: Waiver | None = None
    refusal: str = ""
    is_new: bool = False


class Span(NamedTuple):
    """Days on which a seat is held, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class PendingSeats:
    """The seats that an open pull request would fill and free if it were merged."""

    number: int
    filled: tuple[Span, ...]
    freed: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """A community's programme: its policy, its roster and the entries on it."""

    policy: Policy
    roster: Roster
    entries: tuple[Entry, ...]
    terms: tuple[Term, ...]
    fresh: frozenset[tuple[int, FieldPath]] = frozenset()
    """What a change introduces, by the entry's index: paths of values; `()` for a new entry."""
    formerly: Mapping[int, int] = field(default_factory=dict)
    """The index that an entry had before a change, by the index that it has now."""
    comments: tuple[WaiverComment, ...] = ()
    pending: tuple[PendingSeats, ...] = ()
    """What open pull requests would do to its seats; known in an audit only."""

    @property
    def name(self) -> str:
        """The policy file's stem, such as `partners`."""
        return self.policy.name

    def is_fresh(self, entry: Entry, path: FieldPath = ()) -> bool:
        """Whether a change introduces the entry, or its value at `path`."""
        fresh = self.fresh
        return bool(fresh) and ((entry.index, ()) in fresh or (entry.index, path) in fresh)

    def seniority(self, entry: Entry, path: FieldPath = ()) -> tuple[bool, int]:
        """Return a key that sorts what was there before by its old order, then what is new."""
        return self.is_fresh(entry, path), self.formerly.get(entry.index, entry.index)
