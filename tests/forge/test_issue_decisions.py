"""Which tracking issue there should be: decided without a network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollkeeper.forge.tracking_issue import (
    BOT,
    CloseIssue,
    CreateIssue,
    Issue,
    IssueContent,
    LeaveIssue,
    ReopenIssue,
    UpdateIssue,
    decide,
)

FAULTY = IssueContent("Two things", "- one\n- two\n", substance="one two", clean=False)
CLEAN = IssueContent("All is well", "All is well.\n", substance="", clean=True)


def filed(
    account: IssueContent, *, number: int = 7, is_open: bool = True, author: str = BOT
) -> Issue:
    created = decide(replace(account, clean=False), [])
    assert isinstance(created, CreateIssue)
    return Issue(number, author, is_open, created.body)


def test_faults_without_an_issue_open_one() -> None:
    decision = decide(FAULTY, [])
    assert isinstance(decision, CreateIssue)
    assert decision.title == "Two things"
    assert decision.body.endswith("- one\n- two\n")


def test_nothing_is_opened_when_everything_holds() -> None:
    assert decide(CLEAN, []) == LeaveIssue()


def test_the_same_faults_leave_the_issue_alone_whatever_its_wording() -> None:
    later = replace(FAULTY, text="- one\n- two\nLooked at again.\n")
    assert decide(later, [filed(FAULTY)]) == LeaveIssue()


def test_other_faults_edit_the_issue_in_place() -> None:
    decision = decide(replace(FAULTY, substance="one two three"), [filed(FAULTY)])
    assert isinstance(decision, UpdateIssue)
    assert decision.number == 7


def test_a_clean_roster_closes_the_issue_with_a_word() -> None:
    decision = decide(CLEAN, [filed(FAULTY)])
    assert isinstance(decision, CloseIssue)
    assert decision.number == 7
    assert decision.comment
    assert decide(CLEAN, [Issue(7, BOT, is_open=False, body=decision.body)]) == LeaveIssue()


def test_faults_open_the_closed_issue_again_even_the_same_ones() -> None:
    decision = decide(FAULTY, [filed(FAULTY, is_open=False)])
    assert isinstance(decision, ReopenIssue)
    assert decision.number == 7


@pytest.mark.parametrize(
    "other",
    [
        filed(FAULTY, author="mallory"),
        replace(filed(FAULTY), is_pull_request=True),
        replace(filed(FAULTY), body="no marker"),
        replace(filed(FAULTY), body="text before\n" + filed(FAULTY).body),
    ],
    ids=["a copied marker", "a pull request", "no marker", "a marker that is quoted"],
)
def test_issues_that_are_not_ours_are_never_touched(other: Issue) -> None:
    assert isinstance(decide(FAULTY, [other]), CreateIssue)
    assert decide(CLEAN, [other]) == LeaveIssue()


def test_of_several_issues_the_oldest_open_one_is_kept_up() -> None:
    issues = [filed(FAULTY, number=9), filed(FAULTY, number=3, is_open=False), filed(FAULTY)]
    decision = decide(replace(FAULTY, substance="new"), issues)
    assert isinstance(decision, UpdateIssue)
    assert decision.number == 7


def test_a_body_saved_with_windows_line_ends_is_still_ours() -> None:
    issue = filed(FAULTY)
    assert decide(FAULTY, [replace(issue, body=issue.body.replace("\n", "\r\n"))]) == LeaveIssue()
