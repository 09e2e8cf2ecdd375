"""Which workflows start: the model that attacks are tried against, held to what GitHub documents."""

from __future__ import annotations

import pytest

from forge.proposals import ROLL, Repository
from standin.starting import Event, started

NEW = {"partners.yaml": ROLL + "- name: Cedar\n"}
WORKFLOW = "on: {}\npermissions: {{}}\njobs:\n  it: {{runs-on: x, steps: []}}\n"
BY_PULL_REQUEST = WORKFLOW.format("[push, pull_request]")
BY_TARGET = WORKFLOW.format("{pull_request_target: {types: [opened, edited]}, issue_comment: }")
FILES = {
    ".github/workflows/check.yml": BY_PULL_REQUEST,
    ".github/workflows/report.yaml": BY_TARGET,
    ".github/workflows/old.yml": WORKFLOW.format("{pull_request: {branches: [old/**]}}"),
    ".github/workflows/broken.yml": "on: [push\n",
    ".github/workflows/notes.txt": BY_PULL_REQUEST,
}
CHECK, REPORT = ".github/workflows/check.yml", ".github/workflows/report.yaml"


def names(repository: Repository, event: Event) -> list[str]:
    return [each.workflow for each in started(repository.github, event)]


def on(name: str, action: str = "opened", *, by_workflow: bool = False) -> Event:
    return Event(name, action, number=1, by_workflow=by_workflow)


@pytest.fixture
def hosted(repository: Repository) -> Repository:
    repository.commit(FILES)
    return repository


def test_a_pull_request_starts_what_its_merge_says(hosted: Repository) -> None:
    hosted.propose({**NEW, ".github/workflows/mine.yml": BY_PULL_REQUEST, CHECK: None})
    (run,) = started(hosted.github, on("pull_request"))
    assert run.workflow == ".github/workflows/mine.yml"
    assert (run.ref, run.read_only) == ("refs/pull/1/merge", True)
    assert names(hosted, on("pull_request", "edited")) == []


def test_a_pull_request_cannot_touch_what_its_target_starts(hosted: Repository) -> None:
    hosted.propose({**NEW, REPORT: None, ".github/workflows/mine.yml": BY_TARGET})
    (run,) = started(hosted.github, on("pull_request_target"))
    assert (run.workflow, run.commit) == (REPORT, hosted.git("rev-parse", "main"))
    assert (run.ref, run.read_only) == ("refs/heads/main", False)
    assert names(hosted, on("pull_request_target", "edited")) == [REPORT]
    assert names(hosted, on("pull_request_target", "labeled")) == []


@pytest.mark.parametrize(
    ("message", "starts"),
    [
        ("Change [skip ci]", False),
        ("Change\n\n[no ci] please", False),
        ("Change\n\nWords\n\nskip-checks: true\n", False),
        ("Change [SKIP CI]", True),
        ("Change skip ci", True),
    ],
)
def test_a_message_can_skip_the_check_and_not_the_report(
    hosted: Repository, message: str, *, starts: bool
) -> None:
    pull = hosted.propose(NEW)
    hosted.git("checkout", "--quiet", "change")
    hosted.git("commit", "--quiet", "--amend", "--message", message)
    hosted.git("push", "--quiet", "--force", str(hosted.github.git), "change")
    pull["head"]["sha"] = hosted.git("rev-parse", "HEAD")
    assert names(hosted, on("pull_request")) == ([CHECK] if starts else [])
    assert names(hosted, on("pull_request_target")) == [REPORT]
    assert names(hosted, Event("push", ref="change")) == ([CHECK] if starts else [])


def test_a_conflict_starts_no_check(hosted: Repository) -> None:
    hosted.propose(NEW)
    hosted.commit({"partners.yaml": ROLL + "- name: Pine\n"})
    assert names(hosted, on("pull_request")) == []
    assert names(hosted, on("pull_request_target")) == [REPORT]


def test_filters_of_branches_are_about_the_base(hosted: Repository) -> None:
    hosted.git("push", "--quiet", str(hosted.github.git), "main:refs/heads/old/1")
    hosted.propose(NEW, into="old/1")
    assert names(hosted, on("pull_request")) == [CHECK, ".github/workflows/old.yml"]


def test_a_token_of_a_workflow_starts_nothing(hosted: Repository) -> None:
    hosted.propose(NEW)
    assert names(hosted, on("issue_comment", "created")) == [REPORT]
    assert names(hosted, on("issue_comment", "created", by_workflow=True)) == []
    assert names(hosted, Event("push", ref="main", by_workflow=True)) == []


def test_a_branch_of_the_repository_itself_has_a_token_that_writes(hosted: Repository) -> None:
    hosted.propose(NEW, owner="octo-community", repository_id=1)
    (run,) = started(hosted.github, on("pull_request"))
    assert not run.read_only


def test_a_merge_group_starts_what_its_own_commit_says(hosted: Repository) -> None:
    queued = "gh-readonly-queue/main/pr-1"
    event = Event("merge_group", "checks_requested", ref=queued)
    assert names(hosted, event) == []
    text = WORKFLOW.format("merge_group")
    commit = hosted.commit({".github/workflows/queue.yml": text}, queued)
    (run,) = started(hosted.github, event)
    assert (run.workflow, run.commit) == (".github/workflows/queue.yml", commit)
