"""Tables and lists of a Markdown page that are lists of entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from rollkeeper.grammar.wording import quoted
from rollkeeper.grammar.yaml_writer import Data
from rollkeeper.loading.discovery.lists import FoundEntry, FoundList, NotUnderstood
from rollkeeper.loading.discovery.words import (
    has_strong_word,
    is_list_name,
    names_a_list,
    title_of,
    words_of,
)
from rollkeeper.loading.importing.conversion import ImportResult, import_markdown, is_entry
from rollkeeper.loading.importing.fields import item_entry, name_column
from rollkeeper.loading.importing.headings import GROUP, said_by_heading
from rollkeeper.loading.importing.pieces import CellPart
from rollkeeper.loading.importing.sources import Source, outline
from rollkeeper.model.list_limits import MAX_LIST_PAGE_BYTES

PAGES = frozenset({".md", ".markdown", ".mdx"})


def lists_of_page(path: str, data: bytes, *, certain: bool = False) -> Iterator[FoundList]:
    """Return the lists of a page: one for its tables and one for its lists, if it has both.

    Tables, or lists, of one page are one list of entries, which keeps the headings. What was not
    taken is a list without entries that says so.
    """
    if len(data) > MAX_LIST_PAGE_BYTES:
        reason = f"has more than {MAX_LIST_PAGE_BYTES:,} bytes; use `rollkeeper import`"
        note = NotUnderstood(path, 1, reason)
        yield FoundList(path, "Markdown", "", 1, 1, 1, (), not_understood=(note,))
        return
    text = data.decode("utf-8", errors="replace")
    pure = PurePosixPath(path)
    readme = pure.stem.casefold() == "readme"
    certain = certain or is_list_name(pure.parent.name if readme else pure.stem)
    page = outline(text)
    fitting = [
        source
        for source in page.sources
        if source.rows and (certain or _is_headed(source, alone=len(pure.parts) == 1))
    ]
    tables = [source for source in fitting if source.header is not None and _is_table(source)]
    items = [source for source in fitting if source.header is None and _is_list(source)]
    if tables:
        # Beside a table, a list is one of steps or links unless its own heading says otherwise.
        taken = {source.headings for source in tables}
        items = [s for s in items if s.headings not in taken and names_a_list(s.title)]
    for chosen in filter(None, (tables, items)):
        lines = frozenset(source.first for source in chosen)
        yield _found(path, import_markdown(text, at=lines))
    rest = [source for source in fitting if source not in tables and source not in items]
    if rest:
        yield _not_taken(path, rest)


def _is_headed(source: Source, *, alone: bool) -> bool:
    """Return whether the heading above says that this is a list; weak words count at the top."""
    names = names_a_list if alone else has_strong_word
    return bool(source.headings) and names(source.title)


def _is_table(source: Source) -> bool:
    header = source.header or []
    column = name_column(header)
    named = [row for row in source.rows if column < len(row.cells) and row.cells[column]]
    return len(header) > 1 and len(named) * 2 > len(source.rows)


def _is_list(source: Source) -> bool:
    entries = [row for row in source.rows if is_entry(row)]
    leading = [row for row in entries if _leads_outside(row.cells[0])]
    return len(entries) * 2 > len(source.rows) and len(leading) * 2 > len(entries)


def _leads_outside(pieces: Sequence[CellPart]) -> bool:
    outside = any("://" in (each.target or "") or "@" in (each.target or "") for each in pieces)
    return outside or "github" in item_entry(pieces)


def _not_taken(path: str, sources: Sequence[Source]) -> FoundList:
    notes = [
        NotUnderstood(
            path,
            source.first,
            f"{'a table' if source.header else 'a list'} of {len(source.rows):,} rows under "
            f"{quoted(source.title)} was not taken: its rows do not look like entries",
        )
        for source in sources
    ]
    return FoundList(path, "Markdown", "", 1, 1, 1, (), not_understood=tuple(notes))


def _found(path: str, result: ImportResult) -> FoundList:
    entries = []
    for fields, row in zip(result.entries, result.rows, strict=True):
        values: dict[str, Data] = dict(fields)
        lines = dict.fromkeys(fields, row.first)
        if row.heading is not None:
            said = said_by_heading(row.heading.text, GROUP)
            above = (key for key, value in said.items() if values.get(key) == value)
            lines |= dict.fromkeys(above, row.heading.line)
        entries.append(FoundEntry(path, row.first, values, lines))
    title, line = _title(path, result)
    first, last = result.taken[0].first, max(each.last for each in result.taken)
    return FoundList(
        path=path,
        kind=f"{result.taken[0].kind} in Markdown",
        title=title,
        title_line=line,
        first=first,
        last=last,
        entries=tuple(entries),
        not_understood=tuple(
            NotUnderstood(path, each.line, f"{each.reason}: {each.text.strip()}")
            for each in result.unplaced
            if any(one.first <= each.line <= one.last for one in result.taken)
        ),
    )


def _title(path: str, result: ImportResult) -> tuple[str, int]:
    """Return a list's title: the heading above it that says so, or else the file's name."""
    for row in result.rows:
        if row.heading is not None and names_a_list(row.heading.text):
            return row.heading.text.rstrip(":"), row.heading.line
    stem = PurePosixPath(path).stem
    return title_of(" ".join(words_of(stem))) or stem, 1
