"""Replace single values in a text and keep everything around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rollkeeper.grammar.yaml_writer import scalar
from rollkeeper.model.report import Finding
from rollkeeper.model.tree import FieldPath, List, Map, Place, Value, follow

_BLOCK_STARTS = ("|", ">")
_MARKS = ("&", "!", "*")
_EXOTIC_LINE_ENDS = ("\x85", "\u2028", "\u2029")


@dataclass(slots=True)
class ValueEdit:
    """A value of a roster to replace, and the findings that ask for it."""

    path: FieldPath
    place: Place
    old: str
    new: str
    findings: list[Finding] = field(default_factory=list)


class Offsets:
    """The positions at which the lines of a text start."""

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
    """Return why a value cannot be replaced in its place, or None."""
    if any(sign in text for sign in _EXOTIC_LINE_ENDS):
        return "the file has line ends that editors count differently"
    start, end = offsets.span(place)
    if text[start:end].startswith(_BLOCK_STARTS):
        return "the value is written over several lines"
    if text[start:end].startswith(_MARKS):
        return "the value has an anchor or a tag: remove it first"
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


def reads_as(
    old: object, new: object, changed: Mapping[FieldPath, object], path: FieldPath = ()
) -> bool:
    """Return whether two trees hold the same data, except for the values `changed`, by path."""
    if path in changed:
        return reads_as(changed[path], new, {})
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) == list(new) and all(
            reads_as(item, new[key], changed, (*path, key)) for key, item in old.items()
        )
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(
            reads_as(item, new[number], changed, (*path, number)) for number, item in enumerate(old)
        )
    return type(old) is type(new) and old == new


def text_at(data: Value, path: FieldPath) -> str | None:
    """Return the scalar at a path as text; None where there is none, or a collection."""
    value = follow(data, path)
    if value is None or isinstance(value, (Map, List)):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
