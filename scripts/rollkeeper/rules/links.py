"""Web addresses as they are written: safe, unambiguous and without litter. Nothing is opened."""

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
    """A web address is not one that every program reads in the same way.

    An address with a number for a host, a user name, an odd port or strange characters can lead
    elsewhere than it seems to, even into a private network. Write a plain one as the message says.
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

    What is sent by http can be read and changed on its way, and browsers warn of it. Write https if
    the site answers there. `assume_https` lets `rollkeeper fix` change it without having looked.
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
    """A web address carries parameters that track visitors.

    They tell an advertiser where a reader came from, do nothing for the reader, and make one page
    look like two. Remove them; `rollkeeper fix` does it.
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
    """A website is given as a place within a page.

    What stands after `#` is never sent to the site, so nobody can check it, and it breaks silently
    when the page changes. Give the page's own address. `routes` lets pages of single-page sites,
    such as `#/about`, pass.
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
    """A web address has letters beyond a to z in its host.

    That is fine, but a reader who does not know the script cannot tell such names apart. Compare
    both forms with the site's own.
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
    """A web address has a host that can be taken for another one.

    Letters of several scripts in one name, or letters that look like Latin ones and are not, are
    how readers are led to a forged site. Give the real site; if it is real, ask for a waiver.
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
    """An address on a social network names nobody there.

    It leads to the network's own front page, a search or a form to share something. These sites
    answer every program alike, so that nobody notices. Give the address of the account or page.
    """
    for path, text in addresses(entry):
        url = parse(text)
        network = None if isinstance(url, InvalidHost) else judged_by_form(url)
        if network and not isinstance(url, InvalidHost) and not names_somebody(url, network):
            message = f"{quoted(text)} names nobody on {network.name}"
            yield Problem(f"{message}: give an address such as {quoted(network.example)}", path)
