"""A policy may ask for less than a day where a date is written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from communities import POLICY, check, community, found, loaded
from rollkeeper.loading.policy.policy_file import PolicyError

SCHEMA = {
    "type": "array",
    "items": {
        "properties": {
            "since": {"type": "string", "format": "date"},
            "terms": {"type": "array", "items": {"properties": {
                "start": {"type": "string", "format": "date"},
                "end": {"type": "string", "format": "date"},
            }}},
        }
    },
}  # fmt: skip
YEARS = """\
- {name: Alder, since: 2021}
- {name: Birch, since: "2022"}
- {name: Cedar, since: 2023-06}
- {name: Douglas, since: 2024-06-03}
"""


def written(root: Path, roster: str, dates: str) -> Path:
    policy = f"{POLICY}schema: schema.json\n{dates}"
    return community(root, roster, policy, policies__schema_json=json.dumps(SCHEMA))


def test_a_list_of_years_is_clean_with_one_line(tmp_path: Path) -> None:
    root = written(tmp_path, YEARS, "dates: {precision: year}\n")
    assert check(root).findings == ()


@pytest.mark.parametrize(
    ("dates", "lines"), [("", [1, 2, 3]), ("dates: {precision: month}\n", [1, 2])]
)
def test_other_lists_say_which_dates_are_too_short(
    dates: str, lines: list[int], tmp_path: Path
) -> None:
    findings = check(written(tmp_path, YEARS, dates)).findings
    assert [each.place.line for each in findings] == lines


@pytest.mark.parametrize("value", ["21", "20210", "2021-13", "2021.5", "true", "yesterday"])
def test_one_finding_for_what_is_no_year(value: str, tmp_path: Path) -> None:
    root = written(tmp_path, f"- {{name: Alder, since: {value}}}\n", "dates: {precision: year}\n")
    assert len(check(root).findings) == 1


def test_a_term_ends_with_the_last_day_of_its_year(tmp_path: Path) -> None:
    roster = "- name: Ada\n  terms: [{start: 2025, end: 2026}, {start: 2023-02, end: 2024-02}]\n"
    root = written(tmp_path, roster, "dates: {precision: year}\nrules: {term-gap: off}\n")
    terms = loaded(root).programmes[0].terms
    assert [(each.start, each.end) for each in terms] == [
        (date(2025, 1, 1), date(2026, 12, 31)),
        (date(2023, 2, 1), date(2024, 2, 29)),
    ]
    assert not found(check(root, date(2026, 12, 31)), "term-ended")
    [ended] = found(check(root, date(2027, 1, 1)), "term-ended")
    assert "the term ended on 2026-12-31" in ended.message


@pytest.mark.parametrize(
    "dates", ["dates: year\n", "dates: {precision: week}\n", "dates: {precison: year}\n"]
)
def test_a_wrong_precision_is_an_error_in_the_policy(dates: str, tmp_path: Path) -> None:

    with pytest.raises(PolicyError) as raised:
        check(written(tmp_path, YEARS, dates))
    [error] = raised.value.errors
    assert error.place.line == 4


@pytest.mark.parametrize("withdrawn", ["2024", "2026", "2026-11", "2026-11-21"])
def test_requirements_read_years_as_well(withdrawn: str, tmp_path: Path) -> None:
    roster = f"- {{name: Alder, status: withdrawn, withdrawn: {withdrawn}}}\n"
    report = check(community(tmp_path, roster, "extends: adopters\nroster: partners.yaml\n"))
    assert [each for each in report.findings if each.counts] == []
