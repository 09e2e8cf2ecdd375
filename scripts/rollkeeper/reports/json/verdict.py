"""The verdict on its way from the job that checks a pull request to the one that tells.

The job that checks has met hostile data: what it says is read as if anyone could have written it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from rollkeeper.grammar.strict_json import hold_against, parse, schema_of
from rollkeeper.model.limits import HANDOVER_BYTES, MAX_VERDICT_BYTES
from rollkeeper.model.verdict import Suggestion, UncheckedFile, UncheckedReason, Verdict
from rollkeeper.reports.json import handover
from rollkeeper.reports.json.read import report_from

VERSION = 1
"""Rises when a reader of the old form could misread the new one."""

_ROOM = 2_000
"""Bytes for what stands around the report and the lists."""


def packed(verdict: Verdict, most: int = HANDOVER_BYTES) -> dict[str, Any]:
    """Return the verdict as data that takes `most` bytes of JSON at most.

    Suggestions that do not fit into a quarter of it are left out: they are a service, the findings
    are not. What of the report is left out, the report says.
    """
    around = {
        "version": VERSION,
        "number": verdict.number,
        "head": verdict.head,
        "base": verdict.base,
        "day": verdict.day,
        "outside": verdict.outside,
        "unchecked": [asdict(each) for each in verdict.unchecked],
        "drawn": list(verdict.drawn),
        "suggestions": _fitting(verdict.suggestions, most // 4),
        "changes": {name: list(told) for name, told in verdict.report.changes.items()},
    }
    room = most - _ROOM - len(json.dumps(around))
    return {**around, "report": handover.packed(replace(verdict.report, changes={}), room)}


def _fitting(suggestions: tuple[Suggestion, ...], room: int) -> list[dict[str, Any]]:
    taken = []
    for each in suggestions:
        data = asdict(each)
        room -= len(json.dumps(data)) + 2
        if room < 0:
            break
        taken.append(data)
    return taken


def read(text: str) -> Verdict:
    """Read what `packed` gave, as JSON.

    Raises ReportError when it is too large, is not JSON, repeats a key or does not follow the
    schema, or when the report inside is none.
    """
    data = parse(text, MAX_VERDICT_BYTES)
    hold_against(schema_of("verdict"), data)
    changes = {name: tuple(told) for name, told in data["changes"].items()}
    return Verdict(
        number=data["number"],
        head=data["head"],
        base=data["base"],
        day=data["day"],
        report=replace(report_from(data["report"]), changes=changes),
        unchecked=tuple(
            UncheckedFile(each["path"], UncheckedReason(each["why"])) for each in data["unchecked"]
        ),
        outside=data["outside"],
        suggestions=tuple(Suggestion(**each) for each in data["suggestions"]),
        drawn=tuple(data["drawn"]),
    )
