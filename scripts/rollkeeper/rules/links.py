"""Web addresses as they are written: safe, unambiguous and tidy. Nothing is visited."""

from __future__ import annotations

from rollkeeper.grammar.characters import shown
from rollkeeper.grammar.hosts import InvalidHost
from rollkeeper.grammar.names import mixed_scripts, passes_for_ascii
from rollkeeper.grammar.social_networks import judged_by_form, names_somebody
from rollkeeper.grammar.urls import parse, tidy, tracking
from rollkeeper.grammar.wording import in_full, listed, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Fix, FixKind
from rollkeeper.rules._texts import addresses
from rollkeeper.rules.declaring import BY_SCHEMA, Problems, rule


@rule("website-form", on=Entry, severity=Severity.ERROR, instead_of=BY_SCHEMA)
def website_form(entry: Entry) -> Problems:
    """A web address is not valid, or not all programs read it in the same way.

    An address with a numeric host, a user name, an unusual port or special characters can lead
    somewhere unexpected, even into a private network. Write a plain address as the message says.
    """
    for path, text in addresses(entry):
        defect = parse(text)
        if isinstance(defect, InvalidHost):
            trimmed = text.strip()
            what, fix = defect.message, None
            if trimmed != text and not isinstance(parse(trimmed), InvalidHost):
                fix = Fix(FixKind.SET, "remove the spaces around the address", trimmed)
                blank, side = (text[0], "before") if text[0].isspace() else (text[-1], "after")
                name = "a space" if blank == " " else shown(blank)
                what = f"{name} stands {side} it: remove it"
            yield Problem(f"the address {quoted(text)} is not valid: {what}", path, fix=fix)


@rule("website-insecure", on=Entry, severity=Severity.WARNING, instead_of=BY_SCHEMA)
def website_insecure(entry: Entry, *, assume_https: bool = False) -> Problems:
    """A web address starts with `http://`.

    Data sent over http can be read and changed on its way, and browsers warn visitors. Write
    `https://` if the site supports it. `assume_https` lets `rollkeeper fix` change the address
    without checking.
    """
    for path, text in addresses(entry):
        if text.startswith("https://"):
            continue
        url = parse(text)
        if not isinstance(url, InvalidHost) and url.scheme == "http":
            secure = tidy(url, https=True)
            fix = Fix(FixKind.SET, "write https", secure) if assume_https else None
            message = (
                f"the address {quoted(text)} is not encrypted: write {in_full(secure)} if it works"
            )
            yield Problem(message, path, fix=fix)


@rule("website-tracking", on=Entry, severity=Severity.WARNING)
def website_tracking(entry: Entry) -> Problems:
    """A web address contains tracking parameters.

    They only serve advertisers, and they make equal addresses differ. Remove them, or run
    `rollkeeper fix`.
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
                f"the address has tracking parameters ({listed(names, most=5)}): "
                f"write {in_full(clean)}"
            )
            yield Problem(message, path, fix=fix)


@rule("website-fragment", on=Entry, severity=Severity.NOTICE)
def website_fragment(entry: Entry, *, routes: bool = True) -> Problems:
    """A website address contains a fragment.

    The part after `#` is not sent to the site, so it cannot be checked and breaks silently when the
    page changes. Write the address of the page. `routes` accepts pages of single-page sites, such
    as `#/about`.
    """
    for path, text in entry.texts("website"):
        if "#" not in text:
            continue
        url = parse(text)
        if isinstance(url, InvalidHost) or url.fragment is None or (routes and url.is_route):
            continue
        whole = text.partition("#")[0]
        fix = None if url.fragment else Fix(FixKind.SET, "remove the empty fragment", whole)
        part = quoted(f"#{url.fragment}")
        message = f"the address has the fragment {part}: write {in_full(whole)}"
        yield Problem(message, path, fix=fix)


def _is_plain(text: str) -> bool:
    return text.isascii() and "xn--" not in text.lower()


@rule("website-idn", on=Entry, severity=Severity.NOTICE)
def website_idn(entry: Entry) -> Problems:
    """A web address contains letters other than a to z in its host.

    This is allowed, but readers who do not know the script cannot tell such names apart. Compare
    both forms with the site's own address.
    """
    for path, text in addresses(entry):
        if _is_plain(text):
            continue
        url = parse(text)
        if not isinstance(url, InvalidHost) and url.host != url.unicode_host:
            both = f"{quoted(url.unicode_host)}, in DNS {quoted(url.host)}"
            yield Problem(f"the host is {both}: compare it with the site's own", path)


@rule("website-lookalike", on=Entry, severity=Severity.ERROR)
def website_lookalike(entry: Entry) -> Problems:
    """The host of a web address can be mistaken for another.

    Mixed scripts and letters that only look Latin are used to lead readers to forged sites. Write
    the address of the real site; if this is the real site, ask for a waiver.
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
                yield Problem(
                    f"the host's part {forms} {what}: write the real site's address", path
                )
                break


@rule("social-address", on=Entry, severity=Severity.WARNING)
def social_address(entry: Entry) -> Problems:
    """An address on a social network does not lead to an account or page.

    It leads to the network's front page, a search or a share form. Write the address of the account
    or page. An entry that is named after the network may have its front page.
    """
    for path, text in addresses(entry):
        url = parse(text)
        network = None if isinstance(url, InvalidHost) else judged_by_form(url)
        if network is None or isinstance(url, InvalidHost) or names_somebody(url, network):
            continue
        if network.name.casefold() not in entry.name.casefold():  # where it is the network itself
            message = f"{quoted(text)} does not lead to an account on {network.name}"
            yield Problem(f"{message}: write an address such as {quoted(network.example)}", path)
