"""Websites that answer, but not with the page that the entry is about."""

from __future__ import annotations

from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.visit import Page, Visit
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.websites._judgement import SiteKind, verdict
from rollkeeper.rules.websites.nights import NIGHTS, failure

LEAST_READ = 200
"""Characters of text below which a page says too little to be off any topic."""


@rule("website-parked", on=Visit, severity=Severity.WARNING)
def parked(visit: Visit, *, nights: int = NIGHTS) -> Problems:  # noqa: ARG001 - the history counts by it
    """The domain of a website is parked or for sale.

    The next owner of the domain will have a link from the community's page. Ask the entry's contact
    for the new address, or remove the link. The nightly audit reports it after as many `nights`.
    """
    found = failure(visit, SiteKind.PARKED)
    if found is not None:
        message = f"{quoted(visit.url)} is no longer a website: {found}; ask for the new address"
        yield Problem(message, visit.field)


@rule("website-empty", on=Visit, severity=Severity.WARNING)
def empty(visit: Visit, *, nights: int = NIGHTS) -> Problems:  # noqa: ARG001 - the history counts by it
    """A website shows nothing, or only a default page of its server or host.

    Visitors find nothing behind the link. Ask the entry's contact for the right address, or whether
    the site is temporarily down. The nightly audit reports it after as many `nights`.
    """
    found = failure(visit, SiteKind.EMPTY)
    if found is not None:
        message = f"{quoted(visit.url)} shows no website: {found}; ask the entry's contact"
        yield Problem(message, visit.field)


@rule("website-soft-404", on=Visit, severity=Severity.WARNING)
def soft_404(visit: Visit, *, nights: int = NIGHTS) -> Problems:  # noqa: ARG001 - the history counts by it
    """A page is gone, although the site reports success.

    Visitors see an error page or the site's front page. Find the page on the site and write its
    address, or write the address of the front page. The nightly audit reports it after as many
    `nights`.
    """
    found = failure(visit, SiteKind.SOFT_404)
    if found is not None:
        message = f"the page {quoted(visit.url)} seems to be gone: {found}"
        yield Problem(f"{message}; look for it on the site", visit.field)


@rule("website-off-topic", on=Visit, severity=Severity.NOTICE, needs="words")
def off_topic(visit: Visit, *, words: tuple[str, ...] = ()) -> Problems:
    """A website does not mention the programme's topic.

    A programme may want a page about the partnership rather than any front page. Write the address
    of such a page. `words` lists the expected words; one of them is enough.
    """
    page = visit.page
    if page is None or page.scripted or page.length < LEAST_READ:
        return
    if verdict(visit).kind not in (SiteKind.GOOD, SiteKind.MOVED) or not _is_website(visit):
        return
    if words and not _mentions(page, words):
        message = f"{quoted(visit.url)} does not mention {listed(words, 'or', most=5)}"
        yield Problem(
            f"{message} in its first part: write the address of a page that does", visit.field
        )


def _is_website(visit: Visit) -> bool:
    """Whether the address is the entry's website: evidence may be about other things."""
    return any(path == visit.field for path, _ in visit.entry.texts("website"))


def _mentions(page: Page, words: tuple[str, ...]) -> bool:
    text = f"{page.title}\n{page.excerpt}".casefold()
    return any(word in page.mentions or word.casefold() in text for word in words)
