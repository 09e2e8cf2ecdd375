"""The report for a terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import texts
from reports.samples import WAIVER, finding, full_report, report
from rollkeeper.model.policy import Severity
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import Place
from rollkeeper.reports.formats.text import render
from rollkeeper.reports.rendering import Detail, RenderSettings
from rollkeeper.reports.source_lines import Lines, columns


def test_a_report_gives_places_messages_and_lines() -> None:
    assert render(full_report()) == dedent("""\
        logos/aurora.svg:1:1 (Aurora Cloud)
          error svg-script: `<script>` in a logo runs for every reader

        partners.yaml:2:12 (Aurora Cloud)
          error website-insecure: `http://aurora.example` is not https: write `https://aurora.example`
          1 | - name: Aurora Cloud
          2 |   website: http://aurora.example
            |            ^^^^^^^^^^^^^^^^^^^^^
          3 | - name: 宇宙 云

        partners.yaml:4:12 (宇宙 云)
          warning website-tracking: `utm_source` only tracks visitors
          3 | - name: 宇宙 云
          4 |   website: https://uzhou.example/?utm_source=roster
            |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          5 |   description: 宇宙云 is  a cloud
          Run `rollkeeper fix` to fix this: write `https://uzhou.example/`

        Already there before this change (1):
          partners.yaml:5:16 blank-edges (宇宙 云): `宇宙云 is  a cloud` holds doubled blanks

        Waived (1):
          partners.yaml:3:3 missing-field (宇宙 云): `logo` is missing
            waived by octocat until 2027-05-31: the logo follows in May

        2 entries of 1 programme checked with 3 rules: 2 errors, 1 warning, 0 notices; 1 already there, 1 waived; websites not checked (offline)
        1 fixable with `rollkeeper fix`
        """)


def test_a_clean_report_is_one_line() -> None:
    assert (
        render(report(skipped={})) == "2 entries of 1 programme checked with 3 rules: no findings\n"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"skipped": {"website-unreachable": "offline"}}, "websites not checked (offline)"),
        (
            {
                "skipped": {"website-unreachable": "offline", "website-parked": "offline"}
                | {"company-cap": "the policy sets no `most`"}
            },
            "websites not checked (offline); 1 other rule skipped (-v says why)",
        ),
        (
            {
                "skipped": {"websites": "1 address was judged by form only"},
                "ran": ("website-parked",),
            },
            "1 address was judged by form only",
        ),
        (
            {"skipped": {"website-empty": "offline (partners)"}, "ran": ("website-empty",)},
            "",
        ),
        (
            {"skipped": {"website-empty": "switched off"}, "ran": ("website-parked",)},
            "1 rule skipped (-v says why)",
        ),
        ({"skipped": {"logo-blank": "the policy names no logo folder"}}, "logos not checked"),
    ],
)
def test_what_was_not_checked_is_said_shortly(changes: dict[str, Any], said: str) -> None:
    text = render(report(**changes))
    assert text.startswith("2 entries of 1 programme checked with ")
    assert ": no findings" in text
    assert said in text
    assert text.count("\n") == 1
    assert bool(said) is ("; " in text)


def test_findings_of_one_place_share_a_quote() -> None:
    fields = ("website", "logo", "tier", "status", "since", "contact")
    six = [finding(rule="missing-field", message=f"`{field}` is missing") for field in fields]
    lines = render(report(*six)).splitlines()
    assert len([line for line in lines if line.startswith("  error missing-field: ")]) == 6
    assert len([line for line in lines if "^^^" in line]) == 1
    assert len(lines) == 1 + 6 + 4 + 1 + 1


def test_a_verbose_report_says_what_was_skipped_and_where_rules_are_described() -> None:
    text = render(full_report(), RenderSettings(detail=Detail.VERBOSE))
    assert (
        "    https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#svg-script\n" in text
    )
    assert text.endswith(
        "Checked with 3 rules on 2026-11-21.\nSkipped 1 rule:\n  offline: website-unreachable\n"
    )


def test_a_quiet_report_has_findings_and_nothing_else() -> None:
    quiet = RenderSettings(detail=Detail.QUIET)
    assert render(report(), quiet) == ""
    text = render(full_report(), quiet)
    assert "website-insecure" in text
    assert "Waived" not in text
    assert "checked" not in text
    broken = report(incomplete="the network fails")
    assert render(broken, quiet) == "This is not a pass: the network fails.\n"


def test_statistics_count_each_rule_with_what_is_left_out() -> None:
    group = finding().group
    text = render(replace(full_report(), left_out={group: 1_200}), RenderSettings(statistics=True))
    assert text.startswith(
        "1,201 error   website-insecure\n    1 error   svg-script\n    1 warning website-tracking\n\n"
    )
    assert "^^^" not in text


def test_a_terminal_gets_links_and_wrapped_lines() -> None:
    settings = RenderSettings(interactive=True, width=50)
    text = render(full_report(), settings)
    link = (
        "\x1b]8;;https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#svg-script\x1b\\"
    )
    assert f"  error {link}svg-script\x1b]8;;\x1b\\: `<script>`" in text
    bare = re.sub(r"\x1b]8;;[^\x1b]*\x1b[\\]", "", text)
    assert "\x1b" not in bare
    assert max(map(columns, bare.splitlines())) <= 50
    one_line = " ".join(render(full_report()).split())
    assert " ".join(bare.split()).startswith(one_line[:150])


def test_a_requirement_of_the_community_has_no_address() -> None:
    settings = RenderSettings(interactive=True, detail=Detail.VERBOSE)
    assert "rules.md" not in render(report(finding(rule="own-rule")), settings)


def test_a_report_of_nothing_is_no_pass() -> None:
    nothing = report(ran=(), skipped={}, programmes=(), entries=0)
    assert render(nothing).startswith(
        "Nothing was checked, so this run does not count as passing.\n"
    )


def test_colour_marks_and_changes_no_word() -> None:
    coloured = render(full_report(), RenderSettings(colour=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(full_report())
    assert "\x1b[1;31merror\x1b[0m" in coloured


@pytest.mark.parametrize(
    ("line", "place", "width", "quoted"),
    [
        ("a: bc", (4, 6), 40, ("a: bc", "   ^^")),
        ("a: bc", (6, 6), 40, ("a: bc", "     ^")),
        ("a: bc", (99, 120), 40, ("a: bc", "     ^")),
        ("宇宙: 云 x", (5, 6), 40, ("宇宙: 云 x", "      ^^")),
        ("\ta: b", (5, 6), 40, ("→a: b", "    ^")),
        ("a:\u00a0b", (1, 2), 40, ("a:<U+00A0>b", "^")),
        ("a: b  ", (5, 7), 40, ("a: b··", "    ^^")),
        ("a: b  ", (1, 5), 40, ("a: b", "^^^^")),
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
    quote = lines.quote("r.yaml", Place(2, place[0], 2, place[1]), width)
    assert quote == ("# first", *quoted, None)


def test_a_value_of_several_lines_is_marked_to_the_end_of_the_first() -> None:
    quote = Lines({"r.yaml": "a: |\n  b\n"}).quote("r.yaml", Place(1, 4, 3, 1), 40)
    assert quote == (None, "a: |", "   ^", "  b")


def test_what_is_not_known_is_not_quoted() -> None:
    lines = Lines({"r.yaml": "a: b"})
    assert lines.quote("other.yaml", Place(1, 1, 1, 1), 40) is None
    assert lines.quote("r.yaml", Place(7, 1, 7, 1), 40) is None


@given(line=texts, column=st.integers(1, 80), length=st.integers(0, 80), width=st.integers(20, 60))
def test_a_quote_fits_its_width(line: str, column: int, length: int, width: int) -> None:
    quote = Lines({"r": line}).quote("r", Place(1, column, 1, column + length), width)
    assert quote is not None
    assert columns(quote.line) <= width
    assert quote.before is None or columns(quote.before) <= width
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
