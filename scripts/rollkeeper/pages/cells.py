"""Values of an entry as text of a page: addresses and handles are links, lists are joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rollkeeper.grammar.escaping import (
    html_link,
    html_text,
    link_target,
    markdown_link,
    markdown_text,
)
from rollkeeper.grammar.handles import bare, is_login
from rollkeeper.grammar.hosts import InvalidHost
from rollkeeper.grammar.page_words import field_heading
from rollkeeper.grammar.social_networks import network_of
from rollkeeper.grammar.urls import parse
from rollkeeper.model.page import Column, humanized
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import ANY_ITEM, FieldPath, Value
from rollkeeper.pages.view import PageView

_BLANKS = re.compile(r"[ \t\r\n]+")


class Writer(NamedTuple):
    """How a text and a link are written: in Markdown, or in HTML that stands in Markdown."""

    text: Callable[[str], str]
    link: Callable[[str, str], str]


MARKDOWN = Writer(markdown_text, markdown_link)
HTML = Writer(html_text, html_link)


def one_line(text: str) -> str:
    """Return a text on one line with single blanks, which a browser shows just the same."""
    return _BLANKS.sub(" ", text).strip(" ")


def plain(value: Value, words: Mapping[str, str]) -> Iterator[str]:
    """Return the texts in a value as people read them, on one line each; blank ones left out."""
    match value:
        case None:
            return
        case bool():
            yield words["yes" if value else "no"]
        case str():
            if text := one_line(value):
                yield text
        case list():
            for item in value:
                yield from plain(item, words)
        case dict():
            for key, item in value.items():
                yield from (f"{one_line(key)}: {text}" for text in plain(item, words))
        case _:
            yield str(value)


def table(view: PageView, columns: Sequence[Column], entries: Iterable[Entry]) -> str:
    """Write a table with one row for each entry."""
    head = " | ".join(markdown_text(heading(view, column)) for column in columns)
    rows = (" | ".join(cell(view, entry, column) for column in columns) for entry in entries)
    lines = (head, " | ".join("---" for _ in columns), *rows)
    return "".join(f"| {line} |\n" for line in lines)


def heading(view: PageView, column: Column) -> str:
    """Return the heading of a column in the language of the page."""
    if column.named:
        return one_line(view.wording(column.titles, column.title))
    names = [step for step in column.path if isinstance(step, str) and step != ANY_ITEM]
    if len(names) == 1 and names[0] == "name":
        return view.words["name"]
    known = field_heading(names[0], view.language) if len(names) == 1 else None
    return one_line(known or column.title)


def cell(view: PageView, entry: Entry, column: Column, writer: Writer = MARKDOWN) -> str:
    """Write the values of one column, joined; the name links to the website.

    An address is a link whose text is the title of the column: the address itself says less.
    """
    if column.path in entry.roles.get("name", ()):
        return linked_name(view, entry, writer)
    return ", ".join(_cell(view, entry, column, writer))


def _cell(view: PageView, entry: Entry, column: Column, writer: Writer) -> Iterator[str]:
    as_handle = is_handle(entry, column.path)
    title = heading(view, column)
    found: list[tuple[str, str]] = []
    for where, value in view.located(entry, column.path):
        last = where[-1] if column.path[-1] == ANY_ITEM else title
        label = humanized(last) if isinstance(last, str) and last != title else title
        found += _labelled_texts(value, label, view.words)
    addresses = Counter(label for label, text in found if link_target(text) is not None)
    seen: Counter[str] = Counter()
    for label, text in found:
        if as_handle:
            yield handle_link(text, writer)
        elif link_target(text) is not None:
            seen[label] += 1
            numbered = f"{label} {seen[label]}" if addresses[label] > 1 else label
            yield writer.link(numbered, text)
        elif label not in {title, ""}:
            yield writer.text(f"{label}: {text}")
        else:
            yield writer.text(text)


def _labelled_texts(
    value: Value, label: str, words: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Return the texts in a value, each with what it is called: its key, or the column's title."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from ((one_line(key), text) for text in plain(item, words))
    elif isinstance(value, list):
        for item in value:
            yield from _labelled_texts(item, label, words)
    else:
        yield from ((label, text) for text in plain(value, words))


def is_handle(entry: Entry, path: FieldPath) -> bool:
    """Return whether the values at a path are GitHub accounts, by role or by key."""
    names = [step for step in path if step != ANY_ITEM]
    return path in entry.roles.get("handle", ()) or names[-1:] == ["github"]


def linked_name(view: PageView, entry: Entry, writer: Writer = MARKDOWN) -> str:
    """Write an entry's name, as a link where it has a website that may be linked to."""
    return writer.link(one_line(view.name(entry)), view.text(entry, "website") or "")


def handle_link(handle: str, writer: Writer = MARKDOWN) -> str:
    """Write a GitHub account as a link to it; as text where it cannot be one."""
    name = bare(one_line(handle))
    address = f"https://github.com/{name}" if is_login(name) else ""
    return writer.link(f"@{name}", address)


def profile_links(view: PageView, entry: Entry, writer: Writer) -> Iterator[str]:
    """Write the links to a person's other pages, each by the name of the site."""
    for path in entry.roles.get("profile", ()):
        for where, value in view.located(entry, path):
            if isinstance(value, str) and link_target(value) is not None:
                yield writer.link(site_name(value, where), value)


def site_name(address: str, where: FieldPath) -> str:
    """Return what a link to a site is called: the network's name, else the key, else the host."""
    url = parse(address)
    if isinstance(url, InvalidHost):
        return address
    network = network_of(url.host)
    if network is not None:
        return network.name
    last = where[-1]
    own = isinstance(last, str) and last not in {"profile", "url", "link"}
    return humanized(last) if own and isinstance(last, str) else url.host.removeprefix("www.")
