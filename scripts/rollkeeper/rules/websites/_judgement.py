"""Classify a visit: reachable, moved, parked, unreachable, inconclusive.

What a program cannot tell is inconclusive: a site that turns programs away may be in the best of
health. Text from the server is compared here and never repeated.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rollkeeper.grammar.hosts import registrable
from rollkeeper.grammar.urls import Url, normalised, parse
from rollkeeper.grammar.wording import counted, quoted
from rollkeeper.model.visit import Observation, Page, Visit, VisitFailure
from rollkeeper.rules.websites import _page_words as words


class SiteKind(StrEnum):
    """The verdicts; every visit gets one of them."""

    GOOD = "reachable"
    UNREACHABLE = "unreachable"
    INCONCLUSIVE = "inconclusive"
    CERTIFICATE = "certificate not accepted"
    PARKED = "parked or for sale"
    EMPTY = "empty or default page"
    SOFT_404 = "no such page, although the answer says otherwise"
    MOVED = "moved within its domain"
    MOVED_AWAY = "moved to another domain"


class SiteState(NamedTuple):
    """A verdict and the reason for it, a clause that follows `cannot be reached: ` and the like.

    `address` is the new one for `MOVED` and `MOVED_AWAY`; `permanent` whether the site says that it
    will stay so.
    """

    kind: SiteKind
    why: str = ""
    address: Url | None = None
    permanent: bool = False


CACHED_VISITS = 262_144
GOOD = SiteState(SiteKind.GOOD)
PERMANENT = frozenset({301, 308})

REFUSED_CERTIFICATE = frozenset({
    VisitFailure.CERTIFICATE, VisitFailure.EXPIRED, VisitFailure.WRONG_NAME,
    VisitFailure.SELF_SIGNED, VisitFailure.INCOMPLETE,
})  # fmt: skip
_UNSURE = {
    VisitFailure.NAME_SERVER: f"{VisitFailure.NAME_SERVER}; the next run tries again",
    VisitFailure.NOT_CHECKABLE: f"{VisitFailure.NOT_CHECKABLE}; open it in a browser",
    VisitFailure.NETWORK_DOWN: f"{VisitFailure.NETWORK_DOWN}; the next run tries again",
    VisitFailure.NOT_VISITED: f"{VisitFailure.NOT_VISITED}; the next run tries again",
}
_GONE = {404: "there is no such page (404)", 410: "the page is gone for good (410)"}
_TURNED_AWAY = {
    401: "it asks for a password (401)",
    402: "its host asks its owner for payment (402)",
    403: "it refuses programs (403), and perhaps only those",
    407: "something between here and the site asks for a password (407)",
    429: "it asks to be visited less often (429)",
    451: "it is withheld for legal reasons (451), perhaps only where this ran",
    511: "the network that this ran in asks for a login (511)",
    999: "it turns programs away (999)",
}
_SERVER_FAULTS = range(500, 512)
"""The statuses that HTTP itself defines; what is above is Cloudflare's and others' own."""
_OK = 200
_UNAVAILABLE = 503
_ERRORS = 400
_SOON_SECONDS = 24 * 60 * 60
"""A site that is being worked on says when it comes back; one that names a later time is away."""


_DECIDING = ("url", "status", "final_url", "failure", "hops", "wall", "retry_after", "page")
"""What a verdict goes by: it does not depend on whose website it is."""


def verdict(visit: Visit) -> SiteState:
    """Judge one visit; every rule about websites asks, so the answer is kept."""
    return _judged(Observation(**{name: getattr(visit, name) for name in _DECIDING}))


@lru_cache(maxsize=CACHED_VISITS)
def _judged(visit: Observation) -> SiteState:
    if visit.wall is not None:
        why = f"{quoted(visit.wall)} lets no program through to it"
        return SiteState(SiteKind.INCONCLUSIVE, why)
    if visit.failure is VisitFailure.NOT_CHECKABLE and visit.hops:
        away = _by_address(visit)
        if away.kind is SiteKind.MOVED_AWAY:
            return away
    failed = _by_failure(visit)
    if failed is not None:
        return failed
    if visit.status is None:
        return SiteState(SiteKind.INCONCLUSIVE, _UNSURE[VisitFailure.NOT_VISITED])
    if visit.status >= _ERRORS:
        return _by_status(visit, visit.status)
    return _by_page(visit) or _by_address(visit)


def _by_failure(visit: Observation) -> SiteState | None:
    failure = visit.failure
    if failure is None:
        return None
    if failure in REFUSED_CERTIFICATE:
        return SiteState(SiteKind.CERTIFICATE, f"{_behind(visit)}{failure}")
    if failure in _UNSURE:
        return SiteState(SiteKind.INCONCLUSIVE, _UNSURE[failure])
    return SiteState(SiteKind.UNREACHABLE, f"{_behind(visit)}{failure}")


def _by_status(visit: Observation, status: int) -> SiteState:
    if status in _GONE:
        return SiteState(SiteKind.UNREACHABLE, f"{_behind(visit)}{_GONE[status]}")
    if status in _TURNED_AWAY:
        return SiteState(SiteKind.INCONCLUSIVE, f"{_TURNED_AWAY[status]}{_again(visit)}")
    passing = visit.retry_after is not None and visit.retry_after <= _SOON_SECONDS
    if status == _UNAVAILABLE and passing:
        return SiteState(SiteKind.INCONCLUSIVE, f"it is being worked on (503){_again(visit)}")
    if status in _SERVER_FAULTS:
        return SiteState(SiteKind.UNREACHABLE, f"{_behind(visit)}the server fails ({status})")
    return SiteState(SiteKind.INCONCLUSIVE, f"it answers programs with {status}")


def _behind(visit: Observation) -> str:
    """Return where the visit ended, if that is not where it began."""
    if not visit.hops:
        return ""
    return f"it leads on to {quoted(visit.hops[-1].url)}: "


def _again(visit: Observation) -> str:
    if visit.retry_after is None:
        return ""
    minutes = max(1, round(visit.retry_after / 60))
    return f", and asks to come back in {counted(minutes, 'minute')}"


def _by_page(visit: Observation) -> SiteState | None:
    """Judge by what the page says of itself, and by who serves it."""
    host = _parking_host(visit)
    if host is not None:
        return SiteState(SiteKind.PARKED, f"it leads to {quoted(host)}, where domains are sold")
    page = visit.page
    if page is None:
        return None
    seen = (page.title, page.excerpt, page.length)
    judged = (
        (SiteKind.INCONCLUSIVE, words.challenge(page.title, page.length)),
        (SiteKind.PARKED, words.parked(*seen)),
        (SiteKind.EMPTY, words.empty(*seen) or _nothing(visit, page)),
        (SiteKind.SOFT_404, words.not_found(page.title)),
    )
    return next((SiteState(kind, why) for kind, why in judged if why is not None), None)


def _nothing(visit: Observation, page: Page) -> str | None:
    bare = not page.length and not page.title.strip() and page.refresh is None
    if bare and not page.scripted and visit.status == _OK:
        return "its page is empty"
    return None


def _parking_host(visit: Observation) -> str | None:
    start = parse(visit.url)
    own = domain(start) if isinstance(start, Url) else None
    refresh = visit.page.refresh if visit.page else None
    for text in (*(hop.url for hop in visit.hops), refresh):
        url = parse(text) if text else None
        if not isinstance(url, Url) or domain(url) == own:
            continue
        if domain(url) in words.PARKING_HOSTS or url.host in words.PARKING_NAMES:
            return url.unicode_host
    return None


def domain(url: Url) -> str:
    """Return the part of the host that someone registered, or the host where there is none."""
    return registrable(url.unicode_host) or url.unicode_host


def _by_address(visit: Observation) -> SiteState:
    """Judge by where the visit ended."""
    start, end = parse(visit.url), _end(visit)
    if not isinstance(start, Url) or end is None or normalised(start) == normalised(end):
        return GOOD
    if domain(start) != domain(end):
        return _elsewhere(visit, start, end)
    if _asks_first(start, end):
        return GOOD
    if _deep(start) and not _deep(end) and not end.query and _site(start) == _site(end):
        return SiteState(SiteKind.SOFT_404, "it only leads back to the front page")
    return _moved(visit, start)


def _elsewhere(visit: Observation, start: Url, end: Url) -> SiteState:
    """Judge a visit that ended on another domain."""
    if _asks_first(start, end):
        why = "it sends its visitors elsewhere to log in or to agree"
        return SiteState(SiteKind.INCONCLUSIVE, why)
    if domain(start) in words.REDIRECTORS:
        return GOOD
    permanent = bool(visit.hops) and all(hop.status in PERMANENT for hop in visit.hops)
    if _brand(start) == _brand(end) and not permanent:
        return GOOD  # a site for each country sends its visitors to theirs
    return SiteState(SiteKind.MOVED_AWAY, "", end, permanent)


def _end(visit: Observation) -> Url | None:
    """Return the address where a browser would end, if it is a proper one."""
    text = visit.final_url or (visit.hops[-1].url if visit.hops else visit.url)
    end = parse(text)
    refresh = parse(visit.page.refresh) if visit.page and visit.page.refresh else None
    if isinstance(refresh, Url) and isinstance(end, Url) and domain(refresh) != domain(end):
        return refresh
    return end if isinstance(end, Url) else None


def _moved(visit: Observation, start: Url) -> SiteState:
    """Distinguish a move for good from a page that is chosen for the visitor."""
    new = start
    for hop in visit.hops:
        target = parse(hop.url)
        if hop.status not in PERMANENT or not isinstance(target, Url):
            break
        new = target
    chosen = _site(start) == _site(new) and not _deep(start) and not _deep(new)
    if domain(new) != domain(start) or normalised(new) == normalised(start) or chosen:
        return GOOD
    return SiteState(SiteKind.MOVED, "", new, permanent=True)


def _site(url: Url) -> str:
    return url.host.removeprefix("www.")


def _steps(url: Url) -> list[str]:
    return [step for step in url.path.casefold().split("/") if step]


def _deep(url: Url) -> bool:
    """Return whether an address is of a page below the front page, in whatever language."""
    steps = _steps(url)
    names = (step.partition(".")[0] for step in steps)
    return any(not words.LOCALE.match(name) and name not in words.FRONT_STEPS for name in names)


def _asks_first(start: Url, end: Url) -> bool:
    """Return whether the visit ended where visitors are asked to log in or to agree."""
    parts = {*end.host.split("."), *_steps(end)} - {*start.host.split("."), *_steps(start)}
    return not words.LOGIN_STEPS.isdisjoint(parts)


def _brand(url: Url) -> str:
    return domain(url).partition(".")[0]
