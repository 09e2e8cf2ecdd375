"""Visits made up for tests of what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.roles import DEFAULT_ROLES
from rollkeeper.model.roster import Entry, Programme, Roster
from rollkeeper.model.tree import List, Map
from rollkeeper.model.visit import Certificate, Hop, Page, Visit, VisitFailure

TODAY = date(2026, 11, 21)
URL = "https://alder.example/"
LONG = "We build telescopes of brass for whoever looks at the stars. " * 40


def entry(url: str = URL, more: str = "") -> Entry:
    """Return the one entry of a roster."""
    roster = read_yaml(f"- name: Alder\n  website: {url}\n{more}".encode(), "partners.yaml")
    assert isinstance(roster.data, List)
    assert isinstance(roster.data[0], Map)
    return Entry("partners", "partners.yaml", 0, (0,), roster.data[0], _bare(roster), DEFAULT_ROLES)


def _bare(roster: Any) -> Roster:
    return Roster("partners.yaml", "", roster.data)


def visit(url: str = URL, status: int | None = 200, **seen: Any) -> Visit:
    """Return a visit to an entry's website; a good one unless more is said of it."""
    return Visit(url, status, entry=entry(url), field=("website",), **seen)


def page(title: str = "Alder", text: str = LONG, **more: Any) -> Page:
    """Return a page with a title and a text."""
    return Page(title, text[:2_000], more.pop("length", len(text)), **more)


def sent(url: str, *hops: tuple[int, str], status: int | None = 200, **seen: Any) -> Visit:
    """Return a visit that was sent on by some redirects."""
    end = hops[-1][1] if status is not None else None
    more = tuple(Hop(code, target) for code, target in hops)
    return visit(url, status, final_url=end, hops=more, **seen)


def certified(ends: date, **seen: Any) -> Visit:
    """Return a visit to a site whose certificate ends on a day."""
    moment = datetime(ends.year, ends.month, ends.day, 12, tzinfo=UTC)
    shown = Certificate("An authority", ("alder.example", "www.alder.example"), moment)
    return visit(certificate=shown, **seen)


def written_visits(programme: Programme, **_: object) -> tuple[Visit, ...]:
    """Return what the entries of a roster say themselves, as `visit:`, that a visit to them saw.

    Stands in for the probe in the examples of rules.
    """
    return tuple(_written(programme))


def _written(programme: Programme) -> Iterator[Visit]:
    for each in programme.entries:
        saw = each.data["visit"]
        assert isinstance(saw, Mapping), f"entry {each.index} does not say what a visit saw"
        for path, url in each.texts("website"):
            yield Visit(url, **dict(_seen(saw)), entry=each, field=path)


def _seen(saw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in saw.items():
        if key == "failure":
            yield key, VisitFailure[value]
        elif key == "hops":
            yield key, tuple(Hop(**hop) for hop in value)
        elif key == "page":
            length = value.get("length", len(value["excerpt"]))
            yield key, Page(**{**value, "length": length})
        elif key == "certificate":
            last = datetime.combine(date.fromisoformat(value["ends"]), time(12), UTC)
            yield key, Certificate(value["issuer"], tuple(value["names"]), last)
        else:
            yield key, value
