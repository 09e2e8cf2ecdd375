"""Host names: which ones may be in a public address, and who they belong to.

Stricter than any browser: what two programs could read in two ways is refused, because the one that
checks an address and the one that opens it may not be the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rollkeeper.model.limits import MAX_HOST

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

CACHED_HOSTS = 32_768
"""Hosts whose reading is kept; one roster is read by several rules in turn."""

RESERVED_ENDINGS = frozenset({
    "alt", "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local",
    "localdomain", "localhost", "onion", "private", "svc", "test", "workgroup",
})  # fmt: skip
"""Last labels that lead nowhere public: reserved by RFC 6761, RFC 6762, RFC 9476 and ICANN, or in
common use inside networks. `example` is not among them: it is for documentation such as ours."""

OPEN_RESOLVERS = frozenset({
    "1u.ms", "backname.io", "fuf.me", "lacolhost.com", "local.gd", "localho.st",
    "localtest.me", "lvh.me", "nip.io", "rbndr.us", "sslip.io", "traefik.me", "ulh.us",
    "vcap.me", "xip.io",
})  # fmt: skip
"""Public names whose subdomains answer with any address that is asked for, private ones too."""

_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
_PLAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_MISREAD_HYPHENS = re.compile(r"(?:^|\.)(?!xn--)..--")


class InvalidHost(NamedTuple):
    """Why an address or a host is refused: a stable word, and a sentence with the remedy."""

    reason: str
    message: str


class Host(NamedTuple):
    """A host name as the DNS knows it (`xn--…`) and as people read it; both in lower case."""

    ascii: str
    unicode: str


@lru_cache(maxsize=CACHED_HOSTS)
def parse_host(text: str) -> Host | InvalidHost:
    """Read the name of a public host; one dot at its end is tolerated and dropped."""
    name = text.lower()
    if name.endswith(".") and not name.endswith(".."):
        name = name[:-1]
    if _PLAIN.match(name) and "--" not in name and len(name) <= MAX_HOST:
        return _public(name) or Host(name, name)
    defect = _number(name) or _shape(name)
    if defect:
        return defect
    host = _international(name)
    if isinstance(host, InvalidHost):
        return host
    return _public(host.ascii) or host


def _number(name: str) -> InvalidHost | None:
    # Browsers take a name for a number when its last part is one, in whatever digits it is written.
    plain = unicodedata.normalize("NFKC", name.translate(_DOTS)).translate(_DOTS).rstrip(".")
    if _NUMBER.match(plain.rpartition(".")[2].casefold()):
        return InvalidHost("ip-address", "it is a number, not a name: write the host's domain name")
    return None


def _shape(name: str) -> InvalidHost | None:
    if not name:
        return InvalidHost("no-host", "it has no host: write the domain name after `https://`")
    if name != name.translate(_DOTS):
        return InvalidHost("unusual-dot", "its dots are not plain full stops: type them as `.`")
    if "" in name.split("."):
        return InvalidHost(
            "empty-label", "it has two dots in a row or begins with one: remove a dot"
        )
    if "%" in name:
        return InvalidHost("encoded-host", "its host is percent-encoded: write the name itself")
    if "." not in name:
        return InvalidHost(
            "single-label",
            "its host has no dot, so it works in one network only: write the full domain name",
        )
    return None


def _international(name: str) -> Host | InvalidHost:
    import idna  # noqa: PLC0415 - only hosts beyond plain ASCII need it

    if _MISREAD_HYPHENS.search(name):
        return InvalidHost(
            "label",
            "a part of its host has hyphens in the third and fourth place: correct the name",
        )
    try:
        if name.isascii():
            labels = name.split(".")
            if not all(map(_LABEL.match, labels)):
                return InvalidHost(
                    "label",
                    "each part of its host must be 1 to 63 letters, digits or inner hyphens",
                )
            readable = idna.decode(name)
            encoded = idna.encode(readable).decode("ascii")
        else:
            readable = idna.uts46_remap(name, std3_rules=True, transitional=False)
            if readable != unicodedata.normalize("NFC", name):
                return InvalidHost(
                    "unusual-letters",
                    f"its host means `{readable[:60]}`: write it so, in plain characters",
                )
            encoded = idna.encode(readable).decode("ascii")
    except UnicodeError as error:
        return InvalidHost("label", f"its host is not a valid name: {_why(error)}")
    if name.isascii() and encoded != name:
        return InvalidHost("label", "its host is not the proper `xn--` form of a name")
    return Host(encoded, readable)


def _why(error: UnicodeError) -> str:
    # idna's own words may quote the label at length; the class and a short piece say enough.
    return str(error)[:80] or type(error).__name__


def _public(name: str) -> InvalidHost | None:
    if len(name) > MAX_HOST:
        return InvalidHost("label", f"its host is longer than {MAX_HOST} characters")
    labels = name.rsplit(".", 2)
    if labels[-1] in RESERVED_ENDINGS:
        ending = labels[-1]
        return InvalidHost(
            "reserved",
            f"names that end in `.{ending}` are not on the public internet: write a public name",
        )
    if ".".join(labels[-2:]) in OPEN_RESOLVERS:
        return InvalidHost(
            "open-resolver", "its host answers with any address that is part of its name"
        )
    return None


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - 30 ms, and few runs need it

    return PublicSuffixList(accept_encoded_idn=False)


@lru_cache(maxsize=CACHED_HOSTS)
def registrable(host: str) -> str | None:
    """Return the part of a host that someone registered: `example.co.uk` of `www.example.co.uk`.

    After the Public Suffix List. `host` is in readable (Unicode) form and lower case.
    None where the host is itself a public suffix, such as `github.io`.
    """
    found = _suffixes().privatesuffix(host)
    return found if isinstance(found, str) else None
