"""Lists of entries in a file's data: under any key, grouped, keyed by an id, or one to a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from rollkeeper.grammar.yaml_writer import Data
from rollkeeper.loading.discovery.keys import folded, roles_of
from rollkeeper.loading.discovery.lists import Document, FoundEntry, FoundList, NotUnderstood
from rollkeeper.loading.discovery.words import (
    is_list_name,
    names_a_list,
    path_names_a_list,
    title_of,
)
from rollkeeper.model.roles import FIELDS
from rollkeeper.model.tree import FieldPath, List, Map, Value, key_place_of

_DEEPEST = 4
_GROUPED = ("subcategories", "items")
"""The keys of a landscape's groups, from the outside in."""


def lists_in(document: Document, *, certain: bool = False) -> Iterator[FoundList]:
    """Return the lists of entries in a file's data.

    `certain` says that the user named the file, so that no word need say that it has one.
    """
    certain = certain or path_names_a_list(document.path)
    if document.kind == "front matter":
        return
    yield from _below(document, document.data, (), certain=certain)


def _below(
    document: Document, value: Value, at: FieldPath, *, certain: bool
) -> Iterator[FoundList]:
    if isinstance(value, List):
        yield from _of_list(document, value, at, certain=certain)
    elif isinstance(value, Map):
        if isinstance(value.get("landscape"), List):
            yield from _landscape(document, value["landscape"])
            return
        keyed = [item for item in value.values() if isinstance(item, Map)]
        if certain and len(keyed) == len(value) > (0 if at else 1):
            roles = roles_of(keyed)
            if "name" in roles and len(roles) > 1:
                yield _keyed(document, value, at)
                return
        if len(at) < _DEEPEST:
            for key, item in value.items():
                named = certain or names_a_list(key)
                yield from _below(document, item, (*at, key), certain=named)


def _of_list(
    document: Document, value: List, at: FieldPath, *, certain: bool
) -> Iterator[FoundList]:
    if not certain or not value:
        return
    items = [item for item in value if isinstance(item, Map)]
    roles = roles_of(items)
    if not items or len(items) * 2 < len(value):
        return
    if "name" not in roles and "handle" not in roles and not {"website", "logo"} & roles.keys():
        return
    if set(roles) == {"name"} and not any(len(item) > 1 for item in items):
        return
    rows = [(index, item) for index, item in enumerate(value) if isinstance(item, Map)]
    lines = {index: value.item_places[index][0] for index in range(len(value))}
    bare = [
        NotUnderstood(document.path, lines[index], "is not a mapping of fields")
        for index, item in enumerate(value)
        if not isinstance(item, Map)
    ]
    found = _found(document, at, [(lines[index], item, {}) for index, item in rows], roles, bare)
    if document.plain and not bare and not any("." in str(step) for step in at):
        found = replace(found, within=at)
    yield found


def _keyed(document: Document, value: Map, at: FieldPath) -> FoundList:
    """Return the entries of a mapping from ids to entries; the id is kept."""
    rows: list[tuple[int, Map, Mapping[str, tuple[Data, int]]]] = []
    for key, item in value.items():
        if isinstance(item, Map):
            line = value.key_places[key][0]
            rows.append((line, item, {"id": (key, line)}))
    return _found(document, at, rows, roles_of([item for _, item, _ in rows]), [])


def _landscape(document: Document, categories: Value) -> Iterator[FoundList]:
    """Return the items of a landscape, each with its category and subcategory."""
    rows: list[tuple[int, Map, Mapping[str, tuple[Data, int]]]] = []
    unread: list[NotUnderstood] = []
    for category in _maps(categories):
        for below in _maps(category.get(_GROUPED[0])):
            groups = {
                key: (str(group["name"]), group.value_places["name"][0])
                for key, group in (("category", category), ("subcategory", below))
                if isinstance(group.get("name"), str)
            }
            items = below.get(_GROUPED[1])
            for index, item in enumerate(items if isinstance(items, List) else ()):
                line = items.item_places[index][0] if isinstance(items, List) else 1
                if isinstance(item, Map):
                    rows.append((line, item, groups))
                else:
                    reason = "an item of the landscape is not a mapping of fields"
                    unread.append(NotUnderstood(document.path, line, reason))
    if rows:
        roles = roles_of([item for _, item, _ in rows])
        yield _found(document, ("landscape",), rows, roles, unread)


def _maps(value: Value) -> list[Map]:
    return [item for item in value if isinstance(item, Map)] if isinstance(value, List) else []


