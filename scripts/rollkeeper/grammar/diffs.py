"""The grammar of unified diffs."""

from __future__ import annotations

import re

_HUNK = re.compile(r"^@@ -[0-9,]{1,20} \+([0-9]{1,9})(?:,([0-9]{1,9}))? @@", re.MULTILINE)


def shown_lines(patch: str) -> frozenset[int]:
    """Return the numbers of the new file's lines that a `patch` of one file shows.

    What does not look like a patch shows no line, and no hunk shows more lines than it has.
    """
    shown: set[int] = set()
    hunks = list(_HUNK.finditer(patch))
    for number, hunk in enumerate(hunks, start=1):
        end = hunks[number].start() if number < len(hunks) else len(patch)
        lines = patch.count("\n", hunk.end(), end)
        shown.update(range(int(hunk[1]), int(hunk[1]) + min(int(hunk[2] or 1), lines)))
    return frozenset(shown)
