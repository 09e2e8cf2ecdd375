"""The report as SARIF."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft7Validator

from hostile import texts
from reports.samples import WAIVER, finding, full_report, report
from rollkeeper.model.limits import MAX_SARIF_RESULTS
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Report
from rollkeeper.model.tree import Place
from rollkeeper.reports.formats.sarif import render
from rollkeeper.reports.rendering import RenderSettings
from rollkeeper.rules import catalogue

OFFICIAL = Draft7Validator(
    json.loads(Path(__file__).with_name("data").joinpath("sarif-schema-2.1.0.json").read_text())
)


def run_of(written: Report) -> dict[str, Any]:
    """Render, validate against the official schema, and return the one run."""
    data = json.loads(render(written, RenderSettings(catalogue=catalogue())))
    assert [error.message for error in OFFICIAL.iter_errors(data)] == []
    run: dict[str, Any] = data["runs"][0]
    return run


def prints(*findings: Any) -> list[str]:
    return [
        result["partialFingerprints"]["primaryLocationLineHash"]
        for result in run_of(report(*findings))["results"]
    ]


def test_rules_and_the_tool_have_addresses() -> None:
    driver = run_of(full_report())["tool"]["driver"]
    assert driver["informationUri"] == "https://github.com/rollkeeper/rollkeeper"
    page = "https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md"
    assert [rule["helpUri"] for rule in driver["rules"] if rule["id"] in catalogue()] == [
        f"{page}#{rule['id']}" for rule in driver["rules"] if rule["id"] in catalogue()
    ]


def test_a_result_has_rule_level_region_and_message() -> None:
    result = run_of(full_report())["results"][3]
    del result["partialFingerprints"]
    ids = [rule["id"] for rule in run_of(full_report())["tool"]["driver"]["rules"]]
    assert result == {
        "ruleId": "website-tracking",
        "ruleIndex": ids.index("website-tracking"),
        "level": "warning",
        "message": {
            "text": "宇宙 云: `utm_source` only tracks visitors\n"
            "Run `rollkeeper fix` to fix this: write `https://uzhou.example/`"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "partners.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 4, "startColumn": 12, "endLine": 4, "endColumn": 49},
                }
            }
        ],
        "baselineState": "new",
    }


def test_waived_findings_are_suppressed_and_old_ones_unchanged() -> None:
    results = {result["ruleId"]: result for result in run_of(full_report())["results"]}
    assert results["missing-field"]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "waived by octocat until 2027-05-31: the logo follows in May",
        }
    ]
    assert results["blank-edges"]["baselineState"] == "unchanged"
    assert "suppressions" not in results["website-insecure"]


def test_rules_are_described_and_those_of_a_community_are_named() -> None:
    rules = run_of(report(finding(rule="two-members")))["tool"]["driver"]["rules"]
    described = {rule["id"]: rule for rule in rules}
    assert set(catalogue()) < set(described)
    assert described["two-members"]["shortDescription"]["text"].startswith("A requirement")
    rule = catalogue()["term-ended"]
    assert described["term-ended"]["shortDescription"]["text"] == rule.summary
    assert described["term-ended"]["defaultConfiguration"] == {"level": "error"}


def test_rules_that_did_not_look_are_told() -> None:
    (invocation,) = run_of(full_report())["invocations"]
    assert invocation["executionSuccessful"] is True
    (notification,) = invocation["toolConfigurationNotifications"]
    assert notification["message"]["text"] == "skipped: offline"
    assert notification["associatedRule"]["id"] == "website-unreachable"


def test_a_report_of_nothing_did_not_succeed() -> None:
    (invocation,) = run_of(report(ran=()))["invocations"]
    assert invocation["executionSuccessful"] is False


def test_fingerprints_stay_when_lines_move_and_words_change() -> None:
    moved = finding(place=Place(80, 3, 80, 24), message="the same in other words")
    assert prints(moved) == prints(finding())


@pytest.mark.parametrize("other", [{"rule": "x"}, {"entry": "x"}, {"field": ()}, {"path": "x"}])
def test_fingerprints_tell_findings_apart(other: dict[str, Any]) -> None:
    assert prints(finding(**other)) != prints(finding())


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    both = prints(finding(), finding(place=Place(9, 1, 9, 2)))
    assert len(set(both)) == 2


def test_more_than_github_takes_is_cut_and_counted() -> None:
    notices = [
        finding(severity=Severity.NOTICE, place=Place(line, 1, line, 2))
        for line in range(1, MAX_SARIF_RESULTS + 1)
    ]
    run = json.loads(render(report(*notices, finding(place=Place(90_000, 1, 90_000, 2)))))
    (only,) = run["runs"]
    assert len(only["results"]) == MAX_SARIF_RESULTS
    assert only["results"][-1]["level"] == "error"
    (notification,) = only["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "results: the first 25,000 of 25,001 findings"


@given(value=texts)
def test_any_text_gives_valid_sarif(value: str) -> None:
    run = run_of(
        report(
            finding(message=value, path=value, entry=value, field=(value, 1)),
            finding(message=value, waiver=replace(WAIVER, reason=value, by=value)),
            skipped={"some-rule": value},
        )
    )
    assert len(run["results"]) == 2
