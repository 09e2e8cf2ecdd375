"""Text of strangers in a report and in the audit's issue, and more of it than fits."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

import act_on_audit
from attacks.stage import STATUS, Ran, Stage, assert_harmless
from forge.proposals import ROLL
from reports.samples import finding, report
from rollkeeper.jobs.audit.plan import Plan
from rollkeeper.reports.json.write import as_data

AUDIT = ".github/workflows/audit.yml"
HOSTILE = (
    "@octocat",
    "@octo-community/everyone",
    "#1",
    "GH-1",
    "octo-community/rosters#1",
    "0123456789abcdef0123456789abcdef01234567",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<!-- rollkeeper:pull-request {} -->",
    "--> <h1>x</h1>",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example/x",
    "www.evil.example",
    "``` \n# Heading",
    "| a | b |\n|---|---|",
    "::error::forged",
    "##[error]forged",
    "%0A::add-mask::forged",
    ":rocket: $x$ {{ y }}",
)


def test_a9_hostile_words_in_every_field_are_text(stage: Stage) -> None:
    entries = [{"name": text, "country": text, "contact": text, text: text} for text in HOSTILE]
    roster = ROLL + "".join(f"- {json.dumps(entry)}\n" for entry in entries)
    pull = stage.propose({"partners.yaml": roster})
    ran = stage.report(pull)
    assert ran is not None
    assert_harmless(stage.comment(pull))
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]
    quiet = ""
    for line in ran.log.splitlines():
        stop = re.fullmatch(r"::stop-commands::(\w+)", line)
        if quiet:
            quiet = "" if line == f"::{quiet}::" else quiet
        elif stop:
            quiet = stop[1]
        elif line.startswith(("::", "##[")):
            assert line.startswith(("::error file=", "::warning file=", "::notice file="))
    assert "forged" not in stage.newest_status(pull)


def test_a21_counts_are_of_all_findings_however_many_fit(stage: Stage) -> None:
    roster = ROLL + "".join(f"- name: Entry {number}\n  land: x\n" for number in range(4_000))
    pull = stage.propose({"partners.yaml": roster})
    stage.report(pull)
    text = stage.comment(pull)
    assert len(text) <= 65_536
    assert re.search(r"### Rollkeeper: needs work: [48],\d{3} errors", text)
    assert re.search(r"[48],\d{3} errors", stage.newest_status(pull))


def audit(stage: Stage, text: str, job_name: str = "act", *more: str) -> Ran:
    """Have a job that acts read a result that holds this as its report."""
    ran, run = Ran(), str(next(stage.runs))
    (stage.folder / "policies").mkdir(exist_ok=True)
    (stage.folder / "policies" / "partners.yaml").write_text("roster: partners.yaml\n", "utf-8")
    (stage.folder / "partners.yaml").write_text("- name: Alder\n", "utf-8")
    now = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
    night = stage.folder / "night.json"
    result = f'{{"version": 1, "now": "{now.isoformat()}", "history": {{"version": 1}}, "report": {text}}}'
    night.write_text(result, "utf-8")
    job = stage.worker(ran, run, {}, AUDIT)
    told = {"NIGHT": str(night), "PLAN": json.dumps(Plan(now, 1).as_data())}
    job(job_name, lambda: act_on_audit.main([*more, "--root", str(stage.folder)]), told)
    return ran


def spread(value: Any) -> Any:
    """Put hostile text wherever there is free text."""
    if isinstance(value, dict):
        free = ("message", "entry")
        return {key: HOSTILE[6] if key in free else spread(each) for key, each in value.items()}
    return [spread(each) for each in value] if isinstance(value, list) else value


def test_f14_markdown_everywhere_in_an_audit_s_report_is_text(stage: Stage) -> None:
    data = spread(as_data(report(finding())))
    audit(stage, json.dumps(data))
    (issue,) = stage.github.issues
    assert "onerror=alert" in issue["body"]
    assert_harmless(issue["body"])


def failed_after_a_good_night(stage: Stage, *reports: str) -> None:
    """Assert that after these reports the issue of a good night says that nothing is known."""
    audit(stage, json.dumps(as_data(report(finding()))))
    (issue,) = stage.github.issues
    good = issue["body"].partition("**1 error**")[2]
    assert good
    for each in reports:
        audit(stage, each)
    (issue,) = stage.github.issues
    assert issue["state"] == "open"
    assert "> **The audit failed before it could report anything on " in issue["body"]
    assert issue["body"].endswith(good)


@pytest.mark.parametrize("counts", [{"error": 0}, {"error": -1}, {"error": "many"}, None])
def test_f15_wrong_counts_are_no_report(stage: Stage, counts: object) -> None:
    data = {**as_data(report(finding())), "counts": counts}
    failed_after_a_good_night(stage, json.dumps(data))


def test_f16_no_report_closes_no_issue(stage: Stage) -> None:
    failed_after_a_good_night(stage, "", "{}", "[]", "null", "x" * 120_000)


def test_a_dry_run_writes_nothing_and_prints_what_it_would(stage: Stage) -> None:
    """With the token of its job, which could write nothing."""
    ran = audit(stage, json.dumps(as_data(report(finding()))), "preview", "--dry-run")
    assert ran.statuses == {"preview": 0}
    assert stage.github.written() == []
    assert "would open the issue" in ran.log
    broken = audit(stage, "{}", "preview", "--dry-run")
    assert broken.statuses == {"preview": 3}
    assert "The audit left no result that can be read" in broken.log
    assert (stage.github.written(), stage.github.issues) == ([], [])
