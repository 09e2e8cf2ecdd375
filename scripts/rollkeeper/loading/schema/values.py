"""JSON values as a schema compares them, and which of them are no value at all."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""Any JSON value: in a schema, or validated against one."""
Schema: TypeAlias = Any
"""A schema, or a part of one: a mapping, True or False."""


def canonical(value: Json) -> Hashable:
    """Return a value that is equal for equal JSON values only: 1 is 1.0 but not true."""
    if isinstance(value, dict):
        return ("map", frozenset((key, canonical(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("list", tuple(canonical(item) for item in value))
    return (isinstance(value, bool), value)


def repeated(values: list[Any]) -> list[int]:
    """Return the positions of the items that are in the list before as well."""
    seen: set[Hashable] = set()
    again = []
    for position, value in enumerate(values):
        key = canonical(value)
        if key in seen:
            again.append(position)
        seen.add(key)
    return again


def allows_null(schema: Schema) -> bool:
    """Return whether a field's schema expressly takes null for a value."""
    if not isinstance(schema, Mapping):
        return False
    kinds = schema.get("type", ())
    if kinds == "null" or (isinstance(kinds, list) and "null" in kinds):
        return True
    return None in schema.get("enum", ()) or ("const" in schema and schema["const"] is None)


def is_given(holder: Mapping[str, Any], name: str, fields: Mapping[str, Any]) -> bool:
    """Return whether a mapping has a value for a field: null and blanks are none."""
    value = holder.get(name)
    if value is None:
        return name in holder and allows_null(fields.get(name))
    return not isinstance(value, str) or bool(value.strip())
