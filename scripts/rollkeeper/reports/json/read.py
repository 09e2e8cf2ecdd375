"""A JSON report read back. It may come from anywhere, so everything in it is validated first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from rollkeeper.grammar.strict_json import ReportError, hold_against, parse, schema_of
from rollkeeper.grammar.wording import cut
from rollkeeper.model.limits import MAX_REPORT_BYTES, MAX_SHOWN
from rollkeeper.model.policy import Severity, Waiver
from rollkeeper.model.report import Finding, FindingGroup, Report, Standing
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import Place
from rollkeeper.reports.json import write


def read(text: str) -> Report:
    """Read a report that was written as JSON.

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
    if write.counts(report) != data["counts"]:
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
        changes={programme: tuple(parts) for programme, parts in data.get("changes", {}).items()},
        **_left_out(data.get("left_out")),
    )


def _left_out(data: Mapping[str, Any] | None) -> dict[str, Any]:
    if data is None:
        return {}
    groups: Counter[FindingGroup] = Counter()
    for each in data["groups"]:
        severity, standing = Severity(each["severity"]), Standing(each["standing"])
        groups[FindingGroup(each["programme"], each["rule"], severity, standing)] += each[
            "findings"
        ]
    return {"left_out": dict(groups), "left_out_digest": data["digest"]}


def _place(data: Mapping[str, Any]) -> Place:
    return Place(*(data[name] for name in Place._fields))


def _finding(data: Mapping[str, Any]) -> Finding:
    return Finding(
        **{name: data[name] for name in write.PLAIN_OF_FINDING},
        place=_place(data),
        severity=Severity(data["severity"]),
        field=tuple(data["field"]),
        fix=None if data["fix"] is None else _fix(data["fix"]),
        waiver=None if data["waiver"] is None else _waiver(data["waiver"]),
    )


def _waiver(data: Mapping[str, Any]) -> Waiver:
    return Waiver(
        **{name: data[name] for name in write.PLAIN_OF_WAIVER},
        place=_place(data),
        until=date.fromisoformat(data["until"]),
    )


def _fix(data: Mapping[str, Any]) -> Fix:
    return Fix(FixKind(data["kind"]), data["summary"], data["value"])
