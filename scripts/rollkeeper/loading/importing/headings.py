"""What the heading above entries says of them."""

from __future__ import annotations

import re

from rollkeeper.grammar.yaml_writer import Data
from rollkeeper.model.roster import PAST

GROUP = "group"
STATUS = "status"
_WORD = re.compile(r"[^\W\d_]+")
_FORMER = {
    "emeriti": "emeritus",
    "former": "emeritus",
    "past": "emeritus",
    "previous": "emeritus",
    "retired": "emeritus",
    "inactive": "emeritus",
}
"""Words that say that those below are no longer active, and the status that they then have."""
_NEGATED = frozenset({"not", "non", "no"})


def said_by_heading(text: str, field: str | None = None) -> dict[str, Data]:
    """Return the fields that a heading gives to its entries: itself as `field`, and a status."""
    said: dict[str, Data] = {}
    words = [word.casefold() for word in _WORD.findall(text[:200])]
    for word in words:
        status = _FORMER.get(word, word)
        if status in PAST and _NEGATED.isdisjoint(words):
            said[STATUS] = status
    if field is not None:
        # A field that the caller names is the heading itself, whatever that says.
        said[field] = text
    return said
