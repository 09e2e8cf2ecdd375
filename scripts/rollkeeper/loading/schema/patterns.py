"""Patterns of a schema, matched within a time limit: what they meet is written by strangers."""

from __future__ import annotations

from functools import lru_cache

import regex

from rollkeeper.model.limits import PATTERN_SECONDS, PATTERN_STRIKES

_slow: dict[str, int] = {}


@lru_cache(maxsize=256)
def compiled(pattern: str) -> regex.Pattern[str]:
    """Compile a pattern; raises `regex.error` where it is none."""
    return regex.compile(_as_ecma(pattern))


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern is found in a text; no, where it ran out of time."""
    if _slow.get(pattern, 0) >= PATTERN_STRIKES:
        return False
    try:
        return compiled(pattern).search(text, timeout=PATTERN_SECONDS) is not None
    except TimeoutError:
        _slow[pattern] = _slow.get(pattern, 0) + 1
        return False


def is_slow(pattern: str) -> bool:
    """Return whether a pattern has run out of time since the program started."""
    return pattern in _slow


_SIGNS = regex.compile(r"\\.|[\[\]$]")


def _as_ecma(pattern: str) -> str:
    r"""Let a pattern mean what it means in JSON Schema: `$` is the end alone, `\d` is 0 to 9."""
    parts, position, in_class = [], 0, False
    for found in _SIGNS.finditer(pattern):
        sign = found.group()
        if sign == "$" and not in_class:
            sign = r"\Z"
        elif sign == r"\d":
            sign = "0-9" if in_class else "[0-9]"
        elif sign in {"[", "]"}:
            in_class = sign == "["
        parts += [pattern[position : found.start()], sign]
        position = found.end()
    return "".join([*parts, pattern[position:]])
