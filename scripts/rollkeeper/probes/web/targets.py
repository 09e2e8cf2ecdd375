"""From an address as it is written to what is asked of whom, the way browsers do it.

More is accepted here than in `rollkeeper.urls`: a server may redirect to an address that nobody
should write on a roster. What is read here is what is dialled; no second parser sees it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin

from rollkeeper.grammar.hosts import CACHED_HOSTS, registrable
from rollkeeper.grammar.urls import DEFAULT_PORTS
from rollkeeper.model.limits import MAX_HOST

MOST_CHARACTERS = 16_384
"""Characters of an address that a server redirects to."""
_PLAIN = re.compile(
    r"(https?)://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})"
    r"(/[A-Za-z0-9_~!$&*+,;=:@./?-]*)?\Z"
)
_PARTS = re.compile(r"([^:/?#]*):[/\\]*([^/?#\\]*)([^?#]*)(\?[^#]*)?(?:#.*)?\Z", re.DOTALL)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\Z")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_REMOVED = str.maketrans("", "", "\t\r\n")
_CONTROLS = "".join(map(chr, range(33)))
_PATH_SAFE = "!$&'()*+,;=:@/%[]|^~"
_QUERY_SAFE = "!$&()*+,;=:@/?%[]|^~{}`\\"
_MOST_LABEL = 63
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
        """The part of the host that somebody registered, or the host."""
        return registrable(self.host) or self.host


def target_of(text: str) -> Target | None:
    """Read an http or https address as browsers do; None where they would not open it either.

    A user name and password in it are dropped: nothing is ever sent in their name.
    """
    if len(text) > MOST_CHARACTERS:
        return None
    plain = _PLAIN.match(text)
    if plain and len(plain[2]) <= MAX_HOST and "/." not in text:
        scheme, host, path = plain.groups()
        return Target(scheme, host, DEFAULT_PORTS[scheme], path or "/", host)
    found = _PARTS.match(text.strip(_CONTROLS).translate(_REMOVED))
    scheme = found[1].lower() if found else ""
    if found is None or scheme not in DEFAULT_PORTS:
        return None
    host, port = _host_and_port(found[2].rpartition("@")[2], DEFAULT_PORTS[scheme])
    if host is None or port is None:
        return None
    path = _dotless(quote(found[3].replace("\\", "/"), safe=_PATH_SAFE))
    query = quote(found[4], safe=_QUERY_SAFE) if found[4] else ""
    name = f"[{host}]" if ":" in host else host
    authority = name if port == DEFAULT_PORTS[scheme] else f"{name}:{port}"
    return Target(scheme, host, port, path + query, authority)


def redirected(base: Target, location: bytes) -> Target | None:
    """Follow a Location header; None where it leads nowhere."""
    text = decoded(location).strip(_CONTROLS).translate(_REMOVED)
    if len(text) > MOST_CHARACTERS:
        return None
    if _SCHEME.match(text):
        return target_of(text)
    start, mark, rest = text.partition("?")
    text = start.replace("\\", "/") + mark + rest
    try:
        return target_of(urljoin(base.url, text))
    except ValueError:  # brackets that are no IPv6 address
        return None


def decoded(value: bytes) -> str:
    """Read a header's value as UTF-8, or else as Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _host_and_port(authority: str, default: int) -> tuple[str | None, int | None]:
    if authority.startswith("["):
        literal, bracket, rest = authority[1:].partition("]")
        try:
            host: str | None = str(IPv6Address(literal)) if bracket and "%" not in literal else None
        except ValueError:
            host = None
        return host, _port(rest.removeprefix(":"), default) if rest[:1] in {"", ":"} else None
    name, _, port = authority.partition(":")
    return _host(name), _port(port, default)


def _port(text: str, default: int) -> int | None:
    if not text:
        return default
    if not (text.isascii() and text.isdecimal()) or len(text) > 5:  # noqa: PLR2004 - 65535
        return None
    port = int(text)
    free = _LEAST_FREE_PORT <= port < 2**16 and port not in _REFUSED_PORTS
    return port if free or port in DEFAULT_PORTS.values() else None


@lru_cache(maxsize=CACHED_HOSTS)
def _host(text: str) -> str | None:
    try:
        name = unquote(text, errors="strict") if "%" in text else text
        if not name.isascii():
            import idna  # noqa: PLC0415 - only hosts beyond plain ASCII need it

            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
    except UnicodeError:
        return None
    # A final dot means the same name; browsers send it, and many servers then know nobody.
    name = name.lower()
    name = name.removesuffix(".")
    if len(name) > MAX_HOST or not _HOST.match(name):
        return None
    if any(len(label) > _MOST_LABEL for label in name.split(".")):
        return None
    if _NUMBER.match(name.rpartition(".")[2]):
        # 127.1, 0x7f000001 and 017700000001 are addresses for some programs and names for others.
        try:
            return str(ip_address(name))
        except ValueError:
            return None
    return name


def _dotless(path: str) -> str:
    """Remove `.` and `..` from a path, as every browser does before it asks."""
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
