"""The report as annotations: the workflow commands that GitHub shows beside the changed lines."""

from __future__ import annotations

from collections.abc import Iterator

from rollkeeper.grammar.escaping import terminal, workflow_data, workflow_property
from rollkeeper.grammar.wording import counted
from rollkeeper.model.limits import MAX_ANNOTATIONS
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.reports import sentences as words


def render(report: Report) -> str:
    """Write one workflow command for each finding that can fail a run, the gravest first.

    GitHub shows the first few of each level and drops the rest without a word: those are not
    written, and a last line of each level says how many they are.
    """
    findings = words.open_findings(report)
    lines: list[str] = []
    for severity in Severity:
        level = [finding for finding in findings if finding.severity is severity]
        lines += map(_command, level[:MAX_ANNOTATIONS])
        hidden = len(level) - MAX_ANNOTATIONS
        if hidden > 0:
            more = counted(hidden, f"more {severity.value}")
            lines.append(f"{more} not shown as annotations: GitHub shows {MAX_ANNOTATIONS} a step.")
    return "\n".join([*lines, *_summary(report)]) + "\n"


def _command(finding: Finding) -> str:
    place = finding.place
    properties = {"file": finding.path, "line": str(place.line), "endLine": str(place.end_line)}
    if place.line == place.end_line:
        # GitHub refuses columns for a stretch of several lines.
        properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
    properties["title"] = finding.rule
    written = ",".join(f"{name}={workflow_property(text)}" for name, text in properties.items())
    entry = f"{finding.entry}: " if finding.entry else ""
    remedy = words.remedy(finding)
    message = f"{entry}{finding.message}" + (f"\n{remedy}" if remedy else "")
    return f"::{finding.severity.value} {written}::{workflow_data(message)}"


def _summary(report: Report) -> Iterator[str]:
    nothing = words.nothing_looked_at(report)
    if nothing:
        yield f"::error title=rollkeeper::{workflow_data(nothing)}"
    yield words.totals(report)
    yield terminal(words.looked_at(report))
    for reason, rules in words.skipped(report):
        names = ", ".join(rules)
        yield f"Skipped {terminal(f'{names}: {reason}')}"
