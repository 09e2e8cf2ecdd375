"""Replace single values in a text and keep everything around them, the style of each included."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rollkeeper.grammar.yaml_writer import scalar
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.report import Finding
from rollkeeper.model.tree import FieldPath, Map, Place, Value

_BLOCK = re.compile(r"(?P<style>[|>])(?P<chomping>[-+]?)[^\n]*\n")
_QUOTES = ('"', "'")


@dataclass(slots=True)
class ValueEdit:
    """A value of a roster to replace, and the findings that ask for it."""

    path: FieldPath
    place: Place
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


def applied(text: str, offsets: Offsets, edits: Sequence[ValueEdit]) -> str:
    """Return the text with the edits made; each value keeps its quotes and its lines."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda each: each.place):
        start, end = offsets.span(edit.place)
        parts += [text[position:start], rewritten(text[start:end], edit.new)]
        position = end
    return "".join([*parts, text[position:]])


def rewritten(source: str, new: str) -> str:
    """Write a new value as the old one is written: on one line, wrapped, or as a block.

    Where only blanks change, every word stays on its line. What cannot be written so is left.
    """
    lines = source.rstrip("\r\n").split("\n")
    if len(lines) == 1:
        style = source[:1] if source.startswith(_QUOTES) else ""
        return scalar(new, style=style, flow=True)
    end = "\r\n" if lines[0].endswith("\r") else "\n"
    lines = [line.rstrip("\r") for line in lines]
    tail = source[len(source.rstrip("\r\n")) :]
    texts = (end.join(written) + tail for written in _candidates(source, lines, new))
    return next((text for text in texts if _reads(text) == new), source)


def _reads(written: str) -> Value:
    data = read_yaml(f"value: {written}".encode(), "value").data
    return data["value"] if isinstance(data, Map) and len(data) == 1 else None


def _candidates(source: str, lines: Sequence[str], new: str) -> Iterator[list[str]]:
    block = _BLOCK.match(source)
    if block is None:
        yield from _same_words(lines)
        yield _flow(lines, new)
    else:
        head, *body = lines
        # The line end at the end of a block is part of its value unless the head says otherwise.
        if not new.endswith("\n") and block["chomping"] != "-":
            head = head.replace(block["style"] + block["chomping"], block["style"] + "-", 1)
        yield from ([head, *kept] for kept in _same_words(body))
        yield [head, *_block(block["style"], body, new)]


def _block(style: str, body: Sequence[str], new: str) -> list[str]:
    indent = _indent(next((line for line in body if line.strip()), "  "))
    texts = new.rstrip("\n").split("\n")
    if style == ">":
        width = max(map(len, body))
        # Each line end of the value is an empty line between two paragraphs.
        wrapped = [_wrapped(text, width - len(indent)) for text in texts]
        texts = [line for paragraph in wrapped for line in (*paragraph, "")][:-1]
    return [f"{indent}{text}".rstrip() for text in texts]


def _flow(lines: Sequence[str], new: str) -> list[str]:
    style = lines[0][:1] if lines[0].startswith(_QUOTES) else ""
    written = scalar(new, style=style, flow=True)
    first, *others = _wrapped(written, max(map(len, lines[1:])) - len(_indent(lines[1])))
    return [first, *(_indent(lines[1]) + line for line in others)]


def _same_words(lines: Sequence[str]) -> Iterator[list[str]]:
    """Write the lines with plain single spaces, which is all that most fixes change."""
    texts = [(_indent(line) + " ".join(line.split())).rstrip() for line in lines]
    if lines[0].startswith(_QUOTES):
        quote = lines[0][0]
        texts[0] = quote + texts[0].removeprefix(quote).lstrip()
        texts[-1] = texts[-1].removesuffix(quote).rstrip() + quote
    if "".join(texts) != "".join(lines):
        yield texts


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


def _wrapped(text: str, width: int) -> list[str]:
    wrapper = textwrap.TextWrapper(
        max(width, 1), break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return wrapper.wrap(text) or [""]


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
