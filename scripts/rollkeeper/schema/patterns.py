"""Patterns of a schema, matched within a time limit: what they meet is written by strangers."""

from __future__ import annotations

from functools import lru_cache

import regex

SECONDS = 0.1
"""How long one pattern may look at one value."""
STRIKES = 2
"""Values on which a pattern may run out of time before it is not tried again."""

_slow: dict[str, int] = {}


@lru_cache(maxsize=256)
def compiled(pattern: str) -> regex.Pattern[str]:
    """Compile a pattern; raises `regex.error` where it is none."""
    return regex.compile(_as_ecma(pattern))


def matches(pattern: str, text: str) -> bool:
    """Say whether a pattern is found in a text; no, where it ran out of time."""
    if _slow.get(pattern, 0) >= STRIKES:
        return False
    try:
        return compiled(pattern).search(text, timeout=SECONDS) is not None
    except TimeoutError:
        _slow[pattern] = _slow.get(pattern, 0) + 1
        return False


def is_slow(pattern: str) -> bool:
    """Say whether a pattern has run out of time since the program started."""
    return pattern in _slow


def _as_ecma(pattern: str) -> str:
    r"""Let a closing `$` mean the end, as JSON Schema has it, and not also before a line end."""
    if pattern.endswith("$") and not pattern.endswith(r"\$"):
        return pattern[:-1] + r"\Z"
    return pattern
