"""Entries in groups, such as partners by tier or ambassadors by country."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rollkeeper.grammar.collation import order_key
from rollkeeper.grammar.escaping import markdown_text
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath
from rollkeeper.pages.cells import plain

_REST = "Other"
"""The heading of entries that name no group."""


class Group(NamedTuple):
    """Entries under one heading; None where the page needs no heading."""

    title: str | None
    entries: Sequence[Entry]

    def heading(self, level: int) -> str:
        """Write the heading, or nothing."""
        if self.title is None:
            return ""
        title = self.title[:1].upper() + self.title[1:]
        return f"{'#' * level} {markdown_text(title)}\n\n"


def grouped(
    entries: Iterable[Entry], path: FieldPath | None, order: Sequence[str] = ()
) -> list[Group]:
    """Group entries by their values at `path`, each in the order of the roster.

    An entry with several values is in several groups. Groups are in the given `order`, then by
    name; entries without a value come last.
    """
    entries = list(entries)
    if path is None:
        return [Group(None, entries)] if entries else []
    found: dict[str, list[Entry]] = {}
    rest: list[Entry] = []
    for entry in entries:
        titles = dict.fromkeys(t for _, value in entry.located(path) for t in plain(value))
        for title in titles:
            found.setdefault(title, []).append(entry)
        if not titles:
            rest.append(entry)
    places = {title.casefold(): place for place, title in reversed(list(enumerate(order)))}
    titles_in_order = sorted(
        found, key=lambda title: (places.get(title.casefold(), len(order)), order_key(title))
    )
    groups = [Group(title, found[title]) for title in titles_in_order]
    if rest:
        groups.append(Group(_REST if groups else None, rest))
    return groups
