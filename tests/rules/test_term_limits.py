"""Limits on how long people serve, who holds a seat over, editions, and companies of one group."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from communities import check, community, found, loaded
from rollkeeper.model.report import Finding
from rollkeeper.pages import page_text

Spans = list[tuple[str, str]]


def findings(
    folder: Path, rule: str, options: str, roster: str, *, today: str = "2026-11-21"
) -> list[Finding]:
    policy = f"roster: partners.yaml\nrules:\n  {rule}: {options}\n"
    return found(check(community(folder, roster, policy), date.fromisoformat(today)), rule)


def person(spans: Spans, name: str = "Ada", **fields: str) -> str:
    lines = [f"- name: {name}", *(f"  {key}: {value}" for key, value in fields.items()), "  terms:"]
    return "\n".join([*lines, *(f"    - {{start: {a}, end: {b}}}" for a, b in spans), ""])


FOUR = [
    (f"{year}-03-01", f"{year + 1}-02-{28 + ((year + 1) % 4 == 0)}") for year in range(2020, 2024)
]


@pytest.mark.parametrize(
    ("options", "spans", "said"),
    [
        ("{years: 4}", FOUR, []),
        ("{years: 3.5}", FOUR, ["with this term it is 4 years in a row since 2020-03-01, but at most 3.5 years"]),
        ("{years: 4, break_months: 12}", [*FOUR, ("2024-03-01", "2025-02-28")],
         ["5 years in a row since 2020-03-01, but at most 4 years are allowed; the next term may start on 2025-03-01"]),
        ("{years: 4, break_months: 12}", [*FOUR, ("2025-02-28", "2026-02-27")],
         ["5 years in a row since 2020-03-01"]),
        ("{years: 4, break_months: 12}", [*FOUR, ("2025-03-01", "2026-02-28")], []),
        ("{years: 4, break_days: 30}", [*FOUR, ("2024-03-31", "2025-03-30")], ["5 years in a row"]),
        ("{years: 4, break_days: 30}", [*FOUR, ("2024-04-01", "2025-03-31")], []),
        ("{years: 1}", [("2024-03-01", "2025-03-01")], ["1 year and 1 day in a row since 2024-03-01"]),
        ("{years: 1, tolerance_days: 1}", [("2024-03-01", "2025-03-01")], []),
        ("{terms: 1, break_months: 6}", [("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-12-31")],
         ["this is term 2 in a row since 2024-01-01, but at most 1 are allowed; the next term may start on 2025-07-01"]),
        # Two years, with a 29 February in the first or the second, are two years whatever lies between.
        ("{total_years: 2}", [("2024-03-01", "2025-02-28"), ("2027-03-01", "2028-02-29")], []),
        ("{total_years: 2}", [("2023-03-01", "2024-02-29"), ("2026-03-01", "2027-02-28")], []),
        ("{total_years: 2}", [("2020-01-01", "2021-12-31"), ("2025-01-01", "2025-01-31")],
         ["2 years and 1 month in all since 2020-01-01, but at most 2 years are allowed"]),
        # A day that two terms share is counted once.
        ("{total_years: 2}", [("2020-01-01", "2020-12-31"), ("2020-12-31", "2021-12-31")], []),
    ],
)  # fmt: skip
def test_years_in_office_are_limited(
    tmp_path: Path, options: str, spans: Spans, said: list[str]
) -> None:
    there = findings(tmp_path, "too-many-terms", options, person(spans))
    assert len(there) == len(said), [each.message for each in there]
    for finding, words in zip(there, said, strict=True):
        assert words in finding.message
        assert finding.field == ("terms", len(spans) - 1, "start")


def test_a_limit_in_years_alone_is_enough_to_judge_by(tmp_path: Path) -> None:
    policy = "roster: partners.yaml\nrules:\n  too-many-terms: {break_months: 12}\n"
    report = check(community(tmp_path, person(FOUR), policy))
    assert report.skipped["too-many-terms"] == (
        "the policy sets no `terms`, `years` or `total_years`"
    )
    [unused] = found(report, "rule-unused")
    assert "it needs the option `terms`, `years` or `total_years`" in unused.message


HELD = person([("2025-10-01", "2026-09-30")])
SUCCESSOR = "- name: Bo\n  terms: [{start: 2026-10-20, end: 2027-09-30, replaces: ADA}]\n"


@pytest.mark.parametrize(
    ("roster", "today", "said"),
    [
        (HELD, "2026-11-29", []),
        (HELD, "2026-11-30", ["the term ended on 2026-09-30, and the seat was held until 2026-11-29; add"]),
        (HELD + SUCCESSOR, "2026-10-19", []),
        (HELD + SUCCESSOR, "2026-10-20", ["the term ended on 2026-09-30, and the seat was held until 2026-10-19; add"]),
        (HELD + SUCCESSOR.replace("-10-20", "-10-01"), "2026-10-01", ["the term ended on 2026-09-30; add"]),
        (HELD + SUCCESSOR.replace("2026-10-20", "2025-01-01"), "2026-10-01", []),
    ],
)  # fmt: skip
def test_a_seat_is_held_until_a_successor_begins(
    tmp_path: Path, roster: str, today: str, said: list[str]
) -> None:
    there = findings(tmp_path, "term-ended", "{hold_over_days: 60}", roster, today=today)
    assert len(there) == len(said)
    assert all(words in each.message for words, each in zip(said, there, strict=True))


def test_until_when_a_seat_is_held_is_said_until_then(tmp_path: Path) -> None:
    def said(roster: str, today: str) -> list[str]:
        options = "{days: [7]}\n  term-ended: {hold_over_days: 60}"
        folder = tmp_path / f"{today}{len(roster)}"
        there = findings(folder, "term-ending-soon", options, roster, today=today)
        return [each.message for each in there if each.entry == "Ada"]

    at_most = "until a successor begins the seat is held, at most until 2026-11-29"
    assert said(HELD, "2026-09-22") == []
    assert said(HELD, "2026-09-23") == [
        f"the term ends on 2026-09-30; the next term would start on 2026-10-01; {at_most}"
    ]
    after = f"the term ended on 2026-09-30; {at_most}; add the new term, or set `status: alumni`"
    assert said(HELD, "2026-10-01") == said(HELD, "2026-11-29") == [after]
    assert said(HELD, "2026-11-30") == []
    [message] = said(HELD + SUCCESSOR, "2026-10-05")
    assert "the seat is held until 2026-10-19, as a successor begins on 2026-10-20" in message


def test_a_seat_that_is_held_over_is_taken_and_stays_on_the_page(tmp_path: Path) -> None:
    options = "{seats: 1}\n  term-ended: {hold_over_days: 60}"
    late = SUCCESSOR.replace(", replaces: ADA", "")
    for roster, said in ((HELD + late, 1), (HELD + SUCCESSOR, 0), (HELD, 0)):
        folder = tmp_path / f"{len(roster)}"
        assert len(findings(folder, "seats-exceeded", options, roster, today="2026-11-01")) == said
    policy = "roster: partners.yaml\nlayout: {kind: ambassadors}\npage: page.md\nrules: {term-ended: {hold_over_days: 60}}\n"
    (programme,) = loaded(community(tmp_path, HELD, policy)).programmes

    def shown(day: str) -> str:
        page = programme.policy.pages[0]
        today = date.fromisoformat(day)
        empty = "<!-- rollkeeper:begin partners -->\n<!-- rollkeeper:end partners -->\n"
        return page_text(programme, page, empty, today=today)

    assert "## Alumni" not in shown("2026-11-29")
    assert "## Alumni" in shown("2026-11-30")


def test_a_term_that_serves_the_remainder_may_be_shorter_and_not_longer(tmp_path: Path) -> None:
    roster = HELD + SUCCESSOR + SUCCESSOR.replace("Bo", "Cy").replace("2027-09-30", "2027-12-31")
    there = findings(tmp_path / "on", "term-length", "{years: 1, remainder: true}", roster)
    assert [each.entry for each in there] == ["Cy"]
    there = findings(tmp_path / "off", "term-length", "{years: 1}", roster)
    assert [each.entry for each in there] == ["Bo", "Cy"]


def test_a_gap_longer_than_a_break_is_no_late_renewal(tmp_path: Path) -> None:
    def gaps(start: str, options: str) -> int:
        roster = person([("2024-01-01", "2024-12-31"), (start, "2026-12-31")])
        return len(findings(tmp_path / (start + options), "term-gap", options, roster))

    assert gaps("2025-04-01", "{break_days: 90}") == 1
    assert gaps("2025-04-02", "{break_days: 90}") == 0
    assert gaps("2025-04-02", "{}") == 1


EDITIONS = """editions:
  "2025": {start: 2025-09-20, end: 2026-09-21}
  "2026": {start: 2026-10-01, end: 2027-09-30}
