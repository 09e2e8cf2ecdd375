"""SARIF 2.1.0, for GitHub's code scanning and for editors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from rollkeeper import __version__
from rollkeeper.engine.fingerprints import fingerprints
from rollkeeper.grammar.escaping import json_in_log, sarif_message
from rollkeeper.model.limits import MAX_SARIF_RESULTS
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.rule import Rule
from rollkeeper.reports import sentences
from rollkeeper.reports.addresses import HOME, RULES_PAGE
from rollkeeper.reports.rendering import PLAIN, RenderSettings

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_REGION = ("startLine", "startColumn", "endLine", "endColumn")
_FINGERPRINT_KEY = "primaryLocationLineHash"
"""The one fingerprint by which GitHub recognises an alert; tools may define its value."""


def render(report: Report, settings: RenderSettings = PLAIN) -> str:
    """Write the report as SARIF: waived findings are suppressed, those already there unchanged.

    `settings.catalogue` describes the rules; a community's own requirements are known by their id.
    Where there are more findings than GitHub takes, the most severe are kept.
    """
    catalogue = settings.catalogue
    findings = sorted(report.findings, key=lambda f: (not f.counts, f.severity.rank, f.order))
    kept = sorted(findings[:MAX_SARIF_RESULTS], key=lambda f: f.order)
    ids = sorted({*catalogue, *report.ran, *report.skipped, *(f.rule for f in kept)})
    indexes = {each: index for index, each in enumerate(ids)}
    run = {
        "tool": {
            "driver": {
                "name": "Rollkeeper",
                "semanticVersion": __version__,
                "informationUri": HOME,
                "rules": [_rule(each, catalogue.get(each)) for each in ids],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, len(kept), indexes)],
        "results": _results(kept, indexes),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_in_log(json.dumps(log, indent=2)) + "\n"


def _rule(rule_id: str, rule: Rule[Any] | None) -> dict[str, Any]:
    if rule is None:
        return {"id": rule_id, "shortDescription": {"text": "A requirement of the community."}}
    return {
        "id": rule_id,
        "shortDescription": {"text": rule.summary or rule_id},
        "fullDescription": {"text": rule.documentation or rule_id},
        "help": {"text": f"See `rollkeeper rules {rule_id}`."},
        "helpUri": f"{RULES_PAGE}#{rule_id}",
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.family]},
    }


def _invocation(report: Report, kept: int, indexes: Mapping[str, int]) -> dict[str, Any]:
    """Return which rules were skipped and how much is left out: silence is not a pass."""
    invocation: dict[str, Any] = {
        "executionSuccessful": sentences.not_a_pass(report) is None,
        "toolConfigurationNotifications": [
            {
                "level": "note",
                "message": {"text": sarif_message(f"skipped: {reason}")},
                "associatedRule": {"id": rule, "index": indexes[rule]},
            }
            for rule, reason in sorted(report.skipped.items())
        ],
    }
    some = sentences.first_of(kept, report)
    if some:
        lines = [f"results: {some}", *sentences.left_out(report)]
        invocation["toolExecutionNotifications"] = [
            {"level": "warning", "message": {"text": sarif_message(line)}} for line in lines
        ]
    return invocation


def _results(findings: Sequence[Finding], indexes: Mapping[str, int]) -> list[dict[str, Any]]:
    compared = any(finding.already_there for finding in findings)
    results = []
    for finding, mark in fingerprints(findings):
        result = _result(finding, indexes[finding.rule])
        result["partialFingerprints"] = {_FINGERPRINT_KEY: mark}
        if compared:
            result["baselineState"] = "unchanged" if finding.already_there else "new"
        results.append(result)
    return results


def _result(finding: Finding, index: int) -> dict[str, Any]:
    entry = f"{finding.entry}: " if finding.entry else ""
    remedy = sentences.remedy(finding)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {
            "text": sarif_message(f"{entry}{finding.message}" + (f"\n{remedy}" if remedy else ""))
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.path), "uriBaseId": "%SRCROOT%"},
                    "region": dict(zip(_REGION, finding.place, strict=True)),
                }
            }
        ],
    }
    if finding.waiver is not None:
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": sarif_message(sentences.excuse(finding)),
            }
        ]
    return result


def _uri(path: str) -> str:
    return quote(path.encode(errors="backslashreplace"))
