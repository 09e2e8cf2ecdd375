"""What holds for any schema and any value: both libraries agree, and no refusal is silent."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from rollkeeper.loading.schema import compile_schema, defects
from rollkeeper.loading.schema.values import canonical
from rollkeeper.model.roster import Defect
from rollkeeper.model.tree import List, Map

Schema = dict[str, Any]

NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["", " ", "a", "bb", "2025-1-5"])
    | st.sampled_from(["2025-01-05", "a@cloud.example", "https://cloud.example/", "\u00a0", "\x1c", "\ufeff"])
    | st.floats(-2, 2, width=16),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
PLAIN_KEYWORDS: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["string", "object", "array", "integer", "number", "null", "boolean"])
    | st.just(["string", "null"]),
    "enum": st.lists(VALUES, min_size=1, max_size=3),
    "const": VALUES,
    "pattern": st.sampled_from(["^a", "b$", "^a+$", "^a(?!b)"]),
    "minLength": st.integers(0, 3),
    "maxLength": st.integers(0, 3),
    "minItems": st.integers(0, 2),
    "maxItems": st.integers(0, 2),
    "minProperties": st.integers(0, 2),
    "maxProperties": st.integers(0, 2),
    "minimum": st.integers(-1, 2),
    "maximum": st.integers(-1, 2),
    "exclusiveMinimum": st.integers(-1, 2),
    "exclusiveMaximum": st.integers(-1, 2),
    "multipleOf": st.integers(1, 3),
    "uniqueItems": st.booleans(),
}
OWN_KEYWORDS: dict[str, st.SearchStrategy[Any]] = {
    "format": st.sampled_from(["date", "email", "uri", "time", "hostname", "unknown"]),
    "required": st.lists(NAMES, max_size=2, unique=True),
}


def schemas_of(*, own: bool) -> st.SearchStrategy[Schema]:
    """Return schemas of all keywords, with or without those in which we differ from the library."""

    def holders(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(inner, min_size=1, max_size=2)
        needed = inner | st.lists(NAMES, max_size=2, unique=True) if own else inner
        return st.fixed_dictionaries(
            {},
            optional={
                "properties": st.dictionaries(NAMES, inner, max_size=2),
                "additionalProperties": inner | st.booleans(),
                "patternProperties": st.dictionaries(
                    st.sampled_from(["^a", "c$", "^(?!a)"]), inner, max_size=1
                ),
                "propertyNames": inner,
                "dependencies": st.dictionaries(NAMES, needed, max_size=1),
                "items": inner | several,
                "additionalItems": inner | st.booleans(),
                "contains": inner,
                "if": inner,
                "then": inner,
                "else": inner,
                "not": inner,
                "anyOf": several,
                "oneOf": several,
                "allOf": several,
                "definitions": st.dictionaries(NAMES, inner, max_size=1),
                **(OWN_KEYWORDS if own else {}),
                **{name: PLAIN_KEYWORDS[name] for name in ("type", "enum", "const")},
            },
        )

    leaves = st.fixed_dictionaries({}, optional=PLAIN_KEYWORDS | (OWN_KEYWORDS if own else {}))
    return st.recursive(leaves, holders, max_leaves=5).filter(bool)


@given(schemas_of(own=False), VALUES)
def test_both_libraries_agree(schema: Schema, value: Any) -> None:
    accepted = compile_schema(schema).whole.accepts(value)
    if accepted is not None:
        assert accepted is Draft7Validator(schema).is_valid(value)


@given(schemas_of(own=True), VALUES)
def test_both_libraries_agree_on_what_we_add(schema: Schema, value: Any) -> None:
    whole = compile_schema(schema).whole
    assert whole.accepts(value) in {None, whole.library.is_valid(value)}


def as_tree(value: Any) -> Any:
    """Return a value as the reader would have made it."""
    if isinstance(value, dict):
        made = Map()
        for key, item in value.items():
            made[key] = as_tree(item)
            made.key_places[key] = made.value_places[key] = (1, 1, 1, 2)
        return made
    if isinstance(value, list):
        held = List()
        held.extend(map(as_tree, value))
        held.item_places.extend([(1, 1, 1, 2)] * len(value))
        return held
    return value


def found_in(schema: Schema, *entries: Any) -> list[Defect]:
    return list(defects(compile_schema({"items": schema}), as_tree(list(entries))))


def is_explained(defect: Defect) -> bool:
    message = defect.message
    return bool(message) and "\n" not in message and "does not match the schema" not in message


@given(schemas_of(own=True), st.lists(st.dictionaries(NAMES, VALUES, max_size=3), max_size=3))
def test_every_refused_entry_is_reported_in_words(schema: Schema, entries: list[Any]) -> None:
    found = found_in(schema, *entries)
    library = compile_schema(schema).whole.library
    refused = {number for number, value in enumerate(entries) if not library.is_valid(value)}
    assert {each.entry for each in found} == refused
    assert all(map(is_explained, found))


@given(schemas_of(own=True), VALUES)
def test_every_refused_value_of_a_field_is_reported_in_words(schema: Schema, value: Any) -> None:
    found = found_in({"properties": {"x": schema}}, {"x": value})
    assert bool(found) is not compile_schema(schema).whole.library.is_valid(value)
    assert all(map(is_explained, found))


REFUSED: list[tuple[Schema, Any]] = [
    ({"type": "array"}, {"a": 1}),
    ({"type": ["array", "null"]}, {"a": 1}),
    ({"type": "string"}, 1),
    ({"type": "integer"}, None),
    ({"enum": ["a", 1]}, {"a": 1}),
    ({"enum": ["a"]}, "b"),
    ({"const": {"a": 2}}, {"a": 1}),
    ({"const": "a"}, ""),
    ({"pattern": "^a"}, "b"),
    ({"pattern": "^a(?!b)"}, "ab"),
    ({"format": "date"}, "2025-1-5"),
    ({"format": "ipv4"}, "a"),
    ({"minLength": 2}, " "),
    ({"maxLength": 1}, "ab"),
    ({"minimum": 1}, 0),
    ({"maximum": 1}, 2),
    ({"exclusiveMinimum": 1}, 1),
    ({"exclusiveMaximum": 1}, 1),
    ({"multipleOf": 2}, 3),
    ({"minItems": 1}, []),
    ({"maxItems": 1}, [1, 2]),
    ({"uniqueItems": True}, [1, 1.0]),
    ({"contains": {"const": "a"}}, ["b"]),
    ({"items": {"type": "string"}}, [1]),
    ({"items": [{"type": "string"}, False]}, ["a", 1]),
    ({"items": [{}], "additionalItems": False}, [1, 2]),
    ({"items": [{}], "additionalItems": {"type": "string"}}, [1, 2]),
    ({"minProperties": 2}, {"a": 1}),
    ({"maxProperties": 0}, {"a": 1}),
    ({"required": ["b"]}, {"a": 1}),
    ({"required": ["a"]}, {"a": " "}),
    ({"required": ["a"], "properties": {"a": {"type": ["string", "null"]}}}, {"a": ""}),
    ({"dependencies": {"a": ["b"]}}, {"a": 1}),
    ({"dependencies": {"a": {"required": ["b"]}}}, {"a": 1}),
    ({"dependencies": {"a": False}}, {"a": 1}),
    ({"properties": {"a": False}}, {"a": 1}),
    ({"properties": {"a": {"type": "string"}}}, {"a": 1}),
    ({"patternProperties": {"^a": False}}, {"a": 1}),
    ({"patternProperties": {"^(?!b)": {"type": "string"}}}, {"a": 1}),
    ({"additionalProperties": False}, {"a": 1}),
    ({"additionalProperties": {"type": "string"}}, {"a": 1}),
    ({"propertyNames": {"const": "b"}}, {"a": 1}),
    ({"propertyNames": False}, {"a": 1}),
    ({"not": {}}, {"a": 1}),
    ({"not": {"required": ["a"]}}, {"a": 1}),
    ({"not": {"required": ["a"]}}, 5),
    ({"oneOf": [{}, {"minProperties": 1}]}, {"a": 1}),
    ({"oneOf": [{"required": ["a"]}, {"required": ["a"]}]}, {"a": 1}),
    ({"anyOf": [{"required": ["b"]}, {"$ref": "#/items/definitions/never"}]}, {"a": 1}),
]  # fmt: skip
WRAPPERS: dict[str, Callable[[Any], Schema]] = {
    "as it is": lambda schema: {"allOf": [schema]},
    "allOf": lambda schema: {"allOf": [True, schema]},
    "anyOf": lambda schema: {"anyOf": [schema]},
    "anyOf with a type": lambda schema: {"anyOf": [{"type": "boolean"}, schema]},
    "anyOf with a field": lambda schema: {"anyOf": [schema, {"required": ["b"], "type": "object"}]},
    "oneOf": lambda schema: {"oneOf": [schema, False]},
    "then": lambda schema: {"if": True, "then": schema},
    "else": lambda schema: {"if": False, "else": schema},
    "not": lambda schema: {"not": {"not": schema}},
    "field": lambda schema: {"properties": {"deeper": schema}},
    "item": lambda schema: {"items": schema},
}


@pytest.mark.parametrize(("outer", "inner"), list(product(WRAPPERS, WRAPPERS)))
def test_no_keyword_refuses_in_silence_wherever_it_is(outer: str, inner: str) -> None:
    for refusing, value in REFUSED:
        schema: Schema = WRAPPERS[inner](refusing)
        wrapped = [value] if inner == "item" else {"deeper": value} if inner == "field" else value
        schema = WRAPPERS[outer](schema)
        wrapped = (
            [wrapped] if outer == "item" else {"deeper": wrapped} if outer == "field" else wrapped
        )
        if not isinstance(wrapped, dict):
            schema, wrapped = {"properties": {"x": schema}}, {"x": wrapped}
        schema["definitions"] = {"never": {"required": ["never"]}}
        found = found_in(schema, wrapped)
        assert found, (schema, wrapped)
        assert all(map(is_explained, found)), (schema, wrapped, found)


@given(VALUES, VALUES)
def test_canonical_values_are_equal_where_json_values_are(one: Any, other: Any) -> None:
    same = Draft7Validator({"const": one}).is_valid(other)
    assert (canonical(one) == canonical(other)) is same
