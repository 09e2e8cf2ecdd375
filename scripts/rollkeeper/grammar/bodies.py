"""The text of an issue or pull request of ours: between two markers, what people add around it.

The first marker says what the text is about and carries its fingerprint. What is outside of the
markers is people's, and stays as it is to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, unquote

from rollkeeper.grammar.masking import masked
from rollkeeper.model.limits import MAX_COMMENT

_BEGIN = re.compile(
    r"<!-- rollkeeper:(?P<kind>[a-z-]{1,40})(?: (?P<key>[A-Za-z0-9._/-]{1,200}))?"
    r" sha256=(?P<digest>[0-9a-f]{64}) -->"
)
_FACTS = re.compile(r"<!-- rollkeeper:facts((?: [a-z_]{1,20}=[A-Za-z0-9%._~-]{0,3000}){0,20}) -->")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_LONGEST_PLAIN_KEY = 60
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


def digest_of(substance: str) -> str:
    """Return the fingerprint of what a text says."""
    return sha256(substance.encode("utf-8", errors="backslashreplace")).hexdigest()


def marker_in(body: str) -> Marker | None:
    """Return the first marker in a body; None where there is none."""
    found = _BEGIN.search(body)
    return Marker(found["kind"], found["key"] or "", found["digest"]) if found else None


def safe_key(text: str) -> str:
    """Return a text as a part of a marker's key and of a branch's name: itself where it is plain.

    Any other is what is plain of it, a dot, which no plain one has, and eight digits of its hash.
    """
    if len(text) <= _LONGEST_PLAIN_KEY and _PLAIN_KEY.fullmatch(text):
        return text
    plain = "-".join(re.findall("[a-z0-9]+", text.casefold()))[:30].strip("-")
    return f"{plain or 'x'}.{digest_of(text)[:8]}"


def facts_line(facts: Mapping[str, str]) -> str:
    """Write facts for a later run on a line that nobody sees; `facts_in` reads it.

    Keys are small letters. A value may hold anything: it is written with percent signs.
    """
    pairs = "".join(f" {key}={quote(value, safe='')}" for key, value in facts.items())
    return f"<!-- rollkeeper:facts{pairs} -->"


def facts_in(body: str) -> dict[str, str]:
    """Return the facts in our text of a body; none where there is no such line.

    Who may write to the repository may have changed them: what they say is to be checked.
    """
    begin = _BEGIN.search(body)
    found = _FACTS.search(body, begin.end()) if begin else None
    pairs = (pair.partition("=") for pair in found[1].split()) if found else ()
    return {key: unquote(value) for key, _, value in pairs}


def with_facts(body: str, facts: Mapping[str, str]) -> str:
    """Return our text of a body with these facts in place of those that it has."""
    begin = _BEGIN.search(body)
    if begin is None:
        return facts_line(facts)
    rest = _FACTS.sub("", text_in(body), count=1).strip()
    return f"{facts_line(facts)}\n{rest}"


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


def text_in(body: str) -> str:
    """Return our text in a body, without its markers; empty where there is none."""
    _, after = _around(body)
    found = _BEGIN.search(body)
    if found is None:
        return ""
    end = f"<!-- rollkeeper:{_about(found['kind'], found['key'] or '')} end -->"
    return body[found.end() : len(body) - len(after)].strip().removesuffix(end).rstrip()


def _around(body: str) -> tuple[str, str]:
    found = _BEGIN.search(body)
    if found is None:
        return "", ""
    end = f"<!-- rollkeeper:{_about(found['kind'], found['key'] or '')} end -->"
    _, closed, after = body[found.end() :].partition(end)
    return body[: found.start()], after if closed else ""
