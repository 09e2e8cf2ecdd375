"""How a programme's page is laid out: the `layout` of a policy file, checked and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rollkeeper.model.tree import FieldPath

KINDS = ("partners", "ambassadors", "table")
LOGO_HEIGHTS = range(16, 257)
"""Heights of a logo on a page, in pixels."""

_DEFAULT_KIND = "table"
_DEFAULT_HEIGHT = 48
_FIELD = re.compile(r"[^.\s]+(?:\.[^.\s]+)*\Z")
_KEYS = ("kind", "group_by", "columns", "order", "logo_height")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading and the path of its values in an entry."""

    title: str
    path: FieldPath


@dataclass(frozen=True, slots=True)
class PageLayout:
    """How a page is laid out; no `columns` and no `group_by` leave the choice to the kind."""

    kind: str = _DEFAULT_KIND
    group_by: FieldPath | None = None
    columns: tuple[Column, ...] = ()
    order: tuple[str, ...] = ()
    logo_height: int = _DEFAULT_HEIGHT


def layout_errors(given: Mapping[str, Any]) -> Iterator[tuple[FieldPath, str]]:
    """Return what is wrong with a policy's `layout`, each with the path where it stands."""
    for key in given:
        if key not in _KEYS:
            yield (key,), f"`layout` has no `{key[:60]}`; it has {', '.join(_KEYS)}"
    if "kind" in given and given["kind"] not in KINDS:
        yield ("kind",), f"`kind` must be one of {', '.join(KINDS)}"
    group_by = given.get("group_by")
    if group_by is not None and not _is_field(group_by):
        yield ("group_by",), "`group_by` must be a field such as `tier` or `contact.country`"
    yield from _list_errors(given, "columns", _is_column, "a field, or `Heading: field`")
    yield from _list_errors(given, "order", lambda item: isinstance(item, str), "a text")
    height = given.get("logo_height", _DEFAULT_HEIGHT)
    if isinstance(height, bool) or not isinstance(height, int) or height not in LOGO_HEIGHTS:
        least, most = LOGO_HEIGHTS[0], LOGO_HEIGHTS[-1]
        yield ("logo_height",), f"`logo_height` must be a whole number from {least} to {most}"


def _list_errors(
    given: Mapping[str, Any], key: str, holds: Callable[[object], bool], what: str
) -> Iterator[tuple[FieldPath, str]]:
    items = given.get(key, [])
    if not isinstance(items, list):
        yield (key,), f"`{key}` must be a list"
        return
    for index, item in enumerate(items):
        if not holds(item):
            yield (key, index), f"an item of `{key}` must be {what}"


def read_layout(given: Mapping[str, Any]) -> PageLayout:
    """Read the `layout` of a policy. Raises ValueError where `layout_errors` has any."""
    for _, message in layout_errors(given):
        raise ValueError(message)
    group_by = given.get("group_by")
    return PageLayout(
        kind=given.get("kind", _DEFAULT_KIND),
        group_by=None if group_by is None else field_path(group_by),
        columns=tuple(map(_column, given.get("columns", []))),
        order=tuple(given.get("order", [])),
        logo_height=given.get("logo_height", _DEFAULT_HEIGHT),
    )


def field_path(field: str) -> FieldPath:
    """Read `leads.*.github` or `terms.0.end`: `*` is every item, a number is a position."""
    steps = field.split(".")
    return tuple(int(step) if step.isascii() and step.isdigit() else step for step in steps)


def _is_field(item: object) -> bool:
    return isinstance(item, str) and _FIELD.match(item) is not None


def _is_column(item: object) -> bool:
    if isinstance(item, Mapping):
        return len(item) == 1 and all(_is_field(field) for field in item.values())
    return _is_field(item)


def _column(item: str | Mapping[str, str]) -> Column:
    if isinstance(item, str):
        return column(item)
    ((title, field),) = item.items()
    return Column(title, field_path(field))


def column(field: str) -> Column:
    """Return the column of a field, headed by the field's own words."""
    words = re.sub(r"[._*]+", " ", field).strip() or field
    return Column(words[:1].upper() + words[1:], field_path(field))
