"""The grammar of unified diffs."""

from __future__ import annotations

import re

from rollkeeper.model.limits import MAX_PATCH

_HUNK = re.compile(r"@@ -\d{1,9}(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@")


def lines_in_patch(patch: str) -> frozenset[int]:
    """Return the numbers of the new file's lines that a file's `patch` shows.

    What does not look like a patch shows no line; nothing is read beyond `MAX_PATCH` characters.
    """
    shown: set[int] = set()
    line = 0
    for text in patch[:MAX_PATCH].split("\n"):
        hunk = _HUNK.match(text)
        if hunk:
            line = int(hunk[1])
        elif line and text[:1] in {"+", " "}:
            shown.add(line)
            line += 1
    return frozenset(shown)
