"""A roster's schema, checked and compiled once, before any entry is validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from jsonschema_rs import Draft7, Draft7Validator, Registry, meta

from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.loading.schema.text_checks import (
    DATE_FORMATS,
    FORMATS,
    LINEAR,
    PatternLimitError,
    is_linear,
    matches,
)
from rollkeeper.loading.schema.values import Json, Schema, allows_null
from rollkeeper.model.limits import MAX_SCHEMA_DEPTH
from rollkeeper.model.policy import DatePrecision
from rollkeeper.model.tree import FieldPath

_DRAFTS = ("draft-07", "draft-06", "draft-04")
_DRAFT_07 = "http://json-schema.org/draft-07/schema#"
_BASE = "json-schema:roster"
"""What references into the schema begin with, so that parts of it can be compiled alone."""
_MAPS_OF_SCHEMAS = frozenset({"properties", "patternProperties", "definitions", "dependencies"})
_LISTS_OF_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf", "items"})
_SCHEMAS = frozenset(
    {
        "items", "additionalItems", "contains", "additionalProperties", "propertyNames",
        "if", "then", "else", "not",
    }
)  # fmt: skip
_SAME_VALUE = frozenset({"allOf", "anyOf", "oneOf", "if", "then", "else", "not"})
"""Keywords whose schemas apply to the same value again, not to a part of it."""
_YEARS = {"minimum": 1000, "maximum": 9999}
_BLANKS = r"\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `str.strip` takes away."""
_NOT_BLANK = {"pattern": f"[^{_BLANKS}]"}
_NOT_NULL = {"type": ["array", "boolean", "number", "object", "string"], **_NOT_BLANK}


class SchemaError(Exception):
    """The schema itself is wrong; `path` says where in it."""

    def __init__(self, message: str, path: FieldPath = ()) -> None:
        where = f" (at #/{'/'.join(map(str, path))})" if path else ""
        super().__init__(message + where)
        self.message = message
        self.path = path


@dataclass(frozen=True)
class SchemaPart:
    """What is applied by itself: to the whole roster, to all but its entries, or to each entry."""

    schema: Schema
    root: Schema
    fast: Draft7Validator | None

    def accepts(self, value: Json) -> bool | None:
        """Return whether a value is valid; None where only `library` can decide that."""
        try:
            return self.fast.is_valid(value) if self.fast is not None else None
        except (ValueError, PatternLimitError):
            return None

    @cached_property
    def library(self) -> Any:  # noqa: ANN401 - the library's class is made at run time
        """The validator that says why a value is refused."""
        from rollkeeper.loading.schema.keywords import Draft07  # noqa: PLC0415 - the library costs 0.1 s, and a valid roster does without

        return Draft07(self.root).evolve(schema=self.schema)


@dataclass(frozen=True)
class Validator:
    """A compiled schema."""

    schema: Mapping[str, Any]
    whole: SchemaPart

    def split(self, entries_at: FieldPath) -> tuple[SchemaPart, SchemaPart] | None:
        """Return what applies to the roster without its entries, and what to each entry.

        None where the schema does not say plainly which part of it an entry is.
        """
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
        return _part(outer, self.schema), _part(item, self.schema)


def compile_schema(
    schema: Mapping[str, Any], dates: DatePrecision = DatePrecision.DAY
) -> Validator:
    """Check and compile a JSON Schema (what draft-07 can say, with references inside it only).

    Its format `date` accepts what has the precision that the policy asks of `dates`.
    Raises SchemaError, with the path in the schema, where it is broken.
    """
    _check_depth(schema, ())
    _check_form(schema)
    plain = _plain(schema)
    parts = list(_walk(plain, ()))
    known = {id(part) for _, part in parts}
    for path, part in parts:
        _spell_out_false(part)
        _set_precision(part, dates)
        _check_patterns(part, path)
        _check_reference(part, path, plain, known)
    done: set[int] = set()
    for path, part in parts:
        _check_ends(part, path, plain, set(), done)
    try:
        return Validator(plain, _part(plain, plain))
    except ValueError as error:
        raise SchemaError(cut(str(error), 200)) from error


def _check_depth(value: Json, path: FieldPath) -> None:
    if len(path) > MAX_SCHEMA_DEPTH:
        message = f"the schema is nested deeper than {MAX_SCHEMA_DEPTH} levels"
        raise SchemaError(message, path[:8])
    if isinstance(value, Mapping | list):
        for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            _check_depth(item, (*path, key))


