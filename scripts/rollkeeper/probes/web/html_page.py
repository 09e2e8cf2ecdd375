"""What a page says to its readers: title, visible text, and where it sends them on.

Found in one pass over at most 64 KiB, without building a tree: a page that is broken, cut off or
made to be hard to read costs no more than another.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from rollkeeper.model.visit import Page

MOST_TITLE = 200
MOST_EXCERPT = 2_000
MOST_REFRESH = 2_048
LITTLE_TEXT = 120
"""Characters: with fewer of them, a page with a script is one that the script fills."""

_CHARSET = re.compile(rb"""charset\s*+=\s*+["']?\s*+([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_CHARSET_REACH = 1_024
_TAG = re.compile(r"<(?:!--|([/!?]?)([a-zA-Z][a-zA-Z0-9:-]{0,30})?)")
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{1,30})\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_REFRESH = re.compile(
    r"""\s*+(?:[0-9]{1,9}+)?+[\s.0-9]{0,20}+[;,]?+\s*+(?:url\s*+=\s*+)?+["']?+([^"'>\s][^"'>]*)""",
    re.IGNORECASE,
)
_MOST_TAG = 2_048
_CHARSETS = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|(?:windows-|cp)12\d\d|iso-?8859-\d{1,2}|shift[_-]jis|euc-(?:jp|kr)"
    r"|gb(?:k|2312|18030)|big5|koi8-[ru]|iso-2022-jp",
    re.IGNORECASE,
)
"""Those of the web. Python knows others, some of which are slow on purpose-made text."""
_LATIN = frozenset({"iso-8859-1", "iso8859-1"})


def page_of(content: bytes, content_type: bytes, mentions: Sequence[str] = ()) -> Page:
    """Read a page of HTML, or the beginning of one."""
    text = _decoded(content, content_type)
    scan = _Scan(text)
    visible = _tidy(" ".join(scan.pieces))
    lowered = text.casefold() if mentions else ""
    return Page(
        _tidy(scan.title)[:MOST_TITLE],
        visible[:MOST_EXCERPT],
        len(visible),
        scan.refresh,
        frozenset(word for word in mentions if word.casefold() in lowered),
        scan.scripts and len(visible) < LITTLE_TEXT,
    )


class _Scan:
    """One pass over the text of a page."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.title = ""
        self.pieces: list[str] = []
        self.refresh: str | None = None
        self.scripts = False
        at = 0
        while tag := _TAG.search(text, at):
            self.pieces.append(text[at : tag.start()])
            at = self._after(tag)
        self.pieces.append(text[at:] if at < len(text) else "")

    def _after(self, tag: re.Match[str]) -> int:
        """Return the position after a tag and what is hidden with it."""
        text, kind, name = self._text, tag[1], (tag[2] or "").lower()
        if tag[0] == "<!--":
            return _past(text, "-->", tag.end())
        if not name and not kind:
            self.pieces.append("<")
            return tag.end()
        end = _past(text, ">", tag.end())
        if kind:
            return end
        if name == "script":
            self.scripts = True
        elif name == "meta" and self.refresh is None:
            self.refresh = _refresh(text[tag.end() : min(end, tag.end() + _MOST_TAG)])
        elif name == "title" and not self.title:
            close = text.find("</", end)
            self.title = text[end : close if close >= 0 else len(text)]
            return close if close >= 0 else len(text)
        if name in _SKIPPED and not text[tag.end() : end].endswith("/>"):
            return self._closing(name, end)
        return end

    def _closing(self, name: str, at: int) -> int:
        close = _SKIPPED[name].search(self._text, at)
        return _past(self._text, ">", close.end()) if close else len(self._text)


_SKIPPED = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "noscript", "template", "svg", "iframe", "textarea")
}
"""Elements whose content no reader sees, with how they end; without an end they hide the rest."""


def _past(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return found + len(mark) if found >= 0 else len(text)


def _refresh(attributes: str) -> str | None:
    found = {
        match[1].lower(): match[2] or match[3] or match[4] or ""
        for match in _ATTRIBUTE.finditer(attributes)
    }
    if found.get("http-equiv", "").strip().lower() != "refresh":
        return None
    target = _REFRESH.match(html.unescape(found.get("content", ""))[:MOST_REFRESH])
    return (_tidy(target[1]) or None) if target else None


def _decoded(content: bytes, content_type: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    found = _CHARSET.search(content_type) or _CHARSET.search(content[:_CHARSET_REACH])
    charset = found[1].decode("ascii") if found else "utf-8"
    if not _CHARSETS.fullmatch(charset):
        charset = "utf-8"
    elif charset.lower() in _LATIN:
        charset = "windows-1252"  # as browsers read it
    try:
        return content.removeprefix(b"\xef\xbb\xbf").decode(charset, errors="replace")
    except LookupError:  # a number that no charset of the family has
        return content.decode("utf-8", errors="replace")


def _tidy(text: str) -> str:
    words = " ".join(html.unescape(text).split())
    return words if words.isprintable() else "".join(c for c in words if c.isprintable())
