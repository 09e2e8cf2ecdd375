"""What is said of accounts: once it is certain, and never more than is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from communities import POLICY, check, community, found
from rollkeeper.model.account import Account, AccountFacts, ContributingAccount, MemberAccount
from rollkeeper.model.history import AccountRecord, AccountState
from rollkeeper.model.report import Problem
from rollkeeper.rules import accounts
from website_visits import entry

TODAY = date(2026, 11, 21)
MISSING, PERSON = AccountState.MISSING, AccountState.PERSON
GONE = AccountFacts("octo", state=MISSING, number=7, gone=True)
RULES: tuple[Callable[[Account], Iterator[Problem]], ...] = (
    accounts.renamed,
    accounts.missing,
    accounts.taken,
    accounts.of_organisation,
)


def account(facts: AccountFacts, more: str = "", **seen: Any) -> Account:
    """Return the account of an entry."""
    there = entry(more=f"  github: {facts.login}\n{more}")
    return Account(there, ("github",), facts, **seen)


def said(facts: AccountFacts, more: str = "", **seen: Any) -> list[str]:
    """Return the names of the rules that find something, once for each problem."""
    subject = account(facts, more, **seen)
    return [rule.__name__ for rule in RULES for _ in rule(subject)]


def nights(number: int, **more: Any) -> dict[str, Any]:
    """Return a history in which an account has been missing for some nights."""
    record = AccountRecord(TODAY, 7, since=TODAY - timedelta(max(0, number - 1)), nights=number)
    return {"record": record, "counted": True, **more}


def test_a_missing_account_is_reported_on_the_second_night() -> None:
    assert said(GONE) == ["missing"]  # a check that someone reads has no nights
    assert said(GONE, counted=True) == []
    assert said(GONE, **nights(1)) == []
    assert said(GONE, **nights(2)) == ["missing"]
    (problem,) = accounts.missing(account(GONE, **nights(2)))
    assert "missing since 2026-11-20" in problem.message
    assert "keep the entry until they have answered" in problem.message


def test_nobody_is_told_to_remove_anyone() -> None:
    for number in (7, None):
        facts = AccountFacts("octo", state=MISSING, number=number, gone=number is not None)
        for problem in accounts.missing(account(facts)):
            assert "remove" not in problem.message
            assert problem.fix is None


@pytest.mark.parametrize("status", ["alumni", "withdrawn", "emeritus"])
def test_those_who_left_may_delete_their_accounts(status: str) -> None:
    more = f"  status: {status}\n"
    assert said(GONE, more, **nights(9)) == []
    # But nobody may pass for them.
    facts = AccountFacts("octo", id=8, state=PERSON, listed=7, number=7)
    assert said(facts, more) == ["taken"]


def test_a_number_of_an_earlier_audit_is_compared_too() -> None:
    facts = AccountFacts("octo", id=8, state=PERSON)
    assert said(facts) == []
    (problem,) = accounts.taken(account(facts, **nights(0)))
    assert "it was 7 before" in problem.message
    assert problem.fix is None
    # A number that is written on the roster is newer than what an audit saw.
    facts = AccountFacts("octo", id=8, state=PERSON, listed=8, number=8)
    assert said(facts, **nights(0)) == []


def test_a_renaming_is_repaired_by_number_alone() -> None:
    facts = AccountFacts("octo", state=MISSING, renamed_to="octavia")
    assert said(facts) == ["missing"]  # whose number that was is not known
    facts = AccountFacts("octo", state=MISSING, number=7, renamed_to="octavia")
    (problem,) = accounts.renamed(account(facts))
    assert problem.fix is not None
    assert problem.fix.value == "octavia"
    # The name was asked about by another number than the history has by now.
    assert said(facts, record=AccountRecord(TODAY, 9), counted=True) == []


def test_a_handle_keeps_its_at_sign() -> None:
    facts = AccountFacts("octo", state=MISSING, number=7, renamed_to="octavia")
    subject = Account(entry(more="  github: '@octo'\n"), ("github",), facts)
    (problem,) = accounts.renamed(subject)
    assert problem.fix is not None
    assert problem.fix.value == "@octavia"


def test_only_the_page_of_the_account_itself_is_renamed_with_it() -> None:
    more = (
        "  profiles: {github: 'https://github.com/Octo/', blog: 'https://octo.example/github.com/octo'}\n"
        "  links: {repo: 'https://github.com/octo/rosters', other: 'https://github.com/octopus'}\n"
    )
    facts = AccountFacts("octo", state=MISSING, number=7, renamed_to="octavia")
    fields = [problem.field for problem in accounts.renamed(account(facts, more))]
    assert fields == [("github",), ("profiles", "github")]


def test_what_is_not_known_is_said_of_no_one() -> None:
    facts = AccountFacts("octo", listed=7, number=7, organisation="octo-org", months=6)
    assert said(facts) == []
    there = entry(more="  github: octo\n")
    assert [*accounts.not_a_member(MemberAccount(there, ("github",), facts))] == []
    contributing = ContributingAccount(there, ("github",), facts)
    assert [*accounts.inactive(contributing, today=TODAY)] == []


def inactive(record: AccountRecord | None, months: int = 6, **facts: Any) -> bool:
    """Return whether someone is reported as inactive."""
    known = AccountFacts("octo", id=7, state=PERSON, months=months, **facts)
    subject = ContributingAccount(entry(), ("github",), known, record, counted=True)
    return bool([*accounts.inactive(subject, today=TODAY)])


def test_the_last_answer_counts_until_the_next_but_not_for_ever() -> None:
    def record(days: int, last: date | None = None) -> AccountRecord:
        counted = TODAY - timedelta(days)
        return AccountRecord(
            counted, 7, contributions_on=counted, contributions_asked="6 *", last_contribution=last
        )

    assert inactive(record(1))
    assert inactive(record(21))
    assert not inactive(record(22))
    assert not inactive(record(1, TODAY))
    assert not inactive(None)
    # What GitHub says tonight is newer, and a policy that asks for something else asks anew.
    assert not inactive(record(1), contributed=True)
    assert inactive(record(1, TODAY), contributed=False)
    assert not inactive(record(1), months=12)
    assert not inactive(record(1), within="octo-org")


def test_no_one_is_inactive_whose_name_someone_else_has() -> None:
    assert not inactive(AccountRecord(TODAY, 8), contributed=False)


def test_a_night_without_an_answer_leaves_it_as_it_was() -> None:
    unknown = AccountFacts("octo", number=7)
    for record, rules in (
        (AccountRecord(TODAY, 7, "octo", MISSING, TODAY, 2), ["missing"]),
        (AccountRecord(TODAY, 7, "octo", PERSON, TODAY, 1), []),
        (AccountRecord(TODAY, 7, "octavia", AccountState.TAKEN), ["taken"]),
        (AccountRecord(TODAY, 7, "octavia", PERSON), ["renamed"]),
        (AccountRecord(TODAY, 7, "Octo", PERSON), []),
        (AccountRecord(TODAY), []),
    ):
        assert said(unknown, record=record, counted=True) == rules, record
    record = AccountRecord(TODAY, 7, "octo", AccountState.ORGANISATION)
    subject = Account(entry(), ("contact", "github"), unknown, record, counted=True)
    (problem,) = accounts.of_organisation(subject)
    assert "is an organisation" in problem.message


@pytest.mark.parametrize(
    ("policy", "entries", "why"),
    [
        ("", "github: octo", None),
        ("", "website: https://alder.example/", "no entry has `github`"),
        ("accounts: {organisation: octo-org}\n", "github: octo", None),
    ],
)
def test_a_policy_that_sets_a_rule_without_effect_is_told_so(
    tmp_path: Path, policy: str, entries: str, why: str | None
) -> None:
    rules = (
        "rules: {account-missing: error, account-not-a-member: error, account-inactive: error}\n"
    )
    root = community(tmp_path, f"- {{name: Alder, {entries}}}\n", f"{POLICY}{policy}{rules}")
    said = [each.message for each in found(check(root), "rule-unused")]
    assert ("`account-missing` judges nothing" in "".join(said)) is (why is not None)
    assert why is None or why in "".join(said)
    assert any("add `accounts: {contributions: {months: 12}}`" in each for each in said)
    asked = any("add `accounts: {organisation: NAME}`" in each for each in said)
    assert asked is not bool(policy)
