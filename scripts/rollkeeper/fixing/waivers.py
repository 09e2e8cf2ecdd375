"""Waivers added to a policy file by lines: comments and everything else stay as they are.

The file is read again: it has to say the same as before and to have these waivers at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rollkeeper.grammar.lines import lines_of
from rollkeeper.grammar.yaml_writer import scalar
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.tree import List, Map, Value

_WIDTH = 160
"""Characters of a line that has several names; a longer one is parted."""


class WaiverEditError(Exception):
    """A policy file cannot be given waivers; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class NewWaiver:
    """A waiver to be written into a policy file, for the entries or files of these names."""

    rule: str
    names: tuple[str, ...]
    reason: str
    until: date
    by: str

    @property
    def data(self) -> dict[str, object]:
        """What a policy file says of it."""
        whom: dict[str, object] = {"entries": list(self.names)}
        if len(self.names) == 1:
            whom = {"entry": self.names[0]}
        until = self.until.isoformat()
        return {"rule": self.rule, **whom, "reason": self.reason, "until": until, "by": self.by}


def _lines(waiver: NewWaiver) -> list[str]:
    """Write a waiver on one line, or, where that is too long, one name to a line."""
    written = [scalar(name, flow=True) for name in waiver.names]
    whom = f"entry: {written[0]}" if len(written) == 1 else f"entries: [{', '.join(written)}]"
    reason, by = (scalar(each, flow=True) for each in (waiver.reason, waiver.by))
    facts = [f"reason: {reason}", f"until: {waiver.until}", f"by: {by}"]
    line = f"- {{rule: {waiver.rule}, {whom}, {', '.join(facts)}}}"
    if len(written) == 1 or len(line) <= _WIDTH:
        return [line]
    items = (f"    - {name}" for name in written)
    return [f"- rule: {waiver.rule}", *(f"  {fact}" for fact in facts), "  entries:", *items]


def with_waivers(data: bytes, path: str, waivers: Sequence[NewWaiver]) -> bytes:
    """Return a policy file with waivers added; raise WaiverEditError where that cannot be done."""
    text = data.decode()
    before = read_yaml(data, path).data
    held = before.get("waivers") if isinstance(before, Map) else None
    lines = lines_of(text)
    end = "\r\n" if "\r\n" in text else "\n"
    indent, at = "  ", len(lines)
    if isinstance(before, Map) and "waivers" in before:
        key = before.key_places["waivers"]
        if held:
            indent, at = _after_last(before, held, lines, path)
        else:
            # `[]`, whatever is written behind it.
            lines[key[0] - 1] = lines[key[0] - 1].replace(" []", "", 1)
            at = key[0]
            indent = " " * (key[1] + 1)
    else:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += end
        lines.append(f"waivers:{end}")
        at += 1
    if not lines[at - 1].endswith("\n"):
        lines[at - 1] += end
    lines[at:at] = [f"{indent}{line}{end}" for waiver in waivers for line in _lines(waiver)]
    after = "".join(lines).encode()
    _hold_against(before, after, path, waivers)
    return after


def _after_last(before: Map, held: Value, lines: Sequence[str], path: str) -> tuple[str, int]:
    """Return the indentation of the waivers that are there, and the line after the last of them."""
    if isinstance(held, List) and lines[held.item_places[-1][0] - 1].lstrip().startswith("- "):
        line, column = held.item_places[-1][:2]
        dash = lines[line - 1].index("-")
        if dash < column and not lines[line - 1][:dash].strip():
            ends = list(_ends(held[-1], line))
            return " " * dash, max(ends)
    line = before.key_places["waivers"][0]
    message = f"{path}:{line}: write the waivers one to a line, each with `- `"
    raise WaiverEditError(message)


def _ends(value: Value, line: int) -> Iterator[int]:
    """Return the last line of each value of a waiver."""
    yield line
    places = list(value.value_places.values()) if isinstance(value, Map) else []
    for each in value.values() if isinstance(value, Map) else ():
        places += each.item_places if isinstance(each, List) else []
    for place in places:
        yield place[2] if place[3] > 1 else place[2] - 1


def _hold_against(before: Value, after: bytes, path: str, waivers: Sequence[NewWaiver]) -> None:
    """Raise WaiverEditError unless the file says the same as before, and has the waivers added."""
    read = read_yaml(after, path)
    new = read.data
    if isinstance(before, Map) and isinstance(new, Map) and not read.defects:
        held = before.get("waivers") or List()
        rest = [{k: v for k, v in each.items() if k != "waivers"} for each in (before, new)]
        added = [each.data for each in waivers]
        if isinstance(held, List) and new.get("waivers") == [*held, *added] and rest[0] == rest[1]:
            return
    message = (
        f"{path}: the waivers cannot be added by lines; move `waivers:` to the end of the file, "
        "one to a line"
    )
    raise WaiverEditError(message)
