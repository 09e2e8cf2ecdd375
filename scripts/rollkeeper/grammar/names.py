"""Names compared: which are one name written twice, and which only look alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import accumulate

from rollkeeper.model.limits import MAX_NAME_WORDS

CACHED_NAMES = 32_768
"""Names whose keys are kept; several rules ask for the same ones in turn."""

RUSSIAN_FORMS = ("ао", "зао", "ип", "нко", "оао", "ооо", "пао")  # noqa: RUF001 - Cyrillic is meant
"""Legal forms that stand before a Russian company's name, in lower case."""
_FORMS = (
    "ab", "ag", "aps", "as", "asa", "bv", "bvba", "co", "company", "corp", "corporation",
    "doo", "eirl", "eood", "ev", "gbr", "gmbh", "inc", "incorporated", "jsc", "kft", "kg",
    "kgaa", "kk", "lda", "limited", "llc", "llp", "ltd", "ltda", "mbh", "nv", "ohg", "oü",
    "oy", "oyj", "plc", "pjsc", "private", "pte", "pty", "pvt", "sa", "sab", "sae", "sarl",
    "sas", "sasu", "se", "sia", "slu", "snc", "spa", "srl", "sro", "tbk", "uab", "ug",
    "ulc", "zrt",
    "тов", "株", "有", *RUSSIAN_FORMS,
)  # fmt: skip
_SPELT_FORMS = (
    "a b", "a g", "a s", "b v", "d o o", "e v", "k k", "l l c", "l l p", "l t d", "n v", "o y",
    "p l c", "s a", "s a r l", "s a s", "s e", "s l", "s p a", "s r l", "s r o", "sp z o o",
)  # fmt: skip
_FORM_WORDS = frozenset((form,) for form in _FORMS) | frozenset(
    tuple(form.split()) for form in _SPELT_FORMS
)
_LAST_WORDS = frozenset(words[-1] for words in _FORM_WORDS)
_LONGEST_FORM = max(map(len, _FORM_WORDS))
_LEADING_FORMS = frozenset({*RUSSIAN_FORMS, "тов", "株", "有"})
_JOINED_FORMS = (
    "股份有限公司", "有限责任公司", "有限責任公司", "有限公司",
    "株式会社", "合同会社", "有限会社", "주식회사", "유한회사",
)  # fmt: skip

_ASCII_WORD = re.compile(r"[a-z0-9+#]+")
_KEPT_SIGNS = "+#"  # C, C++ and C# are three names

_ASCII_CLASSES: dict[str, str | None] = dict(
    zip("I1|0Om", ("l", "l", "l", "o", "o", "rn"), strict=True)
)
_ASCII_LOOKS = str.maketrans(
    {
        chr(point): None
        for point in range(128)
        if not (chr(point).isalnum() or chr(point) in _KEPT_SIGNS)
    }
    | _ASCII_CLASSES
)

_NO_SCRIPT = frozenset({"COMMON", "INHERITED", "Unknown"})
_WRITTEN_TOGETHER = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
)
"""Scripts that one word may mix, after the "highly restrictive" profile of UTS #39."""


def key(name: str, *, with_form: bool = False) -> str:
    """Return a text that is equal for names that are the same name.

    Width, compatibility forms, letter case, punctuation and blanks do not count, nor does the legal
    form (`Inc.`, `GmbH`, `有限公司`), unless `with_form`. A name that is nothing but a legal form
    keeps it; a name without a letter or digit is its own key.
    """
    words = _words(name)
    if not with_form and 0 < len(words) <= MAX_NAME_WORDS:
        words = _without_form(words)
    return "".join(words) or unicodedata.normalize("NFKC", name).casefold().strip()


def mentions(text: str, name: str) -> bool:
    """Return whether a text has a name in it as whole words, compared as `key` compares."""
    sought, words = key(name), _words(text)
    joined = "".join(words)
    if sought not in joined:
        return False
    edges = {0, *accumulate(map(len, words))}
    starts = (at for at in edges if joined.startswith(sought, at))
    return any(at + len(sought) in edges for at in starts)


