"""A line at the bottom of a terminal that says what is being done; none in a log."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from rollkeeper.grammar.escaping import terminal

_PAUSE = 0.1
"""Seconds between two drawings: faster only flickers."""
_WIDTH = 78
_ERASE = "\r\x1b[K"


class Bar:
    """Draws `logos of partners 120/2500` on a terminal and erases it in the end.

    Where `stream` is not a terminal, or is a workflow's log, nothing is ever written.
    """

    def __init__(self, stream: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        # A runner takes commands from the beginnings of lines, where a drawing would stand.
        self._seen = stream.isatty() and os.environ.get("GITHUB_ACTIONS") != "true"
        self._label: str | None = None
        self._drawn = 0.0

    def __enter__(self) -> Self:
        """Return itself; nothing is drawn yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Erase what was drawn."""
        if self._label is not None:
            self._stream.write(_ERASE)
            self._stream.flush()
            self._label = None

    def __call__(self, label: str, done: int, total: int) -> None:
        """Return that `done` of `total` are done; 0 in total where that is not known."""
        if not self._seen:
            return
        now = self._clock()
        if label == self._label and now - self._drawn < _PAUSE:
            return
        self._label, self._drawn = label, now
        text = terminal(f"{label} {done:,}/{total:,}" if total else label)
        self._stream.write(_ERASE + text[:_WIDTH])
        self._stream.flush()
