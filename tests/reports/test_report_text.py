"""The report for a terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import texts
from reports.samples import WAIVER, finding, full_report, report
from rollkeeper.model.policy import Severity
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import Place
from rollkeeper.reports.formats.text import render
from rollkeeper.reports.rendering import RenderSettings
from rollkeeper.reports.source_lines import Lines, columns


def test_a_report_groups_by_file_and_quotes_the_line() -> None:
    assert render(full_report()) == dedent("""\
        logos/aurora.svg
          1:1      error   svg-script (Aurora Cloud)
            `<script>` in a logo runs for every reader

        partners.yaml
          2:12     error   website-insecure (Aurora Cloud)
            `http://aurora.example` is not https: write `https://aurora.example`
             2 |   website: http://aurora.example
               |            ^^^^^^^^^^^^^^^^^^^^^
          4:12     warning website-tracking (宇宙 云)
            `utm_source` only tracks visitors
             4 |   website: https://uzhou.example/?utm_source=roster
               |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            Run `rollkeeper fix` to fix this: write `https://uzhou.example/`

        Already there before this change (1):
          partners.yaml:5 blank-edges (宇宙 云): `宇宙云 is  a cloud` holds doubled blanks

        Waived (1):
          partners.yaml:3 missing-field (宇宙 云): `logo` is missing
            waived by octocat until 2027-05-31: the logo follows in May

        2 errors, 1 warning, 0 notices; 1 already there, 1 waived
        Checked 2 entries of 1 programme (partners) with 3 rules on 2026-11-21.
        Skipped 1 rule:
          offline: website-unreachable
        """)


def test_a_clean_report_says_what_was_looked_at() -> None:
    assert render(report(skipped={})) == dedent("""\
        0 errors, 0 warnings, 0 notices
        Checked 2 entries of 1 programme (partners) with 3 rules on 2026-11-21.
        """)


def test_a_report_of_nothing_is_no_pass() -> None:
    nothing = report(ran=(), skipped={}, programmes=(), entries=0)
    assert render(nothing).startswith(
        "Nothing was checked, so this run does not count as passing.\n"
    )


def test_colour_marks_and_changes_no_word() -> None:
    coloured = render(full_report(), RenderSettings(colour=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(full_report())
    assert "\x1b[1;31merror  \x1b[0m" in coloured


@pytest.mark.parametrize(
    ("line", "place", "width", "quoted"),
    [
        ("a: bc", (4, 6), 40, ("a: bc", "   ^^")),
        ("a: bc", (6, 6), 40, ("a: bc", "     ^")),
        ("a: bc", (99, 120), 40, ("a: bc", "     ^")),
        ("宇宙: 云 x", (5, 6), 40, ("宇宙: 云 x", "      ^^")),
        ("\ta: b", (5, 6), 40, (" a: b", "    ^")),
        ("a\x1b[31m: b", (1, 2), 40, ("a<U+001B>[31m: b", "^")),
        ("e\u0301: b", (5, 6), 40, ("e\u0301: b", "   ^")),
        ("x" * 50 + "VALUE" + "y" * 50, (51, 56), 20, ("…xxxxxxxxxVALUEyyyy…", "          ^^^^^")),
        ("x" * 50 + "VALUE", (51, 56), 20, ("…xxxxxxxxxxxxxxVALUE", "               ^^^^^")),
        ("k: " + "v" * 50, (4, 54), 20, ("k: vvvvvvvvvvvvvvvv…", "   ^^^^^^^^^^^^^^^^^")),
        ("k: " + "云" * 50, (4, 54), 20, ("k: 云云云云云云云云…", "   ^^^^^^^^^^^^^^^^^")),
    ],
)
def test_the_caret_stands_under_the_value(
    line: str, place: tuple[int, int], width: int, quoted: tuple[str, str]
) -> None:
    lines = Lines({"r.yaml": f"# first\r\n{line}\r\n"})
    assert lines.quote("r.yaml", Place(2, place[0], 2, place[1]), width) == quoted


def test_a_value_of_several_lines_is_marked_to_the_end_of_the_first() -> None:
    quote = Lines({"r.yaml": "a: |\n  b\n"}).quote("r.yaml", Place(1, 4, 3, 1), 40)
    assert quote == ("a: |", "   ^")


def test_what_is_not_known_is_not_quoted() -> None:
    lines = Lines({"r.yaml": "a: b"})
    assert lines.quote("other.yaml", Place(1, 1, 1, 1), 40) is None
    assert lines.quote("r.yaml", Place(7, 1, 7, 1), 40) is None


@given(line=texts, column=st.integers(1, 80), length=st.integers(0, 80), width=st.integers(20, 60))
def test_a_quote_fits_its_width(line: str, column: int, length: int, width: int) -> None:
    quote = Lines({"r": line}).quote("r", Place(1, column, 1, column + length), width)
    assert quote is not None
    assert columns(quote.line) <= width
    assert len(quote.carets) <= width + 1
    assert "^" in quote.carets


@given(value=texts, colour=st.booleans())
def test_no_text_moves_the_cursor_or_speaks_to_a_runner(value: str, *, colour: bool) -> None:
    waiver = replace(WAIVER, reason=value, by=value)
    hostile = {"message": value, "path": value, "entry": value, "rule": value}
    text = render(
        report(
            finding(**hostile, fix=Fix(FixKind.SET, value, value)),
            finding(message=value, severity=Severity.NOTICE),
            finding(**hostile, already_there=True),
            finding(**hostile, waiver=waiver),
            texts={value: value, "partners.yaml": f"a\n{value}"},
            skipped={value: value},
            programmes=(value,),
        ),
        RenderSettings(colour=colour),
    )
    plain = re.sub(r"\x1b\[(?:0|1|2|33|36|1;31)m", "", text) if colour else text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", plain)
    assert "##[" not in plain
    assert not [line for line in plain.splitlines() if line.strip().startswith("::")]
