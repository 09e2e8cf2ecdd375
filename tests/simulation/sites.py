"""The websites of a simulated year: what is really the matter with each of them, and when.

A website is well but for its episodes. What a visit sees follows from them, and so does what a
correct audit says: that is worked out here from the truth, and not with the code that is tested.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rollkeeper.model.visit import Hop, Observation, Page, VisitFailure

NIGHTS = 3
"""Completed nights of failing, by date, after which a website is down, and of answering until it is
back: the default of the policies."""


class Matter(StrEnum):
    """What is the matter with a website for a while."""

    OUTAGE = "an outage of 3 nights or more"
    RELAPSE = "an outage with one or two good nights in it"
    FLAP = "a flap of 1 or 2 nights"
    FLUTTER = "flaps of 1 or 2 nights in a row"
    BLOCK = "a wall against bots"
    RATE_LIMIT = "a rate limit"
    MOVED = "a move within its domain"
    AWAY = "a move to another domain"
    SALE = "a domain for sale"


TELLING = frozenset({Matter.OUTAGE, Matter.RELAPSE})
"""What is to be reported as unreachable."""
NEVER = frozenset({Matter.FLAP, Matter.FLUTTER, Matter.BLOCK, Matter.RATE_LIMIT})
"""What is never to be reported."""
FOR_GOOD = frozenset({Matter.MOVED, Matter.AWAY, Matter.SALE})
"""What lasts until someone corrects the roster."""
_FAILURES = (
    VisitFailure.NO_SUCH_NAME,
    VisitFailure.REFUSED,
    VisitFailure.SILENT,
    VisitFailure.RESET,
)
_STATUSES = (404, 410, 500, 502, 503)
_WALLS = ("Cloudflare", "Akamai", "DataDome")


@dataclass(frozen=True)
class Episode:
    """What is the matter from the night `first` to the night `last`, both counted from 0.

    `good` are nights within it on which the website answers all the same.
    """

    matter: Matter
    first: int
    last: int
    good: frozenset[int] = frozenset()
    how: int = 0
    """Which of the ways to fail."""

    def __contains__(self, night: int) -> bool:
        return self.first <= night <= self.last and night not in self.good


@dataclass
class Site:
    """A website by the number of its partner; `path` is what a correction of the roster changes."""

    number: int
    name: str
    episodes: list[Episode] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address that stands on the roster at first; some name a person, and how to call."""
        number = f"{self.number:04d}"
        asked = f"?ask=team{number}@mail.example" if self.number % 20 == 0 else ""
        asked = f"?call=%2B49-30-55{number}" if self.number % 20 == 1 else asked
        return f"https://www.partner-{number}.example/{asked}"

    @property
    def new_url(self) -> str:
        """The address within its domain to which it moves, if it does."""
        return f"https://www.partner-{self.number:04d}.example/cloud/"

    @property
    def other_url(self) -> str:
        """The address of what took over from it, if something did."""
        return f"https://www.other-{self.number:04d}.example/"

    def matter(self, night: int) -> Episode | None:
        """Return what is the matter in one night; None where all is well."""
        return next((each for each in self.episodes if night in each), None)

    def seen(self, url: str, night: int) -> Observation:
        """Return what a visit sees at an address of the website in one night."""
        episode = self.matter(night)
        if episode is None or (episode.matter in FOR_GOOD and url != self.url):
            return Observation(url, 200, final_url=url)
        return _SEEN.get(episode.matter, _failing)(self, url, episode.how)


