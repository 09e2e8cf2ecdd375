"""A community adopts Rollkeeper in a repository that has nothing of it, and updates its pin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rollkeeper.jobs.cli import main
from rollkeeper.jobs.init.callers import FOLDER, NAMES, Pin
from standin import api, pulls
from standin.starting import Event, started
from test_adopting import callers
from workflows.acting import Community, Outcome, pull_request_event

NEW = "- name: Cedar Works\n  website: https://cedar-works.example/?utm_source=x\n"
LIST = """\
# Adopters

- [Alder Cloud](https://alder-cloud.example/)
- [Birch Systems](https://birch-systems.example/)
"""
POLICY, ROSTER = "policies/adopters.yaml", "rosters/adopters.yaml"
GOOD = NEW.replace("?utm_source=x", "")
FAULTY = NEW + "- name: Alder Cloud\n  website: alder\n"


@pytest.fixture
def community(tmp_path: Path, github: api.State) -> Community:
    """Return a repository with a README, whose default branch has an older name."""
    github.default_branch = "master"
    made = Community(tmp_path, github, has_code=False)
    made.commit({"ADOPTERS.md": LIST})
    return made


class Repository:
    """What people do with it, and what GitHub starts then."""

    def __init__(self, community: Community, github: api.State) -> None:
        self.community, self.github = community, github
        self.merged = {"ref": "refs/heads/master", "repository": {"default_branch": "master"}}

    def open(self, branch: str, files: dict[str, str]) -> dict[str, Any]:
        git = self.community.git
        git("checkout", "--quiet", "master")
        base = git("rev-parse", "HEAD")
        return pulls.pull(
            self.github, head=self.community.commit(files, branch=branch), base=base, branch=branch
        )

    def push(self, pull: dict[str, Any], files: dict[str, str]) -> None:
        self.community.git("checkout", "--quiet", pull["head"]["ref"])
        for name, text in files.items():
            (self.community.work / name).write_text(text, encoding="utf-8")
        self.community.git("commit", "--quiet", "--all", "--message", "Mend")
        self.community.git("push", "--quiet", str(self.community.hosted), pull["head"]["ref"])
        pull["head"]["sha"] = self.community.git("rev-parse", "HEAD")

    def merge(self, pull: dict[str, Any]) -> None:
        pull["state"] = "closed"
        self.community.git("checkout", "--quiet", "master")
        self.community.git("merge", "--quiet", "--no-ff", "--message", "Merge", pull["head"]["ref"])
        self.community.git("push", "--quiet", str(self.community.hosted), "master")

    def check(self, pull: dict[str, Any]) -> Outcome:
        self.community.merge(pull["head"]["ref"])
        return self.community.act(
            "rosters-check.yml",
            "pull_request",
            payload=pull_request_event(pull) | {"repository": self.merged["repository"]},
            ref="refs/pull/1/merge",
        )

    def report(self, pull: dict[str, Any], run: int) -> Outcome:
        return self.community.act(
            "rosters.yml",
            "pull_request_target",
            payload=pull_request_event(pull) | {"repository": self.merged["repository"]},
            ref="master",
            GITHUB_RUN_ID=str(run),
            STANDIN_ARTIFACTS=str(self.community.folder / "artifacts"),
        )

    def run(self, workflow: str, event: str) -> Outcome:
        return self.community.act(workflow, event, payload=self.merged, ref="master")

    def status(self, pull: dict[str, Any]) -> str:
        """Return the newest state of the status that branch protection requires."""
        named = (pull["head"]["sha"], "Rollkeeper")
        found = [each for each in self.github.statuses if (each["sha"], each["context"]) == named]
        return str(found[-1]["state"])


def release(community: Community) -> Pin:
    """Return what a community pins: the commit that Rollkeeper's own repository is at."""
    return Pin(community.git("rev-parse", "HEAD", where=community.code), "v1.2.3", "")


def proposed(community: Community) -> tuple[str, str]:
    """Have one command propose everything from the list that is there; give policy and roster."""
    pin = release(community)
    command = ["init", "--root", str(community.work), "--yes", "--pin"]
    assert main([*command, f"{pin.commit}#{pin.version}"]) == 0
    assert {path.name for path in (community.work / FOLDER).iterdir()} == set(NAMES)
    policy = (community.work / POLICY).read_text(encoding="utf-8")
    policy += "page: adopters/README.md\nwebsites: {roles: []}\n"  # there is no web here
    return policy, (community.work / ROSTER).read_text(encoding="utf-8") + "\n"


def publish(community: Community, said: str) -> None:
    """Commit a version of Rollkeeper that says something of its own."""
    script = community.code / "scripts" / "validate.py"
    text, start = script.read_text(encoding="utf-8"), 'if __name__ == "__main__":'
    assert start in text
    script.write_text(text.replace(start, f"print({said!r})\n{start}"), encoding="utf-8")
    community.git("commit", "--quiet", "--all", "--message", "Release", where=community.code)


def test_from_an_empty_repository_to_a_new_pin(community: Community, github: api.State) -> None:
    here = Repository(community, github)
    policy, roster = proposed(community)

    # The pull request that adopts it is green: nothing but the check can start, from its own file.
    adopting = here.open("adopt", {POLICY: policy})
    outcome = here.check(adopting)
    assert outcome.status == 0, outcome.log
    assert "This is the first time" in outcome.commands("notice")[0]["message"]
    there = [
        run.workflow.rpartition("/")[2]
        for run in started(github, Event("pull_request_target", "opened", 1))
    ]
    assert there == []
    here.merge(adopting)

    # The merge has the page proposed.
    rendered = here.run("rosters.yml", "push")
    assert rendered.status == 0, rendered.log
    pages = github.pulls[-1]
    assert (pages["head"]["ref"], pages["base"]["ref"]) == ("rollkeeper/pages", "master")
    where = "rollkeeper/pages:adopters/README.md"
    assert "Alder Cloud" in community.git("show", where, where=community.hosted)

    # A contributor's faulty entry is red, in the check and in the status that is required.
    theirs = here.open("cedar", {ROSTER: roster + FAULTY})
    assert here.check(theirs).status != 0
    told = here.report(theirs, 1)
    assert told.status == 0, told.log
    assert here.status(theirs) == "failure"
    (comment,) = github.comments[theirs["number"]]
    assert "### Rollkeeper: needs work" in comment["body"]

    # Mended, it is green.
    here.push(theirs, {ROSTER: roster + GOOD})
    mended = here.check(theirs)
    assert mended.status == 0, mended.log
    assert here.report(theirs, 2).status == 0
    assert here.status(theirs) == "success"
    (comment,) = github.comments[theirs["number"]]
    assert "### Rollkeeper: in order" in comment["body"]
    here.merge(theirs)

    # The night has the page follow.
    night = here.run("rosters-nightly.yml", "schedule")
    assert night.status == 0, night.log
    assert "Cedar Works" in community.git("show", where, where=community.hosted)

    # A new release: one change of the pin in three files, and its code is what runs.
    publish(community, "a newer release")
    update = here.open("update", callers(release(community)))
    changed = community.git("diff", "--name-only", "master...update").splitlines()
    assert sorted(Path(name).name for name in changed) == sorted(NAMES)
    updated = here.check(update)
    assert updated.status == 0, updated.log
    assert "a newer release" in updated.log
    assert "a newer release" not in mended.log
