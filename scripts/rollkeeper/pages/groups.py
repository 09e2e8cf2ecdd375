"""Entries in groups, such as partners by tier or ambassadors by country."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rollkeeper.grammar.collation import order_key
from rollkeeper.grammar.escaping import markdown_text
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath
from rollkeeper.pages.cells import plain
from rollkeeper.pages.view import PageView


class Group(NamedTuple):
    """Entries under one heading; None where the page needs no heading.

    `value` is what they have in common, as the roster has it, and `rank` its place in the policy's
    `order`, from 0; None where that does not name it.
    """

    title: str | None
    entries: Sequence[Entry]
    value: str | None = None
    rank: int | None = None


def written_heading(view: PageView, title: str | None, level: int, count: int) -> str:
    """Write a heading, with the number of entries where the policy asks for it; or nothing."""
    if title is None:
        return ""
    return f"{'#' * level} {markdown_text(counted(view, title, count))}\n\n"


def counted(view: PageView, title: str, count: int) -> str:
    """Return a title, with a number behind it where the policy asks for that."""
    if not view.layout.counts:
        return title
    return view.words["counted"].replace("{count}", f"{count:,}").replace("{heading}", title)


def grouped(view: PageView, entries: Iterable[Entry], path: FieldPath | None) -> list[Group]:
    """Group entries by their values at `path`, each in the order of the roster.

    An entry with several values is in several groups. Groups are in the policy's `order`, then by
    name; entries without a value come last.
    """
    entries = list(entries)
    if path is None:
        return [Group(None, entries)] if entries else []
    found: dict[str, list[Entry]] = {}
    rest: list[Entry] = []
    for entry in entries:
        values = (value for _, value in entry.located(path))
        titles = dict.fromkeys(text for value in values for text in plain(value, view.words))
        for title in titles:
            found.setdefault(title, []).append(entry)
        if not titles:
            rest.append(entry)
    order = view.layout.order
    places = {title.casefold(): place for place, title in reversed(list(enumerate(order)))}
    in_order = sorted(
        found, key=lambda title: (places.get(title.casefold(), len(order)), order_key(title))
    )
    groups = [
        Group(_title(view, value), found[value], value, places.get(value.casefold()))
        for value in in_order
    ]
    if rest:
        groups.append(Group(view.words["other"] if groups else None, rest))
    return groups


def _title(view: PageView, value: str) -> str:
    own = {key.casefold(): texts for key, texts in view.layout.headings.items()}
    given = own.get(value.casefold())
    return view.wording(given, value) if given else value[:1].upper() + value[1:]