def _found(
    document: Document,
    at: FieldPath,
    rows: Sequence[tuple[int, Map, Mapping[str, tuple[Data, int]]]],
    roles: Mapping[str, str],
    unread: Iterable[NotUnderstood],
) -> FoundList:
    entries = []
    not_understood = list(unread)
    keys = {key: FIELDS[role] for role, key in roles.items()}
    last = max((row[0] for row in rows), default=1)
    for line, item, more in rows:
        last = max(last, line, *(place[2] for place in item.value_places.values()))
        entry = entry_of(document.path, line, item, keys, more)
        if "name" in entry.fields or "github" in entry.fields:
            entries.append(entry)
        else:
            reason = "an entry without a name; what it is called cannot be known"
            not_understood.append(NotUnderstood(document.path, line, reason))
    first = min((row[0] for row in rows), default=1)
    inside = [each for each in document.not_understood if first <= each.line <= last]
    named, line = _named(document, at)
    return FoundList(
        path=document.path,
        kind=f"a list in {document.kind}",
        title=named,
        title_line=line,
        first=first,
        last=last,
        entries=tuple(entries),
        keys={
            role: (key, _first_line((item for _, item, _ in rows), key))
            for role, key in roles.items()
        },
        not_understood=(*inside, *not_understood),
    )


def _named(document: Document, at: FieldPath) -> tuple[str, int]:
    """Return a list's title and its line: a key, the file's name, or that of a folder above it."""
    pure = PurePosixPath(document.path)
    for number in range(len(at) - 1, -1, -1):
        if names_a_list(str(at[number])):
            line = key_place_of(document.data, at[: number + 1]).line
            return title_of(str(at[number])), line
    above = [name for name in reversed(pure.parts[:-1]) if is_list_name(name)]
    name = pure.stem if names_a_list(pure.stem) or not above else f"{above[0]} {pure.stem}"
    return title_of(name), 1


def entry_of(
    path: str,
    line: int,
    item: Map,
    keys: Mapping[str, str],
    more: Mapping[str, tuple[Data, int]],
) -> FoundEntry:
    """Return an entry under the names of fields that Rollkeeper knows by itself."""
    fields: dict[str, Data] = {}
    lines: dict[str, int] = {}
    named = sorted(item, key=lambda key: key not in keys)
    for key in named:
        value = item[key]
        if value is None or value == "":
            continue
        field = keys.get(key) or folded(key)
        while field in fields or (key not in keys and field in keys.values()):
            field += "_2"
        fields[field] = as_data(value)
        lines[field] = item.key_places[key][0]
    for field, (more_value, at) in more.items():
        if field not in fields:
            fields[field], lines[field] = more_value, at
    return FoundEntry(path, line, fields, lines)


def as_data(value: Value) -> Data:
    """Return a value as plain data."""
    if isinstance(value, Map):
        return {key: as_data(item) for key, item in value.items()}
    if isinstance(value, List):
        return [as_data(item) for item in value]
    return value


def list_of_files(folder: str, documents: Sequence[Document]) -> FoundList | None:
    """Return the list whose entries are the files of one folder; None where they are not."""
    maps = [(each, each.data) for each in documents if isinstance(each.data, Map)]
    roles = roles_of([data for _, data in maps])
    if len(maps) < 2 or "name" not in roles or len(maps) * 2 < len(documents):  # noqa: PLR2004 - one file is no list
        return None
    keys = {key: FIELDS[role] for role, key in roles.items()}
    entries: list[FoundEntry] = []
    unread: list[NotUnderstood] = []
    for document, data in maps:
        entry = entry_of(document.path, 1, data, keys, {})
        unread.extend(document.not_understood)
        if "name" in entry.fields:
            entries.append(entry)
        else:
            reason = "has no name; what the entry is called cannot be known"
            unread.append(NotUnderstood(document.path, 1, reason))
    read = {each.path for each, _ in maps}
    unread += [
        NotUnderstood(each.path, 1, "holds no mapping of fields")
        for each in documents
        if each.path not in read
    ]
    parts = PurePosixPath(folder).parts
    named = [part for part in parts[-2:] if names_a_list(part)] or [parts[-1]]
    if parts[-1] not in named:
        named.append(parts[-1])
    return FoundList(
        path=folder,
        kind="one file to an entry",
        title=title_of(" ".join(named)),
        title_line=1,
        first=1,
        last=1,
        entries=tuple(entries),
        keys={
            role: (key, _first_line((data for _, data in maps), key)) for role, key in roles.items()
        },
        not_understood=tuple(unread),
    )


def _first_line(maps: Iterable[Map], key: str) -> int:
    """Return the line on which a key is first used."""
    return next((data.key_places[key][0] for data in maps if key in data), 1)
