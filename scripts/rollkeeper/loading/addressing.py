"""The entries of one file of a roster: found along a path, each with fields from around it.

Whatever on the way is missing or of another kind is a defect that names its place: nothing is left
out silently. Each value of a file is looked at once, whatever the path.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from rollkeeper.grammar.globs import is_glob
from rollkeeper.grammar.wording import counted, cut, quoted
from rollkeeper.model.limits import MAX_DEFECTS
from rollkeeper.model.policy import EntriesAddress, Policy
from rollkeeper.model.roster import Defect, Roster
from rollkeeper.model.tree import (
    ANY_ITEM,
    START,
    FieldPath,
    List,
    Map,
    Place,
    RawPlace,
    Value,
    dotted,
    follow,
    key_place_of,
    place_of,
)

_SHAPE = "roster-shape"
_FEW = 3
"""Misshapen items of a file that are reported one by one; more are reported together."""
_PLAIN_TEXT = "plain text"


_NO_ORIGINS: Mapping[str, FieldPath | None] = MappingProxyType({})


class AddressedEntry(NamedTuple):
    """An entry as it was found: its path in the file, its fields, and where some of them stand."""

    at: FieldPath
    data: Map
    origins: Mapping[str, FieldPath | None] = _NO_ORIGINS


@dataclass
class AddressedFile:
    """The entries of a file, and what of it could not be one."""

    entries: list[AddressedEntry] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)


def addressed(roster: Roster, policy: Policy) -> AddressedFile:
    """Find the entries of one file of a policy's roster, in the order of the file."""
    work = _Work(roster, policy.entries, one_to_a_file=is_glob(policy.roster))
    for path, value in work.reached(roster.data, (), policy.entries.at):
        work.take(path, value)
    return work.finished()


