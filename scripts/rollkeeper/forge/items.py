"""Our own issues and pull requests: all that carry our label and one of our markers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import quote

from rollkeeper.forge.bot import BOT
from rollkeeper.forge.client import Repository, request
from rollkeeper.grammar.bodies import Marker, marker_in

LABEL = "rollkeeper"
"""The label by which our issues and pull requests are listed."""
_OURS = f"labels={quote(LABEL, safe='')}"
_PAGE = 100
_MISSING = frozenset({404, 410})
_DECLINED = frozenset({"not_planned", "duplicate"})
_ISSUES = frozenset({"audit", "freshness", "term"})
_PULL_REQUESTS = frozenset({"alumni", "pages", "repairs"})
MOST_ASKED = 500
"""Numbers that are asked for one by one: anyone who may push can add some to the history."""


@dataclass(frozen=True, slots=True)
class Item:
    """An issue or a pull request of ours, as GitHub lists it.

    `not_planned` says that an issue was closed as that, or as a duplicate, which only people do.
    """

    number: int
    marker: Marker
    is_open: bool
    title: str
    body: str
    is_pull_request: bool = False
    merged: bool = False
    not_planned: bool = False
    closed_at: datetime | None = None
    labels: frozenset[str] = frozenset()


class OurItems:
    """What we have at GitHub, listed once: an issue or a pull request for each thing, by its name.

    Anyone can copy a marker into an issue of their own: only what the bot wrote is ours. Of several
    about one thing an open one is taken before a closed one, then the newest.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._by_name: dict[str, Item] = {}
        self._all: dict[str, list[Item]] = {}
        for item in items:
            self.add(item)

    def add(self, item: Item) -> None:
        """Add one, such as one that has lost its label and was asked for by its number."""
        self._all.setdefault(item.marker.name, []).append(item)
        there = self._by_name.get(item.marker.name)
        if there is None or (item.is_open, item.number) > (there.is_open, there.number):
            self._by_name[item.marker.name] = item

    def get(self, kind: str, key: str) -> Item | None:
        """Return the one about something; None where there is none."""
        return self._by_name.get(f"{kind}:{key}")

    def every(self, kind: str, key: str) -> tuple[Item, ...]:
        """Return all about something, closed ones too, by number."""
        found = self._all.get(f"{kind}:{key}", [])
        return tuple(sorted(found, key=lambda each: each.number))

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each that is about one thing of several, by the name of its marker."""
        found = self._by_name.items()
        return {name: item.number for name, item in found if item.marker.key}

    def of_kind(self, kind: str) -> tuple[Item, ...]:
        """Return those of one kind, by number."""
        found = [each for each in self._by_name.values() if each.marker.kind == kind]
        return tuple(sorted(found, key=lambda each: each.number))


def our_items(repository: Repository, numbers: Mapping[str, int], bot: str = BOT) -> OurItems:
    """List ours, open and closed, with a request for each hundred that carry our label.

    `numbers` are those that the history knows, by the name of their markers: one that is not listed
    has lost its label, and is asked for by its number, the newest first, up to `MOST_ASKED` of
    them. Raises GithubException where GitHub refuses.
    """
    items = OurItems(_listed(repository, _OURS, bot))
    listed = items.numbers
    unlisted = {name: number for name, number in numbers.items() if name not in listed}
    for name, number in sorted(unlisted.items(), key=lambda each: -each[1])[:MOST_ASKED]:
        asked = item_by_number(repository, number, bot)
        if asked is not None and asked.marker.name == name:
            items.add(asked)
    return items


def newest_items(repository: Repository, bot: str = BOT) -> tuple[Item, ...]:
    """List those of ours among the newest hundred with our label, with one request."""
    return tuple(_listed(repository, _OURS, bot, pages=1))


def _listed(
    repository: Repository, wanted: str, bot: str, pages: int | None = None
) -> Iterator[Item]:
    for page in count(1):
        path = f"issues?state=all&{wanted}&per_page={_PAGE}&page={page}"
        # PyGithub asks again for each issue that is no pull request whether it is one.
        _, listed = request(repository, "GET", path)
        yield from (item for each in listed if (item := item_of(each, bot)) is not None)
        if len(listed) < _PAGE or page == pages:
            return


def item_by_number(repository: Repository, number: int, bot: str = BOT) -> Item | None:
    """Return one of ours by its number; None where it is gone or not ours.

    Raises GithubException where GitHub refuses for another reason.
    """
    from github import GithubException  # noqa: PLC0415 - beside its only use

    try:
        _, data = request(repository, "GET", f"issues/{number}")
    except GithubException as error:
        if error.status in _MISSING:
            return None
        raise
    return item_of(data, bot)


def item_of(data: Mapping[str, Any], bot: str = BOT) -> Item | None:
    """Return an issue as GitHub describes it; None where it is not ours.

    Other workflows write as the same bot, and may quote a stranger who has copied a marker: what
    is about something else than its marker says is not ours either.
    """
    author = (data["user"] or {}).get("login", "")  # null for a deleted account
    body = data["body"] or ""
    marker = marker_in(body)
    pull = data.get("pull_request")
    if author != bot or marker is None:
        return None
    if marker.kind in (_PULL_REQUESTS if pull is None else _ISSUES):
        return None
    closed = data.get("closed_at")
    return Item(
        number=data["number"],
        marker=marker,
        is_open=data["state"] == "open",
        title=data["title"],
        body=body,
        is_pull_request=pull is not None,
        merged=bool(pull and pull.get("merged_at")),
        not_planned=data.get("state_reason") in _DECLINED,
        closed_at=datetime.fromisoformat(closed) if closed else None,
        labels=frozenset(each["name"] for each in data["labels"]),
    )
