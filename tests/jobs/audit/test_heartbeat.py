"""Whether the audits still run, as other workflows see it: a warning, and then one issue."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from communities import community
from jobs.audit.scenes import cleared, night
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.client import Repository, connect
from rollkeeper.forge.history_branch import BRANCH
from rollkeeper.forge.items import Item, newest_items
from rollkeeper.jobs.audit.heartbeat import check_freshness, close_freshness, missed
from rollkeeper.model.history import History, Night, NightKind
from rollkeeper.reports.history_files import message
from standin import api

LAST = date(2026, 11, 1)
TITLE = "No nightly audit of the rosters has been complete since 2026-11-01"
WAITS = {"seconds_between_requests": 0.0, "seconds_between_writes": 0.0, "backoff": 0.0}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[api.State]:
    with api.serve() as state:
        state.git = tmp_path_factory.mktemp("hosted") / "rosters.git"
        git(state, "init", "--quiet", "--bare", str(state.git))
        yield state


@pytest.fixture
def github(server: api.State) -> Iterator[api.State]:
    cleared(server)
    server.has_issues = True
    recorded(server, message(LAST, LAST))
    yield server
    assert server.complaints == []


def git(state: api.State, *arguments: str) -> str:
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@site.example", *arguments]
    folder = state.git if state.git and state.git.exists() else Path()
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, input="")
    return done.stdout.strip()


def recorded(state: api.State, said: str) -> None:
    """Let the branch end in a commit that says something."""
    tree = git(state, "mktree")
    commit = git(state, "commit-tree", tree, "-m", said)
    git(state, "update-ref", f"refs/heads/{BRANCH}", commit)


def check(
    state: api.State,
    day: int,
    summary: Path,
    token: str = "",
    **how: bool,
) -> str:
    """Look on a day of the month, and return the summary of the run."""
    summary.write_text("", encoding="utf-8")
    actions = replace(
        Actions.from_environ({"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": state.repository}),
        summary_path=summary,
        event={"repository": {"fork": how.get("fork", False)}},
    )
    now = datetime(2026, 11, day, 10, tzinfo=UTC)
    with connect(token or state.token, state.url, state.repository, **WAITS) as repository:
        check_freshness(repository, actions, now, opens=how.get("opens", True))
    return summary.read_text(encoding="utf-8")


def issues(state: api.State) -> list[tuple[str, str]]:
    return [(each["title"], each["state"]) for each in state.issues]


@pytest.fixture
def summary(tmp_path: Path) -> Path:
    return tmp_path / "summary.md"


@pytest.mark.parametrize(
    ("day", "nights"), [(1, 0), (2, 0), (3, 1), (4, 2), (5, 3), (8, 6), (9, 7), (30, 28)]
)
def test_the_night_of_today_may_be_yet_to_come(day: int, nights: int) -> None:
    assert missed(LAST, date(2026, 11, day)) == nights


def test_a_clock_that_is_behind_misses_no_night() -> None:
    assert missed(LAST, date(2026, 10, 1)) == 0


@pytest.mark.parametrize(("day", "what"), [(4, ""), (5, "warns"), (8, "warns"), (9, "opens")])
def test_it_warns_after_three_nights_and_opens_an_issue_after_seven(
    github: api.State, summary: Path, capsys: pytest.CaptureFixture[str], day: int, what: str
) -> None:
    warned = what != ""
    assert (TITLE in check(github, day, summary)) is warned
    assert (f"::warning title=rollkeeper::{TITLE}" in capsys.readouterr().out) is warned
    assert issues(github) == ([(TITLE, "open")] if what == "opens" else [])


def test_a_run_with_fresh_audits_costs_one_request(github: api.State, summary: Path) -> None:
    check(github, 3, summary)
    assert github.requests == [("GET", f"/repos/{github.repository}/branches/{BRANCH}")]


def test_a_stopped_audit_costs_two_requests_once_there_is_an_issue(
    github: api.State, summary: Path
) -> None:
    check(github, 9, summary)
    github.requests.clear()
    check(github, 10, summary)
    assert [method for method, _ in github.requests] == ["GET", "GET"]
    assert issues(github) == [(TITLE, "open")]


def test_nothing_is_said_in_a_fork_and_nothing_is_asked(github: api.State, summary: Path) -> None:
    assert check(github, 30, summary, fork=True) == ""
    assert github.requests == []


def test_a_job_that_may_not_write_issues_only_warns(github: api.State, summary: Path) -> None:
    token = github.mint({"contents": "read", "pull-requests": "write"})
    assert TITLE in check(github, 30, summary, opens=False, token=token)
    assert issues(github) == []
    assert github.denials == []


def test_where_no_audit_was_ever_complete_nothing_is_said(github: api.State, summary: Path) -> None:
    recorded(github, message(LAST, None))
    assert check(github, 30, summary) == ""
    git(github, "update-ref", "-d", f"refs/heads/{BRANCH}")
    assert check(github, 30, summary) == ""
    assert issues(github) == []


def test_a_commit_of_somebody_else_is_said(github: api.State, summary: Path) -> None:
    recorded(github, "<script>alert(1)</script>")
    said = check(github, 30, summary)
    assert "the newest commit of the history names no date of an audit" in said
    assert "script" not in said
    assert issues(github) == []


def test_a_github_that_does_not_answer_fails_nothing(
    github: api.State, summary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(github, 30, summary, token="wrong") == ""  # noqa: S106 - no secret
    assert "could not be seen: GitHub refused, with 401" in capsys.readouterr().out


def test_one_that_a_person_closed_stays_closed_for_this_time(
    github: api.State, summary: Path
) -> None:
    check(github, 9, summary)
    github.issues[0].update(state="closed", state_reason="not_planned")
    check(github, 20, summary)
    assert issues(github) == [(TITLE, "closed")]
    recorded(github, message(date(2026, 11, 20), date(2026, 11, 20)))
    check(github, 29, summary)
    assert [state for _, state in issues(github)] == ["closed", "open"]


def test_of_two_that_were_opened_at_once_the_first_stays(
    github: api.State, summary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(github, 9, summary)
    listed: list[tuple[Item, ...]] = [()]  # what the second had been told before the first wrote

    def newest(repository: Repository) -> tuple[Item, ...]:
        return listed.pop() if listed else newest_items(repository)

    monkeypatch.setattr("rollkeeper.jobs.audit.heartbeat.newest_items", newest)
    check(github, 9, summary)
    assert issues(github) == [(TITLE, "open"), (TITLE, "closed")]


def test_without_issues_the_warning_is_all(github: api.State, summary: Path) -> None:
    github.has_issues = False
    assert TITLE in check(github, 30, summary)
    assert issues(github) == []


@pytest.mark.parametrize(
    ("kind", "state"), [(NightKind.COMPLETE, "closed"), (NightKind.VOID, "open"), (None, "open")]
)
def test_it_is_closed_after_the_next_complete_audit(
    github: api.State, summary: Path, tmp_path: Path, kind: NightKind | None, state: str
) -> None:
    check(github, 9, summary)
    root = community(tmp_path, "- name: Alder\n")
    history = History(night=Night(date(2026, 11, 10), kind) if kind else None)
    for _ in range(2):
        with night(github, root, "2026-11-10", history=history) as scene:
            close_freshness(scene)
    assert issues(github) == [(TITLE, state)]
    said: list[Any] = [each["body"] for each in github.comments.get(1, [])]
    assert len(said) == (state == "closed")
    assert all("The audit of 2026-11-10 was complete." in each for each in said)
