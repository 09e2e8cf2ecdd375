"""Repairs written to a pull request: to its head and to rosters only, or not at all, and told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from forge.proposals import ROLL, Repository
from rollkeeper.fixing.patches import LeftOutReason, Patch, PatchError, Repairs, packed, read
from rollkeeper.forge.client import Repository as RemoteRepository
from rollkeeper.forge.client import connect
from rollkeeper.forge.conversation import Conversation
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs.pull_requests.push import Writing, write
from rollkeeper.model.line_edit import LineEdit, Suggestion
from standin import answers, api, pulls

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
        self.github.roles["somebody"] = "write"
        self.comment = self.github.add_comment(1, "/fix", author="somebody")["id"]
        said = Conversation(remote, 1, self.comment, person=5)
        self.writing = Writing(remote, said, "somebody", ROSTERS)
        self.head: str | None = None

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
        self.head = write(self.writing, repairs)
        thread = self.github.comments[1]
        said = [each["body"] for each in thread if each["user"]["login"] == self.github.login]
        said = [body.partition(" -->\n")[2] for body in said]
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
    assert asked.head is None


def test_a_branch_that_moves_on_at_the_last_moment_is_not_written_over(
    remote: RemoteRepository, repository: Repository
) -> None:
    """A13: the branch moves between the commit that is made and the branch that is moved to it."""
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


@pytest.mark.parametrize("path", [".github/workflows/check.yml", "../partners.yaml", "/etc/hosts"])
def test_only_rosters_are_written_to(
    path: str, remote: RemoteRepository, repository: Repository
) -> None:
    """F2: a patch of a workflow; F3: of a path that leaves the repository."""
    asked = Asked(remote, repository, **OURS)
    (patch,) = asked.repairs().patches
    forged = Patch(path, patch.blob, patch.edits)
    with pytest.raises(PatchError, match="a file that is not a roster"):
        asked.write(asked.repairs(patches=(forged,)))
    assert repository.github.written() == []


@pytest.mark.parametrize(
    "path", ["people/deeper/a.yaml", "people/../policies/a.yaml", "people/.a.yaml", "people/a.yml"]
)
def test_only_files_that_a_pattern_matches_are_written_to(
    path: str, remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, **OURS)
    (patch,) = asked.repairs().patches
    asked.writing = replace(asked.writing, rosters=("people/*.yaml",))
    with pytest.raises(PatchError, match="a file that is not a roster"):
        asked.write(asked.repairs(patches=(Patch(path, patch.blob, patch.edits),)))
    assert repository.github.written() == []


def test_repairs_of_another_pull_request_are_refused(
    remote: RemoteRepository, repository: Repository
) -> None:
    """F4: the repairs name another pull request than the comment that asked for them."""
    asked = Asked(remote, repository, **OURS)
    assert asked.write(asked.repairs(number=2)).startswith("confused: The branch has changed")
    assert asked.head is None


@pytest.mark.parametrize("fork", [False, True], ids=["commit", "suggestions"])
def test_a_patch_starts_from_the_content_that_the_roster_has(
    remote: RemoteRepository, repository: Repository, *, fork: bool
) -> None:
    """F5: the patch starts from the content of another file, and ends on the roster."""
    asked = Asked(remote, repository, **({} if fork else OURS))
    other = repository.git("rev-parse", "main:policies/partners.yaml")
    forged = Patch("partners.yaml", other, (LineEdit(1, 1, "- name: Forged\n"),))
    with pytest.raises(PatchError, match="other content than the roster has"):
        asked.write(asked.repairs(patches=(forged,)))
    assert repository.github.written() == []


@pytest.mark.parametrize("fork", [False, True], ids=["commit", "suggestions"])
@pytest.mark.parametrize("path", [".github/workflows/z.yml", "policies/partners.yaml"])
def test_only_lines_of_rosters_are_suggested(
    path: str, remote: RemoteRepository, repository: Repository, *, fork: bool
) -> None:
    """F6: a suggestion on a workflow, which a maintainer accepts with one click."""
    asked = Asked(remote, repository, **({} if fork else OURS))
    forged = Suggestion(1, 1, "on: pull_request_target", path)
    with pytest.raises(PatchError, match="a file that is not a roster"):
        asked.write(asked.repairs(suggestions=(forged,)))
    assert repository.github.written() == []


def test_a_suggestion_without_the_content_that_it_is_for_is_refused(
    remote: RemoteRepository, repository: Repository
) -> None:
    """W2: suggestions alone, for a roster whose content nothing vouches for."""
    asked = Asked(remote, repository)
    asked.writing = replace(asked.writing, rosters={"partners.yaml", "friends.yaml"})
    repairs = asked.repairs(suggestions=(Suggestion(1, 1, "- name: Forged", "friends.yaml"),))
    with pytest.raises(PatchError, match="other content than the roster has"):
        asked.write(repairs)
    assert repository.github.written() == []


@pytest.mark.parametrize("kind", ["link", "executable"])
def test_a_roster_that_is_no_plain_file_is_not_written_to(
    kind: str, remote: RemoteRepository, repository: Repository
) -> None:
    """W3: the head turns the roster into a link to a workflow, and asks to have it fixed."""
    asked = Asked(remote, repository, **OURS)
    repository.git("checkout", "--quiet", "change")
    file = repository.work / "partners.yaml"
    if kind == "link":
        file.unlink()
        file.symlink_to(".github/workflows/check.yml")
    else:
        file.chmod(0o755)
    repository.git("add", "--all")
    asked.pull["head"]["sha"] = repository.record("change")
    with pytest.raises(PatchError, match="other content than the roster has"):
        asked.write(asked.repairs())
    assert repository.github.written() == []


@pytest.mark.parametrize(
    "words", ["@octo-maintainers <h1>", "![](https://evil.example/x.png)", "too-much ", ""]
)
def test_no_text_of_the_job_that_fixes_is_published(
    words: str, remote: RemoteRepository, repository: Repository
) -> None:
    """F1: Markdown of a job that was taken over, in place of the reason why nothing was fixed."""
    data = packed(Asked(remote, repository, **OURS).repairs(patches=(), suggestions=()))
    with pytest.raises(ReportError):
        read(json.dumps({**data, "left_out": words}))
    for reason in LeftOutReason:
        assert read(json.dumps({**data, "left_out": reason})).left_out is reason


@pytest.mark.parametrize("role", ["read", "triage", "none"])
def test_nothing_is_committed_for_someone_who_may_not_write(
    role: str, remote: RemoteRepository, repository: Repository
) -> None:
    """E1: a pull request from a branch of the repository, by someone who may only read it."""
    asked = Asked(remote, repository, **OURS)
    asked.github.roles["somebody"] = role
    assert asked.write(asked.repairs()) == "rocket: "
    assert asked.head is None
    (review,) = repository.github.reviews
    assert "because only those with write access" in review["body"]
    assert [path for _, path in repository.github.written() if "/git/" in path] == []


@pytest.mark.parametrize("role", ["write", "maintain", "admin"])
def test_for_someone_who_may_write_it_is_committed(
    role: str, remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, **OURS)
    asked.github.roles["somebody"] = role
    assert asked.write(asked.repairs()).startswith("rocket: Fixed in ")


def test_the_default_branch_is_never_committed_to(
    remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, branch="main", **OURS)
    asked.write(asked.repairs())
    assert [path for _, path in repository.github.written() if "/git/" in path] == []
    assert len(repository.github.reviews) == 1


@pytest.mark.parametrize("name", ["release-1.0", "release/1.0", "a&b#c%20d"])
def test_a_branch_that_others_build_on_is_never_committed_to(
    name: str, remote: RemoteRepository, repository: Repository
) -> None:
    """W4: a pull request from the release branch itself, whose base it is for other people."""
    asked = Asked(remote, repository, branch=name, **OURS)
    head = asked.pull["head"]["sha"]
    pulls.pull(repository.github, head=head, base=head, branch="topic", into=name)
    asked.write(asked.repairs())
    assert asked.head is None
    (review,) = repository.github.reviews
    assert "because other pull requests are to be merged into this branch" in review["body"]


def test_a_protected_branch_is_asked_about_before_anything_is_made(
    remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, **OURS)
    repository.github.required["change"] = {"Rollkeeper"}
    asked.write(asked.repairs())
    assert asked.head is None
    (review,) = repository.github.reviews
    assert "because the branch is protected" in review["body"]
    assert [path for _, path in repository.github.written() if "/git/" in path] == []


def test_the_same_answer_is_given_once_to_each_person_and_state(
    remote: RemoteRepository, repository: Repository
) -> None:
    """D24: whoever comments `/fix` again and again has the bot fill the page."""
    asked = Asked(remote, repository)
    nothing = asked.repairs(patches=(), suggestions=())
    for _ in range(3):
        asked.write(nothing)
        asked.write(asked.repairs())
    assert (len(repository.github.reviews), answers_in(repository)) == (1, 1)
    other = Conversation(remote, 1, asked.comment, person=6)
    asked.writing = Writing(remote, other, "somebody", ROSTERS)
    asked.write(nothing)
    assert answers_in(repository) == 2
    repository.push(asked.pull, {"partners.yaml": ROLL + "- name: Elm \n"})
    asked.write(asked.repairs(patches=(), suggestions=()))
    assert answers_in(repository) == 3


def test_an_answer_that_someone_copied_is_given_all_the_same(
    remote: RemoteRepository, repository: Repository
) -> None:
    """W5: a stranger writes the marker of the answer, so that it is never given."""
    asked = Asked(remote, repository)
    nothing = asked.repairs(patches=(), suggestions=())
    asked.write(nothing)
    (said,) = [each for each in repository.github.comments[1] if "rollkeeper:reply" in each["body"]]
    said["user"] = answers.user("stranger")
    asked.write(nothing)
    assert answers_in(repository) == 1


def answers_in(repository: Repository) -> int:
    github = repository.github
    return sum(each["user"]["login"] == github.login for each in github.comments[1])


def test_what_could_not_be_fetched_is_told(
    remote: RemoteRepository, repository: Repository
) -> None:
    asked = Asked(remote, repository, **OURS)
    told = asked.write(asked.repairs(patches=(), left_out=LeftOutReason.NOT_FETCHED))
    assert told.startswith("confused: Nothing was fixed: a roster cannot be fetched because it is")


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
    assert asked.head == asked.pull["head"]["sha"]
