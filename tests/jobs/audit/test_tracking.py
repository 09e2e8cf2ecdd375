"""The issues of the programmes on a stand-in of GitHub, night after night."""

from __future__ import annotations

import pytest

from communities import POLICY
from jobs.audit.tracked import (
    ENDED,
    ENDED_TOO,
    GAP,
    OK,
    Audit,
    audit,
    our_text,
    said,
    server,
    state,
    texts,
)
from standin import api, life

__all__ = ["audit", "server", "state"]


def test_an_issue_is_opened_left_alone_edited_closed_and_reopened(
    state: api.State, audit: Audit
) -> None:
    audit("2026-11-20", ENDED)
    (issue,) = state.issues
    assert (issue["title"], issue["state"]) == ("Roster audit: Partners", "open")
    assert [label["name"] for label in issue["labels"]] == ["rollkeeper"]
    assert "**1 error** in 1 entry; last change 2026-11-20" in our_text(state)
    assert "New on" not in our_text(state)

    audit("2026-11-21", ENDED + ENDED_TOO)
    assert "**New on 2026-11-21**\n\n- The last term of an active entry has ended: Bo Birch\n" in (
        our_text(state)
    )
    audit("2026-11-22", ENDED_TOO)
    changes = our_text(state).partition("###")[0]
    assert "**Fixed or waived on 2026-11-22**\n\n- The last term of an active entry" in changes
    assert "Ada Ash" in changes
    assert "New on" not in changes
    assert state.comments == {}

    audit("2026-11-23", OK)
    assert (state.issues[0]["state"], state.issues[0]["state_reason"]) == ("closed", "completed")
    assert "**Nothing needs attention** in 1 entry, as of 2026-11-23" in our_text(state)
    audit("2026-12-06", ENDED)
    assert state.issues[0]["state"] == "open"
    assert "**1 error**" in our_text(state)
    audit("2026-12-07", OK)
    assert len(said(state)) == 3
    assert [each.split()[0] for each in said(state)] == ["Nothing", "Something", "Nothing"]
    assert len(state.issues) == 1


def test_later_than_two_weeks_a_new_issue_links_back(state: api.State, audit: Audit) -> None:
    audit("2026-11-20", ENDED)
    audit("2026-11-21", OK)
    scene = audit("2026-12-06", ENDED)
    assert [each["state"] for each in state.issues] == ["closed", "open"]
    assert "Earlier: #1." in our_text(state, 2)
    assert scene.numbers == {"audit:partners": 2}
    scene = audit("2026-12-07", ENDED)
    assert (len(state.issues), scene.numbers) == (2, {"audit:partners": 2})


@pytest.mark.parametrize("days", [("2026-11-21", "2026-11-22", "2027-06-01", "2028-02-29")])
def test_a_quiet_night_asks_for_nothing_also_long_after_a_term_has_ended(
    days: tuple[str, ...], state: api.State, audit: Audit
) -> None:
    audit("2026-11-20", ENDED + GAP)
    before = texts(state)
    for day in days:
        assert audit(day).said == ["requests: 0"]
    assert texts(state) == before


def test_a_busy_night_makes_one_request_and_with_a_comment_three(audit: Audit) -> None:
    assert "requests: 1" in audit("2026-11-20", ENDED).said
    assert "requests: 1" in audit("2026-11-21", ENDED + ENDED_TOO).said
    assert "requests: 3" in audit("2026-11-22", OK).said


def test_a_notice_alone_opens_no_issue_unless_the_policy_says_so(
    state: api.State, audit: Audit
) -> None:
    audit("2026-11-20", GAP)
    assert state.issues == []
    audit("2026-11-21", GAP, policy=f"{POLICY}audit: {{opens_at: notice}}\n")
    assert "**1 notice** in 1 entry" in our_text(state)


def test_an_issue_lists_notices_and_is_closed_when_they_alone_are_left(
    state: api.State, audit: Audit
) -> None:
    audit("2026-11-20", ENDED + GAP)
    assert "**1 error, 1 notice** in 2 entries" in our_text(state)
    audit("2026-11-21", GAP)
    assert state.issues[0]["state"] == "closed"
    assert "**Nothing needs attention** (1 notice) in 1 entry" in our_text(state)


def test_what_people_write_around_our_text_stays_to_the_byte(
    state: api.State, audit: Audit
) -> None:
    audit("2026-11-20", ENDED)
    above, below = "- [x] asked Ada\r\n\r\n", "\r\n\r\n- [ ] ask Bo  \n"
    state.issues[0]["body"] = f"{above}{state.issues[0]['body']}{below}"
    for roster in (ENDED + ENDED_TOO, OK, ENDED):
        audit("2026-11-21", roster)
        body = state.issues[0]["body"]
        assert body.startswith(f"{above}<!-- rollkeeper:audit partners ")
        assert body.endswith(f"<!-- rollkeeper:audit partners end -->{below}")
    state.issues[0]["body"] = state.issues[0]["body"].replace("\r\n", "\n").replace("\n", "\r\n")
    assert "requests: 0" in audit("2026-11-22", ENDED).said


def test_an_issue_closed_as_not_planned_stays_so_until_there_is_something_new(
    state: api.State, audit: Audit
) -> None:
    audit("2026-11-20", ENDED + ENDED_TOO)
    life.close(state, 1, by="maintainer", reason="not_planned")
    for roster in (ENDED + ENDED_TOO, ENDED, OK, ENDED_TOO, ENDED_TOO + GAP):
        assert "requests: 0" in audit("2026-11-21", roster).said
    audit("2026-11-22", ENDED + ENDED.replace("Ada", "Di"))
    assert state.issues[0]["state"] == "open"
    assert said(state) == [
        "There is something that this issue did not name when it was closed: see the text above."
    ]
    assert "New on 2026-11-22" in our_text(state)


def test_an_issue_closed_as_completed_too_early_is_reopened_once(
    state: api.State, audit: Audit
) -> None:
    audit("2026-11-20", ENDED)
    life.close(state, 1, by="maintainer")
    audit("2026-11-21", ENDED)
    assert state.issues[0]["state"] == "open"
    life.close(state, 1, by="maintainer")
    assert "requests: 0" in audit("2026-11-22", ENDED).said
    assert state.issues[0]["state"] == "closed"
    (comment,) = said(state)
    assert "closed as completed" in comment