@lru_cache(maxsize=CACHED_NAMES)
def _words(name: str) -> tuple[str, ...]:
    if name.isascii():
        return tuple(_ASCII_WORD.findall(name.lower().replace("&", " and ")))
    text = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    text = unicodedata.normalize("NFKC", text)
    kept = []
    for character in text:
        group = unicodedata.category(character)[0]
        if group in "LMN" or character in _KEPT_SIGNS:
            kept.append(character)
        elif group != "C":
            kept.append(" ")
    return tuple("".join(kept).split())


def _without_form(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 1 and words[-1] in _LAST_WORDS:
        shorter = _one_form_less(words)
        if shorter is words:
            break
        words = shorter
    if len(words) > 1 and words[0] in _LEADING_FORMS:
        words = words[1:]
    if words[0].isascii() and words[-1].isascii():
        return words
    for form in _JOINED_FORMS:
        if words[-1].endswith(form) and (len(words) > 1 or words[-1] != form):
            return (*words[:-1], words[-1].removesuffix(form))
        if words[0].startswith(form) and (len(words) > 1 or words[0] != form):
            return (words[0].removeprefix(form), *words[1:])
    return words


def _one_form_less(words: tuple[str, ...]) -> tuple[str, ...]:
    for length in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        if words[-length:] in _FORM_WORDS:
            rest = words[:-length]
            return rest[:-1] if rest[-1] == "and" and len(rest) > 1 else rest
    return words


@lru_cache(maxsize=CACHED_NAMES)
def skeleton(name: str) -> str:
    """Return a text that is equal for names that are hard to tell apart by eye.

    After the skeleton of UTS #39 (confusable characters), with letter case, punctuation and blanks
    left out as well. Not for showing: it is no name.
    """
    if name.isascii():
        return name.translate(_ASCII_LOOKS).lower()
    prototypes = _prototypes()
    text = "".join(
        prototypes.get(character, character)
        for character in unicodedata.normalize("NFKC", name)
        if unicodedata.category(character)[0] in "LMN" or character in _KEPT_SIGNS
    )
    return unicodedata.normalize("NFD", text).translate(_ASCII_LOOKS).lower()


@cache
def _prototypes() -> Mapping[str, str]:
    # 30 ms and a megabyte: only rosters with names or hosts beyond ASCII pay for it.
    from confusable_homoglyphs.confusables import (  # type: ignore[import-untyped] # noqa: PLC0415
        confusables_data,
    )

    found = {}
    for character, others in confusables_data.items():
        if character.isascii():
            continue
        alike = [other["c"].strip("\u200e") for other in others]
        plain = next((other for other in alike if other.isascii()), None)
        if plain is not None:
            found[character] = plain
        elif len(alike) == 1:
            # The table holds each pair both ways: the one that many point to stands for them all,
            # and of a lone pair the first.
            back = len(confusables_data.get(alike[0], ()))
            found[character] = alike[0] if back > 1 else min(character, alike[0])
    # The table takes the small palochka for an i; in most fonts it is drawn as an l.
    return found | {"\u04cf": "l"}


@lru_cache(maxsize=CACHED_NAMES)
def scripts_of(text: str) -> frozenset[str]:
    """Return the scripts of a text, such as `LATIN` and `HAN`, except for signs that all share."""
    if text.isascii():
        return frozenset({"LATIN"}) if any(map(str.isalpha, text)) else frozenset()
    from confusable_homoglyphs.categories import (  # type: ignore[import-untyped] # noqa: PLC0415
        alias,
    )

    return frozenset(map(alias, text)) - _NO_SCRIPT


def mixed_scripts(word: str) -> frozenset[str]:
    """Return the scripts of a word that are never written together in one, or nothing."""
    scripts = scripts_of(word)
    if len(scripts) <= 1 or any(scripts <= allowed for allowed in _WRITTEN_TOGETHER):
        return frozenset()
    return scripts


def passes_for_ascii(word: str) -> bool:
    """Return whether a word has characters beyond ASCII and yet looks like one that has none."""
    return not word.isascii() and skeleton(word).isascii() and bool(skeleton(word))
