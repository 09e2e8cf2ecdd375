"""A roster validated against its schema: every defect of every entry, in the order of the file."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import islice

from rollkeeper.grammar.wording import quoted
from rollkeeper.loading.schema.case import SchemaDefect
from rollkeeper.loading.schema.compiling import SchemaError, SchemaPart, Validator
from rollkeeper.loading.schema.text_checks import PatternLimitError
from rollkeeper.model.limits import MAX_ENTRY_DEFECTS, MAX_ROSTER_DEFECTS
from rollkeeper.model.roster import Defect
from rollkeeper.model.tree import (
    START,
    FieldPath,
    List,
    Map,
    Place,
    Value,
    follow,
    key_place_of,
    place_of,
)


def defects(
    validator: Validator, roster_data: Value, entries_at: FieldPath | None = ()
) -> Iterator[Defect]:
    """Return each defect that the schema finds in a roster, in the order of the file.

    `entries_at` is the path of the list of entries. That this is no list, or an entry no mapping,
    is left to the reader of the roster, who reports it with or without a schema. Where it is None,
    fields are paths in the file: which entry they are of is for the caller to find out.
    Raises SchemaError where the schema cannot be applied at all.
    """
    try:
        found = list(islice(_found(validator, roster_data, entries_at), MAX_ROSTER_DEFECTS + 1))
    except RecursionError as error:
        message = "the schema refers to itself without end"
        raise SchemaError(message) from error
    if len(found) > MAX_ROSTER_DEFECTS:
        more = f"more than {MAX_ROSTER_DEFECTS:,} defects; the rest of this roster was not checked"
        # At the start, because a report has only the first of many findings.
        found = [Defect("wrong-value", more, START), *found[:MAX_ROSTER_DEFECTS]]
    yield from sorted(found, key=lambda defect: defect.place[:2])


def _found(validator: Validator, data: Value, entries_at: FieldPath | None) -> Iterator[Defect]:
    if entries_at is None:
        yield from _refused(validator.whole, data, data, (), None)
        return
    parts = validator.split(entries_at)
    entries = follow(data, entries_at)
    if parts is None or not isinstance(entries, list):
        yield from _refused(validator.whole, data, data, (), entries_at)
        return
    frame, each = parts
    yield from _refused(frame, data, data, (), entries_at)
    for number, entry in enumerate(entries):
        yield from _refused(each, entry, data, (*entries_at, number), entries_at)


def _refused(
    part: SchemaPart, value: Value, data: Value, at: FieldPath, entries_at: FieldPath | None
) -> Iterator[Defect]:
    accepted = part.accepts(value)
    if accepted:
        return
    most = MAX_ENTRY_DEFECTS if at else MAX_ROSTER_DEFECTS
    found = _described(part, value, most)
    if not found and accepted is False:
        found.append(_unexplained(at))
    for each in found:
        path = at + each.path
        if each.rule != "wrong-type" or not _is_shape(follow(data, path), path, entries_at):
            yield _defect(each, data, path, entries_at)


def _is_shape(value: Value, path: FieldPath, entries_at: FieldPath | None) -> bool:
    """Return whether the reader reports a value: no list of entries, or an entry of no fields."""
    if entries_at is None:
        return False
    depth = len(entries_at)
    if path == entries_at[: len(path)]:
        return not isinstance(follow(value, entries_at[len(path) :]), List)
    return len(path) == depth + 1 and path[:depth] == entries_at and not isinstance(value, Map)


def _described(part: SchemaPart, value: Value, most: int) -> list[SchemaDefect]:
    """Return what is wrong with one value, each thing once; beyond a limit that there is more."""
    from rollkeeper.loading.schema.messages import described_errors  # noqa: PLC0415 - it needs the library, which a valid roster does without

    kept: dict[Hashable, SchemaDefect] = {}
    try:
        for each in described_errors(part.library, value):
            key = _fault(each, value)
            known = kept.setdefault(key, each)
            if known is not each and _says_more(each, known):
                kept[key] = each
            if len(kept) > most:
                break
    except PatternLimitError as limit:
        words = f"the schema's pattern {quoted(limit.pattern)} takes too many steps"
        message = f"{words} on {quoted(limit.text)}; shorten the value or simplify the pattern"
        kept[message] = SchemaDefect("wrong-value", message, ())
    found = list(kept.values())
    if len(found) > most:
        found[most:] = [SchemaDefect("wrong-value", f"more than {most:,} defects here", ())]
    return found


def _fault(each: SchemaDefect, value: Value) -> Hashable:
    """Return what is the same for all that a schema has to say about one fault.

    A text that matches neither a pattern nor a format, or that two parts of the schema refuse, is
    one fault; a list can have several.
    """
    if each.rule == "unknown-field" or isinstance(follow(value, each.path), Map | List):
        return each.rule, each.path, each.message
    return each.path


def _says_more(each: SchemaDefect, known: SchemaDefect) -> bool:
    """Return whether a defect is to be reported in place of another one of the same value."""
    if known.rule == "empty-value" or each.rule == "empty-value":
        return known.rule != "empty-value"
    return each.fix is not None and known.fix is None


def _unexplained(at: FieldPath) -> SchemaDefect:
    what = "the entry" if at else "the roster"
    return SchemaDefect("wrong-value", f"{what} does not match the schema; compare the two", ())


def _defect(
    each: SchemaDefect, data: Value, path: FieldPath, entries_at: FieldPath | None
) -> Defect:
    if entries_at is None:
        place = _place(each, data, path, len(path))
        about = tuple(each.about)
        return Defect(each.rule, each.message, place, None, path, each.fix, about=about)
    depth = len(entries_at)
    place = _place(each, data, path, depth + 1)
    if path[:depth] != entries_at or len(path) <= depth:
        return Defect(each.rule, each.message, place, None, (), each.fix)
    number, field = path[depth], path[depth + 1 :]
    entry = number if isinstance(number, int) else None
    at = path[: len(path) - len(each.path)]
    about = tuple((at + other)[depth + 1 :] for other in each.about)
    return Defect(each.rule, each.message, place, entry, field, each.fix, about=about)


def _place(each: SchemaDefect, data: Value, path: FieldPath, entry_depth: int) -> Place:
    if each.on_key:
        return key_place_of(data, path)
    if each.absent:
        path = path[:-1]
    elif each.rule != "wrong-value" or each.path:
        return place_of(data, path)
    if len(path) > entry_depth and isinstance(path[-1], str):
        return key_place_of(data, path)
    value = follow(data, path)
    if isinstance(value, Map) and value.key_places:
        return Place(*next(iter(value.key_places.values())))
    return place_of(data, path)
