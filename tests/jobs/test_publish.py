"""Pages published from a checkout to a repository: committed, or proposed on the bot's branch."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rollkeeper.forge.actions import Actions
from rollkeeper.jobs.publish import (
    PublishRefusedError,
    commit_pages,
    default_branch,
    propose_commit,
    push_commit,
    why_not,
)
from rollkeeper.loading.git import run_git

BOT = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
BRANCH = "rollkeeper/pages"
Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a folder below `tmp_path`, which has a checkout and what GitHub hosts."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Octo")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "octo@example.com")

    def run(folder: str, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(tmp_path / folder), *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    run(".", "init", "--quiet", "--bare", "--initial-branch=main", "hosted")
    run(".", "init", "--quiet", "--initial-branch=main", "work")
    run("work", "commit", "--quiet", "--allow-empty", "--message", "Start")
    run("work", "push", "--quiet", "../hosted", "main")
    for name in ("AUTHOR", "COMMITTER"):  # who commits then is for the job to say
        monkeypatch.delenv(f"GIT_{name}_NAME")
        monkeypatch.delenv(f"GIT_{name}_EMAIL")
    return run


def write(folder: Path, text: str) -> bool:
    (folder / "README.md").write_text(text, encoding="utf-8")
    return commit_pages(folder, ["README.md"])


def test_what_differs_is_one_commit_by_the_bot(tmp_path: Path, git: Git) -> None:
    work = tmp_path / "work"
    assert not commit_pages(work, ["README.md"])
    assert write(work, "a page\n")
    assert git("work", "log", "-1", "--format=%an <%ae>%n%B") == (
        f"{BOT}\nRender the pages\n\nSigned-off-by: {BOT}"
    )
    assert not commit_pages(work, ["README.md"])
    assert push_commit(work, str(tmp_path / "hosted"), "main") == (
        "The pages are committed to main."
    )
    assert git("hosted", "show", "main:README.md") == "a page"


def test_only_the_pages_are_committed(tmp_path: Path, git: Git) -> None:
    work = tmp_path / "work"
    (work / "scripts" / "__pycache__").mkdir(parents=True)
    (work / "scripts" / "__pycache__" / "job.pyc").write_bytes(b"compiled")
    assert not commit_pages(work, ["README.md"])
    assert write(work, "a page\n")
    assert git("work", "show", "--name-only", "--format=") == "README.md"
    assert git("work", "status", "--short") == "?? scripts/"


def test_plates_are_committed_with_the_pages_and_go_with_them(tmp_path: Path, git: Git) -> None:
    work = tmp_path / "work"
    plates = work / "logos-on-dark"
    paths = ["README.md", "logos-on-dark", "logos-on-light"]
    plates.mkdir()
    assert not commit_pages(work, paths)
    (plates / "a.svg").write_text("a plate", encoding="utf-8")
    assert commit_pages(work, paths)
    assert git("work", "show", "--name-status", "--format=") == "A\tlogos-on-dark/a.svg"
    (plates / "a.svg").unlink()
    assert commit_pages(work, paths)
    assert git("work", "show", "--name-status", "--format=") == "D\tlogos-on-dark/a.svg"
    assert not commit_pages(work, paths)


def test_a_branch_that_has_moved_on_is_left_alone(tmp_path: Path, git: Git) -> None:
    work, hosted = tmp_path / "work", tmp_path / "hosted"
    write(work, "newer\n")
    push_commit(work, str(hosted), "main")
    newer = git("hosted", "rev-parse", "main")
    git("work", "reset", "--quiet", "--hard", "HEAD^")
    write(work, "older\n")
    assert push_commit(work, str(hosted), "main").startswith("The branch has moved on")
    assert git("hosted", "rev-parse", "main") == newer


REFUSALS = {
    "protection": (
        "error: GH006: Protected branch update failed for refs/heads/main.",
        "the branch `main` is protected and does not take the pages: set `render: pull-request`",
    ),
    "ruleset": (
        "error: GH013: Repository rule violations found for refs/heads/main.",
        "the branch `main` is protected and does not take the pages: set `render: pull-request`",
    ),
    "permission": (
        "Permission to octo/rosters.git denied to github-actions[bot].",
        "the token may not push to `main`: give the job that renders `contents: write`",
    ),
}


def refuse_pushes(hosted: Path, words: str) -> None:
    hook = hosted / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_push_that_is_refused_names_the_setting(kind: str, tmp_path: Path, git: Git) -> None:
    words, said = REFUSALS[kind]
    refuse_pushes(tmp_path / "hosted", words)
    write(tmp_path / "work", "a page\n")
    with pytest.raises(PublishRefusedError) as raised:
        push_commit(tmp_path / "work", str(tmp_path / "hosted"), "main")
    assert str(raised.value).startswith(said)
    assert f"GitHub says: {words[:20]}" in str(raised.value)
    assert git("hosted", "rev-list", "--count", "main") == "1"


def test_a_branch_of_the_bots_own_that_is_protected_is_named(tmp_path: Path, git: Git) -> None:
    refuse_pushes(tmp_path / "hosted", REFUSALS["ruleset"][0])
    write(tmp_path / "work", "a page\n")
    with pytest.raises(PublishRefusedError, match="leave `rollkeeper/pages` out of the rules"):
        propose_commit(tmp_path / "work", str(tmp_path / "hosted"), BRANCH, ours)
    assert git("hosted", "branch", "--list", BRANCH) == ""


def test_a_push_that_fails_for_another_reason_keeps_what_git_said(tmp_path: Path, git: Git) -> None:
    refuse_pushes(tmp_path / "hosted", "the disk is full")
    write(tmp_path / "work", "a page\n")
    with pytest.raises(subprocess.CalledProcessError) as raised:
        push_commit(tmp_path / "work", str(tmp_path / "hosted"), "main")
    assert "the disk is full" in "".join(raised.value.__notes__)
    assert git("hosted", "rev-list", "--count", "main") == "1"


def ours(_: str) -> bool:
    return True


def propose(folder: Path, text: str, vouched_for: Callable[[str], bool] = ours) -> str | None:
    """Render on top of the default branch and propose; return the commit that was pushed."""
    run_git(folder, "checkout", "--quiet", "--detach", "main")
    write(folder, text)
    return propose_commit(folder, str(folder.with_name("hosted")), BRANCH, vouched_for)


def test_a_proposal_replaces_the_one_before_unless_it_is_the_same(tmp_path: Path, git: Git) -> None:
    work = tmp_path / "work"
    for text, pushed in (("first\n", True), ("first\n", False), ("second\n", True)):
        before = git("hosted", "branch", "--list", "--format=%(objectname)", BRANCH)
        commit = propose(work, text)
        assert commit == (git("hosted", "rev-parse", BRANCH) if pushed else None)
        assert pushed == (git("hosted", "rev-parse", BRANCH) != before)
        assert git("hosted", "show", f"{BRANCH}:README.md") == text.strip()
        assert git("hosted", "rev-list", "--count", f"main..{BRANCH}") == "1"


def test_an_unrelated_push_leaves_a_proposal_of_the_same_pages_alone(
    tmp_path: Path, git: Git
) -> None:
    """D20: each push to the default branch replaced the branch, and its reviews were dismissed."""
    work = tmp_path / "work"
    proposed = propose(work, "a page\n")
    git("work", "checkout", "--quiet", "main")
    (work / "notes.txt").write_text("unrelated\n", encoding="utf-8")
    git("work", "add", "notes.txt")
    person = ("-c", "user.name=Octo", "-c", "user.email=octo@example.com")
    git("work", *person, "commit", "--quiet", "--message", "Unrelated")
    git("work", "push", "--quiet", "../hosted", "main")
    assert propose(work, "a page\n") is None
    assert git("hosted", "rev-parse", BRANCH) == proposed
    assert propose(work, "another page\n") is not None
    assert git("hosted", "rev-list", "--count", f"main..{BRANCH}") == "1"


def test_a_page_that_was_committed_by_hand_meanwhile_makes_another_proposal(
    tmp_path: Path, git: Git
) -> None:
    work = tmp_path / "work"
    propose(work, "a page\n")
    git("work", "checkout", "--quiet", "main")
    write(work, "half a page\n")
    git("work", "push", "--quiet", "../hosted", "main")
    assert propose(work, "a page\n") is not None
    assert git("hosted", "merge-base", "main", BRANCH) == git("hosted", "rev-parse", "main")


def test_a_commit_that_someone_else_put_on_the_branch_is_never_vouched_for(
    tmp_path: Path, git: Git
) -> None:
    """W1: under the bot's name a branch with more in it, that ends in the very same page."""
    work = tmp_path / "work"
    git("work", "checkout", "--quiet", "-b", "evil", "main")
    (work / "workflow.yml").write_text("on: push\n", encoding="utf-8")
    git("work", "add", "workflow.yml")
    person = ("-c", "user.name=Eve", "-c", "user.email=eve@example.com")
    git("work", *person, "commit", "--quiet", "--message", "Evil")
    write(work, "a page\n")
    git("work", "push", "--quiet", "../hosted", f"evil:{BRANCH}")
    forged = git("hosted", "rev-parse", BRANCH)
    commit = propose(work, "a page\n", lambda sha: sha != forged)
    assert commit is not None
    assert git("hosted", "diff", "--name-only", "main", BRANCH) == "README.md"


