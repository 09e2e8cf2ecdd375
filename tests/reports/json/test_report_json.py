"""The report as JSON, and reading it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft7Validator

from hostile import texts
from reports.samples import WAIVER, finding, full_report, report
from rollkeeper import __version__
from rollkeeper.grammar.characters import whole
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.model.limits import MAX_REPORT_BYTES
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Report
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.reports.formats.json import render
from rollkeeper.reports.json.read import read
from rollkeeper.reports.json.write import as_data

SCHEMA = json.loads(
    files("rollkeeper").joinpath("model/schemas/report.schema.json").read_text("utf-8")
)


def without_texts(written: Report) -> Report:
    """Return what a reader gets: in order, and without the files themselves."""
    findings = tuple(sorted(written.findings, key=lambda each: each.order))
    return replace(written, findings=findings, texts={})


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_a_report_follows_its_schema() -> None:
    data = json.loads(render(full_report()))
    assert list(Draft7Validator(SCHEMA).iter_errors(data)) == []
    assert list(data) == [
        "version", "today", "programmes", "findings", "ran", "skipped", "counts",
        "tool", "rules", "by_programme",
    ]  # fmt: skip
    assert data["counts"] == {
        "error": 2, "warning": 1, "notice": 0, "already_there": 1, "waived": 1, "entries": 2
    }  # fmt: skip


def test_a_finding_says_everything() -> None:
    fixable = finding(
        severity=Severity.WARNING, fix=Fix(FixKind.SET, "write it", "https://x.example"), index=4
    )
    assert json.loads(render(report(fixable)))["findings"] == [
        {
            "rule": "website-insecure",
            "severity": "warning",
            "message": "`http://aurora.example` is not https: write `https://aurora.example`",
            "path": "partners.yaml",
            "line": 2,
            "column": 12,
            "end_line": 2,
            "end_column": 33,
            "entry": "Aurora Cloud",
            "index": 4,
            "programme": "partners",
            "field": ["website"],
            "fix": {"kind": "set", "summary": "write it", "value": "https://x.example"},
            "already_there": False,
            "waiver": None,
        }
    ]


def test_programs_learn_the_tool_the_rules_and_what_each_programme_has() -> None:
    written = report(
        finding(),
        finding(rule="own-rule", programme="people", already_there=True),
        finding(programme="people", severity=Severity.NOTICE),
        programmes=("partners", "people"),
        entries_of={"people": 1},
        left_out={finding().group: 7},
        left_out_digest="0" * 64,
    )
    data = json.loads(render(written))
    assert list(Draft7Validator(SCHEMA).iter_errors(data)) == []
    assert data["tool"]["name"] == "rollkeeper"
    assert data["tool"]["version"] == __version__
    page = "https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md"
    assert data["rules"] == {
        "own-rule": {"family": "requirements", "url": None},
        "website-insecure": {"family": "links", "url": f"{page}#website-insecure"},
    }
    assert data["by_programme"] == {
        "partners": {"error": 8, "warning": 0, "notice": 0},
        "people": {"error": 0, "warning": 0, "notice": 1, "entries": 1},
    }


def test_a_report_comes_back() -> None:
    assert read(render(full_report())) == without_texts(full_report())
    assert read(render(report(ran=(), skipped={}))) == without_texts(report(ran=(), skipped={}))


def test_what_was_left_unchecked_and_what_changed_come_back() -> None:
    written = report(incomplete="no network", changes={"partners": ("adds Fir", "removes Oak")})
    assert json.loads(render(written))["incomplete"] == "no network"
    assert read(render(written)) == without_texts(written)


@given(value=texts)
def test_any_text_comes_back(value: str) -> None:
    written = report(
        finding(
            message=value, path=value, entry=value, field=(value, 0), fix=Fix(FixKind.SET, value)
        ),
        finding(message=value, waiver=replace(WAIVER, reason=value, by=value)),
        skipped={"some-rule": value[:2_000]},
    )
    text = render(written)
    assert text.isascii()
    assert "##[" not in text
    assert as_data(read(text)) == as_data(written)
    if value == whole(value):
        assert read(text) == without_texts(written)


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    data = json.loads(render(full_report()))
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"version": 1, "version": 1}', "a key is twice"),
        ('{"version": NaN}', "not a whole number"),
        ('{"version": 1.0}', "not a whole number"),
        ('{"version": ' + "9" * 5_000 + "}", "not JSON"),
        ("[]", "is not of type 'object'"),
        ('"x"', "is not of type 'object'"),
        (" " * (MAX_REPORT_BYTES + 1), "bytes"),
        ("\u5b87" * (MAX_REPORT_BYTES // 2), "bytes"),
        (changed(lambda data: data.pop("ran")), "'ran' is a required property"),
        (changed(lambda data: data.update(version=2)), "version: 1 was expected"),
        (changed(lambda data: data.update(version=True)), "version: 1 was expected"),
        (changed(lambda data: data.update(more=1)), "Additional properties"),
        (changed(lambda data: data.update(today="2026-02-30")), "not a date"),
        (changed(lambda data: data.update(today="20261121")), "does not match"),
        (
            changed(lambda data: data["counts"].update(error=0)),
            "^the counts are not those of the findings$",
        ),
        (changed(lambda data: data["counts"].update(entries=-1)), "less than the minimum"),
        (
            changed(lambda data: data["findings"].pop()),
            "^the counts are not those of the findings$",
        ),
        (changed(lambda data: data["findings"][0].update(line=0)), "findings/0/line"),
        (changed(lambda data: data["findings"][0].update(line=True)), "findings/0/line"),
        (changed(lambda data: data["findings"][0].update(severity="fatal")), "is not one of"),
        (changed(lambda data: data["findings"][0].update(message="x" * 80_000)), "maxLength"),
        (changed(lambda data: data["skipped"].update({"a": 1})), "is not of type 'string'"),
        (changed(lambda data: data.update(ran=["x"] * 20_000)), "maxItems"),
    ],
)
def test_what_is_not_a_report_is_refused(text: str, message: str) -> None:
    with pytest.raises(ReportError, match=message) as caught:
        read(text)
    assert len(str(caught.value)) < 300
