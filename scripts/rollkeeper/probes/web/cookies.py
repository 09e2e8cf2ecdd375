"""Cookies of one visit, in memory only: some sites let no one in who does not return theirs."""

from __future__ import annotations

import re

from rollkeeper.probes.web.http_head import ResponseHead
from rollkeeper.probes.web.targets import Target

MOST = 40
MOST_BYTES = 4_096
"""Of one cookie; more than that browsers do not keep either."""
_FORM = re.compile(rb"[^\x00-\x20;=]+=[^\x00-\x1f;]*\Z")


class Cookies:
    """What sites set on the way; each registrable domain gets its own back, and no other's.

    Attributes such as `Path` and `Secure` are not read: a visit carries nothing worth guarding.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, bytes], bytes] = {}
        self.version = 0
        """Grows whenever a visitor would bring something else than before."""

    def take(self, target: Target, head: ResponseHead) -> None:
        """Keep what an answer sets."""
        for line in head.headers.get(b"set-cookie", ()):
            pair = line.partition(b";")[0].strip()
            key = target.domain, pair.partition(b"=")[0]
            if len(line) > MOST_BYTES or not _FORM.match(pair) or self._kept.get(key) == pair:
                continue
            if key in self._kept or len(self._kept) < MOST:
                self._kept[key] = pair
                self.version += 1

    def header(self, target: Target) -> bytes:
        """Return the line of a request that brings them back; empty where there are none."""
        pairs = [pair for (domain, _), pair in self._kept.items() if domain == target.domain]
        return b"Cookie: " + b"; ".join(pairs) + b"\r\n" if pairs else b""
