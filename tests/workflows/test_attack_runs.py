"""Attacks on the workflows as they run: each job has its own token, and the files are those of GitHub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from forge.proposals import BASE
from forge.published import BAD, GOOD
from standin import api, pulls, starting, statuses
from standin.starting import Event
from workflows.acting import Community, Outcome, pull_request_event

CALLER = ".github/workflows/rosters.yml"
CRASH = "raise SystemExit(0)\n"
GREEN = (
    "on: pull_request_target\njobs:\n  it: {name: Rollkeeper, runs-on: x, steps: [{run: exit 0}]}\n"
)


@pytest.fixture
def community(tmp_path: Path, github: api.State) -> Community:
    """A community whose default branch has another name, with what protects it."""
    github.default_branch = "master"
    github.required["master"] = {"Rollkeeper"}
    made = Community(tmp_path, github, has_code=False)
    made.commit({**made.adopt(), **BASE})
    return made


def propose(community: Community, files: dict[str, str]) -> dict[str, Any]:
    base = community.git("rev-parse", community.default_branch)
    head = community.commit(files, branch="change")
    community.git("checkout", "--quiet", community.default_branch)
    return pulls.pull(community.github, head=head, base=base)


def report(community: Community, pull: dict[str, Any]) -> Outcome:
    """Run what GitHub would start for a pull request that was just opened."""
    event = Event("pull_request_target", "opened", number=pull["number"])
    (run,) = starting.started(community.github, event)
    assert run.workflow == CALLER
    payload = pull_request_event(pull, "opened")
    ref = community.default_branch
    return community.act(Path(run.workflow).name, event.name, payload=payload, ref=ref)


def test_its_own_workflows_and_scripts_do_not_judge_a_pull_request(
    community: Community, github: api.State
) -> None:
    own = {CALLER: GREEN, "scripts/verify_pull_request.py": CRASH, "scripts/rollkeeper/x.py": CRASH}
    pull = propose(community, {**BAD, **own, "json.py": CRASH, "rollkeeper/json.py": CRASH})
    outcome = report(community, pull)
    assert outcome.status == 0, outcome.log
    assert statuses.why_not_merged(github, 1) == ["Rollkeeper: failure"]
    assert "partners.yaml#L6" in github.comments[1][0]["body"]


def test_what_is_in_order_can_be_merged_by_the_code_of_the_pinned_commit(
    community: Community, github: api.State
) -> None:
    pull = propose(community, GOOD)
    assert statuses.why_not_merged(github, 1) == ["Rollkeeper: expected"]
    outcome = report(community, pull)
    assert outcome.status == 0, outcome.log
    assert statuses.why_not_merged(github, 1) == []
    assert set(github.fetches) >= {"git-upload-pack rollkeeper/rollkeeper"}
