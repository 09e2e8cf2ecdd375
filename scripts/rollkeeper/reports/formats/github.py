"""Workflow commands, which GitHub shows as annotations beside the changed lines."""

from __future__ import annotations

from collections.abc import Iterator

from rollkeeper.grammar.escaping import terminal, workflow_data, workflow_property
from rollkeeper.grammar.wording import counted
from rollkeeper.model.limits import MAX_ANNOTATIONS
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.reports import sentences
from rollkeeper.reports.addresses import rule_address
from rollkeeper.reports.rendering import PLAIN, Detail, RenderSettings


def render(report: Report, settings: RenderSettings = PLAIN) -> str:
    """Write one workflow command for each finding that can fail a run, the most severe first.

    GitHub shows the first few of each level and silently drops the rest: those are not written, and
    the last line of each level says how many they are.
    """
    findings = sentences.open_findings(report)
    lines: list[str] = []
    for severity in Severity:
        level = [finding for finding in findings if finding.severity is severity]
        lines += map(_command, level[:MAX_ANNOTATIONS])
        number = report.count(severity)
        shown = min(len(level), MAX_ANNOTATIONS)
        if number > shown:
            what = f"the first {shown} of {counted(number, severity.value)}"
            lines.append(f"Shown as annotations: {what}. GitHub shows {MAX_ANNOTATIONS} a step.")
    return "\n".join([*lines, *_summary(report, settings)]) + "\n"


def _command(finding: Finding) -> str:
    place = finding.place
    properties = {"file": finding.path, "line": str(place.line), "endLine": str(place.end_line)}
    if place.line == place.end_line:
        # GitHub refuses columns where a finding spans several lines.
        properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
    properties["title"] = finding.rule
    written = ",".join(f"{name}={workflow_property(text)}" for name, text in properties.items())
    entry = f"{finding.entry}: " if finding.entry else ""
    address = rule_address(finding.rule)
    more = (sentences.remedy(finding), address and f"More: {address}")
    message = "\n".join((f"{entry}{finding.message}", *filter(None, more)))
    return f"::{finding.severity.value} {written}::{workflow_data(message)}"


def _summary(report: Report, settings: RenderSettings) -> Iterator[str]:
    reason = sentences.not_a_pass(report)
    if reason:
        yield f"::error title=rollkeeper::{workflow_data(reason)}"
    if settings.detail is Detail.QUIET:
        return
    yield terminal(sentences.outcome(report))
    if settings.detail is not Detail.VERBOSE:
        return
    yield terminal(f"Checked {sentences.scope(report)}.")
    for why, rules in sentences.skipped(report):
        names = ", ".join(rules)
        yield f"Skipped {terminal(f'{names}: {why}')}"
