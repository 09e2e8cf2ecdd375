"""Websites that lead elsewhere: within their domain, or to another."""

from __future__ import annotations

from rollkeeper.grammar.urls import Url, tidy
from rollkeeper.grammar.wording import quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.visit import Visit
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.websites._judgement import SiteKind, verdict


@rule("website-moved", on=Visit, severity=Severity.NOTICE)
def moved(visit: Visit) -> Problems:
    """A page has moved for good to another address of the same domain.

    The old address redirects only as long as the site keeps that up. Write the new one. What a site
    chooses for its visitors, such as a language, and `www.` or a final slash are no move.
    """
    found = verdict(visit)
    if found.kind is SiteKind.MOVED and found.address is not None:
        new = tidy(found.address)
        message = f"{quoted(visit.url)} has moved for good to {quoted(new)}: write that"
        yield Problem(message, visit.field, fix=_fix(found.address, new))


def _fix(target: Url, new: str) -> Fix | None:
    # A query may be made for one visit only, so a person has to decide.
    return None if target.query else Fix(FixKind.SET, "write the address that it has now", new)


@rule("website-moved-away", on=Visit, severity=Severity.WARNING)
def moved_away(visit: Visit) -> Problems:
    """A website leads to another domain.

    The organisation may have been renamed or acquired, or the old domain may have fallen into other
    hands. Find out which: then change the address and perhaps the name, or take the entry down.
    """
    found = verdict(visit)
    if found.kind is SiteKind.MOVED_AWAY and found.address is not None:
        how = "has moved for good" if found.permanent else "leads"
        message = (
            f"{quoted(visit.url)} {how} to {quoted(found.address.unicode_host)}, another domain: "
            "was the organisation renamed or acquired, or is the domain no longer theirs?"
        )
        yield Problem(message, visit.field)
