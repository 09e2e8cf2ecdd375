"""Values of an entry as text of a page: addresses and handles are links, lists are joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rollkeeper.grammar.escaping import link_target, markdown_link, markdown_text
from rollkeeper.grammar.handles import bare, is_login
from rollkeeper.model.policy import Column
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import ANY_ITEM, FieldPath, Value

_BLANKS = re.compile(r"[ \t\r\n]+")


def one_line(text: str) -> str:
    """Return a text on one line with single blanks, which a browser shows just the same."""
    return _BLANKS.sub(" ", text).strip(" ")


def plain(value: Value) -> Iterator[str]:
    """Return the texts in a value as people read them, on one line each; blank ones left out."""
    match value:
        case None:
            return
        case bool():
            yield "yes" if value else "no"
        case str():
            if text := one_line(value):
                yield text
        case list():
            for item in value:
                yield from plain(item)
        case dict():
            for key, item in value.items():
                yield from (f"{one_line(key)}: {text}" for text in plain(item))
        case _:
            yield str(value)


def table(columns: Sequence[Column], entries: Iterable[Entry]) -> str:
    """Write a table with one row for each entry."""
    head = " | ".join(markdown_text(one_line(column.title)) for column in columns)
    rows = (" | ".join(cell(entry, column) for column in columns) for entry in entries)
    lines = (head, " | ".join("---" for _ in columns), *rows)
    return "".join(f"| {line} |\n" for line in lines)


def cell(entry: Entry, column: Column) -> str:
    """Write the values of one column, joined; the name links to the website."""
    if column.path in entry.roles.get("name", ()):
        return linked_name(entry)
    as_handle = is_handle(entry, column.path)
    values = (value for _, value in entry.located(column.path))
    return ", ".join(text for value in values for text in _written(value, as_handle=as_handle))


def is_handle(entry: Entry, path: FieldPath) -> bool:
    """Return whether the values at a path are GitHub accounts, by role or by key."""
    names = [step for step in path if step != ANY_ITEM]
    return path in entry.roles.get("handle", ()) or names[-1:] == ["github"]


def linked_name(entry: Entry) -> str:
    """Write an entry's name, as a link where it has a website that may be linked to."""
    return markdown_link(one_line(entry.name), entry.text("website") or "")


def handle_link(handle: str) -> str:
    """Write a GitHub account as a link to it; as text where it cannot be one."""
    name = bare(one_line(handle))
    address = f"https://github.com/{name}" if is_login(name) else ""
    return markdown_link(f"@{name}", address)


def _written(value: Value, *, as_handle: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from (_labelled(one_line(key), text) for text in plain(item))
    elif isinstance(value, list):
        for item in value:
            yield from _written(item, as_handle=as_handle)
    else:
        for text in plain(value):
            yield handle_link(text) if as_handle else markdown_link(text, text)


def _labelled(label: str, text: str) -> str:
    if link_target(text) is not None:
        return markdown_link(label, text)
    return markdown_text(f"{label}: {text}")
