"""A newcomer's first pull request on this very repository, from red to green."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from standin import api, pulls
from workflows.acting import (
    PROJECT,
    Community,
    Outcome,
    pull_request_event,
)

ENTRY = """\

- name: Fir Foundry
  website: https://fir-foundry.example/?utm_source=rollkeeper
  description: Runs a help desk for maintainers.
  contact: {github: "@fir-foundry"}
  logo: fir-foundry.svg
  tier: golden
  offerings: [support]
  status: active
  since: 2026-11-02
"""
SHAPE = '<path fill="#2f6f4f" d="M32 4 8 60h48z"/>'
OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
SCRIPTED = f"{OPEN}<script>track()</script>{SHAPE}</svg>\n"
SAFE = f"{OPEN}{SHAPE}</svg>\n"
LOGO = "partners/logos/fir-foundry.svg"


@pytest.fixture
def community(tmp_path: Path, github: api.State) -> Community:
    """Return this repository, with its own rosters, policies, logos and pages."""
    made = Community(tmp_path, github)
    for name in ("policies", "partners", "ambassadors"):
        shutil.copytree(PROJECT / name, made.work / name)
    for name in ("partners.yaml", "ambassadors.yaml"):
        shutil.copy(PROJECT / name, made.work)
    made.commit({})
    return made


def check(community: Community, pull: dict[str, Any]) -> Outcome:
    community.merge("change")
    payload = {"number": 1, "pull_request": {"number": 1, "base": pull["base"]}}
    return community.act(
        "rosters-check.yml", "pull_request", payload=payload, ref="refs/pull/1/merge"
    )


def report(community: Community, github: api.State, pull: dict[str, Any], run: int) -> str:
    outcome = community.act(
        "rosters.yml",
        "pull_request_target",
        payload=pull_request_event(pull),
        ref="main",
        GITHUB_RUN_ID=str(run),
        STANDIN_ARTIFACTS=str(community.folder / "artifacts"),
    )
    assert outcome.status == 0, outcome.log
    (comment,) = github.comments[1]
    return str(comment["body"])


def taken(text: str, suggested: list[dict[str, Any]]) -> str:
    """Do as GitHub does when somebody takes suggestions."""
    lines = text.splitlines(keepends=True)
    for each in sorted(suggested, key=lambda each: int(each["line"]), reverse=True):
        found = re.fullmatch(r"(`{3,})suggestion\n(.*\n)\1", each["body"], re.DOTALL)
        assert found, each["body"]
        lines[each.get("start_line", each["line"]) - 1 : each["line"]] = [found[2]]
    return "".join(lines)


def test_three_faults_and_a_bad_logo_are_told_suggested_away_and_then_green(
    community: Community, github: api.State
) -> None:
    base = community.git("rev-parse", "HEAD")
    roster = (community.work / "partners.yaml").read_text(encoding="utf-8") + ENTRY
    head = community.commit({"partners.yaml": roster, LOGO: SCRIPTED}, branch="change")
    pull = pulls.pull(github, head=head, base=base)

    first = check(community, pull)
    assert first.status != 0
    lines = {text.partition(":")[0].strip("- "): n for n, text in enumerate(roster.splitlines(), 1)}
    errors = {(each["title"], each.get("line")) for each in first.commands("error")}
    assert ("wrong-value", str(lines["tier"])) in errors
    assert ("svg-script", "1") in errors, first.log

    red = report(community, github, pull, 1)
    for words in ("needs work", "Fir Foundry", "golden", "utm_source", "adds", "fir-foundry.svg"):
        assert words in red
    assert [label["name"] for label in github.issues[0]["labels"]] == ["rollkeeper: needs work"]
    (review,) = github.reviews
    fixed = taken(roster, review["comments"])
    assert "website: https://fir-foundry.example/\n" in fixed
    assert 'github: "fir-foundry"}' in fixed
    assert {each["path"] for each in review["comments"]} == {"partners.yaml"}
    assert "did you mean `gold`?" in red
    fixed = fixed.replace("tier: golden", "tier: gold")

    community.git("checkout", "--quiet", "change")
    (community.work / "partners.yaml").write_text(fixed, encoding="utf-8")
    (community.work / LOGO).write_text(SAFE, encoding="utf-8")
    community.git("commit", "--quiet", "--all", "--message", "Take the suggestions")
    community.git("push", "--quiet", str(community.hosted), "change")
    pull["head"]["sha"] = community.git("rev-parse", "HEAD")

    second = check(community, pull)
    assert second.status == 0, second.log
    green = report(community, github, pull, 2)
    assert "in order" in green
    assert "Fixed since the last run" in green
    assert [label["name"] for label in github.issues[0]["labels"]] == ["rollkeeper: ok"]
