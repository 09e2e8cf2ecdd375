"""Websites: whether they can still be reached, and over https."""

from __future__ import annotations

from rollkeeper.grammar.urls import Url, parse, tidy
from rollkeeper.grammar.wording import in_full, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.visit import GitHubVisit, Visit
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.websites._judgement import SiteKind, verdict
from rollkeeper.rules.websites.nights import NIGHTS, MoveKind, failure, move


@rule("website-unreachable", on=Visit, severity=Severity.WARNING)
def unreachable(visit: Visit, *, nights: int = NIGHTS) -> Problems:  # noqa: ARG001 - the history counts by it
    """A website cannot be reached, or the page is gone.

    A dead link reflects badly on the entry and the community. Try it in a browser, then correct the
    address if the site has moved, or ask the entry's contact. The nightly audit reports it after as
    many `nights`, a date counted once, and until the site has answered for as many.
    """
    found = failure(visit, SiteKind.UNREACHABLE)
    if found is not None:
        message = (
            f"{quoted(visit.url)} cannot be reached: {found}; correct the address if the site "
            "has moved, or ask the entry's contact"
        )
        yield Problem(message, visit.field)


@rule("website-inconclusive", on=Visit, severity=Severity.NOTICE)
def inconclusive(visit: Visit) -> Problems:
    """It is not certain whether a website can be reached.

    Many working sites block programs, and sometimes our own network fails, so this is not counted
    against the entry. Open the address in a browser; if the page is there, nothing has to change.
    """
    if visit.record is not None and (visit.record.down or not visit.made):
        return
    found = verdict(visit)
    if found.kind is SiteKind.INCONCLUSIVE:
        message = f"it is not certain that {quoted(visit.url)} can be reached: {found.why}"
        yield Problem(f"{message}; open it in a browser", visit.field)


@rule("website-plain-http", on=Visit, severity=Severity.WARNING)
def plain_http(visit: Visit, *, nights: int = NIGHTS) -> Problems:
    """A web address starts with `http://`, but the site supports https.

    Data sent over http can be read and changed on its way. Write `https://`. The nightly audit
    reports it when https has answered for as many `nights`.
    """
    found = move(visit, nights)
    if found is not None and found.kind is MoveKind.SECURE:
        secure = found.address.text
        fix = Fix(FixKind.SET, "write https", secure)
        message = f"{quoted(visit.url)} answers over https as well: write {in_full(secure)}"
        yield Problem(message, visit.field, fix=fix)


@rule("github-renamed", on=GitHubVisit, severity=Severity.WARNING)
def github_renamed(visit: GitHubVisit) -> Problems:
    """A GitHub account or repository has been renamed.

    The old address redirects only until someone else takes the old name. Write the new address.
    """
    new = parse(visit.renamed_to or "")
    if isinstance(new, Url) and new.host == "github.com" and new.text != visit.url:
        address = tidy(new)
        fix = Fix(FixKind.SET, "write the new address", address)
        message = f"{quoted(visit.url)} has been renamed to {quoted(address)}: write that address"
        yield Problem(message, visit.field, fix=fix)


@rule("github-archived", on=GitHubVisit, severity=Severity.NOTICE)
def github_archived(visit: GitHubVisit) -> Problems:
    """A GitHub repository is archived.

    It is no longer maintained, so it may be out of date. Ask the entry's contact what has replaced
    it.
    """
    if visit.archived:
        message = f"{quoted(visit.url)} is archived: ask the entry's contact what has replaced it"
        yield Problem(message, visit.field)
