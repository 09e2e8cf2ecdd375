"""Single values replaced in a text, everything around them kept."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rollkeeper.grammar.yaml_writer import scalar
from rollkeeper.model.report import Finding
from rollkeeper.model.tree import FieldPath, List, Map, Place, Value, follow

_BLOCK_STARTS = ("|", ">")
_MARKS = ("&", "!", "*")
_EXOTIC_LINE_ENDS = ("\x85", "\u2028", "\u2029")
_WORDS = re.compile(r"\w+|\W")
_LONGEST_MERGED = 2_000


@dataclass(slots=True)
class ValueEdit:
    """A value of a roster that is to be replaced, and the findings that ask for it."""

    path: FieldPath
    place: Place
    old: str
    new: str
    findings: list[Finding] = field(default_factory=list)


class Offsets:
    """Where each line of a text starts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        position = text.find("\n")
        while position >= 0:
            self.starts.append(position + 1)
            position = text.find("\n", position + 1)

    def span(self, place: Place) -> tuple[int, int]:
        """Return the positions of a place in the text."""
        start = self.starts[place.line - 1] + place.column - 1
        return start, self.starts[place.end_line - 1] + place.end_column - 1


def why_not(text: str, offsets: Offsets, place: Place) -> str | None:
    """Return why a value cannot be replaced where it stands, or None."""
    if any(sign in text for sign in _EXOTIC_LINE_ENDS):
        return "the file has line ends that editors count differently"
    start, end = offsets.span(place)
    if text[start:end].startswith(_BLOCK_STARTS):
        return "the value is written over several lines"
    if text[start:end].startswith(_MARKS):
        return "the value has an anchor or a tag, which has to be removed first"
    return None


def applied(text: str, offsets: Offsets, edits: Sequence[ValueEdit]) -> str:
    """Return the text with the edits made; each value keeps its quotes."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda each: each.place):
        start, end = offsets.span(edit.place)
        style = text[start] if text[start : start + 1] in ('"', "'") else ""
        parts += [text[position:start], scalar(edit.new, style=style, flow=True)]
        position = end
    return "".join([*parts, text[position:]])


def merged(old: str, first: str, second: str) -> str | None:
    """Make two changes of one text together; None where they touch the same part of it."""
    if first == second:
        return first
    if max(len(old), len(first), len(second)) > _LONGEST_MERGED:
        return None
    words = _WORDS.findall(old)
    changes = sorted(_changes(words, first) + _changes(words, second))
    result: list[str] = []
    position = 0
    previous: tuple[int, int, str] | None = None
    for start, end, new in changes:
        if (start, end, new) == previous:
            continue
        if start < position or (previous is not None and start == previous[0]):
            return None
        result += [*words[position:start], new]
        position = end
        previous = (start, end, new)
    return "".join([*result, *words[position:]])


def _changes(old: list[str], new: str) -> list[tuple[int, int, str]]:
    """Return the words that changed: letter by letter, `https` and `ftp` would make `ftps`."""
    words = _WORDS.findall(new)
    matcher = difflib.SequenceMatcher(None, old, words, autojunk=False)
    return [
        (start, end, "".join(words[first:last]))
        for kind, start, end, first, last in matcher.get_opcodes()
        if kind != "equal"
    ]


def same_but(
    old: Value, new: Value, changed: Mapping[FieldPath, str], path: FieldPath = ()
) -> bool:
    """Return whether two trees hold the same data, but for the values that were changed."""
    if path in changed:
        return isinstance(new, str) and new == changed[path]
    if isinstance(old, Map) and isinstance(new, Map):
        return list(old) == list(new) and all(
            same_but(item, new[key], changed, (*path, key)) for key, item in old.items()
        )
    if isinstance(old, List) and isinstance(new, List):
        return len(old) == len(new) and all(
            same_but(item, new[number], changed, (*path, number)) for number, item in enumerate(old)
        )
    return type(old) is type(new) and old == new


def text_at(data: Value, path: FieldPath) -> str | None:
    """Return the scalar at a path as text; None where there is none, or a collection."""
    value = follow(data, path)
    if value is None or isinstance(value, (Map, List)):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
