"""Fixes as the output of the job that makes them and the input of the job that commits them.

Only the lines that change are passed, with the id of the file's content. The job that makes the
fixes has met hostile data: they are read as if anyone could have written them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from rollkeeper.fixing.suggestions import line_edits
from rollkeeper.grammar.lines import lines_of
from rollkeeper.grammar.strict_json import hold_against, parse, schema_of
from rollkeeper.model.limits import HANDOVER_BYTES
from rollkeeper.model.line_edit import LineEdit, Suggestion


class PatchError(ValueError):
    """The lines do not fit the file that they are for."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Edits of one file, whose content was the blob with that id."""

    path: str
    blob: str
    edits: tuple[LineEdit, ...]


class LeftOutReason(StrEnum):
    """Why there are no repairs although there may be something to fix.

    No text of the job that fixes is published: the job that writes has the sentences.
    """

    TOO_MUCH = "too-much"
    NOT_FETCHED = "not-fetched"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Repairs:
    """What can be fixed on a pull request's head, as patches and as suggested changes."""

    number: int
    head: str
    patches: tuple[Patch, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    left_out: LeftOutReason | None = None

    @property
    def nothing(self) -> bool:
        """Whether nothing was found that can be fixed."""
        return not self.patches and self.left_out is None


def edits(before: str, after: str) -> tuple[LineEdit, ...]:
    """Return the edits that lead from one text to the other, exactly."""
    return line_edits(lines_of(before), lines_of(after))


def patched(text: str, made: Iterable[LineEdit]) -> str:
    """Make the edits; raise PatchError where they are out of order or outside of the text."""
    lines = lines_of(text)
    result: list[str] = []
    done = 0
    for edit in made:
        if not done < edit.first <= edit.last <= len(lines):
            message = f"lines {edit.first:,} to {edit.last:,} do not exist or overlap"
            raise PatchError(message)
        result += [*lines[done : edit.first - 1], edit.text]
        done = edit.last
    return "".join([*result, *lines[done:]])


def packed(repairs: Repairs, most: int = HANDOVER_BYTES) -> dict[str, Any]:
    """Return the repairs as data that takes `most` bytes of JSON at most.

    What does not fit is left out: suggestions first, then everything, with the reason.
    """
    slim = replace(repairs, suggestions=())
    empty = replace(slim, patches=(), left_out=LeftOutReason.TOO_MUCH)
    for each in (repairs, slim, empty):
        data = asdict(each)
        if len(json.dumps(data)) <= most:
            break
    return data


def read(text: str) -> Repairs:
    """Read what `packed` returned, as JSON; raise ReportError where it is anything else."""
    data = parse(text, HANDOVER_BYTES)
    hold_against(schema_of("repairs"), data)
    patches = tuple(
        Patch(each["path"], each["blob"], tuple(LineEdit(**edit) for edit in each["edits"]))
        for each in data["patches"]
    )
    offered = tuple(Suggestion(**each) for each in data["suggestions"])
    left_out = None if data["left_out"] is None else LeftOutReason(data["left_out"])
    return Repairs(data["number"], data["head"], patches, offered, left_out)
