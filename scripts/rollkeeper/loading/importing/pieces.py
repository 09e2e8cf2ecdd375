"""Inline Markdown as pieces: text, links and images, in their order."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from rollkeeper.grammar.characters import hidden_in

_BREAK = re.compile(r"<br\s*/?>\Z", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b", re.IGNORECASE)
_LINK = re.compile(r"<a\b", re.IGNORECASE)
_LINK_END = re.compile(r"</a\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|href|alt)=("[^"]*+"|'[^']*+'|[^\s"'>]++)""", re.IGNORECASE)
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
    picture's description. Links and pictures written in HTML are the same.
    """
    work = _Pieces()
    for child in inline.children or ():
        if child.type == "link_open":
            work.open(str(child.attrGet("href") or ""))
        elif child.type == "link_close":
            work.close()
        elif child.type == "image":
            work.picture(child.content, str(child.attrGet("src") or ""))
        elif child.type != "html_inline" or not work.takes(child.content):
            work.text(_text(child))
    if work.target is not None:
        work.close()
    return list(_joined(work.found))


class _Pieces:
    """The pieces found so far, and the link that is open, with what is inside it."""

    def __init__(self) -> None:
        self.found: list[CellPart] = []
        self.target: str | None = None
        self.inside: list[str] = []
        self.pictures: list[CellPart] = []

    def takes(self, tag: str) -> bool:
        """Take a tag that is a picture, or a link's start or end; return whether it is."""
        if _IMAGE.match(tag):
            attributes = _attributes(tag)
            self.picture(attributes.get("alt", ""), attributes.get("src", ""))
        elif _LINK.match(tag) and self.target is None:
            self.open(_attributes(tag).get("href", ""))
        elif _LINK_END.match(tag) and self.target is not None:
            self.close()
        else:
            return False
        return True

    def open(self, target: str) -> None:
        """Begin a link."""
        self.target, self.inside = target, []

    def close(self) -> None:
        """End a link."""
        self.found.extend(self.pictures)
        words = "".join(self.inside) or "".join(each.text for each in self.pictures)
        self.found.append(CellPart(_clean(words), _clean(self.target or "")))
        self.target, self.pictures = None, []

    def picture(self, words: str, source: str) -> None:
        """Add a picture."""
        held = self.found if self.target is None else self.pictures
        held.append(CellPart(_clean(words), _clean(source), image=True))

    def text(self, text: str) -> None:
        """Add words."""
        if self.target is not None:
            self.inside.append(text)
        else:
            self.found.append(CellPart(_clean(text)))


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(tag):
        found.setdefault(name.casefold(), html.unescape(value.strip("\"'")))
    return found


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
