"""JSON read with the place of every value: by the YAML reader, once it is certain that it is JSON.

YAML reads all of JSON but the escapes of characters beyond the first 65,536, which JSON writes as
two. A number that a float cannot hold as it is written stays the text that was written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from rollkeeper.loading.yaml_reader import BYTE_ORDER_MARK, read_yaml
from rollkeeper.model.limits import ROSTER
from rollkeeper.model.roster import Defect, Roster
from rollkeeper.model.tree import Place

_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_UNREADABLE = frozenset({"yaml-syntax", "yaml-tab"})


def read_json(data: bytes, path: str, limits: Mapping[str, int] = ROSTER) -> Roster:
    """Read one JSON file; what is wrong with it is in the roster's defects, never raised."""
    text = _text(data) if len(data) <= limits["max_bytes"] else ""
    if _PAIR.search(text):
        data = _PAIR.sub(_one_escape, text).encode()
    roster = read_yaml(data, path, limits)
    if not text:
        return roster
    limited = any(each.rule == "yaml-limit" for each in roster.defects)
    wrong = None if limited else _not_json(text)
    if wrong is None:
        return replace(roster, text=text)
    others = (each for each in roster.defects if each.rule not in _UNREADABLE)
    return Roster(path, text, None, (*others, wrong))


def _text(data: bytes) -> str:
    """Return the text of a file; none where it is not UTF-8, which the YAML reader reports."""
    try:
        return data.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError:
        return ""


def _one_escape(found: re.Match[str]) -> str:
    high, low = int(found[2], 16), int(found[3], 16)
    return f"{found[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _not_json(text: str) -> Defect | None:
    try:
        json.loads(text, parse_constant=_refuse, parse_int=str)
    except json.JSONDecodeError as error:
        place = Place(error.lineno, error.colno, error.lineno, error.colno + 1)
        return Defect("yaml-syntax", f"the file is not JSON: {error.msg.lower()}", place)
    except (ValueError, RecursionError) as error:
        return Defect("yaml-syntax", f"the file is not JSON: {error}", Place(1, 1, 1, 1))
    return None


def _refuse(constant: str) -> None:
    message = f"{constant} is no number in JSON"
    raise ValueError(message)
