"""Which slip it was: each way in which a line may have been meant is tried by reading it so.

Nothing is reported from the look of a line alone: a remedy is only named where the lines can be
read after it, or at least further than before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from rollkeeper.loading.slips import layout, signs, values
from rollkeeper.loading.slips.piece import FIELD, Detector, Piece, Slip, key_column
from rollkeeper.model.limits import MAX_SLIP_BYTES, MAX_SLIP_LINES, MAX_SLIP_READ, MAX_SLIP_TRIALS
from rollkeeper.model.roster import Defect, Fix, FixKind
from rollkeeper.model.tree import List, Map, Place, Value, path_at, place_of

DETECTORS: tuple[Detector, ...] = (
    signs.tab,
    signs.odd_blank,
    signs.markdown,
    signs.other_comment,
    signs.two_dashes,
    signs.wide_colon,
    signs.other_dash,
    signs.no_space_after_dash,
    layout.forgotten_dash,
    values.quote,
    values.escape,
    values.flow,
    values.special_start,
    signs.no_space_after_colon,
    signs.equals,
    signs.no_colon,
    layout.first_key_missing,
    layout.indentation,
    values.colon_in_value,
    layout.item_below_text,
    signs.json_text,
    layout.stray_text,
)
"""What is tried with each line, the most certain first."""
OF_ODD_LINES: tuple[Detector, ...] = (
    signs.two_dashes,
    signs.wide_colon,
    signs.no_space_after_dash,
    signs.no_space_after_colon,
    signs.equals,
    layout.item_below_text,
)
"""What is tried with a line that can be read, but not as what it looks like."""
_IN_VALID_YAML: Mapping[str, tuple[Detector, ...]] = MappingProxyType(
    {"duplicate-key": (layout.forgotten_dash,), "yaml-feature": (values.special_start,)}
)
"""What is tried where the parser has no objection, by the rule that has one."""
LOSES_VALUES = frozenset({"yaml-syntax", "yaml-tab", "yaml-feature", "duplicate-key"})
"""Rules about what keeps a value from being read as it was meant."""


class Reading(NamedTuple):
    """What came of reading a text: its value, and what is wrong with it."""

    value: Value
    defects: list[Defect]
    dropped: bool
    """Whether a value is in the text and was not read."""

    @property
    def broken(self) -> Defect | None:
        """The first defect that loses a value."""
        return next((each for each in self.defects if each.rule in LOSES_VALUES), None)


Read = Callable[[str], Reading]


class Trials:
    """Reads texts as they may have been meant, as long as not too much was read in all."""

    def __init__(self, read: Read) -> None:
        self.plain = read
        self._left = MAX_SLIP_READ

    def __call__(self, lines: list[str]) -> Reading | None:
        """Return what comes of reading some lines; None where enough was read."""
        text = "\n".join(lines)
        self._left -= len(text) + 100
        return self.plain(text) if self._left > 0 else None


def diagnosis(piece: Piece, read: Trials, only: Collection[int] | None = None) -> Slip | None:
    """Return the slip that explains why a piece cannot be read; None where none does for certain.

    Of a piece that can be read, only the lines of `only` are tried: those that look odd.
    """
    if len(piece.lines) > MAX_SLIP_LINES or sum(map(len, piece.lines)) > MAX_SLIP_BYTES:
        return None
    as_it_is = read(piece.lines)
    broken = as_it_is.broken if as_it_is is not None else None
    end = len(piece.lines)
    last = broken.place.line if broken is not None and broken.rule == "yaml-syntax" else end
    further: Slip | None = None
    detectors = OF_ODD_LINES if broken is None else _IN_VALID_YAML.get(broken.rule, DETECTORS)
    for slip in islice(_slips(piece, last, detectors, only), MAX_SLIP_TRIALS):
        reading = read(slip.lines)
        if reading is None:
            break
        if reading.broken is None:
            if reading.value is not None and _has_fields(reading.value):
                return slip
        elif broken is not None and broken.rule == "yaml-syntax" and further is None:
            added = len(slip.lines) - end
            if reading.broken.place.line > broken.place.line + added:
                further = slip
    return further


def _slips(
    piece: Piece, last: int, detectors: Collection[Detector], only: Collection[int] | None
) -> Iterator[Slip]:
    """Return what may have been meant, from the first line to the one below the error."""
    for number, text in enumerate(piece.lines[: last + 1]):
        if text.strip() and not text.lstrip(" ").startswith("#") and (not only or number in only):
            for detector in detectors:
                yield from detector(piece, number)


def is_odd(piece: Piece, number: int, value: Value) -> bool:
    """Return whether a line was read as something else than it looks like.

    That is a line that goes on with the text of the line above, though it looks like a field or an
    item, or an entry that has no fields.
    """
    path = path_at(value, number + 1, key_column(piece.lines[number]) + 1)
    if path is not None and place_of(value, path).line <= number:
        found = FIELD.match(piece.lines[place_of(value, path).line - 1])
        return found is not None and found["value"][:1] not in set("|>\"'")
    if number or not isinstance(value, List):
        return not number and isinstance(value, Map) and any(key[:1] == "-" for key in value)
    item = value[0] if value else None
    key = item.partition(":")[0] if isinstance(item, str) else ""
    return isinstance(item, List) or key in piece.keys


def _has_fields(value: Value) -> bool:
    """Return whether what was read can be entries: a list of them has no text for an item."""
    return not isinstance(value, List) or not any(isinstance(item, List | str) for item in value)


def placed(slip: Slip, first_line: int) -> Defect:
    """Return a slip as a defect of the file; `first_line` is that of its piece, from 0."""
    line, column = first_line + slip.line + 1, slip.column + 1
    fix = Fix(FixKind.INDENT, "indent with spaces") if slip.rule == "yaml-tab" else None
    return Defect(slip.rule, slip.message, Place(line, column, line, column + 1), fix=fix)
