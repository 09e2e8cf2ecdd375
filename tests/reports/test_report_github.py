"""The report as workflow commands."""

from __future__ import annotations

import re
from textwrap import dedent

from hypothesis import given

from hostile import texts
from reports.samples import finding, full_report, report
from rollkeeper.model.policy import Severity
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import Place
from rollkeeper.reports.formats.github import render
from rollkeeper.reports.rendering import Detail, RenderSettings

COMMAND = re.compile(
    r"::(?:error|warning|notice) file=[^:,]*,line=\d+,endLine=\d+(?:,col=\d+,endColumn=\d+)?"
    r",title=[^:,]*::.*"
)


def test_findings_become_commands_the_gravest_first() -> None:
    assert render(full_report()) == dedent("""\
        ::error file=logos/aurora.svg,line=1,endLine=1,col=1,endColumn=1,title=svg-script::Aurora Cloud: `<script>` in a logo runs for every reader%0AMore: https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#svg-script
        ::error file=partners.yaml,line=2,endLine=2,col=12,endColumn=33,title=website-insecure::Aurora Cloud: `http://aurora.example` is not https: write `https://aurora.example`%0AMore: https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#website-insecure
        ::warning file=partners.yaml,line=4,endLine=4,col=12,endColumn=49,title=website-tracking::宇宙 云: `utm_source` only tracks visitors%0ARun `rollkeeper fix` to fix this: write `https://uzhou.example/`%0AMore: https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#website-tracking
        2 entries of 1 programme checked with 3 rules: 2 errors, 1 warning, 0 notices; 1 already there, 1 waived; websites not checked (offline)
        """)  # fmt: skip


def test_a_verbose_report_says_what_was_skipped() -> None:
    text = render(full_report(), RenderSettings(detail=Detail.VERBOSE))
    assert text.endswith(
        "Checked 2 entries of 1 programme (partners) with 3 rules on 2026-11-21.\n"
        "Skipped website-unreachable: offline\n"
    )


def test_a_stretch_of_several_lines_has_no_columns() -> None:
    command = render(report(finding(place=Place(2, 3, 4, 5)))).splitlines()[0]
    assert command.startswith(
        "::error file=partners.yaml,line=2,endLine=4,title=website-insecure::"
    )


def test_ten_of_each_level_are_shown_and_the_rest_counted() -> None:
    errors = [finding(place=Place(line, 1, line, 2)) for line in range(1, 24)]
    notices = [
        finding(place=Place(line, 1, line, 2), severity=Severity.NOTICE) for line in range(1, 12)
    ]
    lines = render(report(*notices, *errors)).splitlines()
    assert [line.partition(" ")[0] for line in lines[:22]] == [
        *["::error"] * 10, "Shown", *["::notice"] * 10, "Shown"
    ]  # fmt: skip
    assert lines[10] == "Shown as annotations: the first 10 of 23 errors. GitHub shows 10 a step."
    assert lines[21] == "Shown as annotations: the first 10 of 11 notices. GitHub shows 10 a step."


def test_a_report_of_nothing_is_an_error() -> None:
    first = render(report(ran=(), skipped={})).splitlines()[0]
    assert (
        first
        == "::error title=rollkeeper::Nothing was checked, so this run does not count as passing."
    )


@given(value=texts)
def test_no_text_becomes_a_command(value: str) -> None:
    findings = [
        finding(message=value, path=value, entry=value, rule=value, fix=Fix(FixKind.SET, value)),
        finding(message=value, severity=Severity.WARNING, already_there=True),
    ]
    text = render(report(*findings, skipped={value: value}, programmes=(value,)))
    lines = text.split("\n")
    assert not re.search("[\x7f-\x9f\u202a-\u202e]", text)
    assert not re.search("[\x00-\x08\x0b-\x1f]", text)
    assert COMMAND.fullmatch(lines[0])
    assert not [line for line in lines[1:] if line.strip().startswith("::")]
    assert not [line for line in lines[1:] if "##[" in line]
