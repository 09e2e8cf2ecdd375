"""Judging: where problems are placed, which rules count as skipped, and how waivers are applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from communities import TODAY, check, community, found, loaded
from rollkeeper.engine.judging import ProgrammeCase, judge
from rollkeeper.engine.run import Options, exit_status, load_community
from rollkeeper.model.logo import Logo
from rollkeeper.model.policy import RuleSetting, Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.rule import Catalogue, Rule
from rollkeeper.model.tree import Place
from rollkeeper.rules import catalogue
from rollkeeper.rules.declaring import declared, rule

ROLL = "- name: Fir\n  tier: gold\n- name: Oak\n"


def short_name(entry: Entry, *, least: int = 4) -> Iterator[Problem]:
    """Return that a name is short."""
    if len(entry.name) < least:
        yield Problem(f"{entry.name} is short", ("name",))


def unreadable(logo: Logo) -> Iterator[Problem]:
    """Return that a logo cannot be read."""
    yield Problem(f"{logo.file} cannot be read")


def programme(root: Path, policy: str = "roster: partners.yaml\n") -> Programme:
    return loaded(community(root, ROLL, policy)).programmes[0]


def test_a_finding_has_rule_severity_place_and_entry(tmp_path: Path) -> None:
    rules = {"short": Rule("short", Entry, Severity.WARNING, None, short_name)}
    report = judge([ProgrammeCase(programme(tmp_path), TODAY)], rules)
    first = report.findings[0]
    assert (first.rule, first.severity, first.path) == ("short", Severity.WARNING, "partners.yaml")
    assert (first.place.line, first.place.column, first.entry) == (1, 9, "Fir")
    assert report.ran == ("short",)
    assert report.entries == 2


def test_options_of_the_policy_reach_the_rule(tmp_path: Path) -> None:
    read = programme(tmp_path)
    rules = {"short": Rule("short", Entry, Severity.ERROR, None, short_name)}
    assert len(judge([ProgrammeCase(read, TODAY)], rules).findings) == 2
    setting = RuleSetting(severity=Severity.NOTICE, options={"least": 3})
    strict = replace(read, policy=replace(read.policy, rules={"short": setting}))
    assert judge([ProgrammeCase(strict, TODAY)], rules).findings == ()
    setting = RuleSetting(severity=Severity.NOTICE, options={"least": 9})
    strict = replace(read, policy=replace(read.policy, rules={"short": setting}))
    severities = [each.severity for each in judge([ProgrammeCase(strict, TODAY)], rules).findings]
    assert severities == [Severity.NOTICE, Severity.NOTICE]


def test_a_rule_that_could_not_look_is_told_with_its_reason(tmp_path: Path) -> None:
    rules: Catalogue = {
        "logo": Rule("logo", Logo, Severity.ERROR, None, unreadable),
        "needy": Rule("needy", Entry, Severity.ERROR, "seats", short_name),
    }
    case = ProgrammeCase(programme(tmp_path), TODAY, seen={Logo: "no logo folder"})
    report = judge([case], rules)
    assert report.skipped == {"logo": "no logo folder", "needy": "the policy sets no `seats`"}
    assert report.ran == ()
    assert exit_status(report) == 3


def two_programmes(root: Path, policy: str, other: str) -> list[Programme]:
    community(root, ROLL, policy)
    (root / "policies" / "sigs.yaml").write_text(f"roster: sigs.yaml\n{other}", encoding="utf-8")
    (root / "sigs.yaml").write_text(ROLL, encoding="utf-8")
    return list(load_community(Options(root)).programmes)


def test_a_rule_skipped_for_one_programme_is_reported_for_it(tmp_path: Path) -> None:
    both = two_programmes(tmp_path, "roster: partners.yaml\n", "")
    rules: Catalogue = {
        "logo": Rule("logo", Logo, Severity.ERROR, None, unreadable),
        "needy": Rule("needy", Entry, Severity.ERROR, "least", short_name),
        "short": Rule("short", Entry, Severity.ERROR, None, short_name),
    }
    partners, sigs = both
    off = {"needy": RuleSetting(enabled=False)}
    sigs = replace(sigs, policy=replace(sigs.policy, rules=off))
    cases = [
        ProgrammeCase(partners, TODAY, {Logo: ()}),
        ProgrammeCase(sigs, TODAY, {Logo: "the policy names no logo folder"}),
    ]
    report = judge(cases, rules)
    assert report.ran == ("logo", "short")
    assert report.skipped == {
        "logo": "the policy names no logo folder (sigs)",
        "needy": "the policy sets no `least` (partners); switched off by the policy (sigs)",
    }


def test_a_rule_skipped_for_all_programmes_alike_has_one_reason(tmp_path: Path) -> None:
    both = two_programmes(tmp_path, "roster: partners.yaml\n", "")
    rules = {"needy": Rule("needy", Entry, Severity.ERROR, "least", short_name)}
    report = judge([ProgrammeCase(each, TODAY) for each in both], rules)
    assert report.skipped == {"needy": "the policy sets no `least`"}


def test_what_two_programmes_share_is_reported_once(tmp_path: Path) -> None:
    def shared(_: Programme) -> Iterator[Problem]:
        yield Problem("is not used", path="logos/fir.svg")

    both = two_programmes(tmp_path, "roster: partners.yaml\n", "")
    rules = {"shared": Rule("shared", Programme, Severity.ERROR, None, shared)}
    report = judge([ProgrammeCase(each, TODAY) for each in both], rules)
    assert [each.path for each in report.findings] == ["logos/fir.svg"]


def test_a_subject_says_itself_where_it_is(tmp_path: Path) -> None:
    read = programme(tmp_path)
    logos = (
        Logo(read.entries[1], ("name",), "oak.svg", "logos/oak.svg"),
        Logo(None, (), None, "logos/elm.svg"),
    )
    rules = {"logo": Rule("logo", Logo, Severity.ERROR, None, unreadable)}
    first, second = judge([ProgrammeCase(read, TODAY, {Logo: logos})], rules).findings
    assert (first.path, first.entry, first.place.line) == ("logos/elm.svg", None, 1)
    assert (second.path, second.entry, second.place.line) == ("partners.yaml", "Oak", 3)


def test_nothing_to_judge_is_not_a_pass() -> None:
    assert exit_status(judge([], {})) == 3


def test_an_id_is_declared_once() -> None:
    taken = next(iter(catalogue()))
    with pytest.raises(ValueError, match="declared twice"):
        rule(taken, on=Entry, severity=Severity.ERROR)(short_name)
    assert declared()[taken].check is not short_name


def test_a_rule_about_another_subject_than_its_functions_is_refused_by_the_type_checker() -> None:
    declare = rule(next(iter(catalogue())), on=Logo, severity=Severity.ERROR)
    with pytest.raises(ValueError, match="declared twice"):
        # mypy in its strict mode reports the comment as unused where it accepts the call.
        declare(short_name)  # type: ignore[arg-type]  # the mistake that is tested


@pytest.mark.parametrize(
    ("until", "status"), [("2026-11-20", 1), ("2026-11-21", 0), ("2027-01-01", 0)]
)
def test_a_waiver_holds_until_its_last_day(tmp_path: Path, until: str, status: int) -> None:
    policy = (
        "roster: partners.yaml\nrequirements:\n"
        "  - {id: gold-only, expect: 'has(entry.tier)', message: no tier}\n"
        f"waivers:\n  - {{rule: gold-only, entry: oak, reason: asked, until: {until}, by: ada}}\n"
    )
    report = check(community(tmp_path, ROLL, policy))
    (finding,) = found(report, "gold-only")
    assert (finding.waiver is None) == (status == 1)
    assert exit_status(report, "error") == status


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 1), ("never", 0)])
def test_the_threshold_decides(tmp_path: Path, fail_on: str, status: int) -> None:
    rules = {"short": Rule("short", Entry, Severity.WARNING, None, short_name)}
    report = judge([ProgrammeCase(programme(tmp_path), TODAY)], rules)
    assert exit_status(report, fail_on) == status


def test_terms_are_read_as_days(tmp_path: Path) -> None:
    roster = "- name: Ada\n  terms: [{start: 2025-01-05, end: '2026-01-04'}, {start: 2025-1-5}]\n"
    community(tmp_path, roster)
    (read,) = loaded(tmp_path).programmes
    first, second = read.terms
    assert (first.start, first.end, first.last) == (date(2025, 1, 5), date(2026, 1, 4), True)
    assert (second.start, second.end, second.last) == (None, None, False)


def test_a_roster_behind_a_link_is_not_read(tmp_path: Path) -> None:
    root = community(tmp_path / "c", ROLL)
    secret = tmp_path / "secret.yaml"
    secret.write_text("- name: Secret\n", encoding="utf-8")
    (root / "partners.yaml").unlink()
    (root / "partners.yaml").symlink_to(secret)
    report = check(root)
    (finding,) = found(report, "roster-shape")
    assert "symbolic link" in finding.message
    assert "Secret" not in "".join(report.texts.values())
    assert exit_status(report) == 1


@pytest.mark.parametrize("roster", ["hello\n", "partners: []\n", "- 1\n- [a]\n", "null\n", ""])
def test_a_roster_of_another_shape_fails(tmp_path: Path, roster: str) -> None:
    report = check(community(tmp_path, roster))
    assert found(report, "roster-shape")
    assert exit_status(report) == 1


def test_entries_may_lie_deeper_in_the_file(tmp_path: Path) -> None:
    policy = "roster: partners.yaml\nentries: rosters.gold\n"
    root = community(tmp_path, "rosters:\n  gold:\n    - name: Fir\n", policy)
    (read,) = loaded(root).programmes
    assert [entry.name for entry in read.entries] == ["Fir"]
    assert read.entries[0].place(("name",)).line == 3


def test_what_was_not_checked_is_said_without_a_probe(tmp_path: Path) -> None:
    rules: Catalogue = {
        name: Rule(name, Logo, Severity.ERROR, None, unreadable) for name in ("second", "first")
    }
    report = judge([ProgrammeCase(programme(tmp_path), TODAY)], rules)
    assert list(report.skipped.items()) == [
        ("first", "no logo was checked"),
        ("second", "no logo was checked"),
    ]


def test_findings_and_rules_are_in_order(tmp_path: Path) -> None:
    rules: Catalogue = {
        name: Rule(name, Entry, severity, None, short_name)
        for name, severity in (
            ("b", Severity.WARNING),
            ("c", Severity.ERROR),
            ("a", Severity.ERROR),
        )
    }
    report = judge([ProgrammeCase(programme(tmp_path), TODAY)], rules)
    assert report.ran == ("a", "b", "c")
    found = [(each.entry, each.index, each.rule) for each in report.findings]
    assert found == [
        (name, index, rule) for index, name in enumerate(("Fir", "Oak")) for rule in "acb"
    ]


@pytest.mark.parametrize(
    ("problem", "path", "line"),
    [
        (Problem("m"), "partners.yaml", 1),
        (Problem("m", place=Place(7, 1, 7, 2)), "partners.yaml", 7),
        (Problem("m", path="logos/x.svg"), "logos/x.svg", 1),
        (Problem("m", path="logos/x.svg", place=Place(7, 1, 7, 2)), "logos/x.svg", 7),
    ],
)
def test_a_problem_may_say_where_it_is(
    tmp_path: Path, problem: Problem, path: str, line: int
) -> None:
    def wrong(_: Programme) -> Iterator[Problem]:
        yield problem

    rules = {"wrong": Rule("wrong", Programme, Severity.ERROR, None, wrong)}
    (finding,) = judge([ProgrammeCase(programme(tmp_path), TODAY)], rules).findings
    assert (finding.path, finding.place.line, finding.entry) == (path, line, None)
    assert (finding.index, finding.tally, finding.fix) == (None, None, None)


def test_a_problem_of_a_programme_may_mean_an_entry(tmp_path: Path) -> None:
    def wrong(read: Programme) -> Iterator[Problem]:
        yield Problem("value", ("tier",), read.entries[0], tally=("tiers", 3))
        yield Problem("key", ("tier",), read.entries[0], on_key=True)

    rules = {"wrong": Rule("wrong", Programme, Severity.ERROR, None, wrong)}
    key, value = judge([ProgrammeCase(programme(tmp_path), TODAY)], rules).findings
    assert (key.message, key.place.line, key.place.column) == ("key", 2, 3)
    assert (value.message, value.place.line, value.place.column) == ("value", 2, 9)
    assert (value.entry, value.index, value.field) == ("Fir", 0, ("tier",))
    assert (value.tally, value.programme) == (("tiers", 3), "partners")


def test_a_run_of_nothing_has_no_day_and_one_of_several_the_first(tmp_path: Path) -> None:
    assert judge([], {}).today == date.min
    read = programme(tmp_path)
    days = (TODAY, date(2026, 1, 2))
    report = judge([ProgrammeCase(read, day) for day in days], {})
    assert report.today == date(2026, 1, 2)
    assert (report.programmes, report.entries) == (("partners", "partners"), 4)
    assert report.texts == {"partners.yaml": ROLL}
