"""The report as data for JSON: the contract between jobs and with other tools.

`report.schema.json` describes it; `reports.json.read` reads it back.
"""

from __future__ import annotations

from typing import Any

from rollkeeper.model.policy import Severity, Waiver
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import Fix
from rollkeeper.reports import sentences

VERSION = 1
"""Rises when a reader of the old form could misread the new one."""


def as_data(report: Report) -> dict[str, Any]:
    """Return the report as JSON can hold it, findings in the order of their places."""
    return {
        "version": VERSION,
        "today": report.today.isoformat(),
        "programmes": list(report.programmes),
        "findings": [_finding(each) for each in sorted(report.findings, key=lambda f: f.order)],
        "ran": list(report.ran),
        "skipped": dict(report.skipped),
        "counts": counts(report),
        **({"changes": _changes(report)} if report.changes else {}),
        **({"incomplete": report.incomplete} if report.incomplete is not None else {}),
    }


def _changes(report: Report) -> dict[str, list[str]]:
    return {programme: list(told) for programme, told in report.changes.items()}


def counts(report: Report) -> dict[str, int]:
    """Count the entries, the findings that can fail a run by severity, and those that cannot."""
    return {
        **{severity.value: report.count(severity) for severity in Severity},
        "already_there": len(sentences.old_findings(report)),
        "waived": len(sentences.waived_findings(report)),
        "entries": report.entries,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "path": finding.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "entry": finding.entry,
        "programme": finding.programme,
        "field": list(finding.field),
        "fix": finding.fix and _fix(finding.fix),
        "already_there": finding.already_there,
        "waiver": finding.waiver and _waiver(finding.waiver),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {"kind": fix.kind, "summary": fix.summary, "value": fix.value}


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "rule": waiver.rule,
        "entry": waiver.entry,
        "reason": waiver.reason,
        "until": waiver.until.isoformat(),
        "by": waiver.by,
        "path": waiver.path,
        "line": waiver.place.line,
        "column": waiver.place.column,
        "end_line": waiver.place.end_line,
        "end_column": waiver.place.end_column,
    }
