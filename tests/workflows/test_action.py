"""The action as another community's workflow uses it: no code of ours in its repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from standin import api
from workflows.acting import OWN_ACTION, PROJECT, Community, Outcome

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
WORKFLOW = f"""\
name: Rosters
on: [pull_request]
permissions: {{}}
jobs:
  rosters:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
    steps:
      - uses: {CHECKOUT}
        with: {{fetch-depth: 2}}
      - id: rosters
        uses: {OWN_ACTION}
        with: %s
      - name: Say what came of it
        if: ${{{{ !cancelled() }}}}
        env:
          FINDINGS: ${{{{ steps.rosters.outputs.findings }}}}
          ERRORS: ${{{{ steps.rosters.outputs.errors }}}}
          REPORT: ${{{{ steps.rosters.outputs.report }}}}
        run: |
          echo "findings=${{FINDINGS}} errors=${{ERRORS}}"
          cat "${{REPORT}}"
"""
ROLL = "- name: Alder Cloud\n- name: Cedar Systems\n"
FAULTS = "- name: Birch <b>and</b> Sons\n- name: Alder Cloud\n"


@pytest.fixture
def community(tmp_path: Path, github: api.State) -> Community:
    made = Community(tmp_path, github, has_code=False)
    policy = "roster: members.yaml\nrequirements:\n  - {id: in-nl, expect: 'has(entry.country)', "
    policy += "message: say which country, severity: warning}\n"
    made.commit(
        {
            "community/policies/members.yaml": policy,
            "community/members.yaml": ROLL,
            "community/policies/others.yaml": "roster: others.yaml\n",
            "community/others.yaml": "- name: Elm <i>\n",
        }
    )
    return made


def use(community: Community, ref: str = "main", **inputs: str) -> Outcome:
    workflow = community.folder / "rosters.yml"
    given = {"root": "community", "checks": "entries, logos terms", **inputs}
    workflow.write_text(WORKFLOW % json.dumps(given), encoding="utf-8")
    return community.act(workflow, "pull_request", payload={"number": 1}, ref=ref)


def figures(outcome: Outcome) -> str:
    return next(line for line in outcome.log.splitlines() if line.startswith("findings="))


def test_outputs_and_annotations_name_files_as_the_repository_does(community: Community) -> None:
    community.commit({"community/members.yaml": ROLL + FAULTS})
    outcome = use(community, programmes="members", format="markdown")
    assert outcome.status != 0, outcome.log
    found = {(each["file"], each["title"], each["line"]) for each in outcome.commands("error")}
    assert found >= {
        ("community/members.yaml", "name-markup", "3"),
        ("community/members.yaml", "duplicate-name", "4"),
    }
    assert {each["file"] for each in outcome.commands("warning")} == {"community/members.yaml"}
    counts = [len(outcome.commands(level)) for level in ("error", "warning", "notice")]
    assert figures(outcome) == f"findings={sum(counts)} errors={counts[0]}"
    assert "name-markup" in outcome.summary
    assert outcome.installs[0].startswith(
        "-m pip install --quiet --require-hashes --only-binary :all: -r "
    )


def test_what_was_wrong_before_fails_nobody(community: Community) -> None:
    community.commit({"community/members.yaml": ROLL.replace("Cedar", "Cypress")}, branch="change")
    community.merge("change")
    before = use(community, "refs/pull/1/merge", programmes="others")
    assert before.status != 0, before.log
    outcome = use(community, "refs/pull/1/merge", since="HEAD^1", **{"fail-on": "error"})
    assert outcome.status == 0, outcome.log
    assert figures(outcome).endswith("errors=0")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"checks": "entires"}, "`checks` has `entires`, but takes only"),
        ({"format": "xml"}, "`format` is `xml`, but must be one of"),
        ({"root": "nowhere"}, "'nowhere' is not a folder"),
        ({"fail-on": "info"}, "invalid choice: 'info'"),
        ({"today": "soon"}, "soon"),
    ],
)
def test_an_input_that_is_wrong_fails_and_says_why(
    community: Community, inputs: dict[str, str], said: str
) -> None:
    for _ in range(4):
        outcome = use(community, **inputs)
        assert outcome.status != 0
        if said in outcome.log:
            return
    # act loses the last lines of one in a dozen steps that end at once, but not four times.
    pytest.fail(outcome.log)


def test_an_input_is_never_a_command(community: Community) -> None:
    outcome = use(community, programmes="$(touch stolen) `touch stolen`; touch stolen")
    assert outcome.status != 0
    assert not list(community.folder.rglob("stolen"))


def test_the_workflow_that_is_shown_for_the_action_alone_works_as_it_stands(
    tmp_path: Path, github: api.State
) -> None:
    shown = (PROJECT / "docs" / "action-alone.yml").read_text(encoding="utf-8")
    workflow = tmp_path / "rosters.yml"
    checkout = shown.replace("CHECKOUT", CHECKOUT)
    workflow.write_text(checkout.replace("rollkeeper/rollkeeper@PIN", OWN_ACTION), "utf-8")
    made = Community(tmp_path, github, has_code=False)
    made.commit({"README.md": "Alder"})
    files = {"policies/members.yaml": "roster: members.yaml\n", "members.yaml": ROLL}

    def propose(branch: str, changed: dict[str, str]) -> Outcome:
        made.commit(changed, branch=branch)
        made.merge(branch)
        payload = {"number": 1, "pull_request": {"number": 1}, "repository": {}}
        return made.act(workflow, "pull_request", payload=payload, ref="refs/pull/1/merge")

    first = propose("adopt", files)
    assert first.status == 0, first.log
    assert "no policies yet" in first.log
    made.git("checkout", "--quiet", "main")
    made.commit(files)
    relaxed = "roster: members.yaml\nrules: {name-markup: off}\n"
    outcome = propose("relax", {"policies/members.yaml": relaxed, "members.yaml": ROLL + FAULTS})
    assert outcome.status != 0, outcome.log
    found = {(each["file"], each["title"]) for each in outcome.commands("error")}
    assert ("members.yaml", "name-markup") in found
