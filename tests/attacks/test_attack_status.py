"""A pull request that tries to be merged without being in order, or with what was approved for another."""

from __future__ import annotations

import pytest

from attacks.stage import CALLER, REPORT, STATUS, Stage
from forge.proposals import BASE, POLICY, ROLL
from forge.published import BAD, GOOD
from standin.starting import Event, started
from worktrees import Content

CHECK = ".github/workflows/rosters-check.yml"
GREEN = "on: pull_request\njobs:\n  it: {name: Rollkeeper, runs-on: x, steps: [{run: exit 0}]}\n"
APPROVED = "rollkeeper: removal approved"
STRICT = """\
requirements:
- {id: in-words, expect: "!has(entry.country) || entry.country != 'x'", message: say which country}
"""
MANY = "".join(f"- name: Partner {number}\n" for number in range(60))


def without(*numbers: int) -> dict[str, Content]:
    """Return the roster of 60 partners without some of them."""
    kept = (number for number in range(60) if number not in numbers)
    return {"partners.yaml": "".join(f"- name: Partner {number}\n" for number in kept)}


@pytest.fixture
def many(stage: Stage) -> Stage:
    stage.commit({"partners.yaml": MANY, "partners/logos/alder.svg": None})
    return stage


def test_what_is_in_order_can_be_merged_and_what_is_not_cannot(stage: Stage) -> None:
    good, bad = stage.propose(GOOD, "good"), stage.propose(BAD, "bad")
    assert stage.why_not_merged(good) == [f"{STATUS}: expected"]
    stage.report(good)
    stage.report(bad)
    assert stage.why_not_merged(good) == []
    assert stage.why_not_merged(bad) == [f"{STATUS}: failure"]
    assert "### Rollkeeper: in order" in stage.comment(good)
    assert "### Rollkeeper: needs work: 1 error" in stage.comment(bad)


def test_a1_its_own_workflows_and_scripts_make_the_check_green(stage: Stage) -> None:
    crash = "raise SystemExit(0)\n"
    own = {CHECK: GREEN, CALLER: GREEN, REPORT: GREEN, "scripts/validate.py": crash}
    pull = stage.propose({**BAD, **own, "scripts/verify_pull_request.py": crash})
    mine = [each.workflow for each in started(stage.github, Event("pull_request", "opened", 1))]
    assert CHECK in mine
    stage.report(pull)
    stage.github.checks.append((pull["head"]["sha"], STATUS, "success"))
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert "partners.yaml#L6" in stage.comment(pull)


def test_a2_only_workflows_scripts_and_policies_change(stage: Stage) -> None:
    lax = POLICY + "rules: {unknown-field: off}\n"
    files = {CHECK: GREEN, "scripts/validate.py": "exit()\n", "policies/partners.yaml": lax}
    stage.commit({"scripts/rollkeeper/__init__.py": ""})
    pull = stage.propose(files)
    stage.report(pull)
    (title,) = [each for each in stage.comment(pull).splitlines() if each.startswith("### ")]
    assert "in order" not in title
    for path in files:
        assert f"`{path}`" in stage.comment(pull)
    assert stage.labels(pull) == set()


def test_a3_a_message_that_skips_ci(stage: Stage) -> None:
    pull = stage.propose(GOOD)
    stage.report(pull)
    assert stage.why_not_merged(pull) == []
    stage.push(pull, BAD, message="More [skip ci]")
    assert started(stage.github, Event("pull_request", "synchronize", 1)) == []
    assert stage.why_not_merged(pull) == [f"{STATUS}: expected"]
    assert stage.report(pull, "synchronize") is not None
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert "### Rollkeeper: needs work" in stage.comment(pull)
    assert stage.labels(pull) == {"rollkeeper: needs work"}


def test_a3_the_workflows_deleted_in_the_head(stage: Stage) -> None:
    pull = stage.propose(GOOD)
    stage.report(pull)
    stage.push(pull, {**BAD, CALLER: None, REPORT: None, CHECK: None})
    assert stage.report(pull, "synchronize") is not None
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]


def test_a3_a_conflict_after_a_green_commit(stage: Stage) -> None:
    pull = stage.propose(GOOD)
    stage.report(pull)
    stage.commit({"partners.yaml": ROLL + "- name: Pine\n"})
    stage.push(pull, BAD)
    assert started(stage.github, Event("pull_request", "synchronize", 1)) == []
    assert stage.report(pull, "synchronize") is not None
    assert set(stage.why_not_merged(pull)) == {"it has conflicts", f"{STATUS}: failure"}
    assert "### Rollkeeper: needs work" in stage.comment(pull)


def test_a4_three_removals_approved_and_fifty_five_pushed(many: Stage) -> None:
    pull = many.propose(without(1, 2, 3))
    many.report(pull)
    assert many.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert many.label(pull, APPROVED) is not None
    assert many.why_not_merged(pull) == []
    many.push(pull, without(*range(1, 56)))
    assert many.why_not_merged(pull) == [f"{STATUS}: expected"]
    many.report(pull, "synchronize")
    assert many.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert "`mass-removal`" in many.comment(pull)
    assert APPROVED not in many.labels(pull)


def test_a_removal_is_swapped_for_another_after_it_was_approved(many: Stage) -> None:
    pull = many.propose(without(1, 2, 3))
    many.report(pull)
    many.label(pull, APPROVED)
    assert many.why_not_merged(pull) == []
    many.push(pull, without(1, 2, 9))
    many.report(pull, "synchronize")
    assert many.why_not_merged(pull) == [f"{STATUS}: failure"]


