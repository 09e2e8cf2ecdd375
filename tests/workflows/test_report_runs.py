"""The report as it runs: the real workflow, on the event of a finished check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from forge.proposals import BASE, LOGO, ROLL
from standin import api, pulls
from workflows.acting import Community, Outcome, pull_request_event

NEW = "- name: Cedar\n  country: DE\n  logo: cedar.svg\n"
BAD = {"partners.yaml": ROLL + NEW.replace("country", "land"), "partners/logos/cedar.svg": LOGO}


@pytest.fixture
def community(tmp_path: Path, github: api.State) -> Community:
    made = Community(tmp_path, github)
    made.commit(BASE)
    return made


def propose(community: Community, github: api.State, files: dict[str, str]) -> dict[str, Any]:
    base = community.git("rev-parse", "main")
    head = community.commit(files, branch="change")
    community.git("checkout", "--quiet", "main")
    return pulls.pull(github, head=head, base=base)


def report(community: Community, pull: dict[str, Any], *, run: int = 1) -> Outcome:
    return community.act(
        "rosters.yml",
        "pull_request_target",
        payload=pull_request_event(pull),
        ref="main",
        GITHUB_RUN_ID=str(run),
        STANDIN_ARTIFACTS=str(community.folder / "artifacts"),
    )


def test_faults_are_told_then_fixed_in_one_comment(community: Community, github: api.State) -> None:
    pull = propose(community, github, BAD)
    outcome = report(community, pull)
    assert outcome.status == 0, outcome.log
    (comment,) = github.comments[1]
    assert "### Rollkeeper: needs work: 1 error" in comment["body"]
    assert (community.folder / "artifacts" / "logos" / "logos.png").exists()
    assert [label["name"] for label in github.issues[0]["labels"]] == ["rollkeeper: needs work"]
    assert len(outcome.installs) == 3
    assert [each.endswith("requirements-write.txt") for each in outcome.installs] == [
        True,
        False,
        True,
    ]

    community.git("checkout", "--quiet", "change")
    (community.work / "partners.yaml").write_text(ROLL + NEW, encoding="utf-8")
    community.git("commit", "--quiet", "--all", "--message", "Fix")
    community.git("push", "--quiet", str(community.hosted), "change")
    pull["head"]["sha"] = community.git("rev-parse", "HEAD")
    github.requests.clear()
    outcome = report(community, pull, run=2)
    assert outcome.status == 0, outcome.log
    (comment,) = github.comments[1]
    assert "### Rollkeeper: in order" in comment["body"]
    assert "Fixed since the last run: 1 finding: `unknown-field`" in comment["body"]
    assert [label["name"] for label in github.issues[0]["labels"]] == ["rollkeeper: ok"]
    assert len(github.requests) <= 12


def test_a_check_that_breaks_is_told(community: Community, github: api.State) -> None:
    community.commit({"policies/partners.yaml": "rooster: x\n"})
    pull = propose(community, github, BAD)
    outcome = report(community, pull)
    assert outcome.status != 0
    (comment,) = github.comments[1]
    assert "### Rollkeeper could not check this" in comment["body"]


def test_in_the_merge_queue_the_status_is_all(community: Community, github: api.State) -> None:
    base = community.git("rev-parse", "main")
    branch = "gh-readonly-queue/main/pr-1"
    head = community.commit(BAD, branch=branch)
    group = {"head_sha": head, "head_ref": f"refs/heads/{branch}", "base_sha": base}
    payload = {
        "action": "checks_requested",
        "merge_group": {**group, "base_ref": "refs/heads/main"},
        "repository": {"default_branch": "main", "fork": False},
    }
    outcome = community.act("rosters.yml", "merge_group", payload=payload, ref=head)
    assert outcome.status == 0, outcome.log
    said = [(each["sha"], each["context"], each["state"]) for each in github.statuses]
    assert said == [(head, "Rollkeeper", "pending"), (head, "Rollkeeper", "failure")]
    assert github.comments == {}
