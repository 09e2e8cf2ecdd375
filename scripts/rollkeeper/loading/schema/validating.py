"""A roster held against its schema: every fault of every entry, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from rollkeeper.loading.schema.compiling import SchemaError, SchemaPart, Validator
from rollkeeper.model.limits import MAX_ENTRY_DEFECTS, MAX_ROSTER_DEFECTS
from rollkeeper.model.roster import Defect
from rollkeeper.model.tree import FieldPath, Map, Place, Value, follow, key_place_of, place_of

if TYPE_CHECKING:
    from rollkeeper.loading.schema.case import SchemaDefect


def defects(
    validator: Validator, roster_data: Value, entries_at: FieldPath = ()
) -> Iterator[Defect]:
    """Return each fault that the schema finds in a roster, in the order of the file.

    `entries_at` is where in the roster the list of entries stands.
    Raises SchemaError where the schema cannot be applied at all.
    """
    try:
        found = list(islice(_found(validator, roster_data, entries_at), MAX_ROSTER_DEFECTS + 1))
    except RecursionError as error:
        message = "the schema refers to itself without end"
        raise SchemaError(message) from error
    if len(found) > MAX_ROSTER_DEFECTS:
        last = found[MAX_ROSTER_DEFECTS]
        more = f"more than {MAX_ROSTER_DEFECTS:,} defects; the rest of this roster was not checked"
        found[MAX_ROSTER_DEFECTS] = Defect("wrong-value", more, last.place, last.entry)
    yield from sorted(found, key=lambda defect: defect.place[:2])


def _found(validator: Validator, data: Value, entries_at: FieldPath) -> Iterator[Defect]:
    parts = validator.split(entries_at)
    entries = follow(data, entries_at)
    if parts is None or not isinstance(entries, list):
        yield from _judged(validator.whole, data, data, (), entries_at)
        return
    outer, inner = parts
    yield from _judged(outer, data, data, (), entries_at)
    for number, entry in enumerate(entries):
        if not inner.accepts(entry):
            yield from _judged(inner, entry, data, (*entries_at, number), entries_at)


def _judged(
    judge: SchemaPart, value: Value, data: Value, at: FieldPath, entries_at: FieldPath
) -> Iterator[Defect]:
    if judge.accepts(value):
        return
    for told in _told(judge, value, MAX_ENTRY_DEFECTS if at else MAX_ROSTER_DEFECTS):
        # The reader says itself that a roster is no list and an entry no mapping (`roster-shape`).
        if told.rule == "wrong-type" and len(at + told.path) <= len(entries_at) + 1:
            continue
        yield _defect(told, data, at, entries_at)


def _told(judge: SchemaPart, value: Value, most: int) -> list[SchemaDefect]:
    """Tell what is wrong with one value, each thing once; beyond a limit that there is more."""
    from rollkeeper.loading.schema.case import SchemaDefect  # noqa: PLC0415 - it needs the library, which a valid roster does without
    from rollkeeper.loading.schema.messages import tell  # noqa: PLC0415 - it needs the library, which a valid roster does without

    kept: dict[tuple[str, FieldPath, str], SchemaDefect] = {}
    empty: set[FieldPath] = set()
    for error in judge.library.iter_errors(value):
        for told in tell(error, judge.library):
            # A value that is not there is told once; its form is not to be blamed as well.
            is_empty = told.rule == "empty-value"
            if not (is_empty and told.path in empty):
                kept.setdefault((told.rule, told.path, told.message), told)
            if is_empty:
                empty.add(told.path)
        if len(kept) > most:
            break
    found = [t for t in kept.values() if t.rule == "empty-value" or t.path not in empty]
    if len(found) > most:
        found[most:] = [
            SchemaDefect("wrong-value", f"more than {most:,} defects in this entry", ())
        ]
    return found


def _defect(told: SchemaDefect, data: Value, at: FieldPath, entries_at: FieldPath) -> Defect:
    path = at + told.path
    entry, field = _entry_and_field(path, entries_at)
    place = _place(told, data, path, len(entries_at) + 1)
    return Defect(told.rule, told.message, place, entry, field, told.fix)


def _entry_and_field(path: FieldPath, entries_at: FieldPath) -> tuple[int | None, FieldPath]:
    depth = len(entries_at)
    if path[:depth] != entries_at or len(path) <= depth:
        return None, ()
    number = path[depth]
    return (number, path[depth + 1 :]) if isinstance(number, int) else (None, path[depth + 1 :])


def _place(told: SchemaDefect, data: Value, path: FieldPath, entry_depth: int) -> Place:
    if told.on_key:
        return key_place_of(data, path)
    if told.rule != "missing-field" and not (told.rule == "wrong-value" and not told.path):
        return place_of(data, path)
    if len(path) > entry_depth and isinstance(path[-1], str):
        return key_place_of(data, path)
    return _first_key(follow(data, path)) or place_of(data, path)


def _first_key(value: Value) -> Place | None:
    if not isinstance(value, Map) or not value.key_places:
        return None
    return Place(*next(iter(value.key_places.values())))
