"""Two versions of a file as a unified diff, for a terminal or a log."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from rollkeeper.grammar.escaping import SPLIT, blanks_shown, terminal
from rollkeeper.grammar.lines import lines_of
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.wording import counted
from rollkeeper.model.limits import MAX_DIFFERENCE

_HEADS = 2
"""The lines above the first hunk, which name the file."""
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m", "@": "\x1b[36m"}


def difference(old: str, new: str, *, name: str, public: bool = False, colour: bool = False) -> str:
    """Return a unified diff, safe for a terminal and, where it is `public`, masked.

    Blanks are shown where nothing else changes. Line ends are no part of the diff: a sentence says
    how many of them change. Empty where nothing differs. What is beyond MAX_DIFFERENCE lines is
    counted.
    """
    before, after = lines_of(old), lines_of(new)
    bare, bare_after = ([line.rstrip("\r\n") for line in lines] for lines in (before, after))
    found = list(difflib.unified_diff(bare, bare_after, name, name, lineterm="", n=1))
    lines = [*found[:_HEADS], *_with_blanks_shown(found[_HEADS:])]
    more = len(lines) - MAX_DIFFERENCE
    shown = [
        _shown(line, public=public, colour=colour, head=number < _HEADS)
        for number, line in enumerate(lines[:MAX_DIFFERENCE])
    ]
    shown += [f"... and {more:,} more lines"] if more > 0 else []
    ends = sum(_end(one) != _end(other) for one, other in zip(before, after, strict=False))
    if ends and len(before) == len(after):
        shown.append(f"{terminal(name)}: {counted(ends, 'line end')} changed")
    return "".join(f"{line}\n" for line in shown)


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _with_blanks_shown(lines: Sequence[str]) -> Iterator[str]:
    """Show the blanks of lines that are removed and added again with nothing but others."""
    texts = {sign: {line[1:] for line in lines if line[:1] == sign} for sign in "-+"}
    bare = {sign: {"".join(text.split()) for text in texts[sign]} for sign in "-+"}
    other = {"-": "+", "+": "-"}
    for line in lines:
        sign, text = line[:1], line[1:]
        against = other.get(sign, "")
        again = against and text not in texts[against] and "".join(text.split()) in bare[against]
        yield sign + blanks_shown(text) if again else line


def _shown(line: str, *, public: bool, colour: bool, head: bool) -> str:
    # The first character says what became of the line, and is not part of it. A page parts the
    # addresses in it so that no reader links them: they are masked all the same.
    kept = line[:1] + masked(line[1:].replace(SPLIT, "")) if public else line
    text = terminal(kept)
    style = _BOLD if head else _COLOURS.get(line[:1], "")
    return f"{style}{text}{_PLAIN}" if colour and style else text