def _failing(_site: Site, url: str, how: int) -> Observation:
    if how % 2:
        return Observation(url, _STATUSES[how // 2 % len(_STATUSES)], final_url=url)
    return Observation(url, failure=_FAILURES[how // 2 % len(_FAILURES)])


def _blocked(_site: Site, url: str, how: int) -> Observation:
    return Observation(url, 403, final_url=url, wall=_WALLS[how % 3] if how % 4 else None)


def _limited(_site: Site, url: str, _how: int) -> Observation:
    return Observation(url, 429, final_url=url, retry_after=3600)


def _moved(site: Site, url: str, _how: int) -> Observation:
    return _led(url, site.new_url)


def _away(site: Site, url: str, _how: int) -> Observation:
    return _led(url, site.other_url)


def _for_sale(_site: Site, url: str, _how: int) -> Observation:
    page = Page("This domain is for sale", "Make an offer", 13)
    return Observation(url, 200, final_url=url, page=page)


def _led(url: str, new: str) -> Observation:
    return Observation(url, 200, final_url=new, hops=(Hop(301, new),))


_SEEN = {
    Matter.BLOCK: _blocked,
    Matter.RATE_LIMIT: _limited,
    Matter.MOVED: _moved,
    Matter.AWAY: _away,
    Matter.SALE: _for_sale,
}


def made(number: int, chance: random.Random, nights: int) -> Site:
    """Return a website with what happens to it; one in four has something, some of them twice."""
    word = chance.choice(("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel", "Juniper"))
    site = Site(number, f"A{number:04d} {word} Systems")
    night = chance.randrange(1, max(2, nights))
    while chance.random() < 0.25 and night < nights - 1:
        episode = _episode(chance, night, nights)
        site.episodes.append(episode)
        if episode.matter in FOR_GOOD:
            break
        # What comes after the next good nights is another matter.
        night = episode.last + chance.randrange(12, 60)
    return site


def _episode(chance: random.Random, first: int, nights: int) -> Episode:
    matters = (
        *(Matter.OUTAGE,) * 6,
        *(Matter.RELAPSE,) * 2,
        *(Matter.FLAP,) * 8,
        *(Matter.FLUTTER,) * 2,
        *(Matter.BLOCK,) * 5,
        *(Matter.RATE_LIMIT,) * 3,
        *(Matter.MOVED,) * 2,
        Matter.AWAY,
        Matter.SALE,
    )
    matter, how = chance.choice(matters), chance.randrange(1000)
    good: frozenset[int] = frozenset()
    match matter:
        case Matter.OUTAGE:
            length = chance.randrange(3, 31)
        case Matter.RELAPSE:
            before, between, after = (chance.randrange(*each) for each in ((5, 9), (1, 3), (4, 9)))
            length = before + between + after
            good = frozenset(range(first + before, first + before + between))
        case Matter.FLAP:
            length = chance.randrange(1, 3)
        case Matter.FLUTTER:
            # One or two nights of failing, then one of answering, over and over.
            length = 3 * chance.randrange(2, 5) - 1
            good = frozenset(range(first + 2, first + length, 3))
        case Matter.BLOCK | Matter.RATE_LIMIT:
            length = chance.randrange(3, 40)
        case _:
            length = nights
    return Episode(matter, first, first + length - 1, good, how)


@dataclass(frozen=True)
class Expected:
    """What a correct audit says of one episode: on which night it is first said, and last."""

    episode: Episode
    reported: int | None
    """The night on which it is first reported; None for never."""
    closed: int | None
    """The first night on which it is not reported any more."""


def expected(episode: Episode, counted: Sequence[int]) -> Expected:
    """Return what is to be said of an outage, given the nights that count.

    `counted` are the completed nights, in order: what was not seen cannot be reported.
    """
    if episode.matter not in TELLING:
        return Expected(episode, None, None)
    failing = [night for night in counted if night in episode]
    run = list(_run(failing, counted, episode))
    if len(run) < NIGHTS:
        return Expected(episode, None, None)
    after = [night for night in counted if night > episode.last]
    return Expected(episode, run[NIGHTS - 1], after[NIGHTS - 1] if len(after) >= NIGHTS else None)


def _run(failing: Sequence[int], counted: Sequence[int], episode: Episode) -> Iterator[int]:
    """Yield the failing nights up to the third in a row: a good one that counts begins anew."""
    run: list[int] = []
    for night in counted:
        if night in failing:
            run.append(night)
        elif night in episode.good and len(run) < NIGHTS:
            run.clear()
    yield from run
