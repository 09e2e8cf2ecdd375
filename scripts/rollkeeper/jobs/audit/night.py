"""What the judging job of an audit passes to the one that acts: the report and the next history.

The judging job reads what strangers' websites said: its artifact is read as untrusted input.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from rollkeeper.grammar.strict_json import ReportError, parse, require_schema
from rollkeeper.jobs.audit.history import latest_day
from rollkeeper.model.history import History
from rollkeeper.model.limits import MAX_NIGHT_BYTES
from rollkeeper.model.report import Report
from rollkeeper.reports.json import handover
from rollkeeper.reports.json import history as history_json
from rollkeeper.reports.json.read import report_from

VERSION = 1
"""Rises when a reader of the old form could misread the new one."""
_ROOM = 10_000
"""Bytes for what is around the report and the history."""


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What an audit that began at `now` found, and the history that it makes."""

    now: datetime
    report: Report
    history: History


def packed(result: AuditResult, most: int = MAX_NIGHT_BYTES) -> str:
    """Return the result as JSON of `most` bytes at most.

    The counts are of everything, whatever does not fit.
    """
    remembered = json.loads(history_json.written(result.history))
    around = {"version": VERSION, "now": result.now.isoformat(), "history": remembered}
    room = most - len(json.dumps(around)) - _ROOM
    return json.dumps({**around, "report": handover.packed(result.report, room)})


def read(text: str, now: datetime) -> AuditResult:
    """Read what `packed` returned, of the audit that began at `now`.

    Raises ReportError when it is too large, is not JSON, repeats a key, does not follow the schema,
    or is of another audit.
    """
    data = parse(text, MAX_NIGHT_BYTES)
    require_schema("night", data)
    if data["now"] != now.isoformat():
        message = "it is of another audit"
        raise ReportError(message)
    history = history_json.history_from(data["history"], latest_day(now.date()))
    return AuditResult(now, report_from(data["report"]), history)
