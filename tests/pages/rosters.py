"""Programmes for pages, made of plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rollkeeper.grammar.dates import parse_date
from rollkeeper.loading.policy.page_layout import pages_of, read_layout, read_pages
from rollkeeper.loading.policy.sections import PolicyReader
from rollkeeper.model.page import LogoImage, Page
from rollkeeper.model.policy import Policy
from rollkeeper.model.roster import Entry, Programme, Roster, Term
from rollkeeper.model.tree import List, Map, Value
from rollkeeper.pages import page_text

TODAY = date(2026, 11, 21)


def tree(value: Any) -> Value:
    """Return plain values with the types of a reader."""
    if isinstance(value, dict):
        mapping = Map()
        mapping.update({key: tree(item) for key, item in value.items()})
        return mapping
    if isinstance(value, list):
        items = List()
        items.extend(map(tree, value))
        return items
    plain: Value = value
    return plain


def programme(*entries: Mapping[str, Any], layout: Mapping[str, Any], **changes: Any) -> Programme:
    """Build a programme with the given entries and layout.

    `page` is the path of its page, `pages` the settings of several.
    """
    pages = _pages(changes.pop("page", "partners/README.md"), changes.pop("pages", None), layout)
    values: dict[str, Any] = {
        "name": "partners",
        "path": "policies/partners.yaml",
        "title": "Partners",
        "roster": "partners.yaml",
        "logos": "partners/logos",
        "timezone": "UTC",
    }
    policy = Policy(**{**values, **changes}, pages=pages)
    data = tree([dict(entry) for entry in entries])
    assert isinstance(data, List)
    roster = Roster(policy.roster, "", data)
    made = tuple(
        Entry(policy.name, roster.path, index, (index,), item, roster, policy.roles)
        for index, item in enumerate(data)
        if isinstance(item, Map)
    )
    terms = tuple(term for entry in made for term in _terms(entry))
    return Programme(policy, roster, made, terms)


def _pages(path: str, pages: Any, layout: Mapping[str, Any]) -> tuple[Page, ...]:
    given = {"page": path} if pages is None else {"pages": pages}
    data = tree({"layout": dict(layout), **given})
    assert isinstance(data, Map)
    reading = PolicyReader("policies/partners.yaml", data, [])
    found = pages_of(read_pages(reading) or [], read_layout(reading), has_logos=True)
    assert not reading.errors
    return found


def _terms(entry: Entry) -> list[Term]:
    terms = entry.data.get("terms")
    if not isinstance(terms, List):
        return []
    return [
        Term(entry, number, ("terms", number), _day(term, "start"), _day(term, "end"), last=False)
        for number, term in enumerate(terms)
    ]


def _day(term: Value, key: str) -> date | None:
    assert isinstance(term, Map)
    day = parse_date(str(term.get(key)))
    return day if isinstance(day, date) else None


def written(
    made: Programme,
    existing: str | None = None,
    *,
    images: Mapping[int, LogoImage] | None = None,
    number: int = 0,
) -> str:
    """Write one of a programme's pages, the first unless another `number` is given."""
    page = made.policy.pages[number]
    return page_text(made, page, existing, today=TODAY, images=images)


def pictures(*files: str, **settings: Any) -> dict[int, LogoImage]:
    """Return square logos for the first entries, each with the same settings."""
    return {
        index: LogoImage(f"partners/logos/{file}", 100, 100, **settings)
        for index, file in enumerate(files)
    }
