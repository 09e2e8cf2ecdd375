"""Programmes, rosters and entries as values: made by loading, judged by rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from rollkeeper.model.policy import Policy
from rollkeeper.model.tree import (
    START,
    FieldPath,
    Map,
    Place,
    Value,
    follow,
    key_place_of,
    place_of,
)

ANY_ITEM = "*"
"""In the path of a role: every item of a list, or every value of a mapping."""
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
    """

    rule: str
    message: str
    place: Place
    entry: int | None = None
    field: FieldPath = ()
    fix: Fix | None = None
    about: tuple[FieldPath, ...] = ()
    """Further values of the entry that the same defect is about."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster file as it was read; `data` is None when nothing usable could be read."""

    path: str
    text: str
    data: Value
    defects: tuple[Defect, ...] = ()
    left_out: int = 0
    """How many entries could not be read and are not in `data`."""

    @property
    def unread(self) -> Defect | None:
        """The defect that kept the file, or a part of it, from being read; None if all was read."""
        if self.data is not None:
            return next((each for each in self.defects if each.rule in _LOSES_A_PART), None)
        readable = (each for each in self.defects if each.rule != "byte-order-mark")
        return next(readable, Defect("roster-shape", "nothing in it could be read", START))


@dataclass(frozen=True, slots=True)
class Entry:
    """One partner, ambassador or group of a roster."""

    programme: str
    path: str
    index: int
    at: FieldPath
    data: Map
    roster: Roster
    roles: Mapping[str, tuple[FieldPath, ...]]

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
        return place_of(self.roster.data, self.at + path)

    def key_place(self, path: FieldPath) -> Place:
        """Return where the last key of `path` is in the roster file."""
        return key_place_of(self.roster.data, self.at + path)


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
    """One term of office of an entry. `start` and `end` are None where they are not dates."""

    entry: Entry
    number: int
    field: FieldPath
    start: date | None
    end: date | None
    last: bool
    """Whether no later term of the same entry ends after this one."""

    @property
    def file(self) -> None:
        """None: a term is in its entry's roster."""


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
