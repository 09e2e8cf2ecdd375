"""Web addresses as they are written: safe, unambiguous and tidy. Nothing is visited."""

from __future__ import annotations

from rollkeeper.grammar.hosts import InvalidHost
from rollkeeper.grammar.names import mixed_scripts, passes_for_ascii
from rollkeeper.grammar.social_networks import judged_by_form, names_somebody
from rollkeeper.grammar.urls import parse, tidy, tracking
from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Fix, FixKind
from rollkeeper.rules._texts import addresses
from rollkeeper.rules.declaring import Problems, rule


@rule("website-form", on=Entry, severity=Severity.ERROR)
def website_form(entry: Entry) -> Problems:
    """A web address is malformed or ambiguous.

    An address with a number as its host, a user name, an unusual port or strange characters can
    lead elsewhere than it seems to, even into a private network. Write a plain address as the
    message says.
    """
    for path, text in addresses(entry):
        defect = parse(text)
        if isinstance(defect, InvalidHost):
            trimmed = text.strip()
            fix = None
            if trimmed != text and not isinstance(parse(trimmed), InvalidHost):
                fix = Fix(FixKind.SET, "remove the blanks around the address", trimmed)
            yield Problem(f"the address {quoted(text)} is refused: {defect.message}", path, fix=fix)


@rule("website-insecure", on=Entry, severity=Severity.WARNING)
def website_insecure(entry: Entry, *, assume_https: bool = False) -> Problems:
    """A web address begins with http.

    What is sent over http can be read and changed on the way, and browsers warn about it. Write
    https if the site supports it. With `assume_https`, `rollkeeper fix` writes it without a visit.
    """
    for path, text in addresses(entry):
        if text.startswith("https://"):
            continue
        url = parse(text)
        if not isinstance(url, InvalidHost) and url.scheme == "http":
            secure = tidy(url, https=True)
            fix = Fix(FixKind.SET, "write https", secure) if assume_https else None
            message = (
                f"the address {quoted(text)} is not encrypted: try {quoted(secure)} and write that"
            )
            yield Problem(message, path, fix=fix)


@rule("website-tracking", on=Entry, severity=Severity.WARNING)
def website_tracking(entry: Entry) -> Problems:
    """A web address has parameters that track visitors.

    They tell an advertiser where a reader came from, and make one page look like two. Remove them,
    or run `rollkeeper fix`.
    """
    for path, text in addresses(entry):
        if "?" not in text:
            continue
        url = parse(text)
        if isinstance(url, InvalidHost):
            continue
        names = tracking(url)
        if names:
            clean = tidy(url)
            fix = Fix(FixKind.SET, "remove the tracking parameters", clean)
            message = (
                f"the address tracks visitors by {listed(names, most=5)}: write {quoted(clean)}"
            )
            yield Problem(message, path, fix=fix)


@rule("website-fragment", on=Entry, severity=Severity.ERROR)
def website_fragment(entry: Entry, *, routes: bool = True) -> Problems:
    """A website is an address of a section within a page.

    The part after `#` is never sent to the site, so it cannot be checked, and it breaks silently
    when the page changes. Write the address of the page. `routes` allows pages of single-page
    sites, such as `#/about`.
    """
    for path, text in entry.texts("website"):
        if "#" not in text:
            continue
        url = parse(text)
        if isinstance(url, InvalidHost) or url.fragment is None or (routes and url.is_route):
            continue
        whole = text.partition("#")[0]
        fix = None if url.fragment else Fix(FixKind.SET, "remove the empty fragment", whole)
        message = f"the address {quoted(text)} names a place within a page: write {quoted(whole)}"
        yield Problem(message, path, fix=fix)


def _is_plain(text: str) -> bool:
    return text.isascii() and "xn--" not in text.lower()


@rule("website-idn", on=Entry, severity=Severity.NOTICE)
def website_idn(entry: Entry) -> Problems:
    """The host of a web address has letters beyond a to z.

    That is allowed, but readers who do not know the script cannot tell such names apart. Compare
    both forms in the message with the site's own.
    """
    for path, text in addresses(entry):
        if _is_plain(text):
            continue
        url = parse(text)
        if not isinstance(url, InvalidHost) and url.host != url.unicode_host:
            both = f"{quoted(url.unicode_host)}, in the domain name system {quoted(url.host)}"
            yield Problem(f"the host is {both}: compare it with the site's own", path)


@rule("website-lookalike", on=Entry, severity=Severity.ERROR)
def website_lookalike(entry: Entry) -> Problems:
    """The host of a web address can be mistaken for another one.

    Letters of several scripts in one name, and letters that only look Latin, are used to lead
    readers to forged sites. Write the address of the real site; if this is the real one, ask for a
    waiver.
    """
    for path, text in addresses(entry):
        if _is_plain(text):
            continue
        url = parse(text)
        if isinstance(url, InvalidHost) or url.host == url.unicode_host:
            continue
        for label in url.unicode_host.split("."):
            scripts = mixed_scripts(label)
            what = None
            if scripts:
                names = listed(sorted(script.title() for script in scripts))
                what = f"mixes letters of {names}"
            elif passes_for_ascii(label):
                what = "looks like Latin letters but is not"
            if what:
                forms = f"{quoted(label)} ({quoted(url.host)})"
                yield Problem(f"the host's part {forms} {what}: give the real site", path)
                break


@rule("social-address", on=Entry, severity=Severity.WARNING)
def social_address(entry: Entry) -> Problems:
    """An address on a social network does not lead to an account.

    It leads to the network's front page, a search or a form for sharing. These sites give the same
    answer to every visit by a program, so a visit does not show it. Write the address of the
    account or page.
    """
    for path, text in addresses(entry):
        url = parse(text)
        network = None if isinstance(url, InvalidHost) else judged_by_form(url)
        if network and not isinstance(url, InvalidHost) and not names_somebody(url, network):
            message = f"{quoted(text)} does not lead to an account on {network.name}"
            yield Problem(f"{message}: give an address such as {quoted(network.example)}", path)