"""


def test_a_term_has_the_days_of_its_edition(tmp_path: Path) -> None:
    roster = "- name: Ada\n  terms: [{edition: 2025}, '2026']\n- name: Bo\n  terms: [2025]\n"
    policy = f"roster: partners.yaml\nrules:\n  term-length: {{years: 1}}\n{EDITIONS}"
    report = check(community(tmp_path, roster, policy))
    [ended] = found(report, "term-ended")
    assert (ended.entry, ended.place.line) == ("Bo", 4)
    assert "the term ended on 2026-09-21" in ended.message
    # The editions are a day too long and nine days apart, which is none of the entries' doing.
    for rule in ("term-length", "term-gap", "term-edition"):
        assert rule in report.ran
        assert found(report, rule) == []


def test_a_field_of_its_own_may_name_the_edition(tmp_path: Path) -> None:
    policy = f"roster: partners.yaml\nfields: {{terms: edition}}\n{EDITIONS}"
    report = check(community(tmp_path, "- name: Ada\n  edition: 2025\n", policy))
    [ended] = found(report, "term-ended")
    assert ended.place.line == 2


def test_a_name_of_an_edition_is_no_term_where_the_policy_has_none(tmp_path: Path) -> None:
    report = check(community(tmp_path, "- name: Ada\n  terms: [2025, {edition: 2025}]\n"))
    assert found(report, "term-edition") == found(report, "term-ended") == []


GROUPS = "groups:\n  Quarry Holding: [Quarry Labs, Example Stone]\n"
STAFF = "".join(
    f"- {{name: {name}, organisation: '{company}'}}\n"
    for name, company in zip(
        ["Ada", "Bo", "Cy", "Di"],
        ["Quarry Labs", "example stone GmbH", "Quarry Holding, Inc.", "Birch"],
        strict=True,
    )
)


@pytest.mark.parametrize(
    ("rule", "options"), [("company-cap", "{most: 2}"), ("company-share", "{share: 0.5}")]
)
def test_companies_of_a_group_count_as_one(tmp_path: Path, rule: str, options: str) -> None:
    [finding] = findings(tmp_path / "group", rule, f"{options}\n{GROUPS}", STAFF)
    assert finding.message.startswith(
        "3 active entries are from the group Quarry Holding (`Quarry Labs`, `example stone GmbH` "
        "and `Quarry Holding, Inc.`), at most 2 are allowed"
    )
    assert findings(tmp_path / "none", rule, options, STAFF) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{share: 0.5}", []),
        ("{share: 0.34}", ["2 terms end from 2026-12-01 to 2026-12-31"]),
        ("{most: 1, days: 30}", []),
        ("{most: 1, days: 31}", ["2 terms end from 2026-12-01 to 2026-12-31, at most 1 may within 31 days"]),
        ("{most: 1, days: 400}", ["4 terms end from 2026-12-01 to 2027-08-31, at most 1 may"]),
    ],
)  # fmt: skip
def test_terms_that_end_together_are_counted(tmp_path: Path, options: str, said: list[str]) -> None:
    ends = ["2026-12-01", "2026-12-31", "2027-05-31", "2027-08-31"]
    roster = "".join(person([("2026-01-01", end)], f"P{at}") for at, end in enumerate(ends))
    options = options if "days" in options else options.replace("}", ", days: 31}")
    there = findings(tmp_path, "terms-end-together", options, roster)
    assert [each.message.startswith(words) for each, words in zip(there, said, strict=True)] == [
        True for _ in said
    ]
