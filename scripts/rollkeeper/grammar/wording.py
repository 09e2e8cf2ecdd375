"""How messages name values: short, on one line, and the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from rollkeeper.model.limits import MAX_LISTED, MAX_QUOTED, MAX_URL

MOST_DROPPED = 2
"""Letters that a typo drops or adds at most."""


def cut(text: str, most: int = MAX_QUOTED) -> str:
    """Return a text on one line, cut with … where it is longer than `most` characters."""
    line = " ".join(text[: most * 4 + 1].split())
    return line if len(line) <= most and len(text) <= most * 4 else line[: most - 1] + "…"


def quoted(value: object, most: int = MAX_QUOTED) -> str:
    """Name a value in a message, between backticks and cut; collections by their kind."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "`true`" if value else "`false`"
        case str():
            return f"`{cut(value, most)}`" if value.strip() else "a blank value"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return f"`{cut(str(value), most)}`"


def in_full(value: str) -> str:
    """Name a value that is to be copied from the message: cut, it would be of no use."""
    return quoted(value, MAX_URL)


def listed(values: Iterable[object], last: str = "and", most: int = MAX_LISTED) -> str:
    """Name several values: `a`, `b` and `c`; beyond `most` it says how many more."""
    names = [quoted(value) for value in values]
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    if len(names) > 1:
        return f"{', '.join(names[:-1])} {last} {names[-1]}"
    return "".join(names)


def counted(number: int, noun: str) -> str:
    """Return `1 error`, `2 errors` or `0 entries`."""
    if number != 1:
        ending = "es" if noun.endswith("x") else "s"
        noun = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}{ending}"
    return f"{number:,} {noun}"


def above(value: float, limit: float, form: str = "%") -> str:
    """Return a number with as many digits as show that it is more than `limit`.

    `form` is how both are written: `%`, or `f` for a plain number.
    """
    for digits in range(4):
        text = f"{value:,.{digits}{form}}"
        if text != f"{limit:,.{digits}{form}}":
            return text
    return f"just over {limit:,g}" if form == "f" else f"just over {limit:.0%}"


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant: case, `-` and `_` are not told apart.

    That `tier` is made of letters of `twitter` does not make it the word that was meant: a typo
    adds or drops a letter or two.
    """
    folded = {_folded(word): word for word in known}
    word = _folded(given[:MAX_QUOTED])
    for near in get_close_matches(word, folded):
        if abs(len(near) - len(word)) <= MOST_DROPPED or near.startswith(word):
            return folded[near]
    return None


def _folded(word: str) -> str:
    return word.strip().casefold().replace("-", "_").replace(" ", "_")
