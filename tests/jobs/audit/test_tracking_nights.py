"""Nights that saw little or nothing, several programmes, strangers, and runs that are ended."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from github import GithubException

from communities import community
from interrupting import points_of
from jobs.audit.scenes import cleared, night
from jobs.audit.tracked import (
    ENDED,
    ENDED_TOO,
    OK,
    OLD,
    Audit,
    audit,
    our_text,
    said,
    server,
    state,
    texts,
)
from rollkeeper.forge.items import our_items
from rollkeeper.forge.outbox import DryOutbox
from rollkeeper.jobs.audit.issues.content import IssueSection
from rollkeeper.jobs.audit.issues.tracking import say_nothing_known
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.model.history import Night, NightKind
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Report
from standin import api

__all__ = ["audit", "server", "state"]


def test_what_a_partial_night_could_not_check_is_kept_and_closes_nothing(
    state: api.State, audit: Audit
) -> None:
    audit("2026-11-20", ENDED)

    def partial(report: Report) -> Report:
        skipped = {**report.skipped, "term-ended": "not asked: shard 2 of 3 did not end"}
        why = "not everything was checked (shard 2 of 3: @octocat <img> cancelled)"
        return replace(report, findings=(), skipped=skipped, incomplete=why)

    audit("2026-11-21", change=partial)
    text = our_text(state)
    assert state.issues[0]["state"] == "open"
    assert "> **The audit of 2026-11-21 was incomplete**: not everything was checked" in text
    assert "### Not checked again (1)" in text
    assert (
        "- **error** The last term of an active entry has ended: Ada Ash *(since 2026-11-20)*"
        in (text)
    )
    assert "shard 2 of 3 did not end: `term-ended`" in text
    assert "**1 error** in 1 entry" in text
    assert "<img>" not in text
    assert "@octocat" not in text
    assert "requests: 0" in audit("2026-11-22", change=partial).said
    audit("2026-11-23", OK)
    assert state.issues[0]["state"] == "closed"


def test_a_void_night_keeps_what_stood_there_and_says_so(state: api.State, audit: Audit) -> None:
    audit("2026-11-20", ENDED)

    def void(scene: Scene) -> None:
        scene.history = replace(
            scene.history, night=Night(date(2026, 11, 21), NightKind.VOID, visited=9)
        )

    audit("2026-11-21", prepare=void)
    assert (
        "> **The network of the run failed on 2026-11-21**: what stood here before is kept."
        in our_text(state)
    )
    assert "**1 error**" in our_text(state)
    audit("2026-11-22")
    assert "The network" not in our_text(state)


def test_neither_a_partial_nor_a_void_night_opens_an_issue(state: api.State, audit: Audit) -> None:
    audit("2026-11-21", OK, change=lambda report: replace(report, incomplete="no network"))
    assert state.issues == []


def test_a_roster_that_cannot_be_read_is_said_and_fixes_nothing(
    state: api.State, audit: Audit
) -> None:
    audit("2026-11-20", ENDED)
    audit("2026-11-21", "- name: [\n")
    text = our_text(state)
    assert state.issues[0]["state"] == "open"
    assert "> **The roster cannot be read** (line 1: " in text
    assert "Fixed" not in text
    assert "The last term of an active entry has ended: Ada Ash" in text.partition("Not checked")[2]
    audit("2026-11-22", ENDED)
    assert "cannot be read" not in our_text(state)


def _two_programmes(root: Path) -> None:
    policy = "title: Other\nroster: other.yaml\n"
    community(root, ENDED, other_yaml=ENDED_TOO, policies__other_yaml=policy)


def test_every_programme_has_an_issue_and_one_that_is_gone_has_none(
    state: api.State, audit: Audit, tmp_path: Path
) -> None:
    other = tmp_path / "policies" / "合作伙伴.yaml"
    community(tmp_path, ENDED, other_yaml=ENDED_TOO)
    other.write_text("title: 合作伙伴\nroster: other.yaml\n", encoding="utf-8")
    audit("2026-11-20")
    audit("2026-11-20")
    assert [each["title"] for each in state.issues] == [
        "Roster audit: Partners", "Roster audit: 合作伙伴"
    ]  # fmt: skip
    other.unlink()
    audit("2026-11-21")
    assert [each["state"] for each in state.issues] == ["open", "closed"]
    assert said(state, 2)[0].startswith("There is no policy `x.")
    assert "requests: 0" in audit("2026-11-22").said
    other.write_text("title: 合作伙伴\nroster: other.yaml\n", encoding="utf-8")
    audit("2026-11-23")
    assert [each["state"] for each in state.issues] == ["open", "open"]
    assert said(state, 2)[1].startswith("Something needs attention again")


def test_an_audit_of_some_programmes_leaves_the_issues_of_others(
    state: api.State, audit: Audit
) -> None:
    state.add_issue(
        OLD.replace("audit sha", "audit gone sha"), author=state.login, labels=["rollkeeper"]
    )

    def some(scene: Scene) -> None:
        scene.options = replace(scene.options, programmes=("partners",))

    audit("2026-11-20", OK, prepare=some)
    assert state.issues[0]["state"] == "open"
    audit("2026-11-20", OK)
    assert state.issues[0]["state"] == "closed"


def test_the_issue_of_all_programmes_is_taken_over_by_the_only_one(
    state: api.State, audit: Audit
) -> None:
    state.add_issue(OLD, author=state.login, title="1 error", labels=["rollkeeper"])
    audit("2026-11-20", ENDED)
    (issue,) = state.issues
    assert issue["title"] == "Roster audit: Partners"
    assert issue["body"].startswith("People's own words.\r\n<!-- rollkeeper:audit partners sha256=")
    assert issue["body"].endswith("<!-- rollkeeper:audit partners end -->\n\nA note.\r\n")
    assert "One error" not in issue["body"]
    assert "requests: 0" in audit("2026-11-21").said


def test_the_issue_of_all_programmes_is_closed_where_there_are_several(
    state: api.State, audit: Audit, tmp_path: Path
) -> None:
    state.add_issue(OLD, author=state.login, labels=["rollkeeper"])
    _two_programmes(tmp_path)
    audit("2026-11-20")
    audit("2026-11-20")
    assert [each["state"] for each in state.issues] == ["closed", "open", "open"]
    assert said(state) == [
        "Each programme has an issue of its own. What needs attention is in #2, #3."
    ]
    assert state.issues[0]["body"].endswith("A note.\r\n")


def test_where_there_are_no_issues_the_summary_has_it_all(state: api.State, audit: Audit) -> None:
    state.has_issues = False
    scene = audit("2026-11-20", ENDED)
    assert scene.failed
    assert any("Settings, General, Features, Issues" in line for line in scene.said)
    assert "Ada Ash" in scene.summary[0]
    scene = audit("2026-11-21", OK)
    assert not scene.failed


def test_an_issue_that_lost_its_label_is_found_by_its_number(
    state: api.State, audit: Audit
) -> None:
    scene = audit("2026-11-20", ENDED)
    state.issues[0]["labels"].clear()

    def known(later: Scene) -> None:
        later.items = our_items(later.repository, scene.numbers)

    audit("2026-11-21", ENDED + ENDED_TOO, prepare=known)
    assert len(state.issues) == 1
    assert "Bo Birch" in our_text(state)


def test_strangers_cannot_claim_the_issue(state: api.State, audit: Audit) -> None:
    audit("2026-11-20", ENDED)
    copied = state.issues[0]["body"]
    state.add_issue(copied, author="mallory", labels=["rollkeeper"])
    state.add_issue(copied, author="mallory", labels=["rollkeeper"], pull_request=True)
    before = texts(state)[1:]
    audit("2026-11-21", OK)
    assert [state.issues[0]["state"], *texts(state)[1:]] == ["closed", *before]


@pytest.mark.parametrize(("closed", "requests"), [(0, 1), (98, 1), (99, 2), (400, 5)])
def test_a_hundred_closed_issues_cost_one_request_more(
    closed: int, requests: int, state: api.State, audit: Audit
) -> None:
    audit("2026-11-20", ENDED)
    for _ in range(closed):
        state.add_issue("Another", author="somebody", labels=["rollkeeper"], state="closed")
    state.requests.clear()
    audit("2026-11-21")
    assert len(state.requests) == requests


def test_other_steps_have_their_say_in_the_issue(state: api.State, audit: Audit) -> None:
    def ask(scene: Scene) -> None:
        scene.sections["partners"] = [
            IssueSection("Questions", "- Was it acquired?", "acquired: alder", Severity.WARNING),
            IssueSection("Lists", "- also elsewhere", "lists"),
        ]

    audit("2026-11-20", OK, prepare=ask)
    text = our_text(state)
    assert "### Questions\n\n- Was it acquired?\n" in text
    assert "### Lists\n\n- also elsewhere\n" in text
    assert "requests: 0" in audit("2026-11-21", OK, prepare=ask).said
    audit("2026-11-22", OK)
    assert state.issues[0]["state"] == "closed"


def test_what_a_step_could_not_say_is_not_taken_for_gone(state: api.State, audit: Audit) -> None:
    asked = IssueSection("Proposed: Repair", "- Was it?", "acquired: alder", Severity.WARNING)

    def ask(scene: Scene) -> None:
        scene.sections["partners"] = [asked]

    audit("2026-11-20", OK, prepare=ask)
    audit("2026-11-21", OK, prepare=lambda scene: scene.fail("repairs: GitHub refused, with 502"))
    assert [each["state"] for each in state.issues] == ["open"]
    assert said(state) == []
    assert "- **warning** Proposed: Repair *(since 2026-11-20)*" in our_text(state)
    assert "Fixed or waived" not in our_text(state)
    audit("2026-11-22", OK, prepare=ask)
    assert "Not checked again" not in our_text(state)
    audit("2026-11-23", OK)
    assert [each["state"] for each in state.issues] == ["closed"]


def test_an_audit_that_left_nothing_is_said_once_in_the_open_issues(
    state: api.State, audit: Audit
) -> None:
    state.add_issue(OLD, author=state.login, labels=["rollkeeper"], state="closed")
    audit("2026-11-20", ENDED)
    before = state.issues[1]["body"]

    def fail(day: int) -> list[int]:
        with night(state, Path(), f"2026-11-{day}") as scene:
            return list(say_nothing_known(scene.items, scene.outbox, "@ada", scene.now.date()))

    assert fail(21) == [2]
    assert (
        "> **The audit failed before it could report anything on 2026-11-21**: @<!-- -->ada"
        in our_text(state, 2)
    )
    assert our_text(state, 2).endswith(before.partition("-->\n**1 error")[2])
    assert fail(22) == []
    audit("2026-11-23", ENDED)
    assert (
        state.issues[1]["body"]
        .partition(" sha256")[2]
        .startswith(before.partition(" sha256")[2][:66])
    )
    assert "failed" not in our_text(state, 2)
    assert "New on" not in our_text(state, 2)


def test_an_audit_that_left_nothing_opens_an_issue_where_none_is_open(
    state: api.State, audit: Audit, tmp_path: Path
) -> None:
    def fail() -> list[int]:
        with night(state, Path(), "2026-11-21") as scene:
            given = scene.items, scene.outbox, "why", scene.now.date(), "https://run.example/1"
            return list(say_nothing_known(*given))

    assert [fail(), fail()] == [[1], []]
    assert state.issues[0]["title"] == "The rosters could not be audited"
    assert "why. [The log of the run](https://run.example/1) says more." in our_text(state)
    _two_programmes(tmp_path)
    audit("2026-11-22")
    assert [each["state"] for each in state.issues] == ["closed", "open", "open"]
    assert said(state) == [
        "The audit of 2026-11-22 left a result again. What needs attention is in #2, #3."
    ]
    cleared(state)
    fail()
    (tmp_path / "policies" / "other.yaml").unlink()
    audit("2026-11-23", OK)
    assert state.issues[0]["state"] == "closed"


@pytest.mark.parametrize("after", [False, True], ids=["unread", "already done"])
def test_a_broken_gateway_doubles_no_issue(state: api.State, audit: Audit, *, after: bool) -> None:
    state.refuse_once("POST", 502, after=after)
    with pytest.raises(GithubException):
        audit("2026-11-20", ENDED)
    assert len(state.issues) == after
    audit("2026-11-20", ENDED)
    state.refuse_once("PATCH", 502, after=after)
    audit("2026-11-21", ENDED + ENDED_TOO)
    assert len(state.issues) == 1
    assert "Bo Birch" in our_text(state)


def test_a_request_for_patience_is_granted(state: api.State, audit: Audit) -> None:
    state.refuse_once("POST", 403, Retry_After="0")
    state.refuse_once("GET", 403, Retry_After="0")
    audit("2026-11-20", ENDED)
    assert len(state.issues) == 1


def test_no_address_and_no_number_of_a_person_is_sent(state: api.State, audit: Audit) -> None:
    roster = (
        "- name: ada@alder.example\n  website: +1 555 123 4567\n"
        "- name: 'Call +1 555 123 4567'\n  terms: [{start: 2023-05-01, end: 2024-04-30}]\n"
    )
    audit("2026-11-20", roster)
    audit("2026-11-21", ENDED)
    sent = json.dumps([texts(state), state.comments])
    assert "ada@" not in sent
    assert "123 4567" not in sent


def test_a_dry_run_says_what_it_would_do_and_does_nothing(state: api.State, audit: Audit) -> None:
    lines: list[str] = []
    audit("2026-11-20", ENDED, outbox=DryOutbox(lines.append))
    assert state.written() == []
    assert len(lines) == 1
    assert lines[0].startswith("would open the issue 'Roster audit: Partners'")


@pytest.mark.parametrize(
    ("before", "day", "roster"),
    [
        ((), "2026-11-20", ENDED),
        ((ENDED,), "2026-11-21", ENDED + ENDED_TOO),
        ((ENDED,), "2026-11-21", OK),
        ((ENDED, OK), "2026-11-22", ENDED),
        ((ENDED, OK), "2027-01-22", ENDED),
    ],
    ids=["opened", "edited", "closed", "reopened", "succeeded"],
)
def test_ended_at_any_request_it_ends_as_if_it_had_not_been(
    before: tuple[str, ...], day: str, roster: str, state: api.State, audit: Audit
) -> None:
    def begin() -> None:
        cleared(state)
        for number, each in enumerate(before, start=20):
            audit(f"2026-11-{number}", each)

    def end() -> Any:
        shown = [{**each, "comments": None, "id": None, "node_id": None} for each in state.issues]
        return [json.dumps(shown), said(state, 1), said(state, 2)]

    assert points_of(begin, lambda: audit(day, roster), end) >= 4


def test_ended_at_any_request_the_issue_of_all_programmes_is_replaced_once(
    state: api.State, audit: Audit, tmp_path: Path
) -> None:
    def begin() -> None:
        cleared(state)
        state.add_issue(OLD, author=state.login, labels=["rollkeeper"])

    _two_programmes(tmp_path)
    points = points_of(
        begin, lambda: audit("2026-11-20"), lambda: [texts(state), said(state), len(state.issues)]
    )
    assert points == 12
