"""A roster's schema made ready: checked once, so that judging cannot stumble over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import regex

from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.loading.schema.fast_check import Check, Json, Schema, quick_check, resolve
from rollkeeper.loading.schema.patterns import compiled
from rollkeeper.model.tree import FieldPath

_DRAFTS = ("draft-07", "draft-06", "draft-04")
_MAPS_OF_SCHEMAS = frozenset({"properties", "patternProperties", "definitions", "dependencies"})
_LISTS_OF_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf", "items"})
_SCHEMAS = frozenset(
    {
        "items", "additionalItems", "contains", "additionalProperties", "propertyNames",
        "if", "then", "else", "not",
    }
)  # fmt: skip
_SAME_VALUE = frozenset({"allOf", "anyOf", "oneOf", "if", "then", "else", "not"})
"""Keywords whose schemas judge the same value again, not a part of it."""
_MOST_DEPTH = 64


class SchemaError(Exception):
    """The schema itself is wrong; `path` says where in it."""

    def __init__(self, message: str, path: FieldPath = ()) -> None:
        where = f" (at #/{'/'.join(map(str, path))})" if path else ""
        super().__init__(message + where)
        self.message = message
        self.path = path


@dataclass(frozen=True)
class SchemaPart:
    """One schema, or a part of one: whether a value is valid, and if not, why."""

    library: Any
    quick: Check | None

    def accepts(self, value: Json) -> bool:
        """Return whether a value is surely valid; no, where only `errors` can tell."""
        return self.quick is not None and self.quick(value)


@dataclass(frozen=True)
class Validator:
    """A compiled schema. `parts` holds the judges of single entries, by where the entries are."""

    schema: Mapping[str, Any]
    whole: SchemaPart
    parts: dict[FieldPath, tuple[SchemaPart, SchemaPart] | None] = field(default_factory=dict)

    def split(self, entries_at: FieldPath) -> tuple[SchemaPart, SchemaPart] | None:
        """Return a judge of the roster without its entries and one of an entry.

        None where the schema does not say plainly which part of it an entry is.
        """
        if entries_at not in self.parts:
            self.parts[entries_at] = self._split(entries_at)
        return self.parts[entries_at]

    def _split(self, entries_at: FieldPath) -> tuple[SchemaPart, SchemaPart] | None:
        outer = frame = dict(self.schema)
        for step in entries_at:
            below = frame.get("properties", {}).get(step)
            if "$ref" in frame or not isinstance(below, dict):
                return None
            below = dict(below)
            frame["properties"] = {**frame["properties"], step: below}
            frame = below
        item = frame.get("items")
        if "$ref" in frame or not isinstance(item, dict):
            return None
        frame["items"] = True
        return self._judge(outer), self._judge(item)

    def _judge(self, schema: Schema) -> SchemaPart:
        return SchemaPart(
            self.whole.library.evolve(schema=schema), quick_check(schema, self.schema)
        )


def compile_schema(schema: Mapping[str, Any]) -> Validator:
    """Check and compile a JSON Schema (what draft-07 can say, references inside it only).

    Raises SchemaError, with the path in the schema, where it is broken.
    """
    from rollkeeper.loading.schema.keywords import Draft07, schema_error  # noqa: PLC0415 - the library costs 0.1 s, which `--version` must not pay

    _check_depth(schema, ())
    error = schema_error(schema)
    if error is not None:
        raise SchemaError(cut(error.message, 200), tuple(error.absolute_path))
    _check_draft(schema)
    plain = _plain(schema)
    parts = list(_walk(plain, ()))
    known = {id(part) for _, part in parts}
    for path, part in parts:
        _spell_out_false(part)
        _check_patterns(part, path)
        _check_reference(part, path, plain, known)
    done: set[int] = set()
    for path, part in parts:
        _check_ends(part, path, plain, set(), done)
    library = Draft07(plain)
    return Validator(plain, SchemaPart(library, quick_check(plain, plain)))


def _check_depth(value: Json, path: FieldPath) -> None:
    if len(path) > _MOST_DEPTH:
        message = f"the schema is nested deeper than {_MOST_DEPTH} levels"
        raise SchemaError(message, path[:8])
    if isinstance(value, Mapping):
        for key, item in value.items():
            _check_depth(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _check_depth(item, (*path, number))


def _check_draft(schema: Mapping[str, Any]) -> None:
    draft = schema.get("$schema")
    if draft is not None and not any(name in str(draft) for name in _DRAFTS):
        message = (
            f"the schema says it is {quoted(draft)}; write it in draft-07, which every editor "
            "knows: `http://json-schema.org/draft-07/schema#`"
        )
        raise SchemaError(message, ("$schema",))


def _plain(value: Json) -> Json:
    """Copy a schema without `$schema` and `$id`, which would change what references mean."""
    if isinstance(value, Mapping):
        names = {"$schema", "$id"}
        return {
            key: _plain(item)
            for key, item in value.items()
            if not (key in names and isinstance(item, str))
        }
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _spell_out_false(part: dict[str, Any]) -> None:
    """Write `not: {}` for False: the library forgets where it met a schema that is just False."""
    for keyword in part.keys() & _MAPS_OF_SCHEMAS:
        for name, inner in part[keyword].items():
            if inner is False:
                part[keyword][name] = {"not": {}}
    for keyword in part.keys() & _LISTS_OF_SCHEMAS:
        if isinstance(part[keyword], list):
            part[keyword] = [{"not": {}} if inner is False else inner for inner in part[keyword]]
    for keyword in part.keys() & (_SCHEMAS - {"additionalProperties"}):
        if part[keyword] is False:
            part[keyword] = {"not": {}}


def _walk(schema: Schema, path: FieldPath) -> Iterator[tuple[FieldPath, dict[str, Any]]]:
    """Return every schema inside a schema, with its path."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword, value in schema.items():
        if keyword in _MAPS_OF_SCHEMAS:
            for name, part in value.items():
                yield from _walk(part, (*path, keyword, name))
        elif keyword in _LISTS_OF_SCHEMAS and isinstance(value, list):
            for number, part in enumerate(value):
                yield from _walk(part, (*path, keyword, number))
        elif keyword in _SCHEMAS:
            yield from _walk(value, (*path, keyword))


