"""The history in the jobs of an audit: read by the one that judges, pushed by the one that acts."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rollkeeper.engine.run import Options
from rollkeeper.forge.history_branch import BRANCH, HistoryUnavailableError
from rollkeeper.forge.items import Item, OurItems
from rollkeeper.forge.outbox import DryOutbox, GitHubOutbox
from rollkeeper.grammar.bodies import Marker
from rollkeeper.jobs.audit.acting import STEPS, act
from rollkeeper.jobs.audit.history import Recollection, keep_history, recall
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.loading.community import Community
from rollkeeper.model.history import History, Night, NightKind, Refusal, SiteRecord
from rollkeeper.model.report import Report
from rollkeeper.reports.json.history import read

DAY = date(2026, 11, 21)
NIGHT = History(
    last_complete=DAY,
    night=Night(DAY, NightKind.COMPLETE, visited=40),
    sites={"partners": {"https://alder.example/": SiteRecord(DAY, since=DAY, nights=1)}},
)
SERVER = "https://github.example"


@pytest.fixture
def hosted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the repository that a server's address leads to."""
    folder = tmp_path / "octo" / "rosters.git"
    git(tmp_path, "init", "--quiet", "--bare", str(folder))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{tmp_path.as_uri()}/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"{SERVER}/")
    monkeypatch.setattr("rollkeeper.jobs.audit.history._PAUSES", ())
    return folder


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def scene(history: History = NIGHT, *, dry: bool = False, day: date = DAY) -> Scene:
    repository = cast("Any", SimpleNamespace(full_name="octo/rosters"))
    said: list[str] = []
    return Scene(
        options=Options(Path()),
        community=cast("Community", None),
        report=Report(day, (), (), (), {}),
        history=history,
        before=History(),
        now=datetime(day.year, day.month, day.day, 3, 17, tzinfo=UTC),
        repository=repository,
        items=OurItems(()),
        outbox=DryOutbox(said.append) if dry else GitHubOutbox(repository, None),
        branch="main",
        server_url=SERVER,
        run_url=None,
        said=said,
    )


def remembered(day: date = DAY) -> Recollection:
    return recall(f"{SERVER}/octo/rosters.git", day)


def test_keeping_the_history_is_the_last_step() -> None:
    assert STEPS[-1] is keep_history


@pytest.mark.usefixtures("hosted")
def test_what_one_night_kept_the_next_one_reads() -> None:
    found = remembered()
    assert found.history == History()
    assert found.said == "There is no branch `rollkeeper-history` yet: this audit makes it."
    ours = scene()
    ours.numbers["audit:partners"] = 4
    ours.refusals["rollkeeper/repairs"] = Refusal(5, "ab" * 32)
    act(ours, [keep_history])
    assert (ours.said, ours.failed) == ([], False)
    history = remembered().history
    assert history == replace(
        NIGHT,
        numbers={"audit:partners": 4},
        refusals={"rollkeeper/repairs": Refusal(5, "ab" * 32)},
    )


def test_the_step_once_more_makes_no_commit(hosted: Path) -> None:
    keep_history(scene())
    keep_history(scene())
    assert git(hosted, "rev-list", "--count", BRANCH).strip() == "1"
    assert git(hosted, "log", "--format=%s", BRANCH).strip() == "Record the audit of 2026-11-21"


@pytest.mark.usefixtures("hosted")
def test_what_could_not_be_read_again_is_not_pushed_and_what_is_there_stays() -> None:
    keep_history(scene())
    ours = scene(replace(NIGHT, last_complete=None), day=DAY)
    ours.numbers["a key that there is not"] = 4
    keep_history(ours)
    assert ours.failed
    (said,) = ours.said
    assert "what it would be is not a history (numbers: " in said
    assert remembered().history == NIGHT


