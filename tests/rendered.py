"""Markdown as GitHub's own parser renders it, reduced to tags and text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

import cmarkgfm  # type: ignore[import-untyped]
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]

EXTENSIONS = ("table", "autolink", "strikethrough", "tagfilter", "tasklist")
OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
WHOLE_TEXT = ("code", "pre")
"""Elements in which GitHub looks for no mentions."""
REFERENCE = re.compile(
    r"@[a-z0-9]|#\d|\bGH(?:SA)?-|\b[0-9a-f]{7,40}\b|:[\w+-]+:|www\.|://|\$.*\$|\{[{%]",
    re.IGNORECASE,
)
"""What GitHub, or a site built from the file, makes something of in a text node."""


class Rendered(NamedTuple):
    """The opening tags in order, the text, and the text nodes outside of code."""

    tags: list[tuple[str, tuple[tuple[str, str | None], ...]]]
    text: str
    nodes: list[str]

    @property
    def references(self) -> list[str]:
        """What GitHub would make a link, a mention, an emoji or a formula of."""
        return [found[0] for node in self.nodes for found in REFERENCE.finditer(node)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rendered = Rendered([], "", [])
        self.pieces: list[str] = []
        self.code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A bare span only parts text; it shows nothing and does nothing.
        if tag != "span" or attrs:
            self.rendered.tags.append((tag, tuple(attrs)))
        self.code += tag in WHOLE_TEXT

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in WHOLE_TEXT

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
        if not self.code:
            self.rendered.nodes.append(data)


def html(markdown: str) -> str:
    """Render as GitHub does before it sanitises."""
    return cmarkgfm.markdown_to_html_with_extensions(  # type: ignore[no-any-return]
        markdown, options=OPTIONS, extensions=EXTENSIONS
    )


def read_html(text: str) -> Rendered:
    """Return the tags and the text of HTML."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.rendered._replace(text="".join(reader.pieces))


def rendered(markdown: str) -> Rendered:
    """Return the tags and the text that Markdown renders to."""
    return read_html(html(markdown))
