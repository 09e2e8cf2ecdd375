"""The texts of an entry that several rules check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rollkeeper.grammar.emails import looks_like_email
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath, List, Map, Value

SEPARATOR = "\x1f"
"""Between, before and after the joined texts; the reader refuses it in any text."""

_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:\S|//|www\.|\\\\)")


def texts_below(value: Value, path: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """Return every text below a value with its path, in the order of the file."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Map):
        for key, item in value.items():
            yield from texts_below(item, (*path, key))
    elif isinstance(value, List):
        for index, item in enumerate(value):
            yield from texts_below(item, (*path, index))


def joined(value: Map) -> str:
    """Return all texts below a mapping as one, to see at a glance that there is nothing in them."""
    texts: list[str] = []
    _collect(value, texts)
    return f"{SEPARATOR}{SEPARATOR.join(texts)}{SEPARATOR}"


def _collect(value: Map | List, texts: list[str]) -> None:
    for item in value.values() if isinstance(value, Map) else value:
        if isinstance(item, str):
            texts.append(item)
        elif isinstance(item, Map | List):
            _collect(item, texts)


def addresses(entry: Entry) -> Iterator[tuple[FieldPath, str]]:
    """Return the texts of an entry that are meant as web addresses, well written or not.

    All of its `website`s; its `profile`s except e-mail addresses; of its `link`s those that begin
    as an address does, because evidence may also be a sentence or a file.
    """
    yield from entry.texts("website")
    for path, text in entry.texts("profile"):
        if not looks_like_email(text):
            yield path, text
    for path, text in entry.texts("link"):
        if _ADDRESS.match(text.lstrip()):
            yield path, text
