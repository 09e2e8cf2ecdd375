"""Websites that answer by their address, in place of the probe's visits, and observations of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from rollkeeper.model.roster import Programme
from rollkeeper.model.visit import (
    Certificate,
    Hop,
    Observation,
    Page,
    Visit,
    VisitFailure,
    visit_of,
)
from rollkeeper.probes.web.visit_plan import addresses

NOW = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
END = datetime(2026, 11, 28, 12, tzinfo=UTC)


def answer(url: str) -> Observation:  # noqa: PLR0911 - one for each kind of website
    """Return what a website answers: what it does depends on its address alone."""
    kind = sha256(url.encode()).digest()[0]
    if kind < 16:
        return Observation(url, failure=VisitFailure.NO_SUCH_NAME)
    if kind < 32:
        return Observation(url, 404, url)
    if kind < 48:
        moved = "https://moved.example/"
        return Observation(url, 200, moved, hops=(Hop(301, moved),))
    if kind < 64:
        return Observation(url, 429, url, retry_after=90.5)
    if kind < 80:
        shown = Certificate("An authority", ("alder.example",), END)
        return Observation(url, 200, url, certificate=shown)
    if kind < 96:
        return Observation(url, 200, url, page=Page("Parked", "This domain is for sale", 23))
    return Observation(url, 200, url, page=Page("Home", "We build ☃ telescopes. " * 80, 1_840))


def visited(programme: Programme, *, urls: Collection[str], **_: Any) -> tuple[Visit, ...]:
    """Stand in for `visit_websites`."""
    return tuple(_visited(programme, frozenset(urls)))


def _visited(programme: Programme, urls: frozenset[str]) -> Iterator[Visit]:
    for entry, path, address in addresses(programme, programme.policy.websites.roles):
        if address in urls:
            yield visit_of(answer(address), entry, path)
