"""GitLab's code quality report, which merge requests show beside the changed lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rollkeeper.engine.fingerprints import fingerprints
from rollkeeper.grammar.escaping import json_in_log, visible
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Report
from rollkeeper.reports import sentences
from rollkeeper.reports.addresses import rule_address
from rollkeeper.reports.rendering import PLAIN, RenderSettings

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTICE: "info"}


def render(report: Report, _: RenderSettings = PLAIN) -> str:
    """Write the findings that can fail a run; what is left out is a finding of its own."""
    issues = [
        {
            "description": _description(finding.entry, finding.message, finding.rule),
            "check_name": finding.rule,
            "fingerprint": mark,
            "severity": _SEVERITIES[finding.severity],
            "location": {
                "path": visible(finding.path),
                "lines": {"begin": finding.place.line, "end": finding.place.end_line},
            },
        }
        for finding, mark in fingerprints(sentences.open_findings(report))
    ]
    issues += _about_the_run(report)
    return json_in_log(json.dumps(issues, indent=2)) + "\n"


def _description(entry: str | None, message: str, rule: str) -> str:
    address = rule_address(rule)
    about = f"{entry}: " if entry else ""
    return visible(f"{about}{message}" + (f" ({address})" if address else ""))


def _about_the_run(report: Report) -> Iterator[dict[str, Any]]:
    reason = sentences.not_a_pass(report)
    lines = [("blocker", reason)] if reason else []
    lines += [("info", f"Shown of {line}") for line in sentences.left_out(report)]
    for number, (severity, line) in enumerate(lines):
        yield {
            "description": visible(line),
            "check_name": "rollkeeper",
            "fingerprint": f"rollkeeper:{number}",
            "severity": severity,
            "location": {"path": "policies", "lines": {"begin": 1}},
        }
