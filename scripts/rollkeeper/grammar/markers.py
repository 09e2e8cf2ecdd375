"""Generated text between two markers of a page; everything else on the page is left alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from rollkeeper.grammar.wording import cut

_MARKER = re.compile(r"<!--[ \t]*rollkeeper:(begin|end)[ \t]+([^\s<>]+)[ \t]*-->")
_NAME = re.compile(r"[\w.-]+\Z")
_ALONE = re.compile(r"[ \t]*\Z")


class MarkerError(ValueError):
    """The markers of a page are not as they must be; `line` says where, from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class _Marker(NamedTuple):
    kind: str
    name: str
    line: int
    start: int
    end: int


def begin(name: str) -> str:
    """Return the marker before the generated text."""
    return f"<!-- rollkeeper:begin {name} -->"


def end(name: str) -> str:
    """Return the marker after the generated text."""
    return f"<!-- rollkeeper:end {name} -->"


_NOTICE = re.compile(r"<!-- Written from .* by `rollkeeper render` \(([0-9a-f]{12})\): .*-->\Z")
_PLAIN_PATH = re.compile(r"(?!.*--)[\w./ -]+\Z")


def with_notice(generated: str, roster: str) -> str:
    """Put a notice above generated text: which roster to change, and what the text amounts to.

    By the digest in it, `edited` tells text that somebody changed from text that is out of date.
    """
    source = roster if _PLAIN_PATH.match(roster) else "the roster"
    notice = (
        f"<!-- Written from {source} by `rollkeeper render` ({_digest(generated)}): change the "
        "roster, not this part. -->"
    )
    return f"{notice}\n\n{generated}"


def is_notice(line: str) -> bool:
    """Return whether a line is the notice above generated text."""
    return _NOTICE.match(line.strip()) is not None


def edited(text: str, *, name: str) -> bool:
    """Return whether the text between the markers `name` is not as `rollkeeper render` wrote it.

    False for a page that says nothing of itself, as older ones do, and for a blank one. Raises
    MarkerError as `splice` does.
    """
    lines = [line.removesuffix("\r") for _, line in lines_between(text, name=name)]
    found = _NOTICE.match(lines[0].strip()) if lines else None
    return found is not None and found[1] != _digest("\n".join(lines[2:]) + "\n")


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip("\n").encode(errors="replace")).hexdigest()[:12]


def splice(existing: str | None, generated: str, *, name: str) -> str:
    """Put `generated` between the markers `name` of `existing` and change nothing else of it.

    The generated lines end as the marker's own line does (LF or CRLF). Without an existing page
    the result is the two markers with the text between them.
    Raises MarkerError when the page has not exactly one pair of markers, in order, each alone on
    its line and with no other marker between them; ValueError for a name that is no plain word.
    """
    if not _NAME.match(name):
        message = f"{name!r} is no name for a marker: use letters, digits, `-`, `_` and `.`"
        raise ValueError(message)
    if generated and not generated.endswith("\n"):
        generated += "\n"
    if existing is None:
        return f"{begin(name)}\n{generated}{end(name)}\n"
    first, last = _pair(existing, name)
    head = existing[: existing.index("\n", first.end) + 1]
    tail = existing[existing.rfind("\n", 0, last.start) + 1 :]
    if head.endswith("\r\n"):
        generated = generated.replace("\n", "\r\n")
    return f"{head}{generated}{tail}"


def lines_between(text: str, *, name: str) -> Iterator[tuple[int, str]]:
    """Return the numbered lines between the markers `name` of a page; none of a blank page.

    Raises MarkerError as `splice` does.
    """
    if text.strip():
        first, last = _pair(text, name)
        lines = text.split("\n")[first.line : last.line - 1]
        yield from enumerate(lines, start=first.line + 1)


def _markers(text: str) -> Iterator[_Marker]:
    line, counted = 1, 0
    for found in _MARKER.finditer(text):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        yield _Marker(found[1], found[2], line, *found.span())


def _pair(text: str, name: str) -> tuple[_Marker, _Marker]:
    markers = list(_markers(text))
    ours = [marker for marker in markers if marker.name == name]
    if not ours:
        raise MarkerError(
            1,
            f"the page has no markers. Put the two lines `{begin(name)}` and `{end(name)}` where "
            "the generated part belongs; what is outside of them is kept",
        )
    _check_pair(ours, name)
    first, last = ours
    for marker in ours:
        _check_alone(text, marker)
    for marker in markers:
        if first.start < marker.start < last.start:
            message = f"a marker of `{cut(marker.name)}` is inside those of `{name}`: move it out"
            raise MarkerError(marker.line, message)
    return first, last


def _check_pair(ours: list[_Marker], name: str) -> None:
    for kind, missing in (("begin", begin(name)), ("end", end(name))):
        found = [marker for marker in ours if marker.kind == kind]
        if not found:
            message = f"the other marker is missing: add a line `{missing}`"
            raise MarkerError(ours[0].line, message)
        if len(found) > 1:
            message = f"`{missing}` is here again, first on line {found[0].line}: remove one"
            raise MarkerError(found[1].line, message)
    if ours[0].kind == "end":
        message = f"`{end(name)}` is before `{begin(name)}`: exchange them"
        raise MarkerError(ours[0].line, message)


def _check_alone(text: str, marker: _Marker) -> None:
    before = text[text.rfind("\n", 0, marker.start) + 1 : marker.start]
    until = text.find("\n", marker.end)
    after = text[marker.end : len(text) if until < 0 else until].removesuffix("\r")
    if not (_ALONE.match(before.removeprefix("\ufeff")) and _ALONE.match(after)):
        message = "the marker must be alone on its line: move the rest of the line away"
        raise MarkerError(marker.line, message)
