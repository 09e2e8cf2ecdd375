"""Where attacks are tried: a community on the stand-in for GitHub, and its report as it really runs.

An event starts what GitHub would start, by the files that count. Each job of the report has a token
with the permissions of `report.yml`, and knows what the workflow gives it: a fresh checkout of the
default branch, the event, and the outputs of the jobs before it. What an attack achieved is read
from what branch protection says of the pull request, and from what its readers see.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import begin_report
import comment_pull_request
import verify_pull_request
from forge.proposals import BASE
from rendered import rendered
from rollkeeper.jobs.job import perform
from rollkeeper.reports.addresses import HOME
from standin import answers, api, pulls, starting, statuses, workflow_files
from standin.starting import Event
from worktrees import Content, stage

PROJECT = Path(__file__).parents[2]
WORKFLOWS = {
    f"{workflow_files.FOLDER}/{file.name}": file.read_text(encoding="utf-8")
    for file in (PROJECT / workflow_files.FOLDER).glob("*.yml")
}
CALLER = f"{workflow_files.FOLDER}/rosters.yml"
REPORT = f"{workflow_files.FOLDER}/report.yml"
STATUS = "Rollkeeper"
TODAY = "2026-11-21"
AUTHOR = "newcomer"


def assert_harmless(text: str) -> None:
    """Assert that a comment shows strangers' words as text: nothing links, mentions or draws.

    Links lead to the repository, or to the page on which the rules are described.
    """
    seen = rendered(text)
    assert not {"img", "script", "iframe", "style"} & {tag for tag, _ in seen.tags}
    for tag, attributes in seen.tags:
        if tag == "a":
            leads = str(dict(attributes)["href"])
            assert leads.startswith(
                ("https://github.com/octo-community/", f"{HOME}/blob/main/docs/")
            )
    theirs = [
        node for node in seen.nodes if not node.startswith("https://github.com/octo-community/")
    ]
    made = seen._replace(nodes=theirs).references
    assert not [each for each in made if each.startswith(("@", "#", "GH", "://", "www"))]


@dataclass
class Ran:
    """What the report's jobs did for one event."""

    statuses: dict[str, int] = field(default_factory=dict)
    """The exit status of each job that ran, by its name."""
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""

    @property
    def verdict(self) -> dict[str, Any]:
        """Return the verdict that was passed on."""
        return dict(json.loads(self.outputs["verdict"]))


