"""Pages published from a checkout to a repository: committed, or proposed on the bot's branch."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from rollkeeper.engine.run import Options
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.client import connect
from rollkeeper.forge.outbox import PullRequestsForbiddenError
from rollkeeper.jobs import publish as module
from rollkeeper.jobs.bot_branch import PublishRefusedError
from rollkeeper.jobs.publish import (
    PublishMode,
    default_branch,
    publish,
    push_commit,
    rendered_files,
    why_not,
)
from standin import api, life
from worktrees import stage

BOT = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
NOW = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
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


def write(folder: Path, text: str) -> dict[str, bytes | None]:
    (folder / "README.md").write_text(text, encoding="utf-8")
    return rendered_files(folder, ["README.md"])


def push(folder: Path, text: str) -> str:
    """Render a page and push it to the default branch."""
    files = write(folder, text)
    return push_commit(folder, str(folder.with_name("hosted")), "main", files, NOW)


def test_what_differs_is_one_commit_by_the_bot(tmp_path: Path, git: Git) -> None:
    work = tmp_path / "work"
    assert rendered_files(work, ["README.md"]) == {}
    assert push(work, "a page\n") == "The pages are committed to main."
    assert git("hosted", "log", "-1", "--format=%an <%ae>%n%B", "main") == (
        f"{BOT}\nRender the pages\n\nSigned-off-by: {BOT}"
    )
    assert git("hosted", "show", "main:README.md") == "a page"
    git("work", "fetch", "--quiet", "../hosted", "main")
    git("work", "reset", "--quiet", "--hard", "FETCH_HEAD")
    assert rendered_files(work, ["README.md"]) == {}


def test_only_the_pages_are_committed_whatever_is_staged(tmp_path: Path, git: Git) -> None:
    work = tmp_path / "work"
    (work / "scripts" / "__pycache__").mkdir(parents=True)
    (work / "scripts" / "__pycache__" / "job.pyc").write_bytes(b"compiled")
    (work / "notes.txt").write_text("staged\n", encoding="utf-8")
    git("work", "add", "notes.txt")
    assert rendered_files(work, ["README.md"]) == {}
    push(work, "a page\n")
    assert git("hosted", "show", "--name-only", "--format=", "main") == "README.md"
    assert git("work", "status", "--short").splitlines() == [
        "A  notes.txt",
        "?? README.md",
        "?? scripts/",
    ]


def test_plates_are_committed_with_the_pages_and_go_with_them(tmp_path: Path, git: Git) -> None:
    work = tmp_path / "work"
    plates = work / "logos-on-dark"
    paths = ["README.md", "logos-on-dark", "logos-on-light"]
    plates.mkdir()
    assert rendered_files(work, paths) == {}
    (plates / "a.svg").write_text("a plate", encoding="utf-8")
    assert rendered_files(work, paths) == {"logos-on-dark/a.svg": b"a plate"}
    git("work", "add", "logos-on-dark")
    git("work", "-c", "user.name=T", "-c", "user.email=t@e.example", "commit", "-qm", "Plates")
    assert rendered_files(work, paths) == {}
    (plates / "a.svg").unlink()
    assert rendered_files(work, paths) == {"logos-on-dark/a.svg": None}


@pytest.mark.usefixtures("git")
def test_a_page_that_gitignore_names_is_published_and_a_link_is_not(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / ".gitignore").write_text("*.md\n", encoding="utf-8")
    (work / "LINK.md").symlink_to("/etc/hostname")
    write(work, "a page\n")
    assert rendered_files(work, ["README.md", "LINK.md"]) == {"README.md": b"a page\n"}


def test_a_branch_that_has_moved_on_is_left_alone(tmp_path: Path, git: Git) -> None:
    work, hosted = tmp_path / "work", tmp_path / "hosted"
    push(work, "newer\n")
    newer = git("hosted", "rev-parse", "main")
    assert push(work, "older\n").startswith("The branch has moved on")
    assert git(str(hosted), "rev-parse", "main") == newer


REFUSALS = {
    "protection": (
        "error: GH006: Protected branch update failed for refs/heads/main.",
        "the branch `main` is protected and does not take the push: set `render: pull-request`",
    ),
    "ruleset": (
        "error: GH013: Repository rule violations found for refs/heads/main.",
        "the branch `main` is protected and does not take the push: set `render: pull-request`",
    ),
    "permission": (
        "Permission to octo/rosters.git denied to github-actions[bot].",
        "the token may not push to `main`: give this job `contents: write`",
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
    with pytest.raises(PublishRefusedError) as raised:
        push(tmp_path / "work", "a page\n")
    assert str(raised.value).startswith(said)
    assert f"GitHub says: {words[:20]}" in str(raised.value)
    assert git("hosted", "rev-list", "--count", "main") == "1"


def test_a_push_that_fails_for_another_reason_keeps_what_git_said(tmp_path: Path, git: Git) -> None:
    refuse_pushes(tmp_path / "hosted", "the disk is full")
    with pytest.raises(subprocess.CalledProcessError) as raised:
        push(tmp_path / "work", "a page\n")
    assert "the disk is full" in "".join(raised.value.__notes__)
    assert git("hosted", "rev-list", "--count", "main") == "1"


@dataclass
class Pages:
    """A community whose page is published from a checkout to the stand-in."""

    work: Path
    github: api.State

    def publish(self, page: str) -> str:
        (self.work / "README.md").write_text(page, encoding="utf-8")
        environment = {
            **self.github.environment(),
            "GITHUB_TOKEN": self.github.token,
            "GITHUB_REF_NAME": "main",
            "GITHUB_SERVER_URL": f"file://{self.work.parent}",
        }
        told = Actions.from_environ(environment)
        return publish(Options(self.work), told, PublishMode.PULL_REQUEST)


@pytest.fixture
def pages(
    tmp_path: Path, git: Git, github: api.State, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pages]:
    work, hosted = tmp_path / "work", tmp_path / "octo-community" / "rosters.git"
    hosted.parent.mkdir()
    (tmp_path / "hosted").rename(hosted)
    github.git = hosted
    files = {"policies/people.yaml": "roster: people.yaml\npage: README.md\n"}
    files["people.yaml"] = "- name: Ada Alder\n"
    files["README.md"] = "an old page\n"
    stage(work, files)
    git("work", "-c", "user.name=T", "-c", "user.email=t@e.example", "commit", "-qm", "Roster")
    git("work", "push", "--quiet", str(hosted), "main")
    patient = partial(connect, seconds_between_requests=0, seconds_between_writes=0)
    monkeypatch.setattr(module, "connect", patient)
    yield Pages(work, github)
    assert github.denials == []


def test_pages_are_proposed_once_judged_as_a_report_would_and_closed_when_they_agree(
    pages: Pages,
) -> None:
    new = "a page\n"
    assert pages.publish(new) == (
        "The pages are on the branch rollkeeper/pages. The pull request is opened."
    )
    (status,) = pages.github.statuses
    assert status["state"] == "success"
    assert status["description"].startswith("In order; ")
    written = len(pages.github.written())
    assert pages.publish(new) == "The pull request is left as it is."
    assert len(pages.github.written()) == written
    assert pages.publish("an old page\n") == "The pages are up to date. The pull request is closed."
    assert pages.publish("an old page\n") == "The pages are up to date."


def test_pages_that_a_person_does_not_want_are_not_proposed_again(pages: Pages) -> None:
    pages.publish("a page\n")
    life.close(pages.github, 1, by="maintainer")
    assert pages.publish("a page\n").startswith("The pages are not proposed again: #1")
    assert "opened" in pages.publish("another page\n")


def test_pages_that_may_not_be_proposed_name_the_setting(pages: Pages) -> None:
    pages.github.may_open = False
    with pytest.raises(PullRequestsForbiddenError, match="allow it under Settings, Actions"):
        pages.publish("a page\n")


def test_a_branch_of_the_bots_own_that_is_protected_is_named(pages: Pages) -> None:
    assert pages.github.git is not None
    refuse_pushes(pages.github.git, REFUSALS["ruleset"][0])
    with pytest.raises(PublishRefusedError, match="leave `rollkeeper/pages` out of the rules"):
        pages.publish("a page\n")
    assert pages.github.pulls == []


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
