"""Inline Markdown as pieces: text, links and images, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from rollkeeper.grammar.characters import hidden_in

_BREAK = re.compile(r"<br\s*/?>\Z", re.IGNORECASE)
BREAK = "\n"
"""A line break inside a text, which may separate one person from the next."""


@dataclass(frozen=True, slots=True)
class CellPart:
    """A run of text; `target` is where it links to, `image` that it is a picture's description."""

    text: str
    target: str | None = None
    image: bool = False


def pieces_of(inline: Token) -> list[CellPart]:
    """Return the pieces of an inline token; neighbouring texts are one piece.

    A picture inside a link is a piece of its own, before the link, whose words are then the
    picture's description.
    """
    found: list[CellPart] = []
    target: str | None = None
    inside: list[str] = []
    pictures: list[CellPart] = []
    for child in inline.children or ():
        if child.type == "link_open":
            target, inside = str(child.attrGet("href") or ""), []
        elif child.type == "link_close":
            found.extend(pictures)
            words = "".join(inside) or "".join(each.text for each in pictures)
            found.append(CellPart(_clean(words), _clean(target or "")))
            target, pictures = None, []
        elif child.type == "image":
            source = _clean(str(child.attrGet("src") or ""))
            picture = CellPart(_clean(child.content), source, image=True)
            (found if target is None else pictures).append(picture)
        elif target is not None:
            inside.append(_text(child))
        else:
            found.append(CellPart(_clean(_text(child))))
    return list(_joined(found))


def _text(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " " if token.type == "softbreak" else BREAK
    if token.type == "html_inline" and _BREAK.match(token.content):
        return BREAK
    return token.content


def _clean(text: str) -> str:
    """Drop characters that a roster may not hold; `hidden` reports them."""
    hidden = {position for position, _ in hidden_in(text, most=len(text))}
    return "".join(sign for position, sign in enumerate(text) if position not in hidden)


def _joined(pieces: Sequence[CellPart]) -> Iterator[CellPart]:
    text = ""
    for piece in pieces:
        if piece.target is None:
            text += piece.text
            continue
        if text:
            yield CellPart(text)
            text = ""
        yield piece
    if text:
        yield CellPart(text)


def plain(pieces: Sequence[CellPart]) -> str:
    """Return the pieces as one line of text; pictures are left out."""
    return " ".join("".join(piece.text for piece in pieces if not piece.image).split())


def links(pieces: Sequence[CellPart]) -> list[CellPart]:
    """Return the pieces that lead somewhere."""
    return [piece for piece in pieces if piece.target]
