"""The order that a roster is to have, and which of several things are out of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollkeeper.grammar.collation import Locale, order_key
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import ANY_ITEM, FieldPath, Value, field_path

DESCENDING = "-"
"""Before a field: its values are sorted from the last to the first."""
_MOST_REFERENCES = 16
"""How often a schema may refer from one place of it to another."""
_Key = tuple[bool, int, float, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Order:
    """What a roster is sorted by, as the options of the rule `unsorted` say.

    `by` has roles or fields, those with `-` from the last to the first. `order` has the values of
    the first of them in their order. Entries with different values of the field `groups` are not
    compared, and those with one of the values `leave` not at all.
    """

    by: tuple[str, ...] = ("name",)
    order: tuple[str, ...] = ()
    locale: Locale | None = None
    groups: str | None = None
    leave: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """What the entries are sorted by, such as `tier, then name`."""
        words = (
            f"{field[len(DESCENDING) :]} from last to first"
            if field.startswith(DESCENDING)
            else field
            for field in self.by
        )
        within = f" within each {self.groups}" if self.groups else ""
        return ", then ".join(words) + within


def arranged(
    entries: Sequence[Entry], order: Order, schema: Mapping[str, Any] | None = None
) -> Iterator[list[tuple[int, int]]]:
    """Return for each group of entries its places and which entry belongs at each, by position.

    Entries of different lists and files of a roster are groups of their own. One that has none of
    the values to sort by is in no group: it keeps its place. Where `order` is not given, the values
    of a field are in the order in which the `schema` of the roster lists them, if it does.
    """
    columns = [[_value(entry, field) for entry in entries] for field in order.by]
    left = {value.casefold() for value in order.leave}
    groups: dict[tuple[str, FieldPath, str], list[int]] = {}
    for position, entry in enumerate(entries):
        group = _text(_value(entry, order.groups)).casefold() if order.groups else ""
        in_list = bool(entry.at)  # the only entry of its file has no neighbours
        if in_list and group not in left and any(each[position] is not None for each in columns):
            holder = entry.roster.path, entry.at[:-1]
            groups.setdefault((*holder, group), []).append(position)
    for places in groups.values():
        ranked = places
        for number in range(len(order.by) - 1, -1, -1):
            field, values = order.by[number], columns[number]
            choices = () if number else order.order
            listed = choices or _choices(schema, entries[places[0]], field)
            descending = field.startswith(DESCENDING)
            keys = _keys(
                [values[place] for place in places], listed, order.locale, descending=descending
            )
            by_place = dict(zip(places, keys, strict=True))
            ranked = sorted(ranked, key=by_place.__getitem__, reverse=descending)
        yield list(zip(places, ranked, strict=True))


def _keys(
    values: Sequence[Value], listed: Sequence[str], locale: Locale | None, *, descending: bool
) -> list[_Key]:
    """Return the keys of the values of one field: numbers by size, all others as text.

    What has no value comes last in both directions.
    """
    ranks = {text.casefold(): rank for rank, text in reversed(list(enumerate(listed)))}
    numbers = all(_is_number(value) for value in values if value is not None)
    keys: list[_Key] = []
    for value in values:
        rank = ranks.get(_text(value).casefold(), len(ranks))
        missing = (value is None) is not descending
        number = float(str(value)) if numbers and value is not None else 0.0
        keys.append((missing, rank, number, () if numbers else order_key(_text(value), locale)))
    return keys


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _value(entry: Entry, field: str) -> Value:
    """Return the first value of a role or a field that an entry has, or None."""
    name = field.removeprefix(DESCENDING)
    for path in entry.roles.get(name) or (field_path(name),):
        for _, value in entry.located(path):
            if isinstance(value, str | int | float) and _text(value).strip():
                return value
    return None


def _choices(schema: Mapping[str, Any] | None, entry: Entry, field: str) -> Sequence[str]:
    """Return the texts that a schema allows for a field of an entry, none where it lists none."""
    if schema is None:
        return ()
    name = field.removeprefix(DESCENDING)
    inside = (entry.roles.get(name) or (field_path(name),))[0]
    node: Any = schema
    for step in (*entry.at, *inside):
        below = _resolved(schema, node)
        is_item = isinstance(step, int) or (step == ANY_ITEM and "items" in below)
        node = below.get("items") if is_item else _property(below, step)
    listed = _resolved(schema, node).get("enum")
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else ()


def _property(node: Mapping[str, Any], step: str | int) -> object:
    properties = node.get("properties")
    return properties.get(step) if isinstance(properties, Mapping) else None


def _resolved(schema: Mapping[str, Any], node: object) -> Mapping[str, Any]:
    """Return the part of a schema that a reference within it leads to; an empty one for none."""
    for _ in range(_MOST_REFERENCES):
        if not isinstance(node, Mapping):
            return {}
        reference = node.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return node
        target: object = schema
        for step in reference[2:].split("/"):
            target = target.get(step) if isinstance(target, Mapping) else None
        node = target
    return {}


def outside_longest_run(ranks: Sequence[int]) -> list[int]:
    """Return the positions outside a longest rising subsequence: the fewest that must move."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for position, rank in enumerate(ranks):
        length = bisect_left(tails, rank)
        previous.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(rank)
            ends.append(position)
        else:
            tails[length] = rank
            ends[length] = position
    kept = set()
    position = ends[-1] if ends else -1
    while position >= 0:
        kept.add(position)
        position = previous[position]
    return [position for position in range(len(ranks)) if position not in kept]


def to_move(group: Sequence[tuple[int, int]]) -> list[int]:
    """Return which entries of a group of `arranged` have to move, as few as possible."""
    ranks = {entry: rank for rank, (_, entry) in enumerate(group)}
    places = [place for place, _ in group]
    return [places[number] for number in outside_longest_run([ranks[each] for each in places])]