def test_a_page_that_gitignore_names_is_published_all_the_same(tmp_path: Path, git: Git) -> None:
    work = tmp_path / "work"
    (work / ".gitignore").write_text("*.md\n", encoding="utf-8")
    assert write(work, "a page\n")
    assert git("work", "show", "--name-only", "--format=") == "README.md"


def test_what_was_staged_by_someone_else_is_not_committed(tmp_path: Path, git: Git) -> None:
    work = tmp_path / "work"
    (work / "notes.txt").write_text("staged\n", encoding="utf-8")
    git("work", "add", "notes.txt")
    assert not commit_pages(work, ["README.md"])
    assert write(work, "a page\n")
    assert git("work", "show", "--name-only", "--format=") == "README.md"


def actions(**repository: object) -> Actions:
    told = Actions.from_environ({"GITHUB_REF_NAME": "trunk"})
    return replace(told, event={"repository": repository} if repository else {})


@pytest.mark.parametrize(
    ("repository", "reason"),
    [
        ({"fork": True, "default_branch": "trunk"}, "This is a fork"),
        ({"fork": False, "default_branch": "main"}, "Pages are published from the default branch,"),
        ({"fork": False, "default_branch": "trunk"}, None),
        ({}, None),
    ],
    ids=["fork", "another branch", "default branch", "schedule"],
)
def test_where_pages_are_published_from(repository: dict[str, object], reason: str | None) -> None:
    said = why_not(actions(**repository))
    assert (said is None) == (reason is None)
    assert (said or "").startswith(reason or "")
    assert default_branch(actions(**repository)) == repository.get("default_branch", "trunk")
