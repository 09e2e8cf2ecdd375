"""Changes to the lines of a file, for a commit or as a suggested change."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = "```"
_BACKTICKS = re.compile("`{3,}")


@dataclass(frozen=True, slots=True)
class LineEdit:
    """Lines `first` to `last` of a file, both included, become `text`, which has its line ends."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion(LineEdit):
    """A line edit of a named file as a suggested change; `text` lacks the line end at its end."""

    path: str

    @property
    def body(self) -> str:
        """The comment that GitHub shows as a suggested change; no text closes its fence."""
        longest = max(map(len, _BACKTICKS.findall(self.text)), default=0)
        fence = "`" * max(len(_FENCE), longest + 1)
        return f"{fence}suggestion\n{self.text}\n{fence}"
