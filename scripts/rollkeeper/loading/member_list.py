"""Items of outside lists: YAML, JSON or CSV, of any shape that a path can describe."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from rollkeeper.grammar.wording import cut
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.limits import MAX_LISTED, MAX_MEMBER_LIST_BYTES, MAX_MEMBERS, MAX_URL
from rollkeeper.model.members import ListItem
from rollkeeper.model.policy import MemberSource
from rollkeeper.model.tree import FieldPath, values_at


class MemberListError(Exception):
    """No names can be read; the message says why."""


def names_in(data: bytes, source: MemberSource) -> tuple[str, ...]:
    """Return the names of a list of members; raise MemberListError where there are none."""
    items = items_in(data, source, {})
    return tuple(dict.fromkeys(name for item in items for name in item.names))


def items_in(
    data: bytes, source: MemberSource, compared: Mapping[str, Sequence[FieldPath]]
) -> tuple[ListItem, ...]:
    """Return the items of a list that have a name, with what is compared of them.

    Raises MemberListError where none has, or where there are too many.
    """
    if len(data) > MAX_MEMBER_LIST_BYTES:
        message = f"it has more than {MAX_MEMBER_LIST_BYTES >> 20} MiB"
        raise MemberListError(message)
    ending = source.shown.partition("?")[0].rpartition(".")[2].lower()
    items = {"csv": _rows, "json": _of_json}.get(ending, _of_yaml)(data, source.entries)
    found: list[ListItem] = []
    number = 0
    for item in items:
        names = dict.fromkeys(" ".join(name.split()) for name in _names(item, source.fields))
        number += len(names)
        if number > MAX_MEMBERS:
            message = f"it has more than {MAX_MEMBERS:,} names"
            raise MemberListError(message)
        if names:
            values = {key: _texts(item, paths) for key, paths in compared.items()}
            found.append(ListItem(tuple(names), values))
    if not found:
        fields = " or ".join(f"`{'.'.join(map(str, path))}`" for path in source.fields)
        at = f" under `{'.'.join(map(str, source.entries))}`" if source.entries else ""
        message = f"it has no name{at} as {fields}; correct `entries` or `field`"
        raise MemberListError(message)
    return tuple(found)


def _texts(item: Any, paths: Sequence[FieldPath]) -> tuple[str, ...]:  # noqa: ANN401 - of any file
    """Return the values at some paths as texts; of one item only the first are compared."""
    values = (value for path in paths for value in values_at(item, path))
    texts = (
        str(value).strip()[:MAX_URL]
        for value in values
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    )
    return tuple(islice(filter(None, texts), MAX_LISTED))


def _names(item: Any, fields: Sequence[FieldPath]) -> Iterator[str]:  # noqa: ANN401 - of any file
    if isinstance(item, str):
        values: Iterator[Any] = iter((item,))
    else:
        values = (value for path in fields for value in values_at(item, path))
    yield from (value for value in values if isinstance(value, str) and value.strip())


def _items(data: Any, entries: FieldPath) -> Iterator[Any]:  # noqa: ANN401 - of any file
    for value in values_at(data, entries):
        if isinstance(value, list):
            yield from value
        else:
            yield value


def _of_yaml(data: bytes, entries: FieldPath) -> Iterator[Any]:
    read = read_yaml(data, "")
    if (unread := read.unread) is not None:
        message = f"line {unread.place.line}: {unread.message}"
        raise MemberListError(message)
    return _items(read.data, entries)


def _of_json(data: bytes, entries: FieldPath) -> Iterator[Any]:
    try:
        return _items(json.loads(data), entries)
    except (ValueError, RecursionError) as error:
        message = f"it is not JSON: {cut(str(error), 160)}"
        raise MemberListError(message) from error


def _rows(data: bytes, _: FieldPath) -> Iterator[Any]:
    try:
        text = data.decode("utf-8-sig")
        return iter(list(csv.DictReader(io.StringIO(text, newline=""), strict=True)))
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"it is not CSV in UTF-8: {cut(str(error), 160)}"
        raise MemberListError(message) from error
