"""From an address as it is written to what is asked of whom, the way browsers do it.

More is accepted here than in `rollkeeper.grammar.urls`: a server may redirect to an address that no
one should write on a roster. What is read here is what is dialled; no second parser sees it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ada_url import URL

from rollkeeper.grammar.hosts import registrable
from rollkeeper.grammar.urls import DEFAULT_PORTS
from rollkeeper.model.limits import MAX_HOST

MOST_CHARACTERS = 16_384
"""Characters of an address that a server redirects to."""
_PLAIN = re.compile(
    r"(https?)://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})"
    r"(/[A-Za-z0-9_~!$&*+,;=:@./?-]*)?\Z"
)
"""What needs no parser, which is nearly every address on a roster."""
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\Z")
_LEAST_FREE_PORT = 1024
_REFUSED_PORTS = frozenset({
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
    6669, 6679, 6697, 10080,
})  # fmt: skip
"""Ports of other protocols that browsers refuse as well."""


class Target(NamedTuple):
    """What is asked of whom. `host` is as the DNS knows it, without the final dot."""

    scheme: str
    host: str
    port: int
    path: str
    """Path and query, as they are sent."""
    authority: str
    """As the Host header has it: with a port that is not the scheme's own."""

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def literal(self) -> bool:
        """Whether the host is an IP address."""
        return ":" in self.host or self.host[-1].isdigit()

    @property
    def domain(self) -> str:
        """The part of the host that someone registered, or the host."""
        return registrable(self.host) or self.host


def target_of(text: str, base: Target | None = None) -> Target | None:
    """Read an http or https address as browsers do; None where they would not open it either.

    It may be relative to a `base`. A user name and password in it are dropped: nothing is ever
    sent in their name.
    """
    if len(text) > MOST_CHARACTERS:
        return None
    plain = _PLAIN.match(text)
    if plain and len(plain[2]) <= MAX_HOST and "/." not in text:
        scheme, host, path = plain.groups()
        return Target(scheme, host, DEFAULT_PORTS[scheme], path or "/", host)
    try:
        url = URL(text, base.url) if base else URL(text)
    except ValueError:
        return None
    scheme = url.protocol[:-1]
    if scheme not in DEFAULT_PORTS:
        return None
    # A final dot means the same name; browsers send it, and many servers then know no one.
    name = url.hostname.removesuffix(".")
    port = int(url.port or DEFAULT_PORTS[scheme])
    if not _may_be_asked(name, port, text, base):
        return None
    authority = f"{name}:{url.port}" if url.port else name
    return Target(scheme, name.strip("[]"), port, url.pathname + url.search, authority)


def redirected(base: Target, location: bytes) -> Target | None:
    """Follow a Location header; None where it leads nowhere."""
    return target_of(decoded(location), base)


def decoded(value: bytes) -> str:
    """Read a header's value as UTF-8, or else as Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _may_be_asked(name: str, port: int, text: str, base: Target | None) -> bool:
    free = port >= _LEAST_FREE_PORT and port not in _REFUSED_PORTS
    if not (free or port in DEFAULT_PORTS.values()):
        return False
    if name.startswith("["):
        return True
    if len(name) > MAX_HOST or not _HOST.match(name):
        return False
    if not name[-1].isdigit():
        return True
    # 127.1, 0x7f000001 and 017700000001 are addresses for some programs and names for others.
    return name in text or (base is not None and name == base.host)