def _check_form(schema: Mapping[str, Any]) -> None:
    if not meta.is_valid({**schema, "$schema": _DRAFT_07}):
        from rollkeeper.loading.schema.keywords import schema_error  # noqa: PLC0415 - the library costs 0.1 s, and a valid schema does without

        error = schema_error(schema)
        # Patterns that cannot be read are none of its errors: they are reported by their own check.
        if error is not None:
            raise SchemaError(cut(error.message, 200), tuple(error.absolute_path))
    draft = schema.get("$schema")
    if draft is not None and not any(name in str(draft) for name in _DRAFTS):
        message = (
            f"the schema is written for {quoted(draft)}; write it in draft-07, which every editor "
            f"knows: `{_DRAFT_07}`"
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


def _slots(schema: dict[str, Any]) -> Iterator[tuple[Any, str | int, FieldPath]]:
    """Return each place of a schema that holds a schema: its holder, its key and its path."""
    for keyword, value in schema.items():
        if keyword in _MAPS_OF_SCHEMAS:
            yield from ((value, name, (keyword, name)) for name in value)
        elif keyword in _LISTS_OF_SCHEMAS and isinstance(value, list):
            yield from ((value, number, (keyword, number)) for number in range(len(value)))
        elif keyword in _SCHEMAS:
            yield schema, keyword, (keyword,)


def _walk(schema: Schema, path: FieldPath) -> Iterator[tuple[FieldPath, dict[str, Any]]]:
    """Return every schema inside a schema, with its path."""
    if isinstance(schema, dict):
        yield path, schema
        for holder, key, below in _slots(schema):
            yield from _walk(holder[key], path + below)


def _spell_out_false(part: dict[str, Any]) -> None:
    """Write `not: {}` for False: the library forgets where it met a schema that is just False."""
    for holder, key, _ in list(_slots(part)):
        if holder[key] is False and not (holder is part and key == "additionalProperties"):
            holder[key] = {"not": {}}


def _set_precision(part: dict[str, Any], dates: DatePrecision) -> None:
    if part.get("format") != "date" or dates is DatePrecision.DAY:
        return
    part["format"] = DATE_FORMATS[dates]
    if dates is DatePrecision.YEAR and part.get("type") == "string":
        # A year without quotes is a number.
        part |= {"type": ["string", "integer"], **_YEARS}


def _check_patterns(part: dict[str, Any], path: FieldPath) -> None:
    patterns: dict[FieldPath, str] = {("pattern",): part["pattern"]} if "pattern" in part else {}
    patterns |= {("patternProperties", each): each for each in part.get("patternProperties", ())}
    for where, pattern in patterns.items():
        try:
            is_linear(pattern)
        except ValueError as error:
            message = (
                f"the pattern {quoted(pattern)} cannot be read; write a regular expression of "
                "JSON Schema (ECMA 262) that allows for fewer than 10,000 characters"
            )
            raise SchemaError(message, path + where) from error


def _resolve(root: Schema, reference: str) -> Schema:
    value = root
    for part in reference.removeprefix("#").split("/")[1:]:
        step = part.replace("~1", "/").replace("~0", "~")
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


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
        found = _resolve(root, reference)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        message = f"the reference {quoted(reference)} leads nowhere in this schema"
        raise SchemaError(message, where) from error
    if id(found) not in known and not isinstance(found, bool):
        message = f"the reference {quoted(reference)} does not lead to a schema"
        raise SchemaError(message, where)


def _check_ends(
    part: Schema, path: FieldPath, root: Schema, open_: set[int], done: set[int]
) -> None:
    """Refuse a schema that applies itself to one value again, without end."""
    if not isinstance(part, dict) or id(part) in done:
        return
    if id(part) in open_:
        message = "the schema refers to itself for the same value, without end"
        raise SchemaError(message, path)
    open_.add(id(part))
    if "$ref" in part:
        _check_ends(_resolve(root, part["$ref"]), path, root, open_, done)
    else:
        for keyword in _SAME_VALUE & part.keys():
            inner = part[keyword] if isinstance(part[keyword], list) else [part[keyword]]
            for each in inner:
                _check_ends(each, path, root, open_, done)
    open_.discard(id(part))
    done.add(id(part))


def _part(schema: Schema, root: Schema) -> SchemaPart:
    return SchemaPart(schema, root, _fast(schema, root))


def _fast(schema: Schema, root: Schema) -> Draft7Validator | None:
    """Compile a part of a schema for `jsonschema-rs`; None where that cannot say the same."""
    formats: dict[str, Any] = dict(FORMATS)
    here, whole = deepcopy(schema), deepcopy(root)
    for _, part in [*_walk(here, ()), *_walk(whole, ())]:
        if not all(map(is_linear, part.get("patternProperties", ()))):
            return None
        _adapt(part, formats)
    return Draft7Validator(
        here,
        registry=Registry([(_BASE, whole)], draft=Draft7),
        formats=formats,
        validate_formats=True,
        pattern_options=LINEAR,
        offline=True,
    )


def _adapt(part: dict[str, Any], formats: dict[str, Any]) -> None:
    """Let a schema say in plain JSON Schema that blank values are none.

    A pattern that could take too many steps becomes a format, so that an exception can end it.
    """
    if "$ref" in part:
        part["$ref"] = f"{_BASE}{part['$ref']}"
        return
    fields = part.get("properties", {})
    also = [_given(part["required"], fields)] if part.get("required") else []
    for name, needed in part.get("dependencies", {}).items():
        if isinstance(needed, list):
            also.append({"if": {"required": [name]}, "then": _given(needed, fields)})
    if not is_linear(part.get("pattern", "")):
        pattern = part.pop("pattern")
        formats[f"pattern {pattern}"] = partial(matches, pattern)
        also.append({"format": f"pattern {pattern}"})
    if also:
        part["allOf"] = [*part.get("allOf", ()), *also]


def _given(names: list[str], fields: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: _NOT_BLANK if allows_null(fields.get(name)) else _NOT_NULL for name in names}
    return {"required": names, "properties": values}
