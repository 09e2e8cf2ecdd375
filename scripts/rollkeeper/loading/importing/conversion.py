"""Markdown to roster: what is imported, as what, and what could not be placed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rollkeeper.grammar.characters import hidden_in, shown
from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.grammar.yaml_writer import Data, document
from rollkeeper.loading.importing.account import ImportedSource, UnplacedText, account
from rollkeeper.loading.importing.fields import (
    Entry,
    item_entry,
    name_column,
    put_cell,
    put_detail,
    put_name,
)
from rollkeeper.loading.importing.headings import GROUP, said_by_heading
from rollkeeper.loading.importing.pieces import links, plain
from rollkeeper.loading.importing.sources import Heading, Outline, Row, Source, outline
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.list_limits import MAX_IMPORT_LENGTH, MAX_IMPORTED_NAME, MAX_LISTED_NAME_WORDS

_SENTENCE = re.compile(r"[.?!]\s|[.?!:]\Z")
_QUESTION = re.compile(r"[?!]\s*\Z")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}\Z")


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """Where an entry comes from: its lines, the heading above it, and its table or list."""

    first: int
    last: int
    heading: Heading | None
    source: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """A roster made of a Markdown text, with an account of every line of it.

    `placed` has the lines that are in an entry, `structure` those that only hold them together
    (headings, a table's header).
    """

    entries: tuple[Mapping[str, Data], ...]
    rows: tuple[ImportedRow, ...]
    yaml_text: str
    taken: tuple[ImportedSource, ...]
    placed: frozenset[int]
    structure: frozenset[int]
    unplaced: tuple[UnplacedText, ...]

    @property
    def account(self) -> str:
        """What was imported and what was not, for a person."""
        return account(self.taken, self.unplaced, self.placed)


def import_markdown(
    text: str,
    *,
    set_fields: Mapping[str, str] | None = None,
    section: str | None = None,
    headings_as: str | None = None,
    at: Collection[int] | None = None,
) -> ImportResult:
    """Make a roster of the tables, or else of the lists of names, of a Markdown text.

    `set_fields` are fields, written as YAML, for every entry that lacks them; `section` limits the
    import to what is below that heading, and includes lists of bare names. `headings_as` is a field
    for the heading above an entry, which is `group` anyway where there are several headings. `at`
    has the first lines of the tables and lists to take, in place of the usual choice.
    Raises ValueError where a field's value is not YAML, or there is no such heading.
    """
    if len(text) > MAX_IMPORT_LENGTH:
        message = f"the text has more than {MAX_IMPORT_LENGTH:,} characters"
        raise ValueError(message)
    fixed = field_values(set_fields or {})
    page = outline(text.removeprefix("\ufeff"))
    work = _Conversion(page)
    if headings_as is not None:
        check_field(headings_as)
    if at is None:
        sources = _chosen(page, section, work)
    else:
        sources = [source for source in page.sources if source.first in at]
    for source in sources:
        work.take(source, all_names=section is not None)
    several = len({row.heading for row in work.rows}) > 1
    entries = []
    for entry, row in zip(work.entries, work.rows, strict=True):
        more = dict(fixed)
        if row.heading is not None:
            more |= said_by_heading(row.heading.text, headings_as or (GROUP if several else None))
        entries.append(entry | {key: value for key, value in more.items() if key not in entry})
    return ImportResult(
        entries=tuple(entries),
        rows=tuple(work.rows),
        yaml_text=document(entries),
        taken=tuple(work.taken),
        placed=frozenset(work.placed),
        structure=frozenset(work.structure),
        unplaced=tuple(sorted(work.unplaced(), key=lambda each: each.line)),
    )


def field_values(written: Mapping[str, str]) -> dict[str, Data]:
    """Read values that are written as YAML; raise ValueError where one is not, or has no name."""
    return {key: _value(key, value) for key, value in written.items()}


def _value(key: str, written: str) -> Data:
    check_field(key)
    read = read_yaml(written.encode(), key)
    if read.defects:
        message = f"the value of {quoted(key)}: {read.defects[0].message}"
        raise ValueError(message)
    value: Data = read.data
    return value


def check_field(name: str) -> None:
    """Raise ValueError where a text cannot be the name of a field."""
    if not _FIELD.match(name):
        message = f"{quoted(name)} cannot be the name of a field"
        raise ValueError(message)


class _Conversion:
    """An import in progress, which records what becomes of each line."""

    def __init__(self, page: Outline) -> None:
        self.page = page
        self.entries: list[Entry] = []
        self.rows: list[ImportedRow] = []
        self.taken: list[ImportedSource] = []
        self.placed: set[int] = set()
        self.structure = {line for line, kind in page.kinds.items() if kind == "a heading"}
        self.remarks: list[UnplacedText] = []
        self.reasons: dict[int, str] = {}

    def take(self, source: Source, *, all_names: bool) -> None:
        """Make entries of a table's rows or a list's items."""
        before = len(self.entries)
        named = name_column(source.header) if source.header is not None else 0
        # A bare name in a list of entries is one of them.
        all_names = all_names or sum(map(is_entry, source.rows)) * 5 >= len(source.rows) * 4
        for row in source.rows:
            entry: Entry = {}
            if source.header is not None:
                entry = self._from_table(source.header, named, row)
            elif is_entry(row, all_names=all_names):
                entry = item_entry(row.cells[0])
                self._put_below(entry, row)
            if not entry.get("name"):
                reason = "a row without a name" if source.header else "not the form of an entry"
                self.reasons.update(dict.fromkeys(range(row.first, row.last + 1), reason))
                continue
            self.entries.append(entry)
            heading = source.headings[-1] if source.headings else None
            self.rows.append(ImportedRow(row.first, row.last, heading, len(self.taken)))
            written = (n for n in range(row.first, row.last + 1) if self.page.lines[n - 1].strip())
            self.placed.update(written)
            self._remark_hidden(row)
        if source.header is not None:
            self.structure.update({source.first, source.first + 1})
        count = len(self.entries) - before
        kind = "a table" if source.header is not None else "a list"
        if count:
            last = max(line for line in self.placed if line <= source.last)
            self.taken.append(ImportedSource(source.title, kind, source.first, last, count))

    def _put_below(self, entry: Entry, row: Row) -> None:
        """Set the links of what is below an item; note its other words."""
        for line, pieces in row.below:
            lost = put_detail(entry, pieces)
            if lost:
                reason = "words below an item of a list"
                self.remarks.append(UnplacedText(line, lost, reason))

    def _from_table(self, header: Sequence[str], named: int, row: Row) -> Entry:
        entry: Entry = {}
        if named < len(row.cells):
            put_name(entry, row.cells[named])
        for number, cell in enumerate(row.cells):
            if number != named and number < len(header):
                for lost in put_cell(entry, header[number], cell):
                    reason = f"the words of a link in the column {quoted(header[number])}"
                    self.remarks.append(UnplacedText(row.first, lost, reason))
        if row.nested:
            reason = "the row has more cells than the header; what is beyond it was not read"
            self.remarks.append(UnplacedText(row.first, self.page.lines[row.first - 1], reason))
        return entry

    def _remark_hidden(self, row: Row) -> None:
        for number in range(row.first, row.last + 1):
            for _, character in hidden_in(self.page.lines[number - 1], most=10):
                reason = "an invisible character was left out"
                self.remarks.append(UnplacedText(number, shown(character), reason))

    def unplaced(self) -> Iterator[UnplacedText]:
        """Return what is in no entry: pieces of lines, then every other line that is not blank."""
        yield from self.remarks
        for number, line in enumerate(self.page.lines, start=1):
            if line.strip() and number not in self.placed and number not in self.structure:
                kind = self.page.kinds.get(number, "other text")
                yield UnplacedText(number, line, self.reasons.get(number, kind))


def is_entry(row: Row, *, all_names: bool = False) -> bool:
    """Return whether a list's item looks like an entry: a name, and a link or two."""
    if not row.cells:
        return False
    pieces = row.cells[0]
    entry = item_entry(pieces)
    name = str(entry.get("name", ""))
    first = next((piece for piece in pieces if piece.text.strip() or piece.target), None)
    target = (first.target or "") if first is not None else ""
    if not name or len(name) > MAX_IMPORTED_NAME or target.startswith("#"):
        return False
    if "://" in target or "github" in entry:
        # `[Example Inc.](https://example.com) uses it. It is great.`: the link is the name.
        return not _QUESTION.search(name)
    detailed = row.nested and any(links(each) for _, each in row.below)
    if _SENTENCE.search(name) or (row.nested and not detailed):
        return False
    if not target and len(name.split()) > MAX_LISTED_NAME_WORDS:
        return False
    linked = bool(links(pieces)) or detailed
    words = plain(pieces)
    return all_names or (linked and not _SENTENCE.search(words)) or words.startswith("@")


def _chosen(page: Outline, section: str | None, work: _Conversion) -> list[Source]:
    """Choose the sources to take: those of a section, or all tables, or the lists of one shape."""
    if section is not None:
        return _under(page, section)
    tables = [source for source in page.sources if source.header is not None and source.rows]
    fitting = [
        source
        for source in page.sources
        if source.header is None and sum(map(is_entry, source.rows)) * 2 > len(source.rows)
    ]
    if tables:
        chosen = tables
    else:
        largest = max(fitting, key=lambda source: len(source.rows), default=None)
        chosen = [each for each in fitting if largest and _shape(each) == _shape(largest)]
    # Former members are often a shorter list below the table, or of another form.
    chosen += [each for each in fitting if each not in chosen and said_by_heading(each.title)]
    chosen.sort(key=lambda source: source.first)
    for source in fitting:
        if source not in chosen:
            reason = f"a list of another kind; take it with --section {quoted(source.title)}"
            work.reasons.update(dict.fromkeys(range(source.first, source.last + 1), reason))
    return chosen


def _shape(source: Source) -> frozenset[str]:
    """Return the fields that most items of a list have."""
    entries = [item_entry(row.cells[0]) for row in source.rows if is_entry(row)]
    fields = {key for entry in entries for key in entry}
    return frozenset(f for f in fields if sum(f in entry for entry in entries) * 2 > len(entries))


def _under(page: Outline, section: str) -> list[Source]:
    wanted = " ".join(section.casefold().split())
    titles = [heading.text for heading in page.headings]
    exact = [title for title in titles if title.casefold() == wanted]
    near = exact or [title for title in titles if title.casefold().startswith(wanted)]
    if not near:
        message = f"no heading is called {quoted(section)}; there are {listed(titles)}"
        raise ValueError(message)
    return [
        source
        for source in page.sources
        if any(heading.text in near for heading in source.headings) and source.rows
    ]
