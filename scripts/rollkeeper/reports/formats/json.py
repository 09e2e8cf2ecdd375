"""JSON for programs, described by `report.schema.json`, version 1."""

from __future__ import annotations

import json
from typing import Any

from rollkeeper import __version__
from rollkeeper.grammar.escaping import json_in_log
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Report, Standing
from rollkeeper.reports.addresses import HOME, rule_address
from rollkeeper.reports.json.write import as_data
from rollkeeper.reports.rendering import PLAIN, RenderSettings
from rollkeeper.rules import catalogue


def render(report: Report, _: RenderSettings = PLAIN) -> str:
    """Write the report as JSON in ASCII, findings in the order of their places.

    What a program could not know otherwise is added: which Rollkeeper wrote it, where the rules
    that found something are described, and what was found of each programme.
    """
    data = {
        **as_data(report),
        "tool": {"name": "rollkeeper", "version": __version__, "url": HOME},
        "rules": {rule: _rule(rule) for rule in sorted({f.rule for f in report.findings})},
        "by_programme": {name: _counts(report, name) for name in report.programmes},
    }
    return json_in_log(json.dumps(data, indent=2)) + "\n"


def _rule(rule_id: str) -> dict[str, Any]:
    """Describe a rule; of a community's own requirement there is no more than its family."""
    rule = catalogue().get(rule_id)
    family = rule.family if rule is not None else "requirements"
    return {"family": family, "url": rule_address(rule_id)}


def _counts(report: Report, programme: str) -> dict[str, int]:
    """Count what can fail the run, with what the report leaves out, and the entries if known."""
    numbers = {severity.value: 0 for severity in Severity}
    for finding in report.findings:
        if finding.counts and finding.programme == programme:
            numbers[finding.severity.value] += 1
    for group, left in report.left_out.items():
        if group.programme == programme and group.standing is Standing.OPEN:
            numbers[group.severity.value] += left
    known = programme in report.entries_of
    return {**numbers, **({"entries": report.entries_of[programme]} if known else {})}
