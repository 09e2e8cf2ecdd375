"""What counts as evidence in an entry."""

from __future__ import annotations

import re

_LINK = re.compile(r"https://[^\s/?#]+\.[^\s]+\Z")


def has_evidence(given: object) -> bool:
    """Return whether there is at least one https link in a value, its items or its fields."""
    match given:
        case str():
            return _LINK.match(given.strip()) is not None
        case dict():
            return any(has_evidence(item) for item in given.values())
        case list():
            return any(has_evidence(item) for item in given)
        case _:
            return False
