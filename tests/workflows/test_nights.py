"""Two nights of audits under act: one that finds something, and one after which it is fixed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from standin import api, life
from workflows.acting import Community, Outcome
from workflows.test_runs import EXPIRED, FILES, ROLL

HISTORY = "rollkeeper-history"
JOBS = ("Plan the audit", "Visit the websites", "Judge the rosters", "Act on the audit")


def night(community: Community) -> Outcome:
    payload = {"ref": "refs/heads/main", "repository": {"default_branch": "main"}}
    outcome = community.act("rosters-nightly.yml", "schedule", payload=payload, ref="main")
    assert outcome.status == 0, outcome.log
    assert {each: outcome.results.get(each) for each in JOBS} == dict.fromkeys(JOBS, "success")
    return outcome


def ours(github: api.State) -> dict[str, dict[str, Any]]:
    shown = (life.as_listed(github, each) for each in github.issues)
    return {each["title"]: each for each in shown}


def hosted(community: Community, where: str) -> str:
    return community.git("show", where, where=community.hosted)


def artifacts(community: Community) -> dict[str, Any]:
    """Return what the jobs of the last night passed on, by the names of the files."""
    newest = max(community.folder.glob("artifacts-*"), key=lambda each: each.stat().st_mtime)
    return {each.name: json.loads(each.read_text("utf-8")) for each in newest.rglob("*.json")}


def test_what_one_night_finds_is_closed_by_the_night_after_it_was_fixed(
    tmp_path: Path, github: api.State
) -> None:
    community = Community(tmp_path, github)
    community.commit({**FILES, "ambassadors.yaml": ROLL + EXPIRED})
    night(community)
    issue = ours(github)["Roster audit: Ambassadors"]
    assert "Cleo Cedar" in issue["body"]
    assert [label["name"] for label in issue["labels"]] == ["rollkeeper"]
    assert [pull["head"]["ref"] for pull in github.pulls] == ["rollkeeper/pages"]
    assert "Cleo Cedar" in hosted(community, "rollkeeper/pages:ambassadors/README.md")
    first = json.loads(hosted(community, f"{HISTORY}:history.json"))
    assert first["night"]["kind"] == "complete"
    assert issue["number"] in first["numbers"].values()
    assert artifacts(community).keys() == {"observations-1.json", "night.json"}
    assert artifacts(community)["night.json"]["report"]["findings"]

    community.commit({"ambassadors.yaml": ROLL})
    written = len(github.issues)
    night(community)
    issue = ours(github)["Roster audit: Ambassadors"]
    assert (issue["state"], len(github.issues)) == ("closed", written)
    assert "Cleo Cedar" not in hosted(community, "rollkeeper/pages:ambassadors/README.md")
    second = json.loads(hosted(community, f"{HISTORY}:history.json"))
    assert second["last_complete"] == first["last_complete"]
    assert "findings" not in second
