"""TOML read with the line of every table and key; columns are not known, so nothing is fixed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time

from rollkeeper.grammar.characters import hidden_in, shown
from rollkeeper.model.limits import MAX_DEFECTS, MAX_TOML_BYTES, ROSTER
from rollkeeper.model.roster import Defect, Roster
from rollkeeper.model.tree import START, FieldPath, List, Map, Place, RawPlace, Value

_TABLE = re.compile(r"[ \t]*(\[\[?)([^\[\]\n]*+)\]")
_KEY = re.compile(r"[ \t]*([A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*=")
_AT_LINE = re.compile(r" \(at line ([0-9]+), column ([0-9]+)\)")


def read_toml(data: bytes, path: str, limits: Mapping[str, int] = ROSTER) -> Roster:
    """Read one TOML file; what is wrong with it is in the roster's defects, never raised."""
    if len(data) > min(limits["max_bytes"], MAX_TOML_BYTES):
        # The parser takes four times as long for twice as many parts of one dotted key.
        most = min(limits["max_bytes"], MAX_TOML_BYTES)
        message = f"the file has more than {max(most, 0):,} bytes; split it, or write it as YAML"
        return Roster(path, "", None, (Defect("yaml-limit", message, START),))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        return Roster(path, "", None, (Defect("yaml-encoding", message, Place(line, 1, line, 1)),))
    defects = []
    for position, character in hidden_in(text, most=MAX_DEFECTS):
        line = text.count("\n", 0, position) + 1
        message = f"{shown(character)} is not allowed; delete it"
        defects.append(Defect("yaml-encoding", message, Place(line, 1, line, 1)))
    try:
        read = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _AT_LINE.search(str(error))
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        message = f"the file is not TOML: {_AT_LINE.sub('', str(error)).lower()}"
        place = Place(line, column, line, column + 1)
        return Roster(path, text, None, (*defects, Defect("yaml-syntax", message, place)))
    if _depth(read, limits["max_depth"]) > limits["max_depth"]:
        message = f"values are nested deeper than {limits['max_depth']} levels"
        return Roster(path, text, None, (*defects, Defect("yaml-limit", message, START)))
    return Roster(path, text, _placed(read, (), _lines(text), 1), tuple(defects))


def _depth(value: object, most: int) -> int:
    if most < 0 or not isinstance(value, dict | list):
        return 0
    items = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(item, most - 1) for item in items), default=0)


def _lines(text: str) -> Mapping[FieldPath, int]:
    """Return the line of each table and key; a table of an array has its number in its path."""
    lines: dict[FieldPath, int] = {}
    counts: dict[FieldPath, int] = {}
    table: FieldPath = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _TABLE.match(line):
            table = tuple(part.strip(" \t\"'") for part in found[2].split("."))
            if found[1] == "[[":
                index = counts.get(table, -1) + 1
                counts[table] = index
                table = (*table, index)
            lines.setdefault(table, number)
        elif found := _KEY.match(line):
            lines.setdefault((*table, found[1].strip("\"'")), number)
    return lines


def _placed(value: object, path: FieldPath, lines: Mapping[FieldPath, int], near: int) -> Value:
    """Return data with places: a value's own line where that is known, else its holder's."""
    line = lines.get(path, near)
    match value:
        case dict():
            mapping = Map()
            for key, item in value.items():
                at = lines.get((*path, key), line)
                place: RawPlace = (at, 1, at, 1)
                mapping[str(key)] = _placed(item, (*path, key), lines, at)
                mapping.key_places[str(key)] = mapping.value_places[str(key)] = place
            return mapping
        case list():
            items = List()
            for index, item in enumerate(value):
                at = lines.get((*path, index), line)
                items.append(_placed(item, (*path, index), lines, at))
                items.item_places.append((at, 1, at, 1))
            return items
        case datetime() | date() | time():
            return value.isoformat()
        case str() | bool() | int() | float():
            return value
        case _:
            return None
