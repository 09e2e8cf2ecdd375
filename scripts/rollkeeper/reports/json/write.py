"""The report as data for JSON: the contract between jobs and with other tools.

`report.schema.json` describes it; `reports.json.read` reads it back.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rollkeeper.grammar.characters import whole
from rollkeeper.model.policy import Severity, Waiver
from rollkeeper.model.report import Finding, Report, Standing

VERSION = 1
"""Rises when a reader of the old form could misread the new one."""
PLAIN_OF_FINDING = ("rule", "message", "path", "programme", "entry", "already_there")
PLAIN_OF_WAIVER = ("rule", "entry", "reason", "by", "path")
"""Fields that JSON holds as they are."""


def as_data(report: Report) -> dict[str, Any]:
    """Return the report as JSON can hold it, findings in the order of their places."""
    changes = {programme: list(parts) for programme, parts in report.changes.items()}
    data = {
        "version": VERSION,
        "today": report.today.isoformat(),
        "programmes": list(report.programmes),
        "findings": [_finding(each) for each in sorted(report.findings, key=lambda f: f.order)],
        "ran": list(report.ran),
        "skipped": dict(report.skipped),
        "counts": counts(report),
        **({"left_out": _left_out(report)} if report.left_out else {}),
        **({"changes": changes} if changes else {}),
        **({"incomplete": report.incomplete} if report.incomplete is not None else {}),
    }
    return dict(encodable(data))


def counts(report: Report) -> dict[str, int]:
    """Count the entries, the findings that can fail a run by severity, and those that cannot.

    Those that the report leaves out are counted too.
    """
    return {
        **{severity.value: report.count(severity) for severity in Severity},
        "already_there": report.count(standing=Standing.ALREADY_THERE),
        "waived": report.count(standing=Standing.WAIVED),
        "entries": report.entries,
    }


def _left_out(report: Report) -> dict[str, Any]:
    groups = sorted(report.left_out.items())
    return {
        "digest": report.left_out_digest,
        "groups": [{**group._asdict(), "findings": number} for group, number in groups],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        **{name: getattr(finding, name) for name in PLAIN_OF_FINDING},
        **finding.place._asdict(),
        "severity": finding.severity.value,
        "index": finding.index,
        "field": list(finding.field),
        "fix": finding.fix and asdict(finding.fix),
        "waiver": finding.waiver and _waiver(finding.waiver),
    }


def encodable(data: Any) -> Any:  # noqa: ANN401 - JSON data of any form
    """Return JSON data in which every text can be encoded."""
    match data:
        case str():
            return whole(data)
        case dict():
            return {whole(key): encodable(value) for key, value in data.items()}
        case list() | tuple():
            return [encodable(item) for item in data]
        case _:
            return data


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        **{name: getattr(waiver, name) for name in PLAIN_OF_WAIVER},
        **waiver.place._asdict(),
        "until": waiver.until.isoformat(),
    }
