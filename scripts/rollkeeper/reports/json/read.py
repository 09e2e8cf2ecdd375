"""A JSON report read back: it may come from anywhere, so nothing in it is believed unseen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rollkeeper.grammar.strict_json import ReportError, hold_against, parse, schema_of
from rollkeeper.grammar.wording import cut
from rollkeeper.model.limits import MAX_REPORT_BYTES, MAX_SHOWN
from rollkeeper.model.policy import Severity, Waiver
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import Place
from rollkeeper.reports.json import write as machine


def read(text: str) -> Report:
    """Read what `machine.render` wrote.

    Raises ReportError when the text is too large, is not JSON, repeats a key, does not follow the
    schema, or counts other than what it lists.
    """
    return report_from(parse(text, MAX_REPORT_BYTES))


def report_from(data: Any) -> Report:  # noqa: ANN401 - JSON can be anything until the schema has seen it
    """Take a report from JSON that `parse` has read; raises ReportError as `read` does."""
    hold_against(schema_of("report"), data)
    try:
        report = _report(data)
    except ValueError as unread:
        message = f"not a date: {cut(str(unread), MAX_SHOWN)}"
        raise ReportError(message) from unread
    if machine.counts(report) != data["counts"]:
        message = "the counts are not those of the findings"
        raise ReportError(message)
    return report


def _report(data: Mapping[str, Any]) -> Report:
    return Report(
        today=date.fromisoformat(data["today"]),
        programmes=tuple(data["programmes"]),
        findings=tuple(map(_finding, data["findings"])),
        ran=tuple(data["ran"]),
        skipped=data["skipped"],
        entries=data["counts"]["entries"],
        incomplete=data.get("incomplete"),
        changes={programme: tuple(told) for programme, told in data.get("changes", {}).items()},
    )


def _place(data: Mapping[str, Any]) -> Place:
    return Place(data["line"], data["column"], data["end_line"], data["end_column"])


def _finding(data: Mapping[str, Any]) -> Finding:
    return Finding(
        rule=data["rule"],
        severity=Severity(data["severity"]),
        message=data["message"],
        path=data["path"],
        place=_place(data),
        programme=data["programme"],
        entry=data["entry"],
        field=tuple(data["field"]),
        fix=None if data["fix"] is None else _fix(data["fix"]),
        already_there=data["already_there"],
        waiver=None if data["waiver"] is None else _waiver(data["waiver"]),
    )


def _fix(data: Mapping[str, Any]) -> Fix:
    return Fix(FixKind(data["kind"]), data["summary"], data["value"])


def _waiver(data: Mapping[str, Any]) -> Waiver:
    return Waiver(
        rule=data["rule"],
        entry=data["entry"],
        reason=data["reason"],
        until=date.fromisoformat(data["until"]),
        by=data["by"],
        path=data["path"],
        place=_place(data),
    )