def _check_patterns(part: dict[str, Any], path: FieldPath) -> None:
    patterns: list[tuple[FieldPath, str]] = (
        [(("pattern",), part["pattern"])] if "pattern" in part else []
    )
    patterns += [(("patternProperties", each), each) for each in part.get("patternProperties", ())]
    for where, pattern in patterns:
        try:
            compiled(pattern)
        except regex.error as error:
            message = f"the pattern {quoted(pattern)} cannot be read: {error}"
            raise SchemaError(message, path + where) from error


def _check_reference(part: dict[str, Any], path: FieldPath, root: Schema, known: set[int]) -> None:
    reference = part.get("$ref")
    if reference is None:
        return
    where = (*path, "$ref")
    if reference != "#" and not reference.startswith("#/"):
        message = (
            f"the reference {quoted(reference)} leads out of the schema; nothing is fetched: "
            "put the part under `definitions` and write `#/definitions/name`"
        )
        raise SchemaError(message, where)
    try:
        found = resolve(root, reference)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        message = f"the reference {quoted(reference)} leads nowhere in this schema"
        raise SchemaError(message, where) from error
    if id(found) not in known and not isinstance(found, bool):
        message = f"the reference {quoted(reference)} does not lead to a schema"
        raise SchemaError(message, where)


def _check_ends(
    part: Schema, path: FieldPath, root: Schema, open_: set[int], done: set[int]
) -> None:
    """Refuse a schema that judges one value by itself again, without end."""
    if not isinstance(part, dict) or id(part) in done:
        return
    if id(part) in open_:
        message = "the schema refers to itself for the same value, without end"
        raise SchemaError(message, path)
    open_.add(id(part))
    if "$ref" in part:
        _check_ends(resolve(root, part["$ref"]), path, root, open_, done)
    else:
        for keyword in _SAME_VALUE & part.keys():
            inner = part[keyword] if isinstance(part[keyword], list) else [part[keyword]]
            for each in inner:
                _check_ends(each, path, root, open_, done)
    open_.discard(id(part))
    done.add(id(part))
