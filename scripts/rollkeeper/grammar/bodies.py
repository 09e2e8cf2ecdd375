"""The text of an issue or pull request of ours: between two markers, what people add around it.

The first marker says what the text is about and carries its fingerprint. What is outside of the
markers is people's, and stays as it is to the byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from rollkeeper.grammar.masking import masked
from rollkeeper.model.limits import MAX_COMMENT

_BEGIN = re.compile(
    r"<!-- rollkeeper:(?P<kind>[a-z-]{1,40})(?: (?P<key>[A-Za-z0-9._/-]{1,200}))?"
    r" sha256=(?P<digest>[0-9a-f]{64}) -->"
)
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,80}")
_OTHER = re.compile(r"[^A-Za-z0-9._-]+")
_CUT = "\n*The rest is cut: what is written around it takes the room.*\n"


@dataclass(frozen=True, slots=True)
class Marker:
    """What one of our texts is about: `key` tells those of one kind apart.

    The key is empty where there was one text of its kind for everything.
    """

    kind: str
    key: str
    digest: str

    @property
    def name(self) -> str:
        """What the text is about, in one word: the key of its number in the history."""
        return f"{self.kind}:{self.key}"

    @property
    def begin(self) -> str:
        """The line before the text."""
        return f"<!-- rollkeeper:{_about(self.kind, self.key)} sha256={self.digest} -->"

    @property
    def end(self) -> str:
        """The line after the text."""
        return f"<!-- rollkeeper:{_about(self.kind, self.key)} end -->"


def _about(kind: str, key: str) -> str:
    return f"{kind} {key}" if key else kind


def marker_key(*parts: str) -> str:
    """Return the key for what several names tell apart, such as a programme and a person.

    Names in which a marker could not be found again, such as Chinese ones, are told apart by their
    fingerprints.
    """
    return "/".join(map(_plain, parts))


def _plain(name: str) -> str:
    if _PLAIN.fullmatch(name):
        return name
    return f"{_OTHER.sub('-', name)[:60]}..{digest_of(name)[:12]}"


def digest_of(substance: str) -> str:
    """Return the fingerprint of what a text says."""
    return sha256(substance.encode("utf-8", errors="backslashreplace")).hexdigest()


def marker_in(body: str) -> Marker | None:
    """Return the first marker in a body; None where there is none."""
    found = _BEGIN.search(body)
    return Marker(found["kind"], found["key"] or "", found["digest"]) if found else None


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an issue or a pull request: our text in place of the one that is `there`."""

    marker: Marker
    text: str
    there: str = ""

    def whole(self, most: int = MAX_COMMENT) -> str:
        """Return the body, our text without mail addresses and phone numbers.

        What people wrote before and after it stays. Where there is no room for all, our text is
        cut after a whole line, and says so.
        """
        marker, text = self.marker, masked(self.text).rstrip()
        before, after = _around(self.there)
        room = most - len(marker.begin) - len(marker.end) - len(before) - len(after) - 2
        if len(text) > room:
            kept = text[: max(room - len(_CUT), 0)].rpartition("\n")[0]
            text = f"{kept}{_CUT}".rstrip()
        return f"{before}{marker.begin}\n{text}\n{marker.end}{after}"


def _around(body: str) -> tuple[str, str]:
    found = _BEGIN.search(body)
    if found is None:
        return "", ""
    end = f"<!-- rollkeeper:{_about(found['kind'], found['key'] or '')} end -->"
    _, closed, after = body[found.end() :].partition(end)
    return body[: found.start()], after if closed else ""
