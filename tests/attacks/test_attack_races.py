"""What happens while a report is being made: pushes, deletions, and others that write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from attacks.stage import STATUS, Stage, assert_harmless
from forge.published import BAD, GOOD
from rollkeeper.forge.comments import Marker, branch_key
from standin import pulls

BOT = "github-actions[bot]"


def marker(stage: Stage, pull: dict[str, Any], **more: Any) -> Marker:
    """Return the marker of a comment that says that all is well with a pull request's head."""
    values: dict[str, Any] = {
        "run": 10**6,
        "attempt": 1,
        "head": pull["head"]["sha"],
        "base": stage.tip("main"),
        "branch": branch_key("main"),
        "day": 739941,
        "done": True,
    }
    return Marker(**{**values, **more})


def echo(stage: Stage, pull: dict[str, Any], text: str, author: str = BOT) -> dict[str, Any]:
    """Let another workflow of the repository repeat what somebody wrote."""
    return stage.github.add_comment(pull["number"], text, author=author)


def test_m1_a_marker_by_a_stranger_is_not_ours(stage: Stage) -> None:
    pull = stage.propose(BAD)
    forged = echo(stage, pull, marker(stage, pull).line() + "### Rollkeeper: in order\n", "eve")
    forged["body"] = marker(stage, pull, comment=forged["id"]).line() + "in order\n"
    stage.report(pull)
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert "needs work" in stage.comment(pull)


def test_m2_a_marker_inside_another_comment_of_the_bot_is_not_ours(stage: Stage) -> None:
    pull = stage.propose(BAD)
    echo(stage, pull, f"You said: {marker(stage, pull).line()} in order\n")
    stage.report(pull)
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert "needs work" in stage.comments(pull)[-1]


def test_m3_a_marker_as_the_whole_comment_of_another_workflow_is_not_ours(stage: Stage) -> None:
    pull = stage.propose(BAD)
    echo(stage, pull, marker(stage, pull).line() + "### Rollkeeper: in order\n")
    stage.report(pull)
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert "needs work" in stage.comments(pull)[-1]


def test_a_marker_with_the_right_id_may_mislead_readers_but_merges_nothing(stage: Stage) -> None:
    """Another workflow edits its comment, whose id is known by then, and repeats a marker."""
    pull = stage.propose(BAD)
    comment = echo(stage, pull, "hello")
    comment["body"] = marker(stage, pull, comment=comment["id"]).line() + "in order\n"
    stage.report(pull)
    assert stage.why_not_merged(pull) != []
    assert stage.status(pull["head"]["sha"]) != "success"


def test_another_push_between_begin_and_verify_is_left_to_its_own_run(stage: Stage) -> None:
    pull = stage.propose(GOOD)
    first = pull["head"]["sha"]
    stage.between["verify"] = lambda: stage.push(pull, BAD)
    stage.report(pull)
    assert stage.status(first) == "success"
    assert stage.why_not_merged(pull) == [f"{STATUS}: expected"]
    assert stage.comments(pull) == []
    stage.report(pull, "synchronize")
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]


def test_the_head_s_ref_moves_between_begin_and_verify(stage: Stage) -> None:
    """The commit is fetched by its id: where the ref leads by then does not matter."""
    pull = stage.propose(BAD)
    bad = pull["head"]["sha"]
    stage.between["verify"] = lambda: stage.push(pull, GOOD)
    stage.report(pull)
    assert stage.status(bad) == "failure"
    assert stage.status(pull["head"]["sha"]) == ""


def test_retargeted_between_begin_and_publish(stage: Stage) -> None:
    stage.commit({"notes.txt": "x"}, "old")
    pull = stage.propose(BAD, into="old")

    def retarget() -> None:
        pull["base"] |= {"ref": "main", "sha": stage.tip("main")}

    stage.between["publish"] = retarget
    stage.report(pull)
    assert stage.why_not_merged(pull) == [f"{STATUS}: expected"]
    stage.report(pull, "edited", changes={"base": {}})
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]


def test_the_comment_is_deleted_during_the_run(stage: Stage) -> None:
    pull = stage.propose(BAD)
    stage.report(pull)
    stage.push(pull, {"notes.txt": "x"})

    def delete() -> None:
        stage.github.comments[pull["number"]].clear()

    stage.between["publish"] = delete
    stage.report(pull, "synchronize")
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert "needs work" in stage.comment(pull)


def test_the_comment_is_edited_by_somebody_to_say_that_all_is_well(stage: Stage) -> None:
    pull = stage.propose(BAD)
    stage.report(pull)
    (comment,) = stage.github.comments[pull["number"]]
    comment["body"] = comment["body"].replace("needs work: 1 error", "in order; 0 errors")
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]
    stage.push(pull, {"notes.txt": "x"})
    stage.report(pull, "synchronize")
    assert "needs work: 1 error" in stage.comment(pull)


def test_closed_during_the_run_nothing_is_written_to_it(stage: Stage) -> None:
    pull = stage.propose(BAD)
    stage.between["publish"] = lambda: pull.update(state="closed")
    stage.report(pull)
    assert stage.comments(pull) == []
    assert stage.labels(pull) == set()