@dataclass
class Stage:
    """A community's repository on GitHub, with the protection that the documentation asks for."""

    folder: Path
    github: api.State
    between: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What happens before a job begins, such as a push between `begin` and `verify`."""
    forged: dict[str, str] = field(default_factory=dict)
    """Outputs that the job `verify` is made to give in place of its own, by an attacker in it."""
    work: Path = field(init=False)
    runs: Iterator[int] = field(default_factory=lambda: itertools.count(100))

    def __post_init__(self) -> None:
        self.work = self.folder / "work"
        self.hosted = self.github.git = self.folder / "hosted.git"
        self.run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(self.hosted))
        self.run("git", "init", "--quiet", "--initial-branch=main", str(self.work))
        self.github.required["main"] = {STATUS}
        self.github.protected.add("refs/heads/main")
        self.commit({**BASE, **WORKFLOWS})

    def run(self, *command: str, where: Path | None = None) -> str:
        done = subprocess.run(
            command, cwd=where or self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def git(self, *arguments: str) -> str:
        person = ("-c", "user.name=T", "-c", "user.email=t@example.com")
        return self.run("git", *person, *arguments, where=self.work)

    def commit(
        self,
        files: Mapping[str, Content] | Callable[[], object],
        branch: str = "main",
        *,
        onto: Path | None = None,
        message: str = "Change",
    ) -> str:
        """Commit to a branch and push it, by default to the community's own repository.

        `files` are what is written, None for one that is removed, or a function that does it.
        """
        self._check_out(branch)
        if callable(files):
            files()
        else:
            self.write(files)
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        self.git(
            "push", "--quiet", "--force", str(onto or self.hosted), f"HEAD:refs/heads/{branch}"
        )
        sha = self.git("rev-parse", "HEAD")
        self.git("checkout", "--quiet", "--force", "main")
        return sha

    def write(self, files: Mapping[str, Content]) -> None:
        """Write files into the working copy, and stage them."""
        stage(self.work, files)

    def _check_out(self, branch: str) -> None:
        there = self.git("branch", "--list", branch, "--format=%(refname:short)")
        if branch != "main" or there:
            self.git("checkout", "--quiet", *(() if there else ("-b",)), branch, "--")

    def propose(
        self,
        files: Mapping[str, Content] | Callable[[], object],
        branch: str = "change",
        *,
        author: str = AUTHOR,
        into: str = "main",
        message: str = "Change",
    ) -> dict[str, Any]:
        """Open a pull request from a fork of `author`, or from a branch of the community's own."""
        own = author == self.github.repository.partition("/")[0]
        head = self.commit(files, branch, onto=self._home(author), message=message)
        pull = pulls.pull(
            self.github,
            head=head,
            base=self.tip(into),
            branch=branch,
            owner=author,
            repository_id=1 if own else 1000 + len(author),
            into=into,
        )
        self._receive(pull)
        return pull

    def push(
        self,
        pull: dict[str, Any],
        files: Mapping[str, Content] | Callable[[], object],
        *,
        message: str = "Change",
    ) -> None:
        """Push more to a pull request's branch."""
        owner = pull["head"]["user"]["login"]
        branch = pull["head"]["ref"]
        pull["head"]["sha"] = self.commit(files, branch, onto=self._home(owner), message=message)
        self._receive(pull)

    def force(self, pull: dict[str, Any], sha: str) -> None:
        """Push a commit over a pull request's branch."""
        branch = pull["head"]["ref"]
        self.git("branch", "--quiet", "--force", branch, sha)
        home = self._home(pull["head"]["user"]["login"])
        self.git("push", "--quiet", "--force", str(home), f"{sha}:refs/heads/{branch}")
        pull["head"]["sha"] = sha
        self._receive(pull)

    def _home(self, owner: str) -> Path:
        """Return the bare repository of an account: the community's own, or its fork."""
        community, _, name = self.github.repository.partition("/")
        if owner == community:
            return self.hosted
        fork = self.folder / f"{owner}.git"
        if not fork.exists():
            self.run("git", "clone", "--quiet", "--bare", str(self.hosted), str(fork))
            self.github.forks[f"{owner}/{name}"] = fork
        return fork

    def _receive(self, pull: dict[str, Any]) -> None:
        """Have the community's repository hold the head, as GitHub sees to."""
        home = self._home(pull["head"]["user"]["login"])
        if home != self.hosted:
            where = f"+refs/heads/{pull['head']['ref']}:refs/pull/{pull['number']}/head"
            self.run("git", "-C", str(self.hosted), "fetch", "--quiet", str(home), where)

    def tip(self, branch: str) -> str:
        return self.run("git", "-C", str(self.hosted), "rev-parse", f"refs/heads/{branch}")

    def retarget(self, pull: dict[str, Any], branch: str) -> Ran | None:
        """Change the base of a pull request; return the report that this starts."""
        before = pull["base"]["ref"]
        pull["base"] |= {"ref": branch, "sha": self.tip(branch)}
        change = {"base": {"ref": {"from": before}, "sha": {"from": self.tip(before)}}}
        return self.report(pull, "edited", changes=change)

    def label(self, pull: dict[str, Any], name: str, *, on: bool = True) -> Ran | None:
        """Let a maintainer put a label on, or take it off; return the report that this starts."""
        self.attach(pull, name, on=on)
        return self.report(pull, "labeled" if on else "unlabeled", label={"name": name})

    def attach(self, pull: Mapping[str, Any], name: str, *, on: bool = True) -> None:
        """Put a label on or take it off; nothing starts yet."""
        labels = self.github.issues[pull["number"] - 1]["labels"]
        labels[:] = [each for each in labels if each["name"] != name]
        if on:
            labels.append(answers.label(self.github, name, "ededed", None))

    def report(self, pull: dict[str, Any], action: str = "opened", **more: Any) -> Ran | None:
        """Let something happen to a pull request; return the report, None where none starts."""
        event = Event("pull_request_target", action, number=pull["number"])
        if CALLER not in [each.workflow for each in starting.started(self.github, event)]:
            return None
        return self.jobs({"action": action, "number": pull["number"], "pull_request": pull, **more})

    def queue(self, *files: Mapping[str, Content]) -> tuple[str, Ran | None]:
        """Put changes into the merge queue, one commit each; return its head and the report."""
        branch = f"gh-readonly-queue/main/pr-{next(self.runs)}-{self.tip('main')}"
        for each in files:
            head = self.commit(each, branch)
        event = Event("merge_group", "checks_requested", ref=branch)
        if CALLER not in [each.workflow for each in starting.started(self.github, event)]:
            return head, None
        group = {"head_sha": head, "head_ref": f"refs/heads/{branch}"}
        group |= {"base_sha": self.tip("main"), "base_ref": "refs/heads/main"}
        return head, self.jobs({"action": "checks_requested", "merge_group": group})

    def jobs(self, event: Mapping[str, Any], *, number: str = "") -> Ran:
        """Run the three jobs of the report, as `report.yml` has them follow each other."""
        ran = Ran()
        home = pulls.repository(self.github.repository, 1, self.github.default_branch)
        whole = {"repository": home, **event}
        run = str(next(self.runs))
        community = self.checkout(run)
        again = {"NUMBER": number, "AGAIN": str(bool(number)).lower()}
        arguments = ["--root", str(community), "--today", TODAY]
        job = self.worker(ran, run, whole, REPORT)
        job("begin", lambda: begin_report.main(arguments), again)
        target = ran.outputs.get("target", "")
        if not target:
            return ran
        if self.forged:
            ran.statuses["verify"] = 0
            ran.outputs |= self.forged
        else:
            job("verify", lambda: verify_pull_request.main(arguments), {"TARGET": target})
        verdict = ran.outputs.get("verdict", "")
        result = "success" if ran.statuses["verify"] == 0 else "failure"
        if verdict or result != "success":
            handed = {"TARGET": target, "VERDICT": verdict, "RESULT": result}
            job("publish", lambda: comment_pull_request.main([]), handed)
        return ran

    def checkout(self, run: str) -> Path:
        """Check out the default branch, as a job begins."""
        community = self.folder / f"community-{run}"
        self.run("git", "clone", "--quiet", str(self.hosted), str(community))
        return community

    def worker(
        self, ran: Ran, run: str, event: Mapping[str, Any], path: str
    ) -> Callable[[str, Callable[[], int], Mapping[str, str]], None]:
        """Return what runs a job of a workflow: a script, with its token and its environment."""
        workflow = workflow_files.read(WORKFLOWS[path])
        assert workflow is not None

        def perform_job(name: str, main: Callable[[], int], more: Mapping[str, str]) -> None:
            self.between.pop(name, lambda: None)()
            folder = self.folder / f"{name}-{run}"
            folder.mkdir()
            (folder / "event.json").write_text(json.dumps(event), encoding="utf-8")
            (folder / "output").touch()
            token = self.github.mint(workflow["jobs"][name]["permissions"])
            environment = {
                **{key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
                **self.github.environment(),
                "GITHUB_ACTIONS": "true",
                "GITHUB_EVENT_PATH": str(folder / "event.json"),
                "GITHUB_OUTPUT": str(folder / "output"),
                "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
                "GITHUB_RUN_ID": run,
                "GITHUB_RUN_ATTEMPT": "1",
                "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_TOKEN": token,
                **more,
            }
            printed = io.StringIO()
            with (
                mock.patch.dict(os.environ, environment, clear=True),
                contextlib.chdir(folder),
                contextlib.redirect_stdout(printed),
            ):
                ran.statuses[name] = perform(main)
            lines = (folder / "output").read_text(encoding="ascii").splitlines()
            ran.outputs |= dict(line.split("=", 1) for line in lines)
            ran.log += printed.getvalue()

        return perform_job

    def status(self, sha: str, context: str = STATUS) -> str:
        """Return a commit's newest status, "" where there is none."""
        return str(statuses.newest(self.github, sha).get(context, {"state": ""})["state"])

    def newest_status(self, pull: Mapping[str, Any]) -> str:
        """Return what the newest status of a pull request's head says."""
        return str(statuses.newest(self.github, pull["head"]["sha"])[STATUS]["description"])

    def why_not_merged(self, pull: Mapping[str, Any]) -> list[str]:
        """Say what keeps a pull request from being merged; nothing where it could be."""
        return statuses.why_not_merged(self.github, pull["number"])

    def comments(self, pull: Mapping[str, Any]) -> list[str]:
        """Return what the bot has written about a pull request."""
        thread = self.github.comments.get(pull["number"], [])
        return [each["body"] for each in thread if each["user"]["login"] == self.github.login]

    def comment(self, pull: Mapping[str, Any]) -> str:
        """Return the one comment about a pull request."""
        (only,) = self.comments(pull)
        return only

    def labels(self, pull: Mapping[str, Any]) -> set[str]:
        return {each["name"] for each in self.github.issues[pull["number"] - 1]["labels"]}
