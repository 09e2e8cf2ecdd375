"""Runs that ask about accounts: what is asked, what is skipped, and what a night concludes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from asked_accounts import connected
from communities import TODAY, community, found, loaded
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.history import Ledger
from rollkeeper.engine.run import Options, run
from rollkeeper.model.history import AccountRecord, History
from rollkeeper.model.report import Report
from rollkeeper.model.roster import Programme
from rollkeeper.model.visit import Visit
from rollkeeper.probes import accounts
from rollkeeper.probes.web import websites
from standin.graphql_api import Accounts, Person

ROSTER = """\
- name: Octavia Example
  github: octo
- name: Robin Example
  github: robin
- name: No One
  github: not a name
"""


def checked(root: Path, github: Accounts | None, **more: Any) -> Report:
    """Check a community's accounts."""
    options = Options(
        root,
        today=TODAY,
        families=more.pop("families", ("accounts",)),
        offline=more.pop("offline", False),
        github=connected(github) if github is not None else None,
    )
    return run(options, **more)


def test_without_a_token_and_offline_the_rules_are_skipped_and_say_why(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    report = checked(tmp_path, None)
    assert not report.ran
    assert "without a token" in report.skipped["account-taken"]
    github = Accounts()
    report = checked(tmp_path, github, offline=True)
    assert (report.skipped["account-taken"], github.requests) == ("offline", [])


def test_what_the_policy_does_not_ask_for_is_skipped(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    github = Accounts(people=[Person("octo", 7), Person("robin", 8)])
    report = checked(tmp_path, github)
    assert github.requests == ["graphql 2"]
    assert sorted(report.ran) == [
        "account-missing",
        "account-of-organisation",
        "account-renamed",
        "account-taken",
    ]
    assert "`organisation`" in report.skipped["account-not-a-member"]
    assert "`contributions`" in report.skipped["account-inactive"]
    assert (report.findings, report.incomplete) == ((), None)


def test_where_nothing_could_be_asked_the_run_is_no_pass(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    report = checked(tmp_path, Accounts(down=True))
    assert report.incomplete is not None
    assert "no account could be asked about" in report.incomplete
    assert not report.ran
    assert "could not answer in time" in report.skipped["account-missing"]


def test_a_night_without_answers_is_no_failure_and_concludes_nothing(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    ledger = Ledger(History(accounts={"octo": AccountRecord(TODAY, 7, "octo")}), TODAY)
    report = checked(tmp_path, Accounts(down=True), ledger=ledger)
    assert (report.ran, report.incomplete) == ((), None)
    assert ledger.close(report).accounts == ledger.before.accounts


def test_a_night_counts_and_the_next_knows(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    github = Accounts()
    octo, robin = github.add("octo"), github.add("robin")
    history = History()
    said: list[list[str]] = []

    def night(day: date) -> None:
        nonlocal history
        ledger = Ledger(history, day)
        report = checked(tmp_path, github, families=(), ledger=ledger)
        history = ledger.close(report)
        of_accounts = [each for each in report.findings if each.rule.startswith("account-")]
        said.append([f"{each.rule} {each.entry}" for each in of_accounts])

    night(date(2026, 11, 1))
    robin.there = False
    night(date(2026, 11, 2))
    octo.login = "octavia"
    night(date(2026, 11, 3))
    github.add("octo")
    night(date(2026, 11, 4))
    github.slow = {"octo"}
    night(date(2026, 11, 5))
    assert said == [
        [],
        [],
        ["account-renamed Octavia Example", "account-missing Robin Example"],
        ["account-taken Octavia Example", "account-missing Robin Example"],
        ["account-taken Octavia Example", "account-missing Robin Example"],
    ]
    assert history.accounts["octo"].id == octo.id
    assert history.accounts["robin"].since == date(2026, 11, 2)


def test_a_name_on_several_rosters_is_asked_for_once(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    (tmp_path / "policies" / "more.yaml").write_text("roster: partners.yaml\n", encoding="utf-8")
    github = Accounts(people=[Person("octo", 7), Person("robin", 8)])
    checked(tmp_path, github)
    assert github.requests == ["graphql 2"]


def test_the_number_on_the_roster_is_that_of_the_name_beside_it(tmp_path: Path) -> None:
    roster = """\
- name: Alder
  contacts:
    - {github: octo, github_id: 7}
    - {github: robin, github_id: true}
    - {github: jo}
  github: alder
  github_id: 9
"""
    community(tmp_path, roster)
    questions = accounts.questions(loaded(tmp_path).programmes, {"jo": AccountRecord(TODAY, 5)})
    assert [(each.login, each.listed, each.number) for each in questions] == [
        ("alder", 9, 9),
        ("jo", None, 5),
        ("octo", 7, 7),
        ("robin", None, None),
    ]


def test_those_who_left_are_asked_who_they_are_and_nothing_else(tmp_path: Path) -> None:
    policy = (
        "roster: partners.yaml\naccounts: {organisation: octo-org, contributions: {months: 6}}\n"
    )
    community(tmp_path, "- {name: Jo, github: jo, status: alumni}\n", policy)
    (question,) = accounts.questions(loaded(tmp_path).programmes)
    assert (question.organisation, question.months) == (None, None)
    report = checked(tmp_path, Accounts())
    assert not report.findings


def test_of_a_change_only_new_accounts_are_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = "roster: partners.yaml\naccounts: {contributions: {months: 6}}\n"
    before = community(tmp_path / "before", "- {name: Jo, github: jo}\n", policy)
    roster = "- {name: Jo, github: jo}\n- {name: Octo, github: octo}\n- {name: X, github: xx}\n"
    after = community(tmp_path / "after", roster, policy)
    monkeypatch.setattr(accounts, "CHANGE_ACCOUNTS", 1)
    github = Accounts()
    options = Options(
        after, today=TODAY, families=("accounts",), offline=False, github=connected(github)
    )
    report = run(options, Comparison(before))
    assert github.requests == ["graphql 1"]
    assert [each.entry for each in found(report, "account-missing")] == ["Octo"]
    assert "only the first 1 are" in report.skipped["accounts"]
    # No change fails because GitHub does not answer.
    github.down = True
    report = run(options, Comparison(before))
    assert (report.findings, report.incomplete) == ((), None)
    report = run(
        Options(after, today=TODAY, offline=False, families=("accounts",)), Comparison(before)
    )
    assert "the audit does that" in report.skipped["account-missing"]


def test_a_fault_of_an_account_and_its_page_is_one_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def visited(programme: Programme, **_: Any) -> tuple[Visit, ...]:
        return tuple(
            Visit(url, 404, url, entry=each, field=path)
            for each in programme.entries
            for path, url in each.texts("website")
        )

    monkeypatch.setattr(websites, "visit_websites", visited)
    roster = """\
- {name: Gone, github: gone, website: https://github.com/gone}
- {name: Renamed, github: old, github_id: 7, website: https://github.com/old}
- {name: Other, github: other, website: https://other.example/}
"""
    community(tmp_path, roster)
    github = Accounts(people=[Person("new", 7), Person("other", 8)])
    report = checked(tmp_path, github, families=("accounts", "websites"))
    assert [(each.rule, each.entry, each.field) for each in report.findings] == [
        ("account-missing", "Gone", ("github",)),
        ("account-renamed", "Renamed", ("github",)),
        ("account-renamed", "Renamed", ("website",)),
        ("website-unreachable", "Other", ("website",)),
    ]
