"""How texts compare for readers: by their letters first, by accents and case only after that.

A language may have letters of its own at places of their own, such as the Swedish `å` after `z`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple, TypeAlias

CACHED_KEYS = 32_768
"""Texts whose keys are kept: the rule, the fix and the page ask for the same ones in turn."""

Locale: TypeAlias = Literal[
    "bs", "ca", "cs", "da", "de", "en", "es", "et", "fi", "fr", "hr", "hu", "is", "it", "lt", "lv",
    "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr", "uk", "zh",
]  # fmt: skip
"""The languages whose order is known."""

_CROATIAN = "c č ć, d dž đ, l lj, n nj, s š, z ž"
_DANISH = "y=ü, z æ=ä ø=ö å=aa"
_SWEDISH = "y=ü, z å ä=æ ö=ø"
_LETTERS: Mapping[str, str] = {
    "bs": _CROATIAN,
    "cs": "c č, h ch, r ř, s š, z ž",
    "da": _DANISH,
    "es": "n ñ",
    "et": "s š z ž, w õ ä ö ü",
    "fi": _SWEDISH,
    "hr": _CROATIAN,
    "hu": "c cs, d dz dzs, g gy, l ly, n ny, o ö=ő, s sz, t ty, u ü=ű, z zs",
    "is": "a á, d=đ ð, e é, i í, o ó, u ú, y ý, z þ æ=ä ö=ø å",
    "lt": "c č, i=y, s š, z ž",
    "lv": "c č, g ģ, i y, k ķ, l ļ, n ņ, r ŗ, s š, z ž",
    "nb": _DANISH,
    "nn": _DANISH,
    "no": _DANISH,
    "pl": "a ą, c ć, e ę, l ł, n ń, o ó, s ś, z ź ż",
    "ro": "a ă â, i î, s ş=ș, t ţ=ț",
    "sk": "a ä, c č, h ch, o ô, r ř, s š, z ž",
    "sl": "c č ć, d đ, s š, z ž",
    "sv": _SWEDISH,
    "tr": "c ç, g ğ, h ı, o ö, s ş, u ü",
}
"""The letters that each language adds, behind the letter that they follow; `=` joins equals."""
_EVERYWHERE = "г ґ, е є, и і ї й"
"""Letters of the Ukrainian and Russian alphabets, which are not accents, at their places."""
_NO_ACCENTS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"}
)
"""Letters that are variants of others without being decomposed by Unicode; in lower case."""
_ACCENT = re.compile("[\u0300-\u036f\u3099\u309a]")
_TURKISH = str.maketrans({"I": "ı", "İ": "i"})
_BEHIND = "\U0010ffff"
"""Stands behind the letter that another one follows: no text goes on with it."""
_FIRST_HAN = "\u4e00"
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]+")


class OrderKey(NamedTuple):
    """What a text is sorted by: its letters, then accents, then what is written."""

    letters: str
    accents: str
    text: str


@lru_cache(maxsize=CACHED_KEYS)
def order_key(text: str, locale: Locale | None = None) -> OrderKey:
    """Return the key by which a text is sorted among others.

    Letters are compared without accents and case, so that `É` is beside `E` and `Ł` beside `L`;
    where they are equal, accents decide, and then the text as written. Blanks and signs come before
    digits, digits before letters, Latin before Cyrillic and Chinese. `locale` places the letters
    of a language where its own alphabet has them; with `zh`, Chinese is sorted by Pinyin.
    """
    stripped = text.strip()
    if locale == "tr":
        stripped = stripped.translate(_TURKISH)
    if stripped.isascii() and locale not in _LETTERS:
        lowered = stripped.lower()
        return OrderKey(lowered, lowered, text)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", stripped).casefold())
    letters, places = _alphabet(locale)
    placed = letters.sub(lambda found: places[found.group()], folded)
    plain = _ACCENT.sub("", unicodedata.normalize("NFKD", placed)).translate(_NO_ACCENTS)
    if locale == "zh":
        plain = _HAN.sub(lambda found: _pinyin(found.group()), plain)
    return OrderKey(plain, folded, text)


@cache
def _alphabet(locale: Locale | None) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return a pattern of the letters that have places of their own, and the places."""
    groups = ", ".join((_EVERYWHERE, *filter(None, [_LETTERS.get(locale or "")])))
    places = {}
    for group in groups.split(", "):
        base, *followers = (word.split("=") for word in group.split())
        places.update(dict.fromkeys(base[1:], base[0]))
        for rank, equals in enumerate(followers, start=1):
            places.update(dict.fromkeys(equals, f"{base[0]}{_BEHIND}{chr(rank)}"))
    longest_first = sorted(places, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), places


def _pinyin(text: str) -> str:
    """Return a Chinese text by its sounds: syllable by syllable, the tones after the letters."""
    # 0.3 seconds and 30 MiB: only a policy that asks for it pays.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return "".join(
        f"{_FIRST_HAN}{syllable}\0"
        for syllable in lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
    )