def test_the_fork_is_deleted_and_the_report_still_comes(stage: Stage) -> None:
    pull = stage.propose(BAD)
    pull["head"]["repo"] = None
    stage.report(pull)
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert "needs work" in stage.comment(pull)


def forged(stage: Stage, pull: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a verdict that says that nothing was found, as the job that judges could be made to."""
    good = stage.propose({"notes.txt": "x"}, "honest", author="honest")
    ran = stage.report(good)
    assert ran is not None
    there = {"number": pull["number"], "head": pull["head"]["sha"], "touched": True}
    return {**ran.verdict, **there, **more}


def taken_over(stage: Stage, pull: dict[str, Any], verdict: object) -> str:
    """Run the report with a verdict by an attacker; return the comment, "" where there is none."""
    text = verdict if isinstance(verdict, str) else json.dumps(verdict)
    stage.forged["verdict"] = text
    stage.report(pull)
    stage.forged.clear()
    return "".join(stage.comments(pull))


@pytest.mark.parametrize(
    "other", [{"head": "a" * 40}, {"number": 2}, {"number": 0}], ids=["head", "number", "queue"]
)
def test_f8_a_verdict_about_another_commit_or_pull_request(
    stage: Stage, other: dict[str, Any]
) -> None:
    pull = stage.propose(BAD)
    text = taken_over(stage, pull, forged(stage, pull, **other))
    assert "could not check" in text
    assert stage.why_not_merged(pull) == [f"{STATUS}: error"]


def test_f9_an_empty_verdict_can_only_say_that_nothing_was_found(stage: Stage) -> None:
    """Whoever takes the job over decides about the verdict; that job can write nothing itself."""
    pull = stage.propose(BAD)
    text = taken_over(stage, pull, forged(stage, pull))
    assert text.count("### Rollkeeper") == 1
    assert len(stage.github.reviews) == 0


HOSTILE = "@octocat [x](https://evil.example) <img src=x> #1\n\n# Heading\n::error::x"


def spread(value: Any) -> Any:
    """Put hostile text wherever there is text."""
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, list):
        return [spread(each) for each in value]
    if isinstance(value, dict):
        return {key: spread(each) for key, each in value.items()}
    return value


def test_f10_markdown_in_every_value_of_a_verdict_is_refused_or_text(stage: Stage) -> None:
    pull = stage.propose(BAD)
    stage.report(pull)
    real = stage.propose(BAD, "other", author="honest")
    ran = stage.report(real)
    assert ran is not None
    for key, value in ran.verdict.items():
        changed = {**ran.verdict, "number": pull["number"], "head": pull["head"]["sha"]}
        text = taken_over(stage, pull, {**changed, key: spread(value)})
        assert_harmless(text)
        stage.push(pull, {"notes.txt": key})


@pytest.mark.parametrize("path", [".github/workflows/z.yml", "../x", "scripts/validate.py"])
def test_f11_a_suggestion_for_a_file_that_is_no_roster_is_not_taken(
    stage: Stage, path: str
) -> None:
    pull = stage.propose(BAD)
    suggestion = {"path": path, "start": 1, "line": 1, "text": "on: push", "replacement": "x"}
    real = forged(stage, pull)
    taken_over(stage, pull, {**real, "suggestions": [suggestion]})
    shaped = {"path": path, "start_line": 1, "line": 1, "body": "```suggestion\nx\n```"}
    taken_over(stage, pull, {**real, "suggestions": [shaped]})
    offered = [each for review in stage.github.reviews for each in review["comments"]]
    assert offered == []


def test_f12_a_key_that_is_there_twice_is_refused(stage: Stage) -> None:
    pull = stage.propose(BAD)
    text = json.dumps(forged(stage, pull))
    twice = text[:-1] + f', "head": "{pull["head"]["sha"]}"}}'
    assert "could not check" in taken_over(stage, pull, twice)
    assert stage.why_not_merged(pull) == [f"{STATUS}: error"]


@pytest.mark.parametrize("junk", ["x" * 119_000, "[" * 119_000, "1" * 119_000, '"\\ud800"'])
def test_f13_junk_is_refused(stage: Stage, junk: str) -> None:
    pull = stage.propose(BAD)
    assert "could not check" in taken_over(stage, pull, junk)
    assert stage.why_not_merged(pull) == [f"{STATUS}: error"]


def test_the_same_commit_in_two_pull_requests_into_one_branch(stage: Stage) -> None:
    """One is approved and reported on, then the other: the status is of what was judged last."""
    first = stage.propose(BAD)
    other = pulls.pull(
        stage.github, head=first["head"]["sha"], base=stage.tip("main"), owner="accomplice"
    )
    stage.report(first)
    stage.report(other)
    assert stage.why_not_merged(first) == stage.why_not_merged(other) == [f"{STATUS}: failure"]
    assert len(stage.comments(first)) == len(stage.comments(other)) == 1
