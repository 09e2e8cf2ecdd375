"""The workflows as they run: a pull request, nights of audits, and a page that follows its roster."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

import pytest

from standin import api
from workflows.acting import WORKFLOWS, Community, Outcome

POLICY = """\
title: Ambassadors
roster: ambassadors.yaml
schema: ambassadors.schema.json
page: ambassadors/README.md
layout: {kind: ambassadors}
rules:
  seats-exceeded: {seats: 3}
"""
SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "country", "terms"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string"},
            "country": {"type": "string"},
            "terms": {"type": "array"},
        },
    },
}


def person(name: str, start: str = "2026-01-01", end: str = "2099-12-31") -> str:
    return f"- name: {name}\n  country: NL\n  terms:\n  - start: {start}\n    end: {end}\n"  # four lines of the roster follow the name


ROLL = person("Ada Alder") + person("Bo Birch")
FILES = {
    "policies/ambassadors.yaml": POLICY,
    "policies/ambassadors.schema.json": json.dumps(SCHEMA),
    "ambassadors.yaml": ROLL,
}
PUSH = {"ref": "refs/heads/main", "repository": {"default_branch": "main"}}
EXPIRED = person("Cleo Cedar", "2024-01-01", "2024-12-31")


@pytest.fixture
def community(tmp_path: Path, github: api.State) -> Community:
    made = Community(tmp_path, github)
    made.commit(FILES)
    return made


def pull_request(community: Community, files: dict[str, str]) -> Outcome:
    base = community.git("rev-parse", "main")
    community.commit(files, branch="change")
    community.merge("change")
    payload = {
        "number": 1,
        "pull_request": {
            "number": 1,
            "title": "::error::not a command",
            "base": {"ref": "main", "sha": base},
            "head": {"ref": "change", "sha": community.git("rev-parse", "change")},
        },
    }
    return community.act(
        "rosters-check.yml", "pull_request", payload=payload, ref="refs/pull/1/merge"
    )


def places(outcome: Outcome) -> set[tuple[str, str, str]]:
    """Return title, file and line of each error."""
    return {
        (found["title"], found.get("file", ""), found.get("line", ""))
        for found in outcome.commands("error")
    }


def test_a_pull_request_with_faults_fails_on_the_lines_that_are_wrong(
    community: Community,
) -> None:
    wrong = ROLL + EXPIRED.replace("country", "land") + person("Dan <b>Deal</b>")
    outcome = pull_request(community, {"ambassadors.yaml": wrong})
    assert outcome.status != 0, outcome.log
    assert places(outcome) >= {
        ("unknown-field", "ambassadors.yaml", "12"),
        ("name-markup", "ambassadors.yaml", "16"),
        ("term-ended", "ambassadors.yaml", "15"),
    }
    assert outcome.results["Check the entries"] == "failure"
    assert outcome.results["Check the logos"] == "success"
    assert outcome.results["Check the terms"] == "failure"
    assert "term-ended" in outcome.summary
    (installed,) = outcome.installs
    assert installed.startswith("-m pip install --require-hashes --only-binary :all: -r ")
    assert os.path.normpath(installed).endswith("/rollkeeper/requirements.txt")


def test_a_good_pull_request_passes_whatever_was_wrong_before(community: Community) -> None:
    community.commit({"ambassadors.yaml": ROLL + EXPIRED})
    good = ROLL.replace("Bo Birch", "Bo Beech") + EXPIRED
    outcome = pull_request(community, {"ambassadors.yaml": good})
    assert outcome.status == 0, outcome.log
    assert outcome.commands("error") == []
    assert "1 already there" in outcome.summary


def test_a_pull_request_cannot_relax_the_rules_that_judge_it(
    tmp_path: Path, github: api.State
) -> None:
    community = Community(tmp_path, github, has_code=False)
    community.commit({**community.adopt(), **FILES})
    relaxed = POLICY + "  term-ended: off\n"
    crash = "raise SystemExit(0)\n"
    files = {
        "policies/ambassadors.yaml": relaxed,
        "policies/ambassadors.schema.json": "{}",
        "scripts/check_terms.py": crash,
        "scripts/rollkeeper/rules/terms.py": crash,
        "ambassadors.yaml": ROLL + EXPIRED,
    }
    outcome = pull_request(community, files)
    assert outcome.status != 0, outcome.log
    assert ("term-ended", "ambassadors.yaml", "15") in places(outcome)
    assert [notice["title"] for notice in outcome.commands("notice")] == ["policies"]


@pytest.mark.parametrize("wrong", ["", person("Dan <b>Deal</b>")], ids=["right", "wrong"])
def test_the_first_policies_judge_the_change_that_brings_them(
    tmp_path: Path, github: api.State, wrong: str
) -> None:
    adopting = Community(tmp_path, github)
    adopting.commit({"README.md": "Alder"})
    outcome = pull_request(adopting, {**FILES, "ambassadors.yaml": ROLL + wrong})
    assert (outcome.status != 0) is bool(wrong), outcome.log
    (notice,) = outcome.commands("notice")
    assert "This is the first time" in notice["message"]
    assert (("name-markup", "ambassadors.yaml", "11") in places(outcome)) is bool(wrong)


@pytest.mark.parametrize(("branch", "checked"), [("trunk", True), ("feature", False)])
def test_a_push_is_checked_on_the_default_branch_whatever_its_name(
    community: Community, branch: str, *, checked: bool
) -> None:
    commit = community.commit({"ambassadors.yaml": ROLL + EXPIRED}, branch=branch)
    payload = {"ref": f"refs/heads/{branch}", "repository": {"default_branch": "trunk"}}
    outcome = community.act("rosters-check.yml", "push", payload=payload, ref=commit)
    assert ("Check the terms" in outcome.results) is checked
    assert (outcome.status != 0) is checked, outcome.log


def queue(community: Community, base: str, *changes: dict[str, str]) -> Outcome:
    """Put changes into the merge queue, one commit each, on top of `base`."""
    community.git("checkout", "--quiet", "--detach", base)
    ref = "gh-readonly-queue/main/pr-1"
    for change in changes:
        head = community.commit(change, branch=f"queued-{secrets.token_hex(4)}")
    community.git("push", "--quiet", "--force", str(community.hosted), f"HEAD:refs/heads/{ref}")
    group = {"base_sha": base, "base_ref": "refs/heads/main", "head_sha": head, "head_ref": ref}
    payload = {"action": "checks_requested", "merge_group": group}
    return community.act(
        "rosters-check.yml", "merge_group", payload=payload, ref=f"refs/heads/{ref}"
    )


def test_two_changes_that_are_each_valid_alone_fail_together_in_the_merge_queue(
    community: Community,
) -> None:
    base = community.git("rev-parse", "main")
    third = ROLL + person("Cleo Cedar")
    alone = queue(community, base, {"ambassadors.yaml": third})
    assert alone.status == 0, alone.log
    both = queue(
        community,
        base,
        {"ambassadors.yaml": third},
        {"ambassadors.yaml": third + person("Dan Deal")},
    )
    assert both.status != 0, both.log
    assert {title for title, _, _ in places(both)} == {"seats-exceeded"}
    assert both.results["Check the terms"] == "failure"


def test_the_merge_queue_fails_nothing_that_was_wrong_before(community: Community) -> None:
    base = community.commit({"ambassadors.yaml": ROLL + EXPIRED})
    better = ROLL.replace("Bo Birch", "Bo Beech") + EXPIRED
    outcome = queue(community, base, {"ambassadors.yaml": better}, {"notes.txt": "x"})
    assert outcome.status == 0, outcome.log
    assert outcome.results["Check the websites"] == "success"


def test_what_strangers_write_is_never_a_command(community: Community) -> None:
    hostile = (
        ROLL
        + '- name: "Eve\\n::error file=x::forged"\n  country: "##[error]forged"\n  terms: []\n'
        + '- name: ok\n  country: "%0A::error::forged"\n  ::add-mask::x: 1\n  terms: []\n'
    )
    outcome = pull_request(community, {"ambassadors.yaml": hostile})
    assert outcome.status != 0, outcome.log
    assert {found.get("file") for found in outcome.commands("error")} == {"ambassadors.yaml"}
    assert outcome.commands("add-mask") == []


def test_a_policy_that_is_wrong_fails_and_says_where(community: Community) -> None:
    community.commit({"policies/ambassadors.yaml": POLICY.replace("seats: 3", "seat: 3")})
    commit = community.git("rev-parse", "main")
    outcome = community.act("rosters-check.yml", "push", payload=PUSH, ref=commit)
    assert outcome.status != 0, outcome.log
    assert ("policy", "policies/ambassadors.yaml", "7") in places(outcome)


def night(community: Community) -> Outcome:
    return community.act(
        "rosters-nightly.yml",
        "schedule",
        payload={"ref": "refs/heads/main", "repository": {"default_branch": "main"}},
        ref="main",
    )


def tracked(github: api.State) -> dict[str, Any]:
    """Return the tracking issue; pages are proposed in a pull request beside it."""
    (found,) = [each for each in github.issues if not each.get("pull_request")]
    return found


def test_an_audit_that_breaks_is_told(community: Community, github: api.State) -> None:
    community.commit({"policies/ambassadors.yaml": "rooster: x\n"})
    assert night(community).status != 0
    assert tracked(github)["title"] == "The rosters could not be audited"


def render(community: Community, mode: str = "commit") -> Outcome:
    caller = community.folder / "rosters.yml"
    shown = (WORKFLOWS / caller.name).read_text("utf-8")
    caller.write_text(f"{shown}    with: {{render: {mode}}}\n", "utf-8")
    return community.act(caller, "push", payload=PUSH, ref="main")


def test_the_page_follows_the_roster_and_is_committed_once(community: Community) -> None:
    def hosted(*arguments: str) -> str:
        return community.git(*arguments, where=community.hosted)

    outcome = render(community)
    assert outcome.status == 0, outcome.log
    assert "Bo Birch" in hosted("show", "main:ambassadors/README.md")
    author = hosted("log", "-1", "--format=%an <%ae>%n%B", "main")
    bot = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
    assert author == f"{bot}\nRender the pages\n\nSigned-off-by: {bot}"
    assert hosted("diff-tree", "--no-commit-id", "--name-only", "-r", "main") == (
        "ambassadors/README.md"
    )

    rendered = hosted("rev-parse", "main")
    assert render(community).status == 0
    assert hosted("rev-parse", "main") == rendered


def test_a_push_that_is_refused_fails_the_run_and_names_the_setting(
    community: Community, github: api.State
) -> None:
    github.protected.add("refs/heads/main")
    main = community.git("rev-parse", "main")
    outcome = render(community)
    assert outcome.status != 0
    assert community.git("rev-parse", "main", where=community.hosted) == main
    (error,) = outcome.commands("error")
    assert error["message"].startswith("the branch `main` is protected and does not take the push")
    assert "set `render: pull-request`" in error["message"]


def test_a_roster_that_cannot_be_read_holds_up_its_own_page_alone(community: Community) -> None:
    """F3: the page of an unreadable roster stays as it is, and the run is red."""
    assert render(community).status == 0
    community.git("pull", "--quiet", str(community.hosted), "main")
    friends = {
        "policies/friends.yaml": "roster: friends.yaml\npage: FRIENDS.md\n",
        "friends.yaml": "- name: Old Friend\n",
    }
    community.commit({**friends, "ambassadors.yaml": ROLL + '- name: "Cleo\n'})
    outcome = render(community)
    assert outcome.status != 0
    (error,) = outcome.commands("error")
    assert error["file"] == "ambassadors.yaml"

    def hosted(name: str) -> str:
        return community.git("show", f"main:{name}", where=community.hosted)

    assert "Bo Birch" in hosted("ambassadors/README.md")
    assert "Old Friend" in hosted("FRIENDS.md")


def test_pages_are_proposed_in_one_pull_request_where_the_input_says_so(
    community: Community, github: api.State
) -> None:
    def proposed() -> Outcome:
        outcome = render(community, "pull-request")
        assert outcome.status == 0, outcome.log
        return outcome

    def page() -> str:
        where = "rollkeeper/pages:ambassadors/README.md"
        return community.git("show", where, where=community.hosted)

    main = community.git("rev-parse", "main")
    proposed()
    (pull,) = github.pulls
    assert (pull["head"]["ref"], pull["title"]) == ("rollkeeper/pages", "Render the pages")
    assert "Bo Birch" in page()
    assert community.git("rev-parse", "main", where=community.hosted) == main

    def statuses() -> list[tuple[str, str, str]]:
        return [(each["sha"], each["context"], each["state"]) for each in github.statuses]

    def tip() -> str:
        return community.git("rev-parse", "rollkeeper/pages", where=community.hosted)

    assert statuses() == [(tip(), "Rollkeeper", "success")]
    written, first = len(github.written()), tip()
    assert "The pull request is left as it is." in proposed().log
    community.commit({"notes.txt": "unrelated"})
    assert "The pull request is left as it is." in proposed().log
    assert (tip(), len(github.written())) == (first, written)
    community.commit({"ambassadors.yaml": ROLL + person("Cleo Cedar")})
    proposed()
    assert "Cleo Cedar" in page()
    assert (
        community.git("rev-list", "--count", "main..rollkeeper/pages", where=community.hosted)
        == "1"
    )
    assert (len(github.pulls), len(github.written())) == (1, written + 2)
    assert statuses()[1:] == [(tip(), "Rollkeeper", "success")]

    community.commit({"ambassadors/README.md": page() + "\n"})
    proposed()
    assert github.pulls[0]["state"] == "closed"
    assert "agree with the rosters" in github.comments[pull["number"]][0]["body"]


def test_pages_that_may_not_be_proposed_fail_and_name_the_setting(
    community: Community, github: api.State
) -> None:
    github.may_open = False
    outcome = render(community, "pull-request")
    assert outcome.status != 0
    assert "allow it under Settings, Actions, General" in outcome.log


def test_a_setting_that_there_is_not_is_said(community: Community) -> None:
    outcome = render(community, "pull_request")
    assert outcome.status != 0
    (error,) = outcome.commands("error")
    assert error["message"] == "`render` (RENDER) must be pull-request or commit"
