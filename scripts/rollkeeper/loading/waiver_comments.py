"""Comments in a roster that ask for a waiver of the entry beside which they stand.

`# rollkeeper: waive RULE until YEAR-MONTH-DAY: REASON`, on a line of the entry or directly above
it. What is inside a value is no comment.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from rollkeeper.grammar.dates import InvalidDate, parse_date
from rollkeeper.grammar.lines import lines_of
from rollkeeper.grammar.wording import nearest, quoted
from rollkeeper.loading.roster_files import is_yaml
from rollkeeper.model.policy import Policy, Waiver, WaiverKind
from rollkeeper.model.roster import Entry, Roster, WaiverComment
from rollkeeper.model.tree import List, Map, Place, RawPlace, Value

BY = "a comment beside the entry"
_SIGN = "rollkeeper:"
_COMMENT = re.compile(r"(?:(?<=[ \t])|^)#[ \t]*+rollkeeper:([^\r\n]*)", re.MULTILINE)
_WAIVE = re.compile(r"\s*+waive\s++(\S++)\s++until\s++([^\s:]++)\s*+:(.*)", re.DOTALL)
_OWN_LINE = re.compile(r"[ \t]*+#")
_HOW = "write `# rollkeeper: waive RULE until 2027-01-31: the reason`"


def waiver_comments(
    roster: Roster, entries: Sequence[Entry], policy: Policy
) -> tuple[WaiverComment, ...]:
    """Return the comments of a roster's file that ask for a waiver, in the order of the file."""
    if _SIGN not in roster.text or roster.data is None or not is_yaml(roster.path):
        return ()
    text = _RosterText(roster, [entry for entry in entries if entry.path == roster.path])
    return tuple(_read(words, place, text, policy) for place, words in text.comments())


def _read(words: str, place: Place, text: _RosterText, policy: Policy) -> WaiverComment:
    path, entry = text.roster.path, text.entry_at(place)
    if entry is None:
        refusal = "is beside no entry; move it to a line of the entry, or directly above it"
        return WaiverComment(place, path, refusal=refusal)
    waiver = _waiver(words, entry, place, policy)
    if isinstance(waiver, str):
        return WaiverComment(place, path, entry.index, refusal=waiver)
    return WaiverComment(place, path, entry.index, waiver)


def _waiver(words: str, entry: Entry, place: Place, policy: Policy) -> Waiver | str:
    """Read what follows the sign; return why it is no waiver where it is none."""
    found = _WAIVE.match(words)
    if found is None:
        return f"is no waiver: {_HOW}"
    rule_id, until, reason = found[1], parse_date(found[2]), found[3].strip()
    if rule_id not in policy.comment_waivers:
        near = nearest(rule_id, policy.comment_waivers)
        hint = f"did you mean {quoted(near)}?" if near else "ask for a waiver in the policy"
        return f"has no effect: no comment may waive {quoted(rule_id)} here; {hint}"
    if isinstance(until, InvalidDate):
        return f"has no last day: {until.message}"
    if not reason:
        return f"gives no reason: {_HOW}"
    kind = WaiverKind.COMMENT
    return Waiver(rule_id, entry.name, reason, until, BY, entry.path, place, kind, place)


class _RosterText:
    """A roster's text: which places in it are in a value, and beside which entry."""

    def __init__(self, roster: Roster, entries: Sequence[Entry]) -> None:
        self.roster = roster
        self._lines = lines_of(roster.text)
        self._written = sorted(_written(roster.data))
        self._starts = sorted(
            ((entry.key_place(()), entry) for entry in entries), key=lambda each: each[0]
        )

    def comments(self) -> Iterator[tuple[Place, str]]:
        """Return the comments that begin with the sign: their places, and what follows it."""
        line, counted = 1, 0
        text = self.roster.text
        for found in _COMMENT.finditer(text):
            line += text.count("\n", counted, found.start())
            counted = found.start()
            column = found.start() - text.rfind("\n", 0, found.start())
            if not self._is_written(line, column):
                yield Place(line, column, line, column + len(found[0])), found[1]

    def _is_written(self, line: int, column: int) -> bool:
        """Return whether a place is inside a key or a value."""
        at = bisect_right(self._written, (line, column), key=lambda each: each[:2]) - 1
        return at >= 0 and (line, column) < self._written[at][2:]

    def entry_at(self, place: Place) -> Entry | None:
        """Return the entry on whose lines a comment stands, or directly above which."""
        at = bisect_right(self._starts, place, key=lambda each: each[0]) - 1
        if at >= 0:
            start, entry = self._starts[at]
            if place.line == start.line or self._indent(place.line) > self._indent(start.line):
                return entry
        if at + 1 < len(self._starts):
            start, entry = self._starts[at + 1]
            between = self._lines[place.line - 1 : start.line - 1]
            if between and all(_OWN_LINE.match(line) for line in between):
                return entry
        return None

    def _indent(self, number: int) -> int:
        line = self._lines[number - 1]
        return len(line) - len(line.lstrip(" "))


def _written(value: Value) -> Iterator[RawPlace]:
    """Return the places of all keys, and of all values that hold no others."""
    items: Iterable[tuple[Value, RawPlace]] = ()
    if isinstance(value, Map):
        yield from value.key_places.values()
        items = ((item, value.value_places[key]) for key, item in value.items())
    elif isinstance(value, List):
        items = zip(value, value.item_places, strict=True)
    for item, place in items:
        if isinstance(item, Map | List):
            yield from _written(item)
        else:
            yield place
