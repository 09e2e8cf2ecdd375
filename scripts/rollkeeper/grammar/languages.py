"""Languages of texts: which of several translations is meant for a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}\Z")
_ValueT = TypeVar("_ValueT")


def is_language(text: str) -> bool:
    """Return whether a text has the form of a language's tag, such as `zh` or `pt-BR`."""
    return _TAG.match(text) is not None


def fold(tag: str) -> str:
    """Return a tag as it is compared: `zh_CN` and `zh-cn` are one language."""
    return tag.replace("_", "-").lower()


def translation(texts: Mapping[str, _ValueT], language: str) -> _ValueT | None:
    """Return the text for a language: of the same tag, else of the same language; None if none.

    `zh-CN` is served by `zh`, and `zh` by `zh-Hans`.
    """
    wanted = fold(language)
    base = wanted.partition("-")[0]
    by_tag = {fold(tag): text for tag, text in reversed(list(texts.items())) if tag}
    near = next((text for tag, text in by_tag.items() if tag.partition("-")[0] == base), None)
    return by_tag.get(wanted, by_tag.get(base, near))


def wording(texts: Mapping[str, str], language: str) -> str | None:
    """Return the text for a page in a language: its own, the one for any page, or the first."""
    own = translation(texts, language)
    return own if own is not None else texts.get("", next(iter(texts.values()), None))
