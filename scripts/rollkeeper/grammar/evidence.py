"""What counts as evidence in an entry."""

from __future__ import annotations

from rollkeeper.model.limits import MAX_URL

_START = "https://"


def has_evidence(given: object) -> bool:
    """Return whether there is at least one https link in a value, its items or its fields."""
    match given:
        case str():
            return _is_link(given[: MAX_URL * 2].strip())
        case dict():
            return any(has_evidence(item) for item in given.values())
        case list():
            return any(has_evidence(item) for item in given)
        case _:
            return False


def _is_link(text: str) -> bool:
    if not text.startswith(_START) or len(text) > MAX_URL or text.split() != [text]:
        return False
    rest = text.removeprefix(_START)
    dot = rest.find(".", 1)
    return 0 < dot < len(rest) - 1 and not any(mark in rest[:dot] for mark in "/?#")
