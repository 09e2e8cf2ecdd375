"""A JSON report read back: it may come from anywhere, so nothing in it is believed unseen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft7Validator

from rollkeeper.limits import MAX_REPORT_BYTES, MAX_SHOWN
from rollkeeper.model import Finding, Fix, Place, Report, Severity, Waiver
from rollkeeper.reports import machine
from rollkeeper.wording import cut


class ReportError(ValueError):
    """The text is not a report; the message says why."""


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


def hold_against(validator: Draft7Validator, data: Any) -> None:  # noqa: ANN401 - see report_from
    """Raise ReportError for the first thing in `data` that does not follow the schema."""
    error = next(iter(validator.iter_errors(data)), None)
    if error is not None:
        where = "/".join(map(str, error.absolute_path)) or "the report"
        # The schema's own words hold the whole value, which nobody has looked at.
        short = len(error.message) <= MAX_SHOWN
        wrong = error.message if short else f"breaks the schema's `{error.validator}`"
        message = f"{cut(where, MAX_SHOWN)}: {wrong}"
        raise ReportError(message)


@cache
def schema_of(name: str) -> Draft7Validator:
    """Give what checks data against the package's own schema of that name."""
    schema = files("rollkeeper").joinpath(f"data/{name}.schema.json").read_text(encoding="utf-8")
    return Draft7Validator(json.loads(schema))


def parse(text: str, most: int) -> Any:  # noqa: ANN401 - see report_from
    """Read JSON of at most `most` bytes, without repeated keys or fractions; raises ReportError."""
    # A character takes at least a byte: most of what is too large need not be encoded to see it.
    if len(text) > most or len(text.encode(errors="replace")) > most:
        message = f"the report has more than {most:,} bytes"
        raise ReportError(message)
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_refuse
        )
    except (ValueError, RecursionError) as wrong:
        message = f"not JSON: {cut(str(wrong), MAX_SHOWN)}"
        raise ReportError(message) from wrong


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        message = "a key stands twice in one object"
        raise ValueError(message)
    return mapping


def _refuse(number: str) -> None:
    # JSON Schema takes 1.0 for an integer; a report has no fractions at all.
    message = f"{number} is no whole number"
    raise ValueError(message)


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
        fix=None if data["fix"] is None else Fix(**data["fix"]),
        already_there=data["already_there"],
        waiver=None if data["waiver"] is None else _waiver(data["waiver"]),
    )


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
