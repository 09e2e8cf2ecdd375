"""Websites: whether they can still be reached, and over https."""

from __future__ import annotations

from rollkeeper.grammar.urls import Url, normalised, parse, tidy
from rollkeeper.grammar.wording import quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.visit import Visit
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.websites._judgement import SiteKind, verdict


@rule("website-unreachable", on=Visit, severity=Severity.WARNING)
def unreachable(visit: Visit) -> Problems:
    """A website did not answer, or answered that the page is gone.

    A dead link on the public page reflects badly on the entry and the community. Try it in a
    browser: correct the address if the site has moved, or ask the people behind the entry.
    """
    found = verdict(visit)
    if found.kind is SiteKind.UNREACHABLE:
        message = (
            f"{quoted(visit.url)} cannot be reached: {found.why}; correct the address if the site "
            "has moved, or ask the people behind the entry"
        )
        yield Problem(message, visit.field)


@rule("website-inconclusive", on=Visit, severity=Severity.NOTICE)
def inconclusive(visit: Visit) -> Problems:
    """A program cannot tell whether a website is there.

    Many healthy sites turn programs away, and sometimes it is our own network that fails, so this
    is no one's fault. Open the address in a browser; if a person sees the page, all is well.
    """
    found = verdict(visit)
    if found.kind is SiteKind.INCONCLUSIVE:
        message = f"whether {quoted(visit.url)} can be reached is not certain: {found.why}"
        yield Problem(f"{message}; open it in a browser", visit.field)


@rule("website-plain-http", on=Visit, severity=Severity.WARNING)
def plain_http(visit: Visit) -> Problems:
    """A web address begins with http although the site answers over https.

    What is sent by http can be read and changed on its way. Write https; the site was asked and
    answers there.
    """
    url = parse(visit.url)
    if not isinstance(url, Url) or url.scheme != "http":
        return
    if _led_to_https(visit, url) or (visit.https_answers and verdict(visit).kind not in _ELSEWHERE):
        secure = tidy(url, https=True)
        fix = Fix(FixKind.SET, "write https, where the site answers", secure)
        message = f"{quoted(visit.url)} answers over https as well: write {quoted(secure)}"
        yield Problem(message, visit.field, fix=fix)


_ELSEWHERE = frozenset({SiteKind.MOVED, SiteKind.MOVED_AWAY, SiteKind.PARKED, SiteKind.UNREACHABLE})
"""Verdicts that ask for another address altogether, or for none."""


def _led_to_https(visit: Visit, url: Url) -> bool:
    end = parse(visit.final_url or "")
    same = isinstance(end, Url) and end.scheme == "https" and normalised(end) == normalised(url)
    return same and verdict(visit).kind is SiteKind.GOOD


@rule("github-renamed", on=Visit, severity=Severity.WARNING)
def github_renamed(visit: Visit) -> Problems:
    """A GitHub account or repository has another name by now.

    The old address redirects only until someone else takes the old name, and then it is theirs.
    Write the address that it has now.
    """
    new = parse(visit.renamed_to or "")
    if isinstance(new, Url) and new.host == "github.com" and new.text != visit.url:
        address = tidy(new)
        fix = Fix(FixKind.SET, "write the address that it has now", address)
        message = f"{quoted(visit.url)} is {quoted(address)} by now: write that"
        yield Problem(message, visit.field, fix=fix)


@rule("github-archived", on=Visit, severity=Severity.NOTICE)
def github_archived(visit: Visit) -> Problems:
    """A GitHub repository is archived.

    Its owners do not work on it any more, so it may no longer show what the entry is about. Ask the
    people behind the entry what has taken its place.
    """
    if visit.archived:
        message = f"{quoted(visit.url)} is archived: ask what has taken its place"
        yield Problem(message, visit.field)
