"""What several nights say of a website, where there is a history; else what this visit says.

A site that fails for one night moves nothing. With a history the rules report what enough nights in
a row have shown, also on a night on which the site was not visited, or answered again for the first
time: what is reported comes and goes once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from rollkeeper.grammar.urls import Url, normalised, parse, tidy
from rollkeeper.model.visit import Visit
from rollkeeper.rules.websites._judgement import SiteKind, SiteState, domain, verdict

NIGHTS = 3
"""Completed audits, by date, after which it is reported that a website fails or has moved."""
RULES_OF_FAILURES: Mapping[str, str] = MappingProxyType({
    SiteKind.UNREACHABLE: "website-unreachable",
    SiteKind.CERTIFICATE: "website-certificate",
    SiteKind.PARKED: "website-parked",
    SiteKind.EMPTY: "website-empty",
    SiteKind.SOFT_404: "website-soft-404",
})  # fmt: skip
"""The ways in which a website fails, each with the rule that reports it."""
_ELSEWHERE = frozenset({SiteKind.MOVED, SiteKind.MOVED_AWAY, SiteKind.PARKED, SiteKind.UNREACHABLE})
"""Verdicts that ask for another address altogether, or for none."""


class MoveKind(StrEnum):
    """Where a website has moved to: the rule that reports it."""

    SECURE = "website-plain-http"
    NEAR = "website-moved"
    AWAY = "website-moved-away"


class Move(NamedTuple):
    """The address that a website leads to now."""

    kind: MoveKind
    address: Url


class Outcome(NamedTuple):
    """What one visit says: whether the website fails, None where that cannot be told."""

    kind: SiteKind
    why: str
    failing: bool | None
    move: Move | None = None


def outcome(visit: Visit) -> Outcome:
    """Return what one visit says, whatever earlier ones did."""
    found = verdict(visit)
    failing = None if found.kind is SiteKind.INCONCLUSIVE else found.kind in RULES_OF_FAILURES
    return Outcome(found.kind, found.why, failing, None if failing else moved_tonight(visit))


class Failure(NamedTuple):
    """Why a website fails, and since when, where that is known."""

    why: str
    since: date | None = None

    def __str__(self) -> str:
        """Return both as the end of a clause."""
        return self.why if self.since is None else f"{self.why} (since {self.since})"


def failure(visit: Visit, kind: SiteKind) -> Failure | None:
    """Return why a website is to be reported as failing in one way; None where it is not."""
    if not visit.counted:
        found = verdict(visit)
        return Failure(found.why) if found.kind is kind else None
    record = visit.record
    if record is None or not record.down or record.kind != kind:
        return None
    return Failure(record.why, record.since)


def move(visit: Visit, nights: int) -> Move | None:
    """Return the address that is to be written instead; None where there is none yet.

    With a history the website has to have led there on so many `nights`.
    """
    if not visit.counted:
        return moved_tonight(visit)
    record = visit.record
    if record is None or record.moved_to is None or record.down:
        return None
    start, end = parse(visit.url), parse(record.moved_to)
    if record.moved_nights < nights or not isinstance(start, Url) or not isinstance(end, Url):
        return None
    if domain(start) != domain(end):
        return Move(MoveKind.AWAY, end)
    secure = start.scheme == "http" and tidy(start, https=True) == record.moved_to
    return Move(MoveKind.SECURE if secure else MoveKind.NEAR, end)


def moved_tonight(visit: Visit) -> Move | None:
    """Return the address that a website leads to by one visit alone."""
    found = verdict(visit)
    if found.address is not None and found.kind is SiteKind.MOVED:
        return Move(MoveKind.NEAR, found.address)
    if found.address is not None and found.kind is SiteKind.MOVED_AWAY:
        return Move(MoveKind.AWAY, found.address)
    start = parse(visit.url)
    if isinstance(start, Url) and start.scheme == "http" and _is_secure(visit, start, found):
        secure = parse(tidy(start, https=True))
        return Move(MoveKind.SECURE, secure) if isinstance(secure, Url) else None
    return None


def _is_secure(visit: Visit, start: Url, found: SiteState) -> bool:
    """Return whether what is at an address with http answers over https as well."""
    end = parse(visit.final_url or "")
    same = isinstance(end, Url) and end.scheme == "https" and normalised(end) == normalised(start)
    if same and found.kind is SiteKind.GOOD:
        return True
    return bool(visit.https_answers) and found.kind not in _ELSEWHERE
