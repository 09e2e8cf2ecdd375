"""Which entry of an older roster is which of a newer one, even if renamed, moved or reformatted.

Each step compares by a text that both have, so the time grows with the rosters and not with their
product. A step that could mean two entries means none, except for names: they are what an entry is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from rollkeeper.grammar.handles import fold
from rollkeeper.grammar.hosts import InvalidHost
from rollkeeper.grammar.names import key
from rollkeeper.grammar.urls import normalised, parse
from rollkeeper.model.roles import ROLES
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath, List, Map, Value, follow

_RARE = 4
"""Entries that may share a value before it says nothing about who is who."""
_ALIKE = 0.5
"""The share of fields that two entries must have in common to be one."""
_NAMES_ALIKE = 0.8
_FEW = 30
"""Entries left over whose names are compared each with each."""
_LONGEST_NAME = 100
_IDENTIFYING = tuple(key for role in ROLES for key in role.item_keys)
"""Keys that say which item of a list is which, where the item itself was changed."""

fingerprint = json.JSONEncoder(sort_keys=True).encode
"""Return a text that is equal for equal values, whatever the order of keys."""

Key = Callable[[Entry], Hashable | None]


def match(before: Sequence[Entry], after: Sequence[Entry]) -> dict[int, int]:
    """Return, by the index of each newer entry that was there before, the index that it had."""
    found = _Matching(before, after)
    for by in (_exact_name, _name_key, _same):
        found.step(by, several=True)
    for by in (_handle, _website, _logo):
        found.step(by)
    found.alike()
    return found.pairs


class _Matching:
    """The entries that have no counterpart yet, and the pairs found so far."""

    def __init__(self, before: Sequence[Entry], after: Sequence[Entry]) -> None:
        self.before = {entry.index: entry for entry in before}
        self.after = {entry.index: entry for entry in after}
        self.pairs: dict[int, int] = {}

    def step(self, by: Key, *, several: bool = False) -> None:
        """Pair what has the same key; where `several` have it, the equal first, then in order."""
        old, new = _grouped(self.before.values(), by), _grouped(self.after.values(), by)
        for group, news in new.items():
            olds = old.get(group, [])
            if len(olds) == 1 and len(news) == 1:
                self._pair(olds[0], news[0])
            elif several and olds:
                self._pair_all(olds, news)

    def alike(self) -> None:
        """Pair what has most in common among the rest."""
        fields = {index: _fields(entry) for index, entry in self.before.items()}
        holders = defaultdict(list)
        for index, held in fields.items():
            for each in held:
                holders[each].append(index)
        for entry in list(self.after.values()):
            mine = _fields(entry)
            shared = (holders[each] for each in mine if each in holders)
            near = {index for few in shared if len(few) <= _RARE for index in few}
            near &= self.before.keys()
            best = max(near, key=lambda index: (len(fields[index] & mine), -index), default=None)
            if best is None:
                continue
            if len(fields[best] & mine) >= _ALIKE * max(len(mine), len(fields[best])):
                self._pair(self.before[best], entry)
        if len(self.before) <= _FEW and len(self.after) <= _FEW:
            self._alike_in_name()

    def _alike_in_name(self) -> None:
        for entry in list(self.after.values()):
            name = (entry.text("name") or "")[:_LONGEST_NAME]
            likeness = {
                index: SequenceMatcher(None, was[:_LONGEST_NAME], name).ratio()
                for index, old in self.before.items()
                if name and (was := old.text("name"))
            }
            best = max(likeness, key=lambda index: (likeness[index], -index), default=None)
            if best is not None and likeness[best] >= _NAMES_ALIKE:
                self._pair(self.before[best], entry)

    def _pair_all(self, olds: list[Entry], news: list[Entry]) -> None:
        equal = _grouped(reversed(olds), _same)
        rest = []
        for entry in news:
            twins = equal.get(_same(entry))
            if twins:
                self._pair(twins.pop(), entry)
            else:
                rest.append(entry)
        left = [old for old in olds if old.index in self.before]
        for old, entry in zip(left, rest, strict=False):
            self._pair(old, entry)

    def _pair(self, old: Entry, new: Entry) -> None:
        self.pairs[new.index] = old.index
        del self.before[old.index], self.after[new.index]


def _grouped(entries: Iterable[Entry], by: Key) -> dict[Hashable, list[Entry]]:
    groups: dict[Hashable, list[Entry]] = defaultdict(list)
    for entry in entries:
        group = by(entry)
        if group is not None:
            groups[group].append(entry)
    return dict(groups)


def _same(entry: Entry) -> str:
    return fingerprint(entry.data)


def _exact_name(entry: Entry) -> str | None:
    return entry.text("name")


def _name_key(entry: Entry) -> str | None:
    name = entry.text("name")
    return key(name) if name is not None else None


def _handle(entry: Entry) -> str | None:
    handle = entry.text("handle")
    return fold(handle) if handle is not None else None


def _website(entry: Entry) -> str | None:
    text = entry.text("website")
    url = parse(text) if text is not None else None
    return None if url is None or isinstance(url, InvalidHost) else normalised(url)


def _logo(entry: Entry) -> str | None:
    logo = entry.text("logo")
    return logo.rpartition("/")[2].strip().casefold() if logo is not None else None


def _fields(entry: Entry) -> frozenset[tuple[str, str]]:
    return frozenset((field, fingerprint(value)) for field, value in entry.data.items())


def items(before: List, after: List) -> dict[int, int]:
    """Return, by the position of each newer item that was there before, the position it had.

    Equal items first, then those that an identifying key calls the same, then in their order.
    """
    pairs: dict[int, int] = {}
    left = dict(enumerate(before))
    for by in (fingerprint, _identity):
        places: dict[str, list[int]] = defaultdict(list)
        for position in reversed(left):
            identity = by(left[position])
            if identity is not None:
                places[identity].append(position)
        for position, item in enumerate(after):
            identity = by(item) if position not in pairs and places else None
            if identity is not None and places.get(identity):
                pairs[position] = places[identity].pop()
                del left[pairs[position]]
    rest = [position for position in range(len(after)) if position not in pairs]
    pairs.update(zip(rest, left, strict=False))
    return pairs


def _identity(item: Value) -> str | None:
    if not isinstance(item, Map):
        return None
    named = (f"{each} {fingerprint(item[each])}" for each in _IDENTIFYING if item.get(each))
    return next(named, None)


def differences(before: Value, after: Value, path: FieldPath = ()) -> Iterator[FieldPath]:
    """Return the paths whose values differ: the newer ones, or the older where a key was removed.

    What is new is named value by value; a list from which items were removed, or in which they
    moved, by its own path.
    """
    if isinstance(before, Map) and isinstance(after, Map):
        for name, value in after.items():
            if name not in before:
                yield from leaves(value, (*path, name))
            elif before[name] != value:
                yield from differences(before[name], value, (*path, name))
        yield from ((*path, name) for name in before if name not in after)
    elif isinstance(before, List) and isinstance(after, List):
        yield from _item_differences(before, after, path)
    elif not _same_text(before, after):
        yield path


def _item_differences(before: List, after: List, path: FieldPath) -> Iterator[FieldPath]:
    pairs = items(before, after)
    for position, value in enumerate(after):
        was = pairs.get(position)
        if was is None:
            yield from leaves(value, (*path, position))
        elif before[was] != value:
            yield from differences(before[was], value, (*path, position))
    order = [pairs[position] for position in sorted(pairs)]
    if len(pairs) < len(before) or order != sorted(order):
        yield path


def _same_text(before: Value, after: Value) -> bool:
    """Return whether two texts differ at most by the line end that some YAML styles add."""
    if not isinstance(before, str) or not isinstance(after, str):
        return False
    return before.rstrip("\n") == after.rstrip("\n")


def leaves(value: Value, path: FieldPath) -> Iterator[FieldPath]:
    """Return the path of each plain value at or below `path`."""
    if isinstance(value, Map) and value:
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, List) and value:
        for position, item in enumerate(value):
            yield from leaves(item, (*path, position))
    else:
        yield path


class Counterparts:
    """Finds where a value of a newer entry was in the older one: items of lists move."""

    def __init__(self) -> None:
        self._items: dict[tuple[int, int], Mapping[int, int]] = {}

    def path(self, before: Value, after: Value, path: FieldPath) -> FieldPath | None:
        """Return the older path of the newer `path`, or None where an item of it is new."""
        older: list[str | int] = []
        for step in path:
            if isinstance(step, int) and isinstance(before, List) and isinstance(after, List):
                # Both lists live as long as the rosters that are compared, so their ids are theirs.
                lists = (id(before), id(after))
                if lists not in self._items:
                    self._items[lists] = items(before, after)
                was = self._items[lists].get(step)
                if was is None:
                    return None
                older.append(was)
                before, after = before[was], after[step]
                continue
            older.append(step)
            before, after = follow(before, (step,)), follow(after, (step,))
        return tuple(older)
