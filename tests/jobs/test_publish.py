"""Pages published from a checkout to a repository: committed, or proposed on the bot's branch."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rollkeeper.jobs.publish import commit_pages, propose_commit, push_commit

BOT = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
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


def test_a_branch_that_has_moved_on_is_left_alone(tmp_path: Path, git: Git) -> None:
    work, hosted = tmp_path / "work", tmp_path / "hosted"
    write(work, "newer\n")
    push_commit(work, str(hosted), "main")
    newer = git("hosted", "rev-parse", "main")
    git("work", "reset", "--quiet", "--hard", "HEAD^")
    write(work, "older\n")
    assert push_commit(work, str(hosted), "main").startswith("The branch has moved on")
    assert git("hosted", "rev-parse", "main") == newer


def test_a_push_that_is_refused_is_an_error_with_the_reason(tmp_path: Path, git: Git) -> None:
    hook = tmp_path / "hosted" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho protected >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    write(tmp_path / "work", "a page\n")
    with pytest.raises(subprocess.CalledProcessError) as raised:
        push_commit(tmp_path / "work", str(tmp_path / "hosted"), "main")
    assert "protected" in "".join(raised.value.__notes__)
    assert git("hosted", "rev-list", "--count", "main") == "1"


def test_a_proposal_replaces_the_one_before_unless_it_is_the_same(tmp_path: Path, git: Git) -> None:
    work, hosted, branch = tmp_path / "work", tmp_path / "hosted", "rollkeeper/pages"
    for text, said in (
        ("first\n", f"The pages are on the branch {branch}."),
        ("first\n", "The pages are proposed already."),
        ("second\n", f"The pages are on the branch {branch}."),
    ):
        git("work", "checkout", "--quiet", "--detach", "main")
        write(work, text)
        assert propose_commit(work, str(hosted), branch) == said
        assert git("hosted", "show", f"{branch}:README.md") == text.strip()
        assert git("hosted", "rev-list", "--count", f"main..{branch}") == "1"
