"""Commands by those who may not give them, and fixes that are not what they should be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

import fix_pull_request
import push_repairs
import receive_command
from attacks.stage import Ran, Stage, assert_harmless
from forge.proposals import ROLL
from rollkeeper.grammar.wording import cut
from standin import answers, pulls

COMMANDS = ".github/workflows/commands.yml"
OWNER = "octo-community"
UNTIDY = {"partners.yaml": ROLL + "- name: Cedar \n"}
TIDY = ROLL + "- name: Cedar\n"


def say(
    stage: Stage,
    pull: dict[str, Any],
    body: str,
    *,
    by: str,
    repairs: object = None,
    **person: object,
) -> Ran:
    """Comment on a pull request, and run the jobs that commands.yml would run for it.

    `repairs` is what the job that fixes is made to pass on, by an attacker in it.
    """
    issue = stage.github.issues[pull["number"] - 1]
    comment = stage.github.add_comment(pull["number"], body, author=by)
    comment["user"] = {**comment["user"], **person}
    event = {
        "action": "created",
        "issue": issue,
        "comment": comment,
        "sender": comment["user"],
        "repository": pulls.repository(stage.github.repository, 1),
    }
    ran, run = Ran(), str(next(stage.runs))
    job = stage.worker(ran, run, event, COMMANDS)
    arguments = ["--root", str(stage.checkout(run))]
    job("receive", lambda: receive_command.main([]), {})
    if ran.outputs.get("fix") != "true":
        return ran
    handed = {"NUMBER": ran.outputs["number"], "HEAD": json.loads(ran.outputs["head"])}
    if repairs is None:
        job("fix", lambda: fix_pull_request.main(arguments), handed)
        repairs = ran.outputs.get("repairs", "")
    text = repairs if isinstance(repairs, str) else json.dumps(repairs)
    job("write", lambda: push_repairs.main(arguments), {"REPAIRS": text})
    return ran


def fixes(stage: Stage, pull: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return repairs that follow the schema, and what an attacker changes of them."""
    head = pull["head"]["sha"]
    blob = stage.git("rev-parse", f"{head}:partners.yaml")
    edit = {"first": 5, "last": 5, "text": "- name: Cedar\n"}
    patch = {"path": "partners.yaml", "blob": blob, "edits": [edit], **more.pop("patch", {})}
    whole = {"number": pull["number"], "head": head, "patches": [patch], "suggestions": []}
    return {**whole, "left_out": None, **more}


def reactions(stage: Stage) -> list[str]:
    return [each["content"] for each in stage.github.reactions.values()]


@pytest.fixture
def own(stage: Stage) -> tuple[Stage, dict[str, Any]]:
    """A pull request from a branch of the repository itself, by someone who may write."""
    stage.github.roles[OWNER] = "write"
    return stage, stage.propose(UNTIDY, author=OWNER)


def test_fix_is_committed_for_someone_who_may_write(own: tuple[Stage, dict[str, Any]]) -> None:
    stage, pull = own
    say(stage, pull, "/fix", by=OWNER)
    tip = stage.tip("change")
    assert tip == pull["head"]["sha"]
    assert stage.run("git", "-C", str(stage.hosted), "show", f"{tip}:partners.yaml") + "\n" == TIDY


def test_a12a_a_stranger_s_commands_are_refused_without_a_word(stage: Stage) -> None:
    pull = stage.propose(UNTIDY)
    for _ in range(3):
        assert "fix" not in say(stage, pull, "/fix", by="stranger").outputs
    assert stage.comments(pull) == []
    assert reactions(stage) == ["confused"] * 3


def test_a12b_the_author_s_name_with_another_account_is_a_stranger(stage: Stage) -> None:
    pull = stage.propose(UNTIDY)
    assert "fix" not in say(stage, pull, "/fix", by="newcomer", id=7).outputs
    assert reactions(stage) == ["confused"]


def test_e1_an_author_who_may_only_read_has_nothing_committed(stage: Stage) -> None:
    stage.github.roles[OWNER] = "read"
    pull = stage.propose(UNTIDY, author=OWNER)
    head = stage.tip("change")
    say(stage, pull, "/fix", by=OWNER)
    assert stage.tip("change") == head
    (review,) = stage.github.reviews
    assert review["commit_id"] == head


