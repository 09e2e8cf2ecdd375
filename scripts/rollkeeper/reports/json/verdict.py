"""The verdict as the output of the job that checks a pull request and the input of the next.

The job that checks has met hostile data: its output is read as if anyone could have written it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from rollkeeper.grammar.strict_json import hold_against, parse, schema_of
from rollkeeper.model.limits import HANDOVER_BYTES, MAX_REMOVALS, MAX_VERDICT_BYTES
from rollkeeper.model.line_edit import Suggestion
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason, Verdict
from rollkeeper.reports.json import handover, write
from rollkeeper.reports.json.read import report_from
from rollkeeper.reports.publishing import published

VERSION = 1
"""Rises when a reader of the old form could misread the new one."""

_ROOM = 2_000
"""Bytes for everything around the report and the lists."""


def packed(verdict: Verdict, most: int = HANDOVER_BYTES) -> dict[str, Any]:
    """Return the verdict as data that takes `most` bytes of JSON at most.

    Suggestions that do not fit into a quarter of it are left out: findings matter more. The report
    says what is left out of it.
    """
    verdict = replace(verdict, report=published(verdict.report))
    around = write.encodable(
        {
            "version": VERSION,
            "number": verdict.number,
            "head": verdict.head,
            "base": verdict.base,
            "day": verdict.day,
            "outside": verdict.outside,
            "unchecked": [asdict(each) for each in verdict.unchecked],
            "touched": verdict.touched,
            "revoked": list(verdict.revoked),
            "removed": list(verdict.report.removals[:MAX_REMOVALS]),
            "drawn": list(verdict.drawn),
            "governing": list(verdict.governing),
            "more_governing": verdict.more_governing,
            "suggestions": _fitting(verdict.suggestions, most // 4),
            "changes": {name: list(parts) for name, parts in verdict.report.changes.items()},
        }
    )
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
    """Read what `packed` returned, as JSON.

    Raises ReportError when it is too large, is not JSON, repeats a key or does not follow the
    schema, or when the report inside cannot be read.
    """
    data = parse(text, MAX_VERDICT_BYTES)
    hold_against(schema_of("verdict"), data)
    changes = {name: tuple(parts) for name, parts in data["changes"].items()}
    return Verdict(
        number=data["number"],
        head=data["head"],
        base=data["base"],
        day=data["day"],
        report=replace(
            report_from(data["report"]), changes=changes, removals=tuple(data["removed"])
        ),
        unchecked=tuple(
            UncheckedFile(each["path"], UncheckedReason(each["why"])) for each in data["unchecked"]
        ),
        outside=data["outside"],
        suggestions=tuple(Suggestion(**each) for each in data["suggestions"]),
        drawn=tuple(data["drawn"]),
        governing=tuple(data["governing"]),
        more_governing=data["more_governing"],
        touched=data["touched"],
        revoked=tuple(data["revoked"]),
    )
