"""What holds for any schema and any value: our checks agree with the `jsonschema` library."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from rollkeeper.loading.schema import compile_schema, defects
from rollkeeper.loading.schema.fast_check import canonical, quick_check
from rollkeeper.model.tree import List, Map

Schema = dict[str, Any]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["", " ", "a", "bb", "2025-1-5"])
    | st.floats(-2, 2, width=16),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
KEYWORDS: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["string", "object", "array", "integer", "number", "null", "boolean"])
    | st.just(["string", "null"]),
    "enum": st.lists(VALUES, min_size=1, max_size=3),
    "const": VALUES,
    "pattern": st.sampled_from(["^a", "b$", "^a+$"]),
    "minLength": st.integers(0, 3),
    "maxLength": st.integers(0, 3),
    "minItems": st.integers(0, 2),
    "maxItems": st.integers(0, 2),
    "minProperties": st.integers(0, 2),
    "maxProperties": st.integers(0, 2),
    "minimum": st.integers(-1, 2),
    "exclusiveMaximum": st.integers(-1, 2),
    "uniqueItems": st.booleans(),
}


def schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from(["a", "b", "c"])
    return st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(names, inner, max_size=2),
            "additionalProperties": inner | st.booleans(),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "c$"]), inner, max_size=1),
            "propertyNames": inner,
            "items": inner,
            "contains": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "not": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "allOf": st.lists(inner, min_size=1, max_size=2),
        },
    )


SCHEMAS = st.recursive(st.fixed_dictionaries({}, optional=KEYWORDS), schemas, max_leaves=4).filter(
    bool
)


@given(SCHEMAS, VALUES)
def test_quick_check_agrees_with_the_library(schema: Schema, value: Any) -> None:
    check = quick_check(schema, schema)
    assert check is not None
    assert check(value) is Draft7Validator(schema).is_valid(value)


@given(SCHEMAS, VALUES)
def test_quick_check_agrees_with_our_own_validator(schema: Schema, value: Any) -> None:
    schema = {**schema, "required": ["a"], "dependencies": {"b": ["c"]}}
    compiled = compile_schema(schema)
    assert compiled.whole.accepts(value) is not any(compiled.whole.library.iter_errors(value))


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


@given(SCHEMAS, st.lists(VALUES, max_size=3))
def test_every_invalid_mapping_gets_a_fault_in_words(schema: Schema, entries: list[Any]) -> None:
    roster = {"type": "array", "items": schema}
    compiled = compile_schema(roster)
    found = list(defects(compiled, as_tree(entries)))
    judge = Draft7Validator(schema)
    for number, value in enumerate(entries):
        wrong = isinstance(value, dict) and not judge.is_valid(value)
        if wrong and schema.get("type", "object") == "object":
            assert any(defect.entry == number for defect in found), (schema, value)
    assert all(defect.message and "\n" not in defect.message for defect in found)


@given(VALUES, VALUES)
def test_canonical_values_are_equal_where_json_values_are(one: Any, other: Any) -> None:
    same = Draft7Validator({"const": one}).is_valid(other)
    assert (canonical(one) == canonical(other)) is same
