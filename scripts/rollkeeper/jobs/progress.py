"""A line at the bottom of a terminal that says what is being done; none in a log."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rollkeeper.grammar.escaping import terminal

_PAUSE = 0.1
"""Seconds between two drawings: faster only flickers."""
_WIDTH = 78
_ERASE = "\r\x1b[K"


@contextmanager
def progress_bar(
    stream: TextIO, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[str, int, int], None]]:
    """Return what draws `logos of partners 120/2500` on a terminal; it is erased in the end.

    The total is 0 where it is not known. Where `stream` is not a terminal, or is a workflow's log,
    nothing is ever written: a runner takes commands from the beginnings of lines.
    """
    shown = stream.isatty() and os.environ.get("GITHUB_ACTIONS") != "true"
    drawn: tuple[str, float] | None = None

    def draw(label: str, done: int, total: int) -> None:
        nonlocal drawn
        if not shown:
            return
        now = clock()
        if drawn is not None and label == drawn[0] and now - drawn[1] < _PAUSE:
            return
        drawn = (label, now)
        text = terminal(f"{label} {done:,}/{total:,}" if total else label)
        stream.write(_ERASE + text[:_WIDTH])
        stream.flush()

    try:
        yield draw
    finally:
        if drawn is not None:
            stream.write(_ERASE)
            stream.flush()
