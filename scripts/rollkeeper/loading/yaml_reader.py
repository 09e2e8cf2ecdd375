"""A YAML file read into values with their places, and what is wrong with it.

Refused, because a roster needs none of it: anchors, aliases, tags, directives, merge keys, several
documents, keys that are not plain text, control, bidirectional and invisible characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rollkeeper.grammar.characters import hidden_in, shown
from rollkeeper.loading.slips import Recovery, recovered
from rollkeeper.loading.slips.diagnosis import Reading
from rollkeeper.loading.yaml_builder import Builder
from rollkeeper.model.limits import MAX_DEFECTS, MIB, ROSTER
from rollkeeper.model.roster import Defect, Fix, FixKind, Roster
from rollkeeper.model.tree import START, Place

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_OTHER_ENCODINGS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\x00\x00\xfe\xff": "UTF-32",
}
_HIDDEN_TO_YAML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""Characters that end the reading, and are reported before it begins."""
_HEAD_BYTES = 512
"""How much of a file is looked at to recognise UTF-16 without a byte order mark."""
_SEPARATORS = ("\n", ",", ": ", "[", "{")
"""Every value but the first has one of these before it, and text has some of its own."""
_COMMAS = 2
"""How many separators there may be for each value: a sentence has commas."""


def read_yaml(
    data: bytes, path: str, limits: Mapping[str, int] = ROSTER, *, in_part: bool = True
) -> Roster:
    """Read one YAML file; what is wrong with it is in the roster's defects, never raised.

    `data` of the result is None where nothing usable could be read. Entries that cannot be read are
    left out of it, unless a file that is read `in_part` is of no use to the caller.
    """
    defects: list[Defect] = []
    text = _decode(data, limits, defects)
    if text is None:
        return Roster(path, "", None, tuple(defects))
    defects.extend(_hidden_characters(text))
    indented = re.search(rf"^ {{{limits['max_indent'] + 1}}}", text, re.MULTILINE)
    if indented:
        line = text.count("\n", 0, indented.start()) + 1
        message = f"the line is indented by more than {limits['max_indent']:,} spaces"
        defects.append(Defect("yaml-limit", message, Place(line, 1, line, 2)))
    if len(defects) >= MAX_DEFECTS:
        return Roster(path, text, None, tuple(defects))
    crowd = sum(text.count(mark) for mark in _SEPARATORS)
    if crowd > limits["max_nodes"] * _COMMAS:
        # Counting them one by one would cost seconds, and hundreds of MiB for what is thrown away.
        message = f"the file has more than {limits['max_nodes']:,} values"
        defects.append(Defect("yaml-limit", message, START))
        return Roster(path, text, None, tuple(defects[:MAX_DEFECTS]))
    plain = _HIDDEN_TO_YAML.sub("\ufffd", text) if defects else text

    def read(lines: str) -> Reading:
        met: list[Defect] = []
        builder = Builder(limits, met)
        return Reading(builder.build(lines), met, builder.dropped)

    reading = read(plain)
    found = recovered(plain, reading, read)
    if found.left_out and not in_part:
        known = reading.defects if reading.value is not None else found.defects
        found = Recovery(reading.value, known)
    defects = sorted([*defects, *found.defects], key=lambda defect: defect.place)
    defects = defects[:MAX_DEFECTS]
    left_out = found.left_out + (plain != text)
    return Roster(path, text, found.value, tuple(defects), left_out=left_out)


def _decode(data: bytes, limits: Mapping[str, int], defects: list[Defect]) -> str | None:
    if len(data) > limits["max_bytes"]:
        size, most = len(data) / MIB, limits["max_bytes"] / MIB
        message = (
            f"the file has {size:.1f} MiB, more than the {most:g} MiB that may be read; "
            "split it, or raise `limits: {max_bytes}` in the policy"
        )
        defects.append(Defect("yaml-limit", message, START))
        return None
    for mark, name in _OTHER_ENCODINGS.items():
        if data.startswith(mark):
            defects.append(Defect("yaml-encoding", f"the file is {name}; save it as UTF-8", START))
            return None
    if data.startswith(BYTE_ORDER_MARK):
        message = "the file starts with a byte order mark; save it as UTF-8 without one"
        fix = Fix(FixKind.TRIM, "remove the byte order mark")
        defects.append(Defect("byte-order-mark", message, START, fix=fix))
        data = data[len(BYTE_ORDER_MARK) :]
    head = data[:_HEAD_BYTES]
    if head.count(0) * 3 > len(head) and b"\x00" in head:
        defects.append(Defect("yaml-encoding", "the file is UTF-16; save it as UTF-8", START))
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        place = Place(line, column, line, column + 1)
        defects.append(Defect("yaml-encoding", message, place))
        return None
    if "\n" not in text and "\r" in text.rstrip("\r"):
        message = "the lines end in a carriage return alone; save the file with LF line ends"
        defects.append(Defect("yaml-encoding", message, START))
        return None
    return text


def _hidden_characters(text: str) -> list[Defect]:
    """Find characters that a reader of the file does not see or that change what is seen."""
    defects = []
    line, counted = 1, 0
    for position, character in hidden_in(text, most=MAX_DEFECTS):
        line += text.count("\n", counted, position)
        counted = position
        column = position - (text.rfind("\n", 0, position) + 1) + 1
        message = f"{shown(character)} is not allowed; delete it"
        place = Place(line, column, line, column + 1)
        defects.append(Defect("yaml-encoding", message, place))
    return defects
