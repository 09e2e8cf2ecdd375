"""The history branch in real repositories: read, pushed on top of what is there, never forced."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rollkeeper.forge.history_branch import (
    BRANCH,
    HistoryBranch,
    HistoryRefusedError,
    HistoryUnavailableError,
    Texts,
)
from rollkeeper.jobs.audit.history import history_branch

MOST = 10_000
NAMES = ("history.json", "nights/2026.csv")
GITHUB_SAYS = "remote: error: GH013: Repository rule violations found for refs/heads/x."


@pytest.fixture
def hosted(tmp_path: Path) -> Path:
    folder = tmp_path / "hosted.git"
    git(tmp_path, "init", "--quiet", "--bare", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rollkeeper.jobs.audit.history._PAUSES", (0.0,))


def git(folder: Path, *arguments: str, data: str = "") -> str:
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@site.example", *arguments]
    done = subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, input=data
    )
    return done.stdout.strip()


def keep(
    hosted: Path,
    make: Callable[[Texts], Texts],
    carry_out: Callable[[str, Callable[[], None]], None] | None = None,
) -> list[str]:
    """Bring the branch up to date as a job does, and return what was pushed."""
    pushed: list[str] = []

    def push(commit: str, act: Callable[[], None]) -> None:
        pushed.append(commit)
        act()

    with history_branch(str(hosted)) as branch:
        branch.keep(NAMES, lambda there: (make(there), "Record"), carry_out or push, MOST)
    return pushed


def adds(line: str) -> Callable[[Texts], Texts]:
    def make(there: Texts) -> Texts:
        return {"history.json": f"{there.get('history.json', '')}{line}\n"}

    return make


def text(hosted: Path, name: str = "history.json") -> str:
    return git(hosted, "show", f"{BRANCH}:{name}")


def commits(hosted: Path) -> int:
    return int(git(hosted, "rev-list", "--count", BRANCH))


def seen(hosted: Path) -> tuple[str | None, dict[str, str]]:
    with history_branch(str(hosted)) as branch:
        head = branch.head()
        return head, {} if head is None else branch.texts(head, NAMES, MOST)


def test_the_branch_is_an_orphan_of_its_own_files_by_the_bot(hosted: Path) -> None:
    assert seen(hosted) == (None, {})
    keep(hosted, lambda _: {"history.json": "one\n", "nights/2026.csv": "ä\n"})
    assert git(hosted, "ls-tree", "-r", "--name-only", BRANCH).split() == [*NAMES]
    said = git(hosted, "log", "-1", "--format=%an %P%n%B", BRANCH)
    assert said.startswith("github-actions[bot] \nRecord\n\nSigned-off-by: github-actions[bot] <")
    assert seen(hosted)[1] == {"history.json": "one\n", "nights/2026.csv": "ä\n"}


def test_what_is_there_already_is_not_pushed_again(hosted: Path) -> None:
    keep(hosted, lambda _: {"history.json": "one\n"})
    assert keep(hosted, lambda _: {"history.json": "one\n"}) == []
    assert commits(hosted) == 1


def test_other_files_and_earlier_years_stay(hosted: Path) -> None:
    keep(hosted, lambda _: {"history.json": "one\n", "nights/2025.csv": "old\n"})
    keep(hosted, lambda _: {"history.json": "two\n", "nights/2026.csv": "new\n"})
    assert text(hosted, "nights/2025.csv") == "old"
    assert commits(hosted) == 2


def test_where_another_run_is_quicker_its_commit_is_built_upon(hosted: Path) -> None:
    keep(hosted, adds("start"))
    tried: list[str] = []

    def carry_out(commit: str, act: Callable[[], None]) -> None:
        if not tried:
            keep(hosted, adds("theirs"))
        tried.append(commit)
        act()

    keep(hosted, adds("ours"), carry_out=carry_out)
    assert text(hosted).split() == ["start", "theirs", "ours"]
    assert (len(tried), commits(hosted)) == (2, 3)


def test_two_runs_that_begin_the_branch_lose_nothing(hosted: Path) -> None:
    tried: list[str] = []

    def carry_out(commit: str, act: Callable[[], None]) -> None:
        if not tried:
            keep(hosted, adds("theirs"))
        tried.append(commit)
        act()

    keep(hosted, adds("ours"), carry_out=carry_out)
    assert text(hosted).split() == ["theirs", "ours"]


def test_a_run_that_is_always_overtaken_gives_up_and_says_so(hosted: Path) -> None:
    others: list[str] = []

    def carry_out(_: str, act: Callable[[], None]) -> None:
        others.append(f"other {len(others)}")
        keep(hosted, adds(others[-1]))
        act()

    with pytest.raises(HistoryRefusedError, match="5 times in a row"):
        keep(hosted, adds("ours"), carry_out=carry_out)
    assert text(hosted).splitlines() == others


@pytest.mark.parametrize("pushes", [False, True])
def test_a_run_that_is_ended_is_made_good_by_the_next(hosted: Path, pushes: bool) -> None:  # noqa: FBT001 - a column of the table
    class Ended(BaseException):
        """Stands for SIGKILL, before or after the push."""

    def carry_out(_: str, act: Callable[[], None]) -> None:
        if pushes:
            act()
        raise Ended

    def make(there: Texts) -> Texts:
        return there or {"history.json": "ours\n"}

    with pytest.raises(Ended):
        keep(hosted, make, carry_out=carry_out)
    keep(hosted, make)
    assert (text(hosted), commits(hosted)) == ("ours", 1)


def test_a_dry_run_pushes_nothing(hosted: Path) -> None:
    keep(hosted, adds("ours"), carry_out=lambda _commit, _act: None)
    assert seen(hosted) == (None, {})


def refusing(hosted: Path, said: str) -> None:
    hook = hosted / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("error: GH006: Protected branch update failed", "leave `rollkeeper-history` out of"),
        (GITHUB_SAYS, "leave `rollkeeper-history` out of the rules for branches"),
    ],
)
def test_a_branch_that_is_protected_is_said_with_the_setting(
    hosted: Path, said: str, remedy: str
) -> None:
    refusing(hosted, said)
    with pytest.raises(HistoryRefusedError, match=remedy) as refused:
        keep(hosted, adds("ours"))
    assert "GH0" in str(refused.value)


def test_a_repository_that_cannot_be_reached_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(HistoryUnavailableError, match="could not be read"):
        seen(tmp_path / "nowhere.git")
    with pytest.raises(HistoryUnavailableError):
        keep(tmp_path / "nowhere.git", adds("ours"))


def commit_on_branch(hosted: Path, listing: str) -> None:
    """Put a tree on the branch as `git mktree` takes it."""
    tree = git(hosted, "mktree", "--missing", data=listing)
    commit = git(hosted, "commit-tree", tree, "-m", "By hand")
    git(hosted, "update-ref", f"refs/heads/{BRANCH}", commit)


def test_what_is_no_file_or_too_large_is_not_read_and_gives_way(hosted: Path) -> None:
    small = git(hosted, "hash-object", "-w", "--stdin", data="x")
    large = git(hosted, "hash-object", "-w", "--stdin", data="x" * (MOST + 1))
    folder = git(hosted, "mktree", data=f"100644 blob {small}\tfile\n")
    for listing in (
        f"120000 blob {small}\tnights\n100644 blob {large}\thistory.json\n",
        f"100644 blob {small}\tnights\n040000 tree {folder}\thistory.json\n",
    ):
        commit_on_branch(hosted, listing)
        assert seen(hosted)[1] == {}
        keep(hosted, lambda _: {"history.json": "one\n", "nights/2026.csv": "two\n"})
        assert seen(hosted)[1] == {"history.json": "one\n", "nights/2026.csv": "two\n"}


def test_only_the_newest_commit_is_fetched(hosted: Path) -> None:
    for line in "abc":
        keep(hosted, adds(line))
    with history_branch(hosted.as_uri()) as branch:
        head = branch.head()
        assert branch.git("rev-list", "--count", "FETCH_HEAD").decode().strip() == "1"
        assert head == git(hosted, "rev-parse", BRANCH)


def test_the_token_is_in_no_argument_and_other_helpers_are_not_asked(
    monkeypatch: pytest.MonkeyPatch, hosted: Path
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "a-token")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "credential.helper")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "!echo password=another #")
    with history_branch(str(hosted)) as branch:
        asked = branch.git("credential", "fill", data="protocol=https\nhost=github.com\n\n")
    assert asked.decode().splitlines()[-2:] == ["username=x-access-token", "password=a-token"]
    assert isinstance(branch, HistoryBranch)
