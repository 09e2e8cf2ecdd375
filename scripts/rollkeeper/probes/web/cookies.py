"""Cookies of one visit, in memory only: some sites let nobody in who does not bring theirs back."""

from __future__ import annotations

import re
from typing import NamedTuple

from rollkeeper.probes.web.http_head import ResponseHead
from rollkeeper.probes.web.targets import Target

MOST = 40
MOST_BYTES = 4_096
"""Of one cookie; more than that browsers do not keep either."""
_FORM = re.compile(rb"[^\x00-\x20;=]+=[^\x00-\x1f;]*\Z")
_GONE = re.compile(rb";\s*max-age\s*=\s*(?:-|0+\s*(?:;|\Z))", re.IGNORECASE)
_DOMAIN = re.compile(rb";\s*domain\s*=\s*\.?([^;\s]+)", re.IGNORECASE)
_SECURE = re.compile(rb";\s*secure\s*(?:;|\Z)", re.IGNORECASE)


class _Key(NamedTuple):
    host: str
    whole_domain: bool
    name: bytes


class Cookies:
    """What sites asked to be brought back, and to whom it may be brought."""

    def __init__(self) -> None:
        self._kept: dict[_Key, tuple[bytes, bool]] = {}
        self.version = 0
        """Grows whenever a visitor would bring something else than before."""

    def take(self, target: Target, head: ResponseHead) -> None:
        """Keep what an answer sets."""
        for line in head.headers.get(b"set-cookie", ()):
            pair = line.partition(b";")[0].strip()
            if len(line) > MOST_BYTES or not _FORM.match(pair):
                continue
            self._set(target, line, pair)

    def _set(self, target: Target, line: bytes, pair: bytes) -> None:
        named = _DOMAIN.search(line)
        domain = named[1].decode("latin-1").lower() if named else ""
        host = target.host
        whole = False
        if domain and (host == domain or host.endswith(f".{domain}")):
            # No cookie for all of a public suffix, such as `co.uk`: nobody owns that.
            whole = domain == target.domain or domain.endswith(f".{target.domain}")
            host = domain if whole else host
        key = _Key(host, whole, pair.partition(b"=")[0])
        kept = (pair, bool(_SECURE.search(line)))
        if _GONE.search(line):
            if self._kept.pop(key, None):
                self.version += 1
        elif self._kept.get(key) != kept and (key in self._kept or len(self._kept) < MOST):
            self._kept[key] = kept
            self.version += 1

    def header(self, target: Target) -> bytes:
        """Return the line of a request that brings them back; empty where there are none."""
        pairs = [
            pair
            for key, (pair, secure) in self._kept.items()
            if (not secure or target.scheme == "https")
            and (
                target.host == key.host
                or (key.whole_domain and target.host.endswith(f".{key.host}"))
            )
        ]
        return b"Cookie: " + b"; ".join(pairs) + b"\r\n" if pairs else b""
