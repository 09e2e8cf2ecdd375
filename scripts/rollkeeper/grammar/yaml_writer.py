"""YAML as Rollkeeper writes it: block style, and quotes only where a reader would need them.

What is written is read back as the same value by YAML 1.2 and, dates apart, by YAML 1.1 as well, in
which `no` is false and `12:30` a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from rollkeeper.grammar.characters import hidden_in

Data: TypeAlias = "str | int | float | bool | Sequence[Data] | Mapping[str, Data] | None"

_TYPED = re.compile(
    r"""(?: ~ | null | true | false | yes | no | on | off | y | n | = | <<
    | [-+]? [0-9] [0-9_,.:]* (?: e [-+]? [0-9]+ )?      # numbers, and those to the base of 60
    | [-+]? \. [0-9_]+ (?: e [-+]? [0-9]+ )?
    | [-+]? 0 [box] [0-9a-f_]+
    | [-+]? \.inf | \.nan
    ) \Z""",
    re.IGNORECASE | re.VERBOSE,
)
_UNPLAIN_START = tuple("-?:,[]{}#&*!|>'\"%@` \t")
_UNPLAIN = re.compile(r":(?=\s|\Z)|\s#|[\n\t\\]")
_FLOW_SIGNS = re.compile(r"[,\[\]{}]|:(?=[,\[\]{}\"'])")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_WIDTH = 2


def scalar(value: str, *, style: str = "", flow: bool = False) -> str:
    """Write a text on one line, in the quotes of `style` (`"`, `'` or none) where that will do.

    `flow` means that it may be between braces or brackets, where more has to be quoted.
    """
    if style == "" and _is_plain(value) and not (flow and _FLOW_SIGNS.search(value)):
        return value
    if style != '"' and not re.search(r"[\n\t\r]", value) and not _hides(value):
        quote = "'" if style == "'" or '"' in value or "\\" in value else '"'
        if quote == "'":
            return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _is_plain(value: str) -> bool:
    return (
        bool(value)
        and not value.startswith(_UNPLAIN_START)
        and not value[-1].isspace()
        and not value[0].isspace()
        and not _UNPLAIN.search(value)
        and not _TYPED.match(value)
        and not value.startswith(("---", "..."))
        and not _hides(value)
    )


def _hides(value: str) -> bool:
    return any(True for _ in hidden_in(value, most=1))


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    point = ord(character)
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"  # noqa: PLR2004 - what \u can hold


def document(entries: Iterable[Mapping[str, Data]]) -> str:
    """Write a roster: a list of entries, one block each, with an empty line between two."""
    blocks = ["\n".join(_item(entry, 0)) + "\n" for entry in entries]
    return "\n".join(blocks) if blocks else "[]\n"


def _item(value: Data, depth: int) -> list[str]:
    lines = _lines(value, depth + _WIDTH)
    indent = " " * depth
    return [f"{indent}- {lines[0].strip()}", *lines[1:]]


def _lines(value: Data, depth: int) -> list[str]:
    indent = " " * depth
    if isinstance(value, Mapping) and value:
        lines = []
        for key, item in value.items():
            name = scalar(key)
            if isinstance(item, (Mapping, list, tuple)) and item:
                lines.append(f"{indent}{name}:")
                lines.extend(_lines(item, depth + _WIDTH))
            else:
                lines.append(f"{indent}{name}: {_one_line(item)}".rstrip())
        return lines
    if isinstance(value, (list, tuple)) and value:
        return [line for item in value for line in _item(item, depth)]
    return [indent + _one_line(value)]


def _one_line(value: Data) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return scalar(value)
        case int() | float():
            return repr(value)
        case Mapping():
            return "{}"
        case _:
            return "[]"