def test_an_approval_that_was_revoked_does_not_come_back_with_what_it_was_for(
    many: Stage,
) -> None:
    pull = many.propose(without(1, 2, 3))
    many.report(pull)
    many.label(pull, APPROVED)
    many.label(pull, APPROVED, on=False)
    assert many.why_not_merged(pull) == [f"{STATUS}: failure"]
    many.push(pull, without(1, 2, 3, 4))
    many.report(pull, "synchronize")
    assert many.why_not_merged(pull) == [f"{STATUS}: failure"]


def test_an_approving_label_before_the_first_report_approves_nothing(many: Stage) -> None:
    pull = many.propose(without(*range(1, 56)))
    many.label(pull, APPROVED)
    many.report(pull)
    assert many.why_not_merged(pull) == [f"{STATUS}: failure"]


def test_an_approval_while_more_removals_are_being_checked_is_not_for_those(many: Stage) -> None:
    """Whoever sets the label reads three names; the report on the rest comes a moment later."""
    pull = many.propose(without(1, 2, 3))
    many.report(pull)
    many.push(pull, without(*range(1, 56)))
    many.between["publish"] = lambda: many.attach(pull, APPROVED)
    many.report(pull, "synchronize")
    many.report(pull, "labeled")
    assert many.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert APPROVED not in many.labels(pull)
    many.label(pull, APPROVED)
    assert many.why_not_merged(pull) == []


def test_what_was_approved_here_is_not_approved_in_another_pull_request(many: Stage) -> None:
    first = many.propose(without(1, 2, 3))
    many.report(first)
    many.label(first, APPROVED)
    other = many.propose(without(1, 2, 4), "other", author="accomplice")
    many.report(other)
    assert many.why_not_merged(first) == []
    assert many.why_not_merged(other) == [f"{STATUS}: failure"]


def test_a24_a_lax_branch_and_then_retargeted(stage: Stage) -> None:
    lax = POLICY + "rules: {unknown-field: off}\n"
    schema = {"policies/partners.schema.json": "{}", "policies/partners.yaml": lax}
    stage.commit(schema, "release-1.0")
    stage.github.required["release-1.0"] = {f"{STATUS} (release-1.0)"}
    pull = stage.propose(BAD, into="release-1.0")
    stage.report(pull)
    assert stage.status(pull["head"]["sha"]) == ""
    assert stage.retarget(pull, "main") is not None
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]


def test_one_commit_in_two_pull_requests_with_different_bases(stage: Stage) -> None:
    """Beside the other branch the entry was there already; beside the default branch it is new."""
    stage.commit(BAD, "old")
    stage.github.required["old"] = {f"{STATUS} (old)"}
    stage.git("checkout", "--quiet", "-b", "change", "old")
    stage.git("checkout", "--quiet", "main")
    harmless = stage.propose({"notes.txt": "x"}, into="old")
    stage.report(harmless)
    assert stage.status(harmless["head"]["sha"], f"{STATUS} (old)") == "success"
    same = {**harmless, "number": 2, "base": {**harmless["base"], "ref": "main"}}
    stage.github.add_issue("", author="newcomer", pull_request=True)
    stage.github.pulls.append(same)
    assert stage.why_not_merged(same) == [f"{STATUS}: expected"]
    stage.report(same)
    assert stage.why_not_merged(same) == [f"{STATUS}: failure"]


def test_a_check_run_of_the_same_name_does_not_stand_in_for_the_status(stage: Stage) -> None:
    pull = stage.propose({**BAD, ".github/workflows/own.yml": GREEN})
    stage.github.checks.append((pull["head"]["sha"], STATUS, "success"))
    asked = []
    stage.between["verify"] = lambda: asked.append(stage.why_not_merged(pull))
    stage.report(pull)
    assert asked == [[f"{STATUS}: pending"]]
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]


def test_a_push_back_to_a_commit_that_was_green_by_laxer_policies(stage: Stage) -> None:
    pull = stage.propose({"partners.yaml": ROLL + "- name: Cedar\n  country: x\n"})
    stage.report(pull)
    green = pull["head"]["sha"]
    assert stage.why_not_merged(pull) == []
    stage.push(pull, BAD)
    stage.report(pull, "synchronize")
    stage.commit({"policies/partners.yaml": POLICY + STRICT})
    stage.force(pull, green)
    assert stage.report(pull, "synchronize") is not None
    assert stage.why_not_merged(pull) == [f"{STATUS}: failure"]
    assert "`in-words`" in stage.comment(pull)


def test_two_changes_in_the_merge_queue_that_are_each_in_order_alone(stage: Stage) -> None:
    first = {"partners.yaml": ROLL + "- name: Cedar\n"}
    both = {"partners.yaml": ROLL + "- name: Cedar\n- name: Cedar\n"}
    head, ran = stage.queue(first)
    assert ran is not None
    assert stage.status(head) == "success"
    head, ran = stage.queue(first, both)
    assert ran is not None
    assert stage.status(head) == "failure"
    assert stage.github.comments == {}


def test_a_job_that_dies_leaves_no_green_status(stage: Stage) -> None:
    pull = stage.propose(GOOD)
    stage.report(pull)
    stage.push(pull, BAD)
    stage.commit({**BASE, "policies/partners.yaml": "rooster: x\n"})
    ran = stage.report(pull, "synchronize")
    assert ran is not None
    assert stage.why_not_merged(pull) != []
    assert stage.status(pull["head"]["sha"]) in {"", "error", "failure"}
