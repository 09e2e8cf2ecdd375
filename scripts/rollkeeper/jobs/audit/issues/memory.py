"""What a programme's issue remembers in its own text: what it has named, and what became of it.

The history can be lost, and a person's answer to an issue must not be lost with it. It stands in a
comment that no reader sees: lines of text, packed, each held against one pattern when it is read
back, because people can edit it.
"""

from __future__ import annotations

import re
import zlib
from base64 import b32decode, b32encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.wording import cut
from rollkeeper.model.policy import Severity

MOST_NAMED = 200
"""Findings that are remembered with their words; of more their keys."""
MOST_KEYS = 2_000
"""Keys that are remembered; of more how many there were."""
MOST_GONE = 20
"""Findings that are listed as gone; of more how many there were."""
_MOST_NAME = 60
_MOST_BYTES = 120_000
"""Bytes of the lines, unpacked: what the limits above cannot exceed."""
_COMMENT = re.compile(r"<!-- rollkeeper:memory ([A-Z2-7]{1,60000}) -->")
_KEY = r"[0-9a-f]{8}"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_RULE = r"[a-z0-9-]{1,100}"
_LINES = {
    "state": re.compile(
        rf"state (?P<spell>[0-9]{{1,6}}) (?P<flags>-|closed|insisted) (?P<changed>-|{_DATE})"
        r" (?P<beyond>[0-9]{1,9}) (?P<more_gone>[0-9]{1,9})"
    ),
    "named": re.compile(
        rf"named (?P<key>{_KEY}) (?P<severity>error|warning|notice) (?P<since>{_DATE})"
        rf" (?P<rule>{_RULE})(?: (?P<entry>.{{1,{_MOST_NAME}}}))?"
    ),
    "gone": re.compile(
        rf"gone (?P<on>{_DATE}) (?P<rule>{_RULE})(?: (?P<entry>.{{1,{_MOST_NAME}}}))?"
    ),
    "key": re.compile(rf"key (?P<key>{_KEY})"),
}


class Named(NamedTuple):
    """A finding, or another thing to do, that an issue names."""

    key: str
    severity: Severity
    since: date
    rule: str
    entry: str | None = None


class Gone(NamedTuple):
    """Something that an issue named until a day."""

    on: date
    rule: str
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What an issue remembers; `spell` counts how often it was opened.

    `closed` says that we closed it, `insisted` that we have reopened it against a person who had
    closed it. `changed` is the day on which something it names last came or went. `keys` are those
    of what it names besides `named`, and `beyond` is how much there was besides both.
    """

    spell: int = 1
    closed: bool = False
    insisted: bool = False
    changed: date | None = None
    named: Mapping[str, Named] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    beyond: int = 0
    gone: tuple[Gone, ...] = ()
    more_gone: int = 0

    def has_named(self, keys: frozenset[str]) -> bool:
        """Return whether all of these have been named, as far as that is remembered."""
        return len(keys - self.keys - self.named.keys()) <= self.beyond


def key_of(identity: str) -> str:
    """Return the key by which something that an issue names is remembered."""
    return sha256(identity.encode("utf-8", errors="backslashreplace")).hexdigest()[:8]


def name_of(entry: str | None) -> str | None:
    """Return the name of an entry as it is remembered: masked, short and on one line."""
    return cut(masked(entry), _MOST_NAME) or None if entry is not None else None


def written(memory: Memory) -> str:
    """Return the comment that holds a memory, in one line."""
    packed = zlib.compress("\n".join(_lines(memory)).encode("utf-8", "replace"), 9)
    # No sign of this alphabet parts words: nothing in it is taken for a number or an address.
    return f"<!-- rollkeeper:memory {b32encode(packed).decode('ascii').rstrip('=')} -->"


def _lines(memory: Memory) -> Iterator[str]:
    flags = "closed" if memory.closed else "insisted" if memory.insisted else "-"
    changed = memory.changed or "-"
    yield f"state {memory.spell} {flags} {changed} {memory.beyond} {memory.more_gone}"
    for each in memory.named.values():
        words = ("named", each.key, each.severity.value, str(each.since), each.rule, each.entry)
        yield " ".join(word for word in words if word)
    for gone in memory.gone:
        yield " ".join(word for word in ("gone", str(gone.on), gone.rule, gone.entry) if word)
    for key in sorted(memory.keys):
        yield f"key {key}"


def remembered(body: str) -> Memory | None:
    """Return what an issue remembers; None where its text holds nothing that can be read."""
    found = _COMMENT.search(body)
    if found is None:
        return None
    packed = found[1] + "=" * (-len(found[1]) % 8)
    try:
        lines = zlib.decompressobj().decompress(b32decode(packed), _MOST_BYTES).decode().split("\n")
        return _memory(lines)
    except (ValueError, zlib.error):
        return None


def _memory(lines: list[str]) -> Memory | None:
    named: dict[str, Named] = {}
    gone: list[Gone] = []
    keys: set[str] = set()
    state: re.Match[str] | None = None
    for line in lines:
        kind = line.partition(" ")[0]
        read = _LINES[kind].fullmatch(line) if kind in _LINES else None
        if read is None:
            return None
        if kind == "state":
            state = read
        elif kind == "key" and len(keys) < MOST_KEYS:
            keys.add(read["key"])
        elif kind == "gone" and len(gone) < MOST_GONE:
            gone.append(Gone(date.fromisoformat(read["on"]), read["rule"], read["entry"]))
        elif kind == "named" and len(named) < MOST_NAMED:
            severity, since = Severity(read["severity"]), date.fromisoformat(read["since"])
            key = read["key"]
            named[key] = Named(key, severity, since, read["rule"], name_of(read["entry"]))
    if state is None:
        return None
    return Memory(
        spell=int(state["spell"]),
        closed=state["flags"] == "closed",
        insisted=state["flags"] == "insisted",
        changed=None if state["changed"] == "-" else date.fromisoformat(state["changed"]),
        named=named,
        keys=frozenset(keys),
        beyond=int(state["beyond"]),
        gone=tuple(gone),
        more_gone=int(state["more_gone"]),
    )
