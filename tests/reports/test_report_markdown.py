"""The report for summaries, comments and issues."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import texts
from rendered import rendered
from reports.samples import WAIVER, finding, full_report, report
from rollkeeper.model.limits import MAX_COMMENT
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import Place
from rollkeeper.reports.formats.markdown import render

ALLOWED = {"h3", "h4", "p", "strong", "code", "ul", "li", "em"}


def test_a_report_groups_by_file_and_entry() -> None:
    assert render(full_report()) == dedent("""\
        ### Rollkeeper: 2 errors, 1 warning, 0 notices; 1 already there, 1 waived

        Checked 2 entries of 1 programme (partners) with 3 rules on 2026-11-21.

        #### Found

        **`logos/aurora.svg`**

        `Aurora Cloud`

        - **error** line 1, [`svg-script`](https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#svg-script): `<script>` in a logo runs for every reader

        **`partners.yaml`**

        `Aurora Cloud`

        - **error** line 2, [`website-insecure`](https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#website-insecure): `http://aurora.example` is not https: write `https://aurora.example`

        `宇宙 云`

        - **warning** line 4, [`website-tracking`](https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#website-tracking): `utm_source` only tracks visitors
          Run `rollkeeper fix` to fix this: write `https://uzhou.example/`

        #### Already there before this change

        **`partners.yaml`**

        `宇宙 云`

        - **notice** line 5, [`blank-edges`](https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#blank-edges): `宇宙云 is a cloud` holds doubled blanks

        #### Waived

        **`partners.yaml`**

        `宇宙 云`

        - **error** line 3, [`missing-field`](https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#missing-field): `logo` is missing
          waived by octocat until 2027-05-31: the logo follows in May

        #### Skipped 1 rule

        - `website-unreachable`: offline
        """)  # fmt: skip


def test_a_clean_report_is_short() -> None:
    assert render(report(skipped={})) == (
        "### Rollkeeper: 0 errors, 0 warnings, 0 notices\n\n"
        "Checked 2 entries of 1 programme (partners) with 3 rules on 2026-11-21.\n"
    )


def test_a_report_of_nothing_is_no_pass() -> None:
    assert "**Nothing was checked, so this run does not count as passing.**" in render(
        report(ran=())
    )


def test_a_long_report_is_cut_after_an_entry_and_says_so() -> None:
    findings = [
        finding(entry=f"Partner {number}", place=Place(number, 1, number, 2))
        for number in range(1, 2_001)
    ]
    whole = render(report(*findings))
    cut = render(report(*findings), limit=MAX_COMMENT)
    assert len(whole) > MAX_COMMENT
    assert len(cut) <= MAX_COMMENT
    shown = cut.count("- **error**")
    assert f"`Partner {shown}`" in cut
    assert cut.endswith(
        f"\n*Shown: the first {shown} of 2,000 findings.*\n\n#### Skipped 1 rule\n\n- `website-unreachable`: offline\n"
    )


def test_skipped_rules_give_way_to_findings() -> None:
    skipped = {f"rule-{number}": "offline" for number in range(500)}
    text = render(report(finding(), skipped=skipped), limit=4_000)
    assert len(text) <= 4_000
    assert "`Aurora Cloud`" in text
    assert text.endswith("#### Skipped 500 rules\n")


@given(value=texts)
def test_no_text_becomes_anything_but_text(value: str) -> None:
    hostile = {"message": f"`{value}` {value}", "path": value, "entry": value, "rule": value}
    text = render(
        report(
            finding(**hostile, fix=Fix(FixKind.SET, value, value)),
            finding(**hostile, already_there=True),
            finding(**hostile, waiver=replace(WAIVER, reason=value, by=value)),
            skipped={value: value},
            programmes=(value,),
        )
    )
    got = rendered(text)
    assert {tag for tag, _ in got.tags} <= ALLOWED
    assert not [attributes for _, attributes in got.tags if attributes]
    assert got.references == []
    assert [tag for tag, _ in got.tags].count("li") == 4


@pytest.mark.parametrize("limit", [1_500, 3_000])
@given(values=st.lists(texts, max_size=30))
def test_the_limit_holds(limit: int, values: list[str]) -> None:
    findings = [finding(message=value, entry=value) for value in values]
    text = render(report(*findings, skipped=dict.fromkeys(values, "offline")), limit=limit)
    assert len(text) <= limit
