"""Which tracking issue there should be: decided without a network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollkeeper.forge.bot import BOT
from rollkeeper.forge.tracking_issue import (
    Issue,
    IssueAction,
    IssueContent,
    decide_issue,
)

FAULTY = IssueContent("Two things", "- one\n- two\n", substance="one two", clean=False)
CLEAN = IssueContent("All is well", "All is well.\n", substance="", clean=True)


def filed(
    content: IssueContent, *, number: int = 7, is_open: bool = True, author: str = BOT
) -> Issue:
    created = decide_issue(replace(content, clean=False), [])
    assert created.action is IssueAction.CREATE
    return Issue(number, author, is_open, created.body)


def test_findings_without_an_issue_open_one() -> None:
    decision = decide_issue(FAULTY, [])
    assert (decision.action, decision.number) == (IssueAction.CREATE, 0)
    assert "- one\n- two\n" in decision.body


def test_nothing_is_opened_when_there_is_nothing_to_do() -> None:
    assert decide_issue(CLEAN, []).action is IssueAction.LEAVE


def test_the_same_findings_leave_the_issue_alone_whatever_its_wording() -> None:
    later = replace(FAULTY, text="- one\n- two\nChecked again.\n")
    assert decide_issue(later, [filed(FAULTY)]).action is IssueAction.LEAVE


def test_other_findings_edit_the_issue_in_place() -> None:
    decision = decide_issue(replace(FAULTY, substance="one two three"), [filed(FAULTY)])
    assert (decision.action, decision.number) == (IssueAction.UPDATE, 7)
    assert decision.comment == ""


def test_a_clean_roster_closes_the_issue_with_a_comment() -> None:
    decision = decide_issue(CLEAN, [filed(FAULTY)])
    assert (decision.action, decision.number) == (IssueAction.CLOSE, 7)
    assert decision.comment
    closed = Issue(7, BOT, is_open=False, body=decision.body)
    assert decide_issue(CLEAN, [closed]).action is IssueAction.LEAVE


def test_findings_reopen_the_closed_issue_even_the_same_ones() -> None:
    decision = decide_issue(FAULTY, [filed(FAULTY, is_open=False)])
    assert (decision.action, decision.number) == (IssueAction.REOPEN, 7)
    assert decision.comment


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
    assert decide_issue(FAULTY, [other]).action is IssueAction.CREATE
    assert decide_issue(CLEAN, [other]).action is IssueAction.LEAVE


def test_of_several_issues_the_oldest_open_one_is_kept() -> None:
    issues = [filed(FAULTY, number=9), filed(FAULTY, number=3, is_open=False), filed(FAULTY)]
    decision = decide_issue(replace(FAULTY, substance="new"), issues)
    assert (decision.action, decision.number) == (IssueAction.UPDATE, 7)


def test_a_body_saved_with_windows_line_ends_is_still_ours() -> None:
    issue = filed(FAULTY)
    windows = replace(issue, body=issue.body.replace("\n", "\r\n"))
    assert decide_issue(FAULTY, [windows]).action is IssueAction.LEAVE


NOTE = "\nAda writes to Alder Cloud.\n"


@pytest.mark.parametrize("content", [replace(FAULTY, substance="other", text="- three\n"), CLEAN])
def test_what_people_wrote_below_stays(content: IssueContent) -> None:
    there = filed(FAULTY)
    decision = decide_issue(content, [replace(there, body=there.body + NOTE)])
    assert decision.body.endswith(content.text + "<!-- rollkeeper:audit end -->\n" + NOTE)


def test_our_text_gives_way_to_what_people_wrote() -> None:
    there = filed(FAULTY)
    note = "x" * 65_000
    content = replace(FAULTY, substance="other", text="- a line\n" * 1000)
    body = decide_issue(content, [replace(there, body=there.body + note)]).body
    assert len(body) <= 65_536
    assert body.endswith(note)
    assert "The rest is cut" in body


def test_what_someone_closed_as_not_planned_stays_closed() -> None:
    closed = replace(filed(FAULTY, is_open=False), not_planned=True)
    assert decide_issue(FAULTY, [closed]).action is IssueAction.LEAVE
    other = replace(FAULTY, substance="other")
    assert decide_issue(other, [closed]).action is IssueAction.REOPEN
