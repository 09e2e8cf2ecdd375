"""The `layout` of a policy file: how a programme's page is laid out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from rollkeeper.loading.policy.sections import PolicyReader, read_path
from rollkeeper.model.logo_limits import LOGO_HEIGHTS
from rollkeeper.model.policy import PAGE_KINDS, Column
from rollkeeper.model.tree import Map, Value

KEYS = ("kind", "group_by", "columns", "order", "logo_height")
_ItemT = TypeVar("_ItemT")


def read_layout(reading: PolicyReader) -> dict[str, Any]:
    """Read the settings that a policy makes, as arguments of `PageLayout`."""
    found: dict[str, Any] = {}
    for key, value in reading.settings("layout", KEYS):
        path = ("layout", key)
        match key:
            case "kind":
                found[key] = value
                if value not in PAGE_KINDS:
                    reading.error(path, f"`kind` must be one of {', '.join(PAGE_KINDS)}")
            case "group_by":
                found[key] = read_path(value)
                if found[key] is None and value is not None:
                    message = "`group_by` must be a field such as `tier` or `contact.country`"
                    reading.error(path, message)
            case "columns":
                found[key] = _items(reading, key, value, _column, "a field, or `Heading: field`")
            case "order":
                found[key] = _items(reading, key, value, _text, "a text")
            case _:
                found[key] = value
                if type(value) is not int or value not in LOGO_HEIGHTS:
                    between = f"from {LOGO_HEIGHTS[0]} to {LOGO_HEIGHTS[-1]}"
                    reading.error(path, f"`{key}` must be a whole number {between}")
    return found


def _items(
    reading: PolicyReader,
    key: str,
    value: Value,
    read: Callable[[Value], _ItemT | None],
    what: str,
) -> tuple[_ItemT, ...]:
    if not isinstance(value, list):
        reading.error(("layout", key), f"`{key}` must be a list")
        return ()
    items = [read(item) for item in value]
    for index, item in enumerate(items):
        if item is None:
            reading.error(("layout", key, index), f"an item of `{key}` must be {what}")
    return tuple(item for item in items if item is not None)


def _text(item: Value) -> str | None:
    return item if isinstance(item, str) else None


def _column(item: Value) -> Column | None:
    if isinstance(item, Map) and len(item) == 1:
        ((title, field),) = item.items()
        path = read_path(field)
        return Column(title, path) if path is not None else None
    return Column.of(item) if isinstance(item, str) and read_path(item) is not None else None
