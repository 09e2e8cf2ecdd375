"""Values that remember where in their file they were written."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

Value: TypeAlias = "str | int | float | bool | Map | List | None"
FieldPath: TypeAlias = tuple[str | int, ...]
ANY_ITEM = "*"
"""In a path: every item of a list, or every value of a mapping."""
RawPlace: TypeAlias = tuple[int, int, int, int]
"""What a `Place` holds, as a plain tuple: half a million of them are made for a large roster."""


class Place(NamedTuple):
    """A stretch of a text file: 1-based lines and columns, the end column excluded."""

    line: int
    column: int
    end_line: int
    end_column: int


START = Place(1, 1, 1, 1)


class Map(dict[str, Value]):
    """A mapping with the place of each key and of each value."""

    __slots__ = ("key_places", "value_places")

    def __init__(self) -> None:
        super().__init__()
        self.key_places: dict[str, RawPlace] = {}
        self.value_places: dict[str, RawPlace] = {}


class List(list[Value]):
    """A sequence with the place of each item."""

    __slots__ = ("item_places",)

    def __init__(self) -> None:
        super().__init__()
        self.item_places: list[RawPlace] = []


def field_path(text: str) -> FieldPath:
    """Read `leads.*.github` or `terms.0.end`: `*` is every item, a number a position in a list."""
    first, *others = text.split(".")
    # The first step is a key of the entry itself, which is a mapping.
    return (first, *(int(step) if step.isascii() and step.isdigit() else step for step in others))


def dotted(path: FieldPath) -> str:
    """Write the path of a field as policies do: what `field_path` reads."""
    return ".".join(map(str, path))


def follow(value: Value, path: FieldPath) -> Value:
    """Return the value at `path` below `value`, or None where there is none."""
    for step in path:
        if isinstance(value, Map):
            value = value.get(str(step))
        elif isinstance(value, List) and isinstance(step, int) and 0 <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def values_at(value: Any, path: FieldPath) -> Iterator[Any]:  # noqa: ANN401 - any data
    """Return the values at a path of any data, in which `*` means every item; none is blank."""
    if not path:
        if value is not None and value != "":
            yield value
        return
    step, *rest = path
    if step == ANY_ITEM:
        items = value.values() if isinstance(value, dict) else value
        for item in items if isinstance(value, dict | list) else ():
            yield from values_at(item, tuple(rest))
    elif isinstance(value, dict) and str(step) in value:
        yield from values_at(value[str(step)], tuple(rest))
    elif isinstance(value, list) and isinstance(step, int) and step < len(value):
        yield from values_at(value[step], tuple(rest))


def place_of(value: Value, path: FieldPath, *, default: Place = START) -> Place:
    """Return where the value at `path` is; where it is missing, its nearest holder."""
    place = default
    for step in path:
        if isinstance(value, Map) and (name := str(step)) in value.value_places:
            place = Place(*value.value_places[name])
            value = value[name]
        elif isinstance(value, List) and isinstance(step, int) and 0 <= step < len(value):
            place = Place(*value.item_places[step])
            value = value[step]
        else:
            break
    return place


def path_at(value: Value, line: int, column: int) -> FieldPath | None:
    """Return the path of the value whose text is at a place; None where that is in no value."""
    path: FieldPath = ()
    here, end = (line, column), (0, 0)
    while isinstance(value, Map | List):
        step: str | int
        if isinstance(value, Map):
            before = [key for key, place in value.value_places.items() if place[:2] <= here]
            if not before:
                return None
            step = before[-1]
            end = value.value_places[step][2:]
        else:
            step = bisect_right(value.item_places, (*here, sys.maxsize, 0)) - 1
            if step < 0:
                return None
            end = value.item_places[step][2:]
        path, value = (*path, step), follow(value, (step,))
    return path if here < end else None


def key_place_of(value: Value, path: FieldPath, *, default: Place = START) -> Place:
    """Return where the last key of `path` is (not its value); where missing, its holder."""
    holder = follow(value, path[:-1])
    if path and isinstance(holder, Map) and str(path[-1]) in holder.key_places:
        return Place(*holder.key_places[str(path[-1])])
    return place_of(value, path, default=default)
