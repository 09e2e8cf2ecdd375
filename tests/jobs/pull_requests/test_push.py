"""Repairs written to a pull request: to its head and to rosters only, or not at all, and told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from forge.proposals import ROLL, Repository
from rollkeeper.fixing.patches import Patch, PatchError, Repairs
from rollkeeper.forge.bot_pull_request import PullRequestAction, decide_pull_request
from rollkeeper.forge.client import Repository as RemoteRepository
from rollkeeper.forge.client import connect
from rollkeeper.forge.conversation import Conversation
from rollkeeper.jobs.pull_requests.push import write
from rollkeeper.model.line_edit import LineEdit, Suggestion
from standin import api

OURS: dict[str, Any] = {"owner": "octo-community", "repository_id": 1}
ROSTERS = {"partners.yaml"}


@pytest.fixture
def remote(github: api.State) -> Iterator[RemoteRepository]:
    pauses = {"seconds_between_requests": 0, "seconds_between_writes": 0, "backoff": 0}
    with connect(github.token, github.url, github.repository, **pauses) as made:
        yield made


class Asked:
    """A pull request on whose thread somebody asked for repairs, and what came of it."""

    def __init__(self, remote: RemoteRepository, repository: Repository, **more: Any) -> None:
        self.github = repository.github
        self.pull = repository.propose({"partners.yaml": ROLL + "- name: Cedar \n"}, **more)
        self.repository = repository
        self.comment = self.github.add_comment(1, "/fix", author="somebody")["id"]
        self.remote, self.said = remote, Conversation(remote, 1, self.comment)

    def repairs(self, **more: Any) -> Repairs:
        head = self.pull["head"]["sha"]
        line = len(ROLL.splitlines()) + 1
        blob = self.repository.git("rev-parse", f"{head}:{more.pop('path', 'partners.yaml')}")
        patch = Patch("partners.yaml", blob, (LineEdit(line, line, "- name: Cedar\n"),))
        offered = (Suggestion(line, line, "- name: Cedar", "partners.yaml"),)
        return Repairs(
            **{"number": 1, "head": head, "patches": (patch,), "suggestions": offered} | more
        )

    def write(self, repairs: Repairs) -> str:
        """Write, and give the reaction and the reply."""
        self.origin = write(self.remote, self.said, repairs, ROSTERS)
        thread = self.github.comments[1]
        said = [each["body"] for each in thread if each["user"]["login"] == self.github.login]
        reacted = [each["content"] for each in self.github.reactions.values()]
        return f"{' '.join(reacted)}: {' '.join(said)}"


def test_repairs_are_bound_to_the_commit_that_was_looked_at(
    remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, **OURS)
    repairs = asked.repairs()
    repository.push(asked.pull, {"partners.yaml": ROLL})
    assert (
        asked.write(repairs)
        == "confused: The branch has changed in the meantime. Comment `/fix` again."
    )
    assert asked.origin is None


def test_a_branch_that_moves_on_at_the_last_moment_is_not_written_over(
    remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, **OURS)
    repairs = asked.repairs()
    newer = repository.commit({"partners.yaml": ROLL}, "change")
    assert asked.write(repairs).startswith("confused: The branch has changed")
    assert repository.git("ls-remote", str(repository.github.git), "change").startswith(newer)


def test_a_closed_pull_request_is_left_alone(
    remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, **OURS)
    asked.pull["state"] = "closed"
    assert asked.write(asked.repairs()).startswith("confused: The branch has changed")


def test_only_rosters_are_written_to(remote: RemoteRepository, repository: Repository) -> None:
    asked = Asked(remote, repository, **OURS)
    (patch,) = asked.repairs().patches
    forged = Patch(".github/workflows/check.yml", patch.blob, patch.edits)
    with pytest.raises(PatchError, match="a file that is not a roster"):
        asked.write(asked.repairs(patches=(forged,)))
    assert repository.github.written() == []


def test_the_default_branch_is_never_committed_to(
    remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, branch="main", **OURS)
    asked.write(asked.repairs())
    assert [path for _, path in repository.github.written() if "/git/" in path] == []
    assert len(repository.github.reviews) == 1


def test_what_could_not_be_fetched_is_told(
    remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, **OURS)
    told = asked.write(asked.repairs(patches=(), left_out="the roster is too large"))
    assert told.startswith("confused: Nothing was fixed: the roster is too large.")


def test_a_fork_without_lines_to_suggest_on_is_told(
    remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository)
    told = asked.write(asked.repairs(suggestions=()))
    assert told.startswith("confused: Nothing was fixed, because the branch is in another")
    assert repository.github.reviews == []


def test_a_comment_that_was_removed_meanwhile_is_no_failure(
    remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, **OURS)
    asked.github.comments[1].clear()
    told = asked.write(asked.repairs())
    assert told.startswith(": Fixed in ")
    assert asked.origin is not None
    assert asked.origin.sha == asked.pull["head"]["sha"]


@pytest.mark.parametrize(
    ("is_open", "differs", "decided"),
    [
        (False, True, PullRequestAction.OPEN),
        (True, True, PullRequestAction.LEAVE),
        (True, False, PullRequestAction.CLOSE),
        (False, False, PullRequestAction.LEAVE),
    ],
)
def test_one_pull_request_proposes_the_pages_as_long_as_they_differ(
    *, is_open: bool, differs: bool, decided: PullRequestAction
) -> None:
    assert decide_pull_request(is_open=is_open, differs=differs) is decided
