"""Websites that lead elsewhere: within their domain, or to another."""

from __future__ import annotations

from rollkeeper.grammar.urls import Url, tidy
from rollkeeper.grammar.wording import quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.visit import Visit
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.websites._judgement import verdict
from rollkeeper.rules.websites.nights import NIGHTS, MoveKind, move


@rule("website-moved", on=Visit, severity=Severity.NOTICE)
def moved(visit: Visit, *, nights: int = NIGHTS) -> Problems:
    """A page has moved permanently to another address on the same domain.

    The old address works only as long as the site redirects it. Write the new address. Redirects
    that depend on the visitor, such as to a language, and `www.` or a final slash are not reported.
    The nightly audit reports it when the new address has answered for as many `nights`.
    """
    found = move(visit, nights)
    if found is not None and found.kind is MoveKind.NEAR:
        new = tidy(found.address)
        message = f"{quoted(visit.url)} has moved to {quoted(new)}: write that address"
        yield Problem(message, visit.field, fix=_fix(found.address, new))


def _fix(target: Url, new: str) -> Fix | None:
    # A query may be made for one visit only, so a person has to decide.
    return None if target.query else Fix(FixKind.SET, "write the new address", new)


@rule("website-moved-away", on=Visit, severity=Severity.WARNING)
def moved_away(visit: Visit, *, nights: int = NIGHTS) -> Problems:
    """A website redirects to another domain.

    The organisation may have been renamed or acquired, or someone else may now own the old domain.
    Find out which, then correct the address and perhaps the name, or remove the entry. The nightly
    audit reports it after as many `nights`.
    """
    found = move(visit, nights)
    if found is not None and found.kind is MoveKind.AWAY:
        how = "has moved" if verdict(visit).permanent else "redirects"
        message = (
            f"{quoted(visit.url)} {how} to {quoted(found.address.unicode_host)}, another domain; "
            "find out why, then correct the address or remove the entry"
        )
        yield Problem(message, visit.field)
