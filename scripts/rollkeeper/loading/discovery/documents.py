"""Source files read as data with the place of every value, whatever their format."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from rollkeeper.loading.discovery.javascript import read_javascript
from rollkeeper.loading.discovery.lists import Document, NotUnderstood
from rollkeeper.loading.json_reader import read_json
from rollkeeper.loading.toml_reader import read_toml
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.limits import ROSTER
from rollkeeper.model.list_limits import MAX_FOUND_ENTRIES, MAX_SOURCE_BYTES
from rollkeeper.model.roster import Roster
from rollkeeper.model.tree import List, Map, RawPlace, Value

_LIMITS = MappingProxyType({**ROSTER, "max_bytes": MAX_SOURCE_BYTES})
_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\r?\n(.*?)^\1[ \t]*$", re.DOTALL | re.MULTILINE)
_UNREADABLE_ROSTER = frozenset({"byte-order-mark", "untidy-lines"})


def read_document(path: str, data: bytes) -> Document | None:
    """Read a source file; None where its name is that of no format that is known."""
    reader = _READERS.get(PurePosixPath(path).suffix.casefold())
    return reader(path, data) if reader else None


def _yaml(path: str, data: bytes) -> Document:
    read = read_yaml(data, path, _LIMITS, in_part=False)
    return _from_roster(path, "YAML", read, plain=True)


def _json(path: str, data: bytes) -> Document:
    return _from_roster(path, "JSON", read_json(data, path, _LIMITS), plain=True)


def _from_roster(path: str, kind: str, read: Roster, *, plain: bool = False) -> Document:
    """Return what was read as a roster; it is one as it stands if nothing was wrong with it."""
    defects = [each for each in read.defects if each.rule not in _UNREADABLE_ROSTER]
    unread = tuple(NotUnderstood(path, each.place.line, each.message) for each in defects)
    return Document(path, kind, read.data, plain=plain and not defects, not_understood=unread)


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace").removeprefix("\ufeff")


def _csv(path: str, data: bytes) -> Document:
    """Read rows below a header; a row's empty first cells stay empty."""
    text = _text(data)
    delimiter = "\t" if path.casefold().endswith(".tsv") else ","
    rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    entries, unread = List(), []
    header: list[str] = []
    line = 1
    try:
        for row in rows:
            if not header:
                header = [cell.strip() for cell in row] if any(map(str.strip, row)) else []
                unread += [
                    NotUnderstood(path, line, f"column {number} has no heading and was not read")
                    for number, name in enumerate(header, start=1)
                    if not name
                ]
            elif len(entries) >= MAX_FOUND_ENTRIES:
                reason = f"there are more than {MAX_FOUND_ENTRIES:,} rows; the rest was not read"
                unread.append(NotUnderstood(path, line, reason))
                break
            elif any(map(str.strip, row)):
                entry = Map()
                for name, cell in zip(header, row, strict=False):
                    if name and cell.strip():
                        _put(entry, name, cell.strip(), line)
                if len(row) > len(header):
                    reason = "the row has more cells than the header; what is beyond was not read"
                    unread.append(NotUnderstood(path, line, reason))
                entries.append(entry)
                entries.item_places.append((line, 1, rows.line_num, 1))
            line = rows.line_num + 1
    except csv.Error as error:
        unread.append(NotUnderstood(path, rows.line_num, f"is not CSV from here on: {error}"))
    return Document(path, "CSV", entries, not_understood=tuple(unread))


def _toml(path: str, data: bytes) -> Document:
    return _from_roster(path, "TOML", read_toml(data, path, _LIMITS))


def _put(mapping: Map, key: str, value: Value, line: int) -> None:
    place: RawPlace = (line, 1, line, 1)
    if key not in mapping:
        mapping[key] = value
        mapping.key_places[key] = mapping.value_places[key] = place


def _front_matter(path: str, data: bytes) -> Document | None:
    """Read the front matter of a page, in YAML or TOML; None for a page without any."""
    found = _FRONT_MATTER.match(_text(data[:MAX_SOURCE_BYTES]))
    if found is None:
        return None
    # An empty line in place of the marker keeps the numbers of the lines.
    text = f"\n{found[2]}".encode()
    read = _toml(path, text) if found[1] == "+++" else _yaml(path, text)
    return Document(path, "front matter", read.data, not_understood=read.not_understood)


_READERS: Mapping[str, Callable[[str, bytes], Document | None]] = {
    ".yaml": _yaml, ".yml": _yaml, ".json": _json, ".csv": _csv, ".tsv": _csv, ".toml": _toml,
    ".md": _front_matter, ".markdown": _front_matter, ".mdx": _front_matter,
    ".js": read_javascript, ".jsx": read_javascript, ".mjs": read_javascript,
    ".ts": read_javascript, ".tsx": read_javascript,
}  # fmt: skip
DATA_FORMATS = frozenset(_READERS)
