"""Where a Markdown text may have entries: its tables and lists, with headings and lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rollkeeper.loading.importing.pieces import CellPart, pieces_of, plain

_PIPE = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, its level from 1 to 6 and its line."""

    text: str
    level: int
    line: int


@dataclass(slots=True)
class Row:
    """A row of a table or an item of a list: its lines and its cells."""

    first: int
    last: int
    cells: list[list[CellPart]]
    nested: bool = False
    below: list[tuple[int, list[CellPart]]] = field(default_factory=list)
    """The texts of the lists and paragraphs below an item, each with its line."""


@dataclass(slots=True)
class Source:
    """A table (with a header) or a list (without)."""

    headings: tuple[Heading, ...]
    first: int
    last: int
    header: list[str] | None
    rows: list[Row] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The heading above it."""
        return self.headings[-1].text if self.headings else "the top of the file"


@dataclass(frozen=True, slots=True)
class Outline:
    """A parsed Markdown text; `kinds` says what each line is, by its number."""

    lines: tuple[str, ...]
    headings: tuple[Heading, ...]
    sources: tuple[Source, ...]
    kinds: dict[int, str]


_KINDS = {
    "paragraph_open": "prose", "bullet_list_open": "a list", "ordered_list_open": "a list",
    "table_open": "a table", "fence": "code", "code_block": "code", "html_block": "HTML",
    "hr": "a rule", "heading_open": "a heading", "blockquote_open": "a quotation",
}  # fmt: skip


def outline(text: str) -> Outline:
    """Parse a Markdown text into headings, tables and lists."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    lines = tuple(re.split(r"\r\n|\n|\r", text))
    kinds: dict[int, str] = {}
    headings: list[Heading] = []
    above: list[Heading] = []
    sources: list[Source] = []
    for number, token in enumerate(tokens):
        if token.level == 0 and token.map and token.type in _KINDS:
            kinds.update(
                dict.fromkeys(range(token.map[0] + 1, token.map[1] + 1), _KINDS[token.type])
            )
        if token.type == "heading_open" and token.level == 0 and token.map:
            words = plain(pieces_of(tokens[number + 1]))
            heading = Heading(words, int(token.tag[1:]), token.map[0] + 1)
            above = [each for each in above if each.level < heading.level] + [heading]
            headings.append(heading)
        elif token.type == "table_open" and token.level == 0:
            sources.append(_table(tokens, number, tuple(above), lines))
        elif token.type in {"bullet_list_open", "ordered_list_open"} and token.level == 0:
            sources.append(_list(tokens, number, tuple(above)))
    return Outline(lines, tuple(headings), tuple(sources), kinds)


def _until(tokens: Sequence[Token], start: int) -> Iterator[tuple[int, Token]]:
    """Walk from an opening token to its closing one."""
    level = tokens[start].level
    for number in range(start + 1, len(tokens)):
        if tokens[number].level == level:
            return
        yield number, tokens[number]


def _table(
    tokens: Sequence[Token], start: int, above: tuple[Heading, ...], lines: Sequence[str]
) -> Source:
    first, last = tokens[start].map or [0, 0]
    source = Source(above, first + 1, last, [])
    cells: list[list[CellPart]] = []
    for _, token in _until(tokens, start):
        if token.type == "tr_open":
            line = token.map[0] + 1 if token.map else source.first
            cells = []
            row = Row(line, line, cells)
        elif token.type == "inline":
            cells.append(pieces_of(token))
        elif token.type == "tr_close":
            if source.header:
                row.nested = _width(lines[row.first - 1]) > len(source.header)
                source.rows.append(row)
            else:
                source.header = [plain(cell) for cell in cells]
    return source


def _width(line: str) -> int:
    """Count the cells of a table's line, those beyond the header included."""
    return len(_PIPE.split(line.strip().removeprefix("|").rstrip().removesuffix("|")))


def _list(tokens: Sequence[Token], start: int, above: tuple[Heading, ...]) -> Source:
    first, last = tokens[start].map or [0, 0]
    source = Source(above, first + 1, last, None)
    level = tokens[start].level
    for _, token in _until(tokens, start):
        if token.type == "list_item_open" and token.level == level + 1:
            span = token.map or [first, last]
            source.rows.append(Row(span[0] + 1, span[1], []))
        elif token.type == "inline" and source.rows:
            row = source.rows[-1]
            if token.level == level + 3 and not row.cells:
                row.cells.append(pieces_of(token))
            else:
                row.nested = True
                line = token.map[0] + 1 if token.map else row.first
                row.below.append((line, pieces_of(token)))
    return source