@pytest.mark.usefixtures("hosted")
def test_what_a_run_opened_that_was_ended_half_way_is_remembered() -> None:
    ours = scene()
    markers = Marker("term", "ambassadors/ada", "0" * 64), Marker("audit", "", "0" * 64)
    for number, marker in enumerate(markers, start=4):
        ours.items.add(Item(number, marker, is_open=True, title="", body=""))
    keep_history(ours)
    assert remembered().history.numbers == {"term:ambassadors/ada": 4}


def test_a_dry_run_says_what_it_would_push(hosted: Path) -> None:
    ours = scene(dry=True)
    keep_history(ours)
    (line,) = ours.said
    assert line.endswith(" to rollkeeper-history")
    assert git(hosted, "branch", "--list") == ""


def test_a_damaged_history_is_said_and_started_anew(hosted: Path) -> None:
    keep_history(scene())
    tree = subprocess.run(
        ["git", "-C", str(hosted), "hash-object", "-w", "--stdin"],
        input=b"{",
        capture_output=True,
        check=True,
    )
    damaged = f"100644 blob {tree.stdout.decode().strip()}\thistory.json\n"
    made = subprocess.run(
        ["git", "-C", str(hosted), "mktree"],
        input=damaged.encode(),
        capture_output=True,
        check=True,
    )
    who = ["-c", "user.name=T", "-c", "user.email=t@site.example"]
    commit = git(hosted, *who, "commit-tree", made.stdout.decode().strip(), "-m", "By hand")
    git(hosted, "update-ref", f"refs/heads/{BRANCH}", commit.strip())
    found = remembered()
    assert found.history == History()
    assert found.said is not None
    assert "cannot be read (not JSON" in found.said
    ours = scene()
    keep_history(ours)
    assert ours.failed is False
    assert ours.said == [found.said]
    assert remembered().history.sites == NIGHT.sites
    assert git(hosted, "rev-list", "--count", BRANCH).strip() == "2"


def test_a_late_run_takes_nothing_from_a_newer_night(hosted: Path) -> None:
    newer = replace(NIGHT, last_complete=date(2026, 11, 23), sites={})
    newer = replace(newer, night=Night(date(2026, 11, 23), NightKind.COMPLETE))
    keep_history(scene(newer, day=date(2026, 11, 23)))
    late = scene()
    late.numbers["audit:partners"] = 4
    keep_history(late)
    history = read(git(hosted, "show", f"{BRANCH}:history.json"), date(2026, 11, 23))
    assert (history.last_complete, history.sites) == (date(2026, 11, 23), {})
    assert history.numbers == {"audit:partners": 4}
    assert "2026-11-21,complete" in git(hosted, "show", f"{BRANCH}:nights/2026.csv")


@pytest.mark.usefixtures("hosted")
def test_a_late_run_knows_what_later_nights_have_seen() -> None:
    keep_history(scene())
    assert remembered(DAY - timedelta(days=4)) == Recollection(NIGHT)


@pytest.mark.usefixtures("hosted")
@pytest.mark.parametrize("days", [20, 400])
def test_an_audit_as_of_a_day_long_ago_destroys_nothing(days: int) -> None:
    keep_history(scene())
    old = DAY - timedelta(days=days)
    long_ago = scene(History(old, Night(old, NightKind.COMPLETE)), day=old)
    keep_history(long_ago)
    assert (long_ago.said, long_ago.failed) == ([], False)
    assert remembered().history == NIGHT


def test_a_refusal_is_said_and_fails_the_job(hosted: Path) -> None:
    hook = hosted / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'error: GH013: Repository rule violations' >&2\nexit 1\n")
    hook.chmod(0o755)
    ours = scene()
    keep_history(ours)
    (line,) = ours.said
    assert line.startswith(
        "The history of this night is not kept: the branch `rollkeeper-history` is protected and "
        "does not take the push: leave `rollkeeper-history` out of the rules for branches"
    )
    assert ours.failed


@pytest.mark.usefixtures("hosted")
def test_a_server_that_does_not_answer_is_not_taken_for_a_new_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://elsewhere.example/")
    with pytest.raises(HistoryUnavailableError, match="could not be read"):
        remembered()
    ours = scene()
    keep_history(ours)
    assert ours.failed
