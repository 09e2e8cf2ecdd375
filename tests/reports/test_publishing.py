"""Nothing that is published repeats the address or number of a person; a terminal of one's own may."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from communities import community, loaded
from rollkeeper.engine.run import Options, run
from rollkeeper.fixing.suggestions import suggestions
from rollkeeper.grammar.bodies import Body, Marker
from rollkeeper.jobs.audit.issues.content import content_of
from rollkeeper.jobs.audit.issues.memory import remembered
from rollkeeper.jobs.audit.issues.nights import programme_nights
from rollkeeper.jobs.audit.issues.text import Links, text_of
from rollkeeper.jobs.cli import main
from rollkeeper.model.history import History
from rollkeeper.model.policy import Waiver
from rollkeeper.model.report import Report
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import START
from rollkeeper.model.verdict import Verdict
from rollkeeper.reports import pull_request
from rollkeeper.reports.formats import FORMATS
from rollkeeper.reports.json import handover
from rollkeeper.reports.json import verdict as verdict_json
from rollkeeper.reports.publishing import published
from rollkeeper.reports.rendering import RenderSettings, render
from rollkeeper.rules import catalogue

ADDRESS, NUMBER = "ann@home.example", "+49 30 1234567"
POLICY = f"""\
roster: partners.yaml
fields: {{email: contact}}
waivers:
- {{rule: name-markup, entry: {ADDRESS}, until: 2027-01-01, by: bo@home.example, reason: ask {ADDRESS}}}
"""
ROSTER = f"""\
- name: {ADDRESS}
  contact: {ADDRESS.replace("@", "@@")} {ADDRESS} {NUMBER}
- name: "Call <b>{NUMBER}</b>"
  contact: Ann <{ADDRESS}>
- name: {ADDRESS}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return community(tmp_path / "community", ROSTER, POLICY)


@pytest.fixture
def report(root: Path) -> Report:
    """Return a report that has an address or a number in every field that can have one."""
    found = run(Options(root, today=date(2026, 11, 21)))
    assert any(ADDRESS in each.message for each in found.findings)
    first = replace(
        found.findings[0],
        fix=Fix(FixKind.SET, f"write {ADDRESS}", ADDRESS),
        waiver=Waiver("x", ADDRESS, f"ask {ADDRESS}", date(2027, 1, 1), ADDRESS, "p.yaml", START),
    )
    return replace(
        found,
        findings=(*found.findings, first),
        skipped={"x": f"ask {ADDRESS}"},
        changes={"partners": (f"adds {ADDRESS}",)},
        incomplete=f"call {NUMBER}",
    )


def clean(text: str) -> bool:
    return ADDRESS not in text and "1234567" not in text and "home.example" not in text


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_repeats_an_address_where_others_read_it(form: str, report: Report) -> None:
    shown = render(report, form, RenderSettings(public=True, catalogue=catalogue()))
    assert clean(shown)
    assert ADDRESS in render(report, form, RenderSettings(catalogue=catalogue()))


def test_neither_the_comment_nor_the_issue_repeats_an_address(report: Report, root: Path) -> None:
    verdict = Verdict(number=1, head="0" * 40, base="1" * 40, day=1, report=report)
    assert clean(pull_request.render(verdict, pull_request.ReportContext("octo/rosters")))
    day = date(2026, 11, 22)
    (night,) = programme_nights(loaded(root), report, History(), day, {})
    content = content_of(night, None)
    text = text_of(content, Links("https://github.com/octo/rosters/blob/main"))
    issue = Body(Marker("audit", "partners", content.digest), text).whole()
    assert "***@" in issue
    assert clean(issue)
    assert clean(str(remembered(issue)))


def test_no_output_of_a_job_repeats_an_address(report: Report) -> None:
    """M2: what one job passes to another is printed in the log of the second."""
    assert clean(json.dumps(handover.packed(report)))
    verdict = Verdict(number=1, head="0" * 40, base="1" * 40, day=1, report=report)
    assert clean(json.dumps(verdict_json.packed(verdict)))


def test_what_is_masked_is_counted_and_placed_as_before(report: Report) -> None:
    shown = published(report)
    assert [each.place for each in shown.findings] == [each.place for each in report.findings]
    assert shown.count() == report.count()
    assert published(shown) == shown


def test_a_value_to_write_is_left_out_rather_than_masked(report: Report) -> None:
    fix = published(report).findings[-1].fix
    assert fix is not None
    assert (fix.value, fix.summary) == (None, "write ***@****.*******")


def test_lines_with_an_address_are_not_suggested() -> None:
    """M3: whoever accepts a suggestion with a mask in it loses the address; one without tells it."""
    before = f"- name: Ann \n- contact: {ADDRESS} \n- name: Bo \n"
    after = before.replace(" \n", "\n")
    offered = suggestions(before, after, "partners.yaml", range(1, 4))
    assert offered == ()
    apart = before.replace("- name: Bo", "- name: Bo\n- name: Cy")
    tidy = apart.replace("Ann \n", "Ann\n").replace("Cy \n", "Cy\n")
    offered = suggestions(apart, tidy, "partners.yaml", range(1, 6))
    assert [each.text for each in offered] == ["- name: Ann", "- name: Cy"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_line_masks_in_a_run_of_actions_alone(
    form: str, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["check", "--root", str(root), "--offline", "--format", form]
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    main(command)
    assert ADDRESS in capsys.readouterr().out
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    main(command)
    assert clean(capsys.readouterr().out)


@pytest.mark.parametrize("command", [["fix", "--dry-run"], ["render", "--check"]])
def test_a_difference_in_a_log_is_masked(
    command: list[str],
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (root / "policies" / "partners.yaml").write_text(
        "roster: partners.yaml\npage: README.md\nfields: {email: contact}\n", encoding="utf-8"
    )
    (root / "partners.yaml").write_text(ROSTER.replace("\n", " \n"), encoding="utf-8")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    main([*command, "--root", str(root)])
    assert ADDRESS in capsys.readouterr().out.replace("<!-- -->", "")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    main([*command, "--root", str(root)])
    shown = capsys.readouterr().out
    assert "README.md" in shown or "partners.yaml" in shown
    assert clean(shown.replace("<!-- -->", ""))
