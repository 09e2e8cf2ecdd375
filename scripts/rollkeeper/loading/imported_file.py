"""A list of any format as a roster: Markdown by its tables and lists, data by what it holds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.grammar.yaml_writer import Data, document
from rollkeeper.loading.discovery.data_lists import entry_of, lists_in
from rollkeeper.loading.discovery.documents import read_document
from rollkeeper.loading.discovery.keys import roles_of
from rollkeeper.loading.discovery.lists import (
    Document,
    FoundEntry,
    FoundList,
    NotUnderstood,
    visible,
)
from rollkeeper.loading.discovery.markdown_lists import PAGES
from rollkeeper.loading.discovery.words import title_of
from rollkeeper.loading.importing import ImportedSource, UnplacedText, import_markdown
from rollkeeper.loading.importing.account import account
from rollkeeper.loading.importing.conversion import check_field, field_values
from rollkeeper.loading.importing.headings import GROUP, said_by_heading
from rollkeeper.model.list_limits import MAX_SOURCE_BYTES
from rollkeeper.model.roles import FIELDS
from rollkeeper.model.tree import List, Map

_NO_LIST = "what stands under a key is no list of entries"


@dataclass(frozen=True, slots=True)
class ImportedList:
    """A roster made of a list, and the account of what was taken and what was not."""

    yaml_text: str
    account: str
    entries: int


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What is set for every entry, under which heading or title, and where that is kept."""

    set_fields: Mapping[str, str]
    section: str | None = None
    headings_as: str | None = None


def import_list(name: str, data: bytes, options: ImportOptions) -> ImportedList:
    """Make a roster of a file's list; what is of no known format is read as Markdown.

    Raises ValueError where the file is too large or no text, or the options do not fit it.
    """
    if len(data) > MAX_SOURCE_BYTES:
        message = f"the file has more than {MAX_SOURCE_BYTES:,} bytes"
        raise ValueError(message)
    suffix = PurePosixPath(name).suffix.casefold()
    read = read_document(name, data) if suffix not in PAGES else None
    if read is not None:
        lists = list(lists_in(read, certain=True))
        lists += _others(read, lists)
        notes = [UnplacedText(each.line, each.text, each.reason) for each in read.not_understood]
        return _of_lists(_named(lists, options.section), notes, options)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise ValueError(message) from error
    made = import_markdown(
        text,
        set_fields=options.set_fields,
        section=options.section,
        headings_as=options.headings_as,
    )
    return ImportedList(made.yaml_text, made.account, len(made.entries))


def _others(document: Document, lists: Sequence[FoundList]) -> Iterator[FoundList]:
    """Return what is in no list that is known as one: lists of names alone, and notes of the rest.

    They are the file itself, or stand below its keys.
    """
    data = document.data
    if not isinstance(data, Map):
        if not lists and isinstance(data, List):
            yield _of_names(document, PurePosixPath(document.path).stem, data)
        return
    begins = sorted(each.first for each in lists)
    for key, value in data.items():
        first, last = data.key_places[key][0], data.value_places[key][2]
        if bisect_left(begins, first) < bisect_right(begins, last):
            continue
        if isinstance(value, List) and value:
            yield _of_names(document, key, value)
        else:
            note = NotUnderstood(document.path, first, _NO_LIST, key)
            yield FoundList(document.path, "", "", first, first, first, (), not_understood=(note,))


def _of_names(document: Document, title: str, value: List) -> FoundList:
    """Return a list whose items are names, as texts or as mappings."""
    roles = roles_of([item for item in value if isinstance(item, Map)])
    keys = {key: FIELDS[role] for role, key in roles.items()}
    entries, notes = [], []
    for item, (line, *_) in zip(value, value.item_places, strict=True):
        entry = FoundEntry(document.path, line, {"name": item}, {"name": line}) if item else None
        if isinstance(item, Map):
            entry = entry_of(document.path, line, item, keys, {})
        if entry is not None and isinstance(entry.fields.get("name"), str):
            entries.append(entry)
        else:
            notes.append(NotUnderstood(document.path, line, "an item without a name"))
    first, last = value.item_places[0][0], value.item_places[-1][2]
    return FoundList(
        document.path,
        f"a list in {document.kind}",
        title_of(title),
        first,
        first,
        last,
        tuple(entries),
        not_understood=tuple(notes),
    )


def _named(lists: Sequence[FoundList], section: str | None) -> list[FoundList]:
    if section is None:
        return list(lists)
    wanted = " ".join(section.casefold().split())
    near = [each for each in lists if each.entries and each.title.casefold().startswith(wanted)]
    if not near:
        titles = listed(each.title for each in lists if each.entries)
        message = f"no list is called {quoted(section)}; there are {titles or 'none'}"
        raise ValueError(message)
    return near


def _of_lists(
    lists: Sequence[FoundList], read: Sequence[UnplacedText], options: ImportOptions
) -> ImportedList:
    fixed = field_values(options.set_fields)
    if options.headings_as is not None:
        check_field(options.headings_as)
    field = options.headings_as or (
        GROUP if sum(bool(each.entries) for each in lists) > 1 else None
    )
    entries: list[dict[str, Data]] = []
    unplaced = list(read)
    left_out: list[UnplacedText] = []
    taken = []
    for each in lists:
        found, hidden = visible(each.entries)
        unplaced += (UnplacedText(n.line, n.text, n.reason) for n in each.not_understood)
        left_out += (UnplacedText(n.line, n.text, n.reason) for n in hidden)
        more = {**said_by_heading(each.title, field), **fixed}
        for entry in found:
            lacking = {key: value for key, value in more.items() if key not in entry.fields}
            entries.append({**entry.fields, **lacking})
        if found:
            taken.append(ImportedSource(each.title, each.kind, each.first, each.last, len(found)))
    # What the reader says of a character by its number is settled: it was left out.
    settled = {note.line for note in left_out}
    unplaced = [
        note for note in unplaced if note.line not in settled or not note.reason.startswith("U+")
    ] + left_out
    distinct = dict.fromkeys(sorted(unplaced, key=lambda note: note.line))
    return ImportedList(document(entries), account(taken, list(distinct), ()), len(entries))
