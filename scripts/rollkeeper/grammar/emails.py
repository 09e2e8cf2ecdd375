"""E-mail addresses, plain or hidden from address collectors: `ann[at]site.example`."""

from __future__ import annotations

import re
from functools import lru_cache

from rollkeeper.grammar.hosts import CACHED_HOSTS, InvalidHost, parse_host
from rollkeeper.model.limits import MAX_EMAIL, MAX_EMAIL_LOCAL

EXAMPLE = "team@site.example"
"""The address that messages show as an example; it is no one's."""

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_PLAIN = re.compile(rf"({_LOCAL})(?:@| ?[\[(](?:at|AT)[\])] ?)([^@\s<>()\[\],;:\\\"]+)\Z")
_AT = re.compile(r"\s*(?:[\[({<]\s*(?:at|@)\s*[\])}>]|\s(?:at|AT)\s)\s*", re.IGNORECASE)
_DOT = re.compile(r"\s*(?:[\[({<]\s*(?:dot|\.)\s*[\])}>]|\s(?:dot|DOT)\s)\s*", re.IGNORECASE)
_NO_REPLY = re.compile(r"(?:do-?)?(?:no|not)[-_.]?reply\Z|mailer-daemon\Z", re.IGNORECASE)
_NO_REPLY_HOSTS = ("users.noreply.github.com", "noreply.github.com", "users.noreply.gitlab.com")


@lru_cache(maxsize=CACHED_HOSTS)
def parse_email(text: str) -> str | InvalidHost:
    """Read one e-mail address and return its plain form, or why it is refused.

    `[at]`, `(at)`, ` at ` and `[dot]` are understood. The domain is returned in lower case.
    """
    plain = _PLAIN.match(text)
    if plain is None or len(text) > MAX_EMAIL:
        defect = _shape(text)
        if defect:
            return defect
        plain = _PLAIN.match(_DOT.sub(".", _AT.sub("@", text.strip())))
        if plain is None:
            return InvalidHost("form", f"write one address such as `{EXAMPLE}`, and nothing else")
    local, domain = plain.groups()
    if len(local) > MAX_EMAIL_LOCAL:
        return InvalidHost("form", f"the part before @ has more than {MAX_EMAIL_LOCAL} characters")
    host = parse_host(domain)
    if isinstance(host, InvalidHost):
        return InvalidHost("domain", f"its domain is refused: {host.message}")
    if _NO_REPLY.match(local) or host.ascii in _NO_REPLY_HOSTS:
        return InvalidHost("no-reply", "no one reads it: write an address that someone reads")
    return f"{local}@{host.ascii}"


def _shape(text: str) -> InvalidHost | None:
    if len(text) > MAX_EMAIL:
        return InvalidHost("too-long", f"it is longer than {MAX_EMAIL} characters")
    if "://" in text:
        return InvalidHost(
            "url", "it is a web address: write an e-mail address, or use another field"
        )
    if text.lower().startswith("mailto:"):
        return InvalidHost("mailto", "leave out `mailto:`")
    if text.count("@") > 1 or "," in text or ";" in text:
        return InvalidHost(
            "several", "it is more than one address: write one, or make a list of contacts"
        )
    if "@" not in text and not _AT.search(text):
        return InvalidHost(
            "no-at", "it has no `@` (or `[at]`) with a name before and a domain after it"
        )
    return None


def is_email(text: str) -> bool:
    """Return whether a text is an address in its plain form, whether or not anyone reads it."""
    return "@" in text and _PLAIN.match(text) is not None and looks_like_email(text)


def looks_like_email(text: str) -> bool:
    """Return whether a text is meant as an e-mail address, well written or not."""
    if "@" not in text and not _AT.search(text[:MAX_EMAIL]):
        return False
    bare = text[len("mailto:") :] if text.lower().startswith("mailto:") else text
    return not isinstance(parse_email(bare), InvalidHost) or _no_reply(bare)


def _no_reply(text: str) -> bool:
    found = parse_email(text)
    return isinstance(found, InvalidHost) and found.reason == "no-reply"