class _Work:
    """A file whose entries are being found."""

    def __init__(self, roster: Roster, address: EntriesAddress, *, one_to_a_file: bool) -> None:
        self.roster, self.address, self.one_to_a_file = roster, address, one_to_a_file
        self.found = AddressedFile()
        self.odd: dict[str, list[Place]] = {}
        self.asked: Counter[int] = Counter()
        self.without: dict[int, list[tuple[FieldPath, Value]]] = defaultdict(list)
        """By the number of a step how often it was looked for, and where in vain."""
        self.inherited: dict[FieldPath, tuple[FieldPath, Value] | None] = {}
        self.plain = address.is_one_list

    def reached(
        self, value: Value, done: FieldPath, rest: FieldPath
    ) -> Iterator[tuple[FieldPath, Value]]:
        """Return what the rest of a path leads to; note where it leads nowhere."""
        if not rest:
            yield done, value
            return
        step, further = rest[0], rest[1:]
        if step != ANY_ITEM:
            self.asked[len(done)] += 1
            below = follow(value, (step,))
            if below is not None:
                yield from self.reached(below, (*done, step), further)
            elif len(done) not in self.address.optional and not self._is_empty_group(value, step):
                self.without[len(done)].append((done, value))
        elif isinstance(value, List):
            for index, item in enumerate(value):
                yield from self.reached(item, (*done, index), further)
        elif isinstance(value, Map):
            for key, item in value.items():
                yield from self.reached(item, (*done, key), further)
        else:
            self._defect(done, f"{_called(done)} must be a list or a mapping, as `*` is its items")

    def _is_empty_group(self, value: Value, step: str | int) -> bool:
        """Return whether a value is the empty list of one group among several."""
        return ANY_ITEM in self.address.at and isinstance(value, Map) and step in value

    def take(self, path: FieldPath, value: Value) -> None:
        """Take what the path leads to: a list or mapping of entries, or an entry."""
        if self.address.key_as is not None:
            if isinstance(value, Map):
                for key, item in value.items():
                    place = value.key_places[key]
                    self._entry((*path, key), item, place, {self.address.key_as: key})
            else:
                fields = f"a mapping whose keys are the `{self.address.key_as}` of entries"
                self._defect(path, f"{_called(path)} must be {fields}")
        elif isinstance(value, List):
            for index, item in enumerate(value):
                self._entry((*path, index), item, value.item_places[index], {})
        elif path and self.address.at[-1] == ANY_ITEM:
            self._entry(path, value, key_place_of(self.roster.data, path), {})
        elif self.one_to_a_file and isinstance(value, Map) and not path:
            self._entry(path, value, START, {})
        else:
            self._no_list(path, value)

    def finished(self) -> AddressedFile:
        """Report the items that are no entries, and return what was found."""
        for number, holders in self.without.items():
            self._report_missing(number, holders)
        for what, places in self.odd.items():
            advice = self._advice(what)
            if len(places) <= _FEW:
                message = f"an entry must be a mapping of fields, and this is {what}; {advice}"
                self.found.defects.extend(Defect(_SHAPE, message, place) for place in places)
                continue
            message = (
                f"{counted(len(places), 'item')} of the list are {what}, and an entry must be a "
                f"mapping of fields; {advice}"
            )
            self.found.defects.append(Defect(_SHAPE, message, places[0]))
        defects = self.found.defects
        if len(defects) > MAX_DEFECTS:
            more = f"{len(defects) - MAX_DEFECTS:,} more places do not have what `entries` asks for"
            defects[MAX_DEFECTS:] = [Defect(_SHAPE, more, START)]
        return self.found

    def _advice(self, what: str) -> str:
        if what == _PLAIN_TEXT and self.address.text_as is None:
            return (
                "write `- name: Example Cloud`, or set `entries: {text_as: name}` in the policy "
                "if a text alone is an entry"
            )
        if self.address.text_as is not None and what in {"a number", "a truth value"}:
            return "write it in quotes"
        return "write it as `- name: Example Cloud`"

    def _entry(
        self, at: FieldPath, value: Value, place: RawPlace, given: Mapping[str, Value]
    ) -> None:
        if self.plain and isinstance(value, Map):
            self.found.entries.append(AddressedEntry(at, value))
            return
        address, origins = self.address, dict[str, FieldPath | None]()
        data = Map()
        if isinstance(value, Map):
            _copy(data, value)
        elif isinstance(value, str) and address.text_as is not None:
            _put(data, address.text_as, value, place, place_of(self.roster.data, at))
            origins[address.text_as] = at
        elif not (value is None and given):
            self.odd.setdefault(_kind(value), []).append(Place(*place))
            return
        if address.file_as is not None:
            given = {**given, address.file_as: PurePosixPath(self.roster.path).stem}
        for name, text in given.items():
            if name not in data:
                _put(data, name, text, place, place)
                origins[name] = None
        for name, path in address.inherit.items():
            held = self._inherited(path, at) if name not in data else None
            if held is not None:
                where, above = held
                key_place = key_place_of(self.roster.data, where)
                value_place = place_of(self.roster.data, where)
                _put(data, name, above, key_place, value_place)
                # The text of a key is no value that could be replaced.
                origins[name] = None if path[-1] == ANY_ITEM else where
        self.found.entries.append(AddressedEntry(at, data, origins))

    def _inherited(self, path: FieldPath, at: FieldPath) -> tuple[FieldPath, Value] | None:
        """Return where a field of a group stands for the entry at a place, and its value."""
        where = tuple(
            at[n] if step == ANY_ITEM and n < len(at) else step for n, step in enumerate(path)
        )
        if where not in self.inherited:
            self.inherited[where] = self._above(path, where)
        return self.inherited[where]

    def _above(self, path: FieldPath, where: FieldPath) -> tuple[FieldPath, Value] | None:
        if path[-1] == ANY_ITEM and isinstance(where[-1], str):
            return where, where[-1]
        value = follow(self.roster.data, where) if path[-1] != ANY_ITEM else None
        if isinstance(value, Map | List) or path[-1] == ANY_ITEM:
            words = f"{quoted(dotted(path))}, which entries inherit, must be a text"
            self._defect(where, f"{words}, a number or the key of a mapping")
            return None
        if value is None:
            self._missing(where[:-1], follow(self.roster.data, where[:-1]), where[-1])
            return None
        return where, value

    def _report_missing(self, number: int, places: list[tuple[FieldPath, Value]]) -> None:
        """Report where a step of the path is missing; once, where it is missing everywhere."""
        step = self.address.at[number]
        if len(places) == self.asked[number] > 1:
            above = dotted(self.address.at[:number])
            message = (
                f"{quoted(str(step))} is in none of the {len(places):,} places `{above}`; correct "
                "`entries` in the policy"
            )
            self._defect(places[0][0], message)
            return
        for done, value in places:
            self._missing(done, value, step)

    def _missing(self, done: FieldPath, value: Value, step: str | int) -> None:
        if isinstance(value, Map) and step in value:
            message = f"{_called((*done, step))} is empty; write what belongs there"
            self._defect((*done, step), message)
        elif isinstance(value, Map | List):
            where = f" in {_called(done)}" if done else ""
            message = f"{quoted(str(step))} is not{where or ' in the roster'}"
            hint = "correct the name, or `entries` in the policy, where `name?` may be missing"
            self._defect(done, f"{message}; {hint}")
        else:
            message = f"{_called(done)} must be a mapping that has {quoted(str(step))}"
            self._defect(done, message)

    def _no_list(self, path: FieldPath, value: Value) -> None:
        inside = f" under `{dotted(path)}`" if path else ""
        message = f"the roster must be a list of entries{inside}, each starting with `- `"
        if isinstance(value, Map) and value and all(isinstance(e, Map) for e in value.values()):
            message += "; or set `entries: {key_as: name}` in the policy if each key is a name"
        self._defect(path, message, START if self.plain else None)

    def _defect(self, path: FieldPath, message: str, place: Place | None = None) -> None:
        self.found.defects.append(
            Defect(_SHAPE, message, place or key_place_of(self.roster.data, path))
        )


def _called(path: FieldPath) -> str:
    """Return how a message calls the value at a path."""
    return f"`{cut(dotted(path), 100)}`" if path else "the file"


def _kind(value: Value) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case List():
            return "a list"
        case _:
            return _PLAIN_TEXT


def _copy(data: Map, value: Map) -> None:
    data.update(value)
    data.key_places.update(value.key_places)
    data.value_places.update(value.value_places)


def _put(data: Map, name: str, value: Value, key_place: RawPlace, place: RawPlace) -> None:
    data[name] = value
    data.key_places[name], data.value_places[name] = key_place, place
