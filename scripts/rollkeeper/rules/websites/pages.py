"""Websites that answer, but not with the page that the entry is about."""

from __future__ import annotations

from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.visit import Page, Visit
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.websites._judgement import SiteKind, verdict

LEAST_READ = 200
"""Characters of text below which a page says too little to be off any topic."""


@rule("website-parked", on=Visit, severity=Severity.WARNING)
def parked(visit: Visit) -> Problems:
    """The domain of a website is parked or for sale.

    Its owner has let it go, and its next owner will have a link from the community's page.
    Ask the people behind the entry for their address, or take the link down.
    """
    found = verdict(visit)
    if found.kind is SiteKind.PARKED:
        message = (
            f"{quoted(visit.url)} is no longer a website: {found.why}; ask for the new address"
        )
        yield Problem(message, visit.field)


@rule("website-empty", on=Visit, severity=Severity.WARNING)
def empty(visit: Visit) -> Problems:
    """A website shows nothing, or only what a server or a host puts there itself.

    Visitors find no one behind the link. Ask the people behind the entry whether it is a passing
    fault or another address is meant.
    """
    found = verdict(visit)
    if found.kind is SiteKind.EMPTY:
        message = f"there is nothing at {quoted(visit.url)}: {found.why}; ask whether it is meant"
        yield Problem(message, visit.field)


@rule("website-soft-404", on=Visit, severity=Severity.WARNING)
def soft_404(visit: Visit) -> Problems:
    """A page is gone although its site answers as if it were there.

    Visitors are told that there is no such page, or are left on the front page to search. Look for
    the page on the site and write its address, or that of the front page if it is gone.
    """
    found = verdict(visit)
    if found.kind is SiteKind.SOFT_404:
        message = f"the page {quoted(visit.url)} seems to be gone: {found.why}"
        yield Problem(f"{message}; look for it on the site", visit.field)


@rule("website-off-topic", on=Visit, severity=Severity.NOTICE, needs="words")
def off_topic(visit: Visit, *, words: tuple[str, ...] = ()) -> Problems:
    """A website does not mention what the programme is about.

    A programme may want a page about the partnership and not just any front page. Give the address
    of such a page; `words` lists what it may mention, and one of them is enough.
    """
    page = visit.page
    if page is None or page.scripted or page.length < LEAST_READ:
        return
    if verdict(visit).kind not in (SiteKind.GOOD, SiteKind.MOVED) or not _is_website(visit):
        return
    if words and not _mentions(page, words):
        message = f"{quoted(visit.url)} mentions {listed(words, 'or', most=5)} nowhere"
        yield Problem(f"{message} at its beginning: is there a page that does?", visit.field)


def _is_website(visit: Visit) -> bool:
    """Whether the address is the entry's website: evidence may be about other things."""
    return any(path == visit.field for path, _ in visit.entry.texts("website"))


def _mentions(page: Page, words: tuple[str, ...]) -> bool:
    text = f"{page.title}\n{page.excerpt}".casefold()
    return any(word in page.mentions or word.casefold() in text for word in words)