def test_a13_the_branch_moves_before_the_fix_is_written(own: tuple[Stage, dict[str, Any]]) -> None:
    stage, pull = own
    stage.between["write"] = lambda: stage.push(pull, {"notes.txt": "newer"})
    say(stage, pull, "/fix", by=OWNER)
    assert stage.tip("change") == pull["head"]["sha"]
    assert stage.run("git", "-C", str(stage.hosted), "show", "change:notes.txt") == "newer"


def test_a34_a_branch_with_a_name_made_for_shells_and_addresses(stage: Stage) -> None:
    stage.github.roles[OWNER] = "write"
    branch = 'a&b#c%20"$(touch${IFS}stolen)x'
    pull = stage.propose(UNTIDY, branch, author=OWNER)
    stage.report(pull)
    assert_harmless(stage.comment(pull))
    say(stage, pull, "/fix", by=OWNER)
    assert stage.tip(branch) == pull["head"]["sha"]
    shown = stage.run("git", "-C", str(stage.hosted), "show", f"{branch}:partners.yaml")
    assert shown + "\n" == TIDY
    assert not list(stage.folder.rglob("stolen"))


def test_f1_words_of_the_job_that_fixes_are_not_published(
    own: tuple[Stage, dict[str, Any]],
) -> None:
    stage, pull = own
    words = "@octocat <h1>x</h1> [x](https://evil.example) ![x](https://evil.example/x.png)"
    say(stage, pull, "/fix", by=OWNER, repairs=fixes(stage, pull, patches=[], left_out=words))
    for text in stage.comments(pull):
        assert_harmless(text)
        assert cut("evil.example", 20) not in text
    assert stage.tip("change") == pull["head"]["sha"]


@pytest.mark.parametrize(
    "path", [".github/workflows/x.yml", "../x", "policies/partners.yaml", "/etc/passwd"]
)
def test_f2_f3_a_fix_of_what_is_no_roster_is_not_written(
    own: tuple[Stage, dict[str, Any]], path: str
) -> None:
    stage, pull = own
    head = stage.tip("change")
    say(stage, pull, "/fix", by=OWNER, repairs=fixes(stage, pull, patch={"path": path}))
    assert stage.tip("change") == head


def test_f4_a_fix_of_another_pull_request_is_not_written(
    own: tuple[Stage, dict[str, Any]],
) -> None:
    stage, pull = own
    head = stage.tip("change")
    say(stage, pull, "/fix", by=OWNER, repairs=fixes(stage, pull, number=pull["number"] + 1))
    assert stage.tip("change") == head


def test_f5_a_fix_that_starts_from_another_file_s_content_is_not_written(
    own: tuple[Stage, dict[str, Any]],
) -> None:
    stage, pull = own
    head = stage.tip("change")
    for path in ("partners/logos/alder.svg", "policies/partners.yaml"):
        blob = stage.git("rev-parse", f"main:{path}")
        edit = {"first": 1, "last": 1, "text": "- name: Free text\n"}
        patch = {"blob": blob, "edits": [edit]}
        say(stage, pull, "/fix", by=OWNER, repairs=fixes(stage, pull, patch=patch))
    assert stage.tip("change") == head


def test_f6_a_suggestion_on_a_workflow_is_not_made(stage: Stage) -> None:
    pull = stage.propose({**UNTIDY, ".github/workflows/z.yml": "on: push\n"})
    offered = {"path": ".github/workflows/z.yml", "first": 1, "last": 1, "text": "on: fork"}
    stage.github.roles["maintainer"] = "write"
    repairs = fixes(stage, pull, suggestions=[offered])
    say(stage, pull, "/fix", by="maintainer", repairs=repairs)
    assert stage.github.reviews == []


def test_a_command_of_a_bot_is_none(stage: Stage) -> None:
    pull = stage.propose(UNTIDY)
    ran = say(stage, pull, "/fix", by="helper[bot]")
    assert answers.user("helper[bot]")["type"] == "Bot"
    assert (ran.outputs, reactions(stage)) == ({}, [])
