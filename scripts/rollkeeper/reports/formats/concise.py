"""One line for each finding: `path:line:column: severity: message [rule]`, as compilers do."""

from __future__ import annotations

from rollkeeper.grammar.escaping import hyperlink, terminal
from rollkeeper.model.report import Finding, Report
from rollkeeper.reports import sentences
from rollkeeper.reports.addresses import rule_address
from rollkeeper.reports.formats import text
from rollkeeper.reports.rendering import PLAIN, RenderSettings


def render(report: Report, settings: RenderSettings = PLAIN) -> str:
    """Write the findings that can fail a run, then how the run went as `text` does."""
    lines = [_line(each, settings) for each in sentences.open_findings(report)]
    return "".join(f"{line}\n" for line in (*lines, *text.summary(report, settings)))


def _line(finding: Finding, settings: RenderSettings) -> str:
    place = f"{terminal(finding.path)}:{finding.place.line}:{finding.place.column}"
    entry = f"{terminal(finding.entry)}: " if finding.entry else ""
    address = rule_address(finding.rule) if settings.interactive else None
    rule = terminal(finding.rule) if address is None else hyperlink(finding.rule, address)
    return f"{place}: {finding.severity}: {entry}{terminal(finding.message)} [{rule}]"
