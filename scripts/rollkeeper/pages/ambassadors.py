"""The page of an ambassador programme: cards of those who are active, then alumni."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rollkeeper.grammar.escaping import html_attribute, html_text, link_target, markdown_text
from rollkeeper.grammar.handles import bare, is_login
from rollkeeper.model.roster import Entry, Term
from rollkeeper.pages.cells import (
    HTML,
    MARKDOWN,
    Writer,
    cell,
    handle_link,
    heading,
    linked_name,
    one_line,
    profile_links,
)
from rollkeeper.pages.groups import counted, grouped, written_heading
from rollkeeper.pages.logos import box
from rollkeeper.pages.view import PageView

_IN_A_ROW = 4
_AVATAR = 96
"""Pixels of a side of a person's picture; twice as many are asked for, for fine screens."""

_YEAR = re.compile(r"\s*(\d{4})(?!\d)")


class Person(NamedTuple):
    """Somebody on a roster, whether they serve on the day of the page, and in which years."""

    entry: Entry
    active: bool
    years: str


def ambassadors(view: PageView) -> str:
    """Write the active people as cards with their pictures, then the alumni in a list.

    Someone who is called active but whose last term ended before `today` is listed with the alumni:
    the page is right even while the roster is not.
    """
    everyone = people(view)
    years = {each.entry.index: each.years for each in everyone}
    active = [each.entry for each in everyone if each.active]
    past = [each.entry for each in everyone if not each.active]
    text = f"{written_heading(view, view.words['active'], 2, len(active))}"
    for group in grouped(view, active, view.layout.group_by):
        cards = [_card(view, entry, years[entry.index]) for entry in group.entries]
        text += f"{written_heading(view, group.title, 3, len(cards))}{_rows(cards)}\n"
    text += "" if active else f"{view.words['nobody_active']}\n\n"
    if past:
        lines = "".join(_line(view, each, years[each.index]) for each in past)
        text += f"## {markdown_text(counted(view, view.words['alumni'], len(past)))}\n\n{lines}\n"
    return text.removesuffix("\n")


def people(view: PageView) -> list[Person]:
    """Return all entries of a roster, as people who serve or have served."""
    terms: dict[int, list[Term]] = {}
    for term in view.programme.terms:
        terms.setdefault(term.entry.index, []).append(term)
    return [
        Person(each, _is_active(each, terms, view.today), _years(view, terms, each))
        for each in view.programme.entries
    ]


def _last_day(terms: Mapping[int, Sequence[Term]], entry: Entry) -> date | None:
    """Return until when someone holds a seat; a policy can let them hold it over."""
    days = (term.held or term.end for term in terms.get(entry.index, ()))
    return max((day for day in days if day is not None), default=None)


def _is_active(entry: Entry, terms: Mapping[int, Sequence[Term]], today: date) -> bool:
    last = _last_day(terms, entry)
    return entry.active and (last is None or last >= today)


def _years(view: PageView, terms: Mapping[int, Sequence[Term]], entry: Entry) -> str:
    """Return from which year to which someone serves, or since when."""
    days = [day for term in terms.get(entry.index, ()) for day in (term.start, term.end) if day]
    if days:
        first, last = min(days).year, max(days).year
        return str(first) if first == last else f"{first}\u2013{last}"
    found = (_YEAR.match(text) for _, text in entry.texts("date"))
    year = next((each[1] for each in found if each), None)
    return view.words["since"].replace("{year}", year) if year and entry.active else year or ""


def _rows(cards: Sequence[str]) -> str:
    rows = [cards[at : at + _IN_A_ROW] for at in range(0, len(cards), _IN_A_ROW)]
    written = "".join(f"<tr>\n{''.join(row)}</tr>\n" for row in rows)
    return f"<table>\n{written}</table>\n"


def _card(view: PageView, entry: Entry, years: str) -> str:
    """Write one person on one line, so that a change of the page names whom it is about."""
    lines = [f"<b>{linked_name(view, entry, HTML)}</b>", *_handles(entry, HTML)]
    lines += [html_text(each) for each in _about(view, entry)]
    lines += [years] if years else []
    lines += [" · ".join(profile_links(view, entry, HTML))]
    lines += _more(view, entry)
    text = "<br>".join(filter(None, lines))
    return (
        f'<td align="center" valign="top" width="{100 // _IN_A_ROW}%">'
        f"{portrait(view, entry)}{text}</td>\n"
    )


def _about(view: PageView, entry: Entry) -> Iterator[str]:
    grouped_by = view.layout.group_by
    for role in ("organisation", "country"):
        value = view.text(entry, role)
        if value is not None and grouped_by not in entry.roles.get(role, ()):
            yield one_line(value)


def _more(view: PageView, entry: Entry) -> Iterator[str]:
    """Write the columns that the policy names, beyond what a card has anyway."""
    for column in view.layout.columns or ():
        if column.path not in entry.roles.get("name", ()):
            text = cell(view, entry, column, HTML)
            title = html_text(f"{heading(view, column)}: ")
            yield f"{title}{text}" if text and not text.startswith("<a ") else text


def _handles(entry: Entry, writer: Writer) -> list[str]:
    return [handle_link(text, writer) for _, text in entry.texts("handle")]


def portrait(view: PageView, entry: Entry) -> str:
    """Write a person's picture: from the roster, else of the GitHub account; empty without any."""
    image = view.images.get(entry.index)
    login = bare(entry.text("handle") or "")
    if image is not None:
        source, width = view.source(image.file), min(box(image, _AVATAR).width, _AVATAR)
    elif view.layout.avatars and is_login(login):
        source, width = f"https://github.com/{login}.png?size={2 * _AVATAR}", _AVATAR
    else:
        return ""
    shown = f'<img src="{html_attribute(source)}" alt="" width="{width}">'
    target = link_target(f"https://github.com/{login}") if is_login(login) else None
    return f'<a href="{html_attribute(target)}">{shown}</a><br>' if target else f"{shown}<br>"


def _line(view: PageView, entry: Entry, years: str) -> str:
    """Write one of the alumni: name, accounts, organisation and years."""
    parts = [linked_name(view, entry), *_handles(entry, MARKDOWN)]
    parts += [markdown_text(each) for each in _about(view, entry)]
    parts += [years] if years else []
    return f"- {', '.join(parts)}\n"
