"""A night of audit, as the workflow runs it: its jobs one after the other, each with its own token.

The scripts of the jobs run in this process with the environment of Actions. Nothing of them is
replaced but what lies outside: the clock, what a visit to a website sees, and the pauses between
requests.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import act_on_audit
import judge_audit
import keep_entry
import plan_audit
import publish_pages
import render_pages
import visit_shard
from rollkeeper.forge import client
from rollkeeper.jobs import job as jobs
from rollkeeper.model.visit import Observation, VisitFailure
from simulation.world import World
from standin import life, workflow_files

WORKFLOWS = Path(__file__).parents[2] / ".github" / "workflows"
Main = Callable[[list[str]], int]


@dataclass
class Outcome:
    """What became of a night: how each of its jobs ended, and what it asked of GitHub."""

    jobs: dict[str, int] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    """What each job printed."""
    result: dict[str, Any] = field(default_factory=dict)
    """What the judging job passed on."""


@dataclass
class Nights:
    """Runs nights in a world. `connected` is false for those in which our own network is down."""

    world: World
    connected: bool = True
    shards: int = 2
    renders: int = 1
    """The pages are rendered at the end of every so manieth night."""
    https: bool = True
    """Whether git asks the stand-in over https, and not the repository itself, which is quicker."""

    def __post_init__(self) -> None:
        self.folder = self.world.folder / "run"
        self._permissions = _permissions()
        self._seen_job: Callable[[str], None] = lambda _job: None

    def run(
        self,
        night: int,
        *,
        act: Main | None = None,
        seen: Callable[[str], None] = lambda _job: None,
    ) -> Outcome:
        """Run the jobs of a night; `act` takes the place of the acting job's script.

        `seen` is called with the name of each job before it runs.
        """
        self._seen_job = seen
        outcome = Outcome()
        github = self.world.github
        before = len(github.requests)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        try:
            self._run(night, outcome, act)
        finally:
            outcome.requests = github.requests[before:]
        return outcome

    def _run(self, night: int, outcome: Outcome, act: Main | None) -> None:
        planned = {"SHARDS": str(self.shards)}
        with patch.object(plan_audit, "moment", self._clock(night)):
            passed = self._job("plan", plan_audit.main, planned, outcome)
        if outcome.jobs["plan"]:
            return
        plan = {"PLAN": passed["plan"], "OBSERVATIONS": str(self.folder / "observations")}
        with self._sites(night):
            for shard in json.loads(passed["shards"]):
                self._job("visit", visit_shard.main, {**plan, "SHARD": str(shard)}, outcome)
        written = self.folder / "night.json"
        plan["NIGHT"] = str(written)
        self._job("judge", judge_audit.main, plan, outcome)
        if written.exists():
            outcome.result = json.loads(written.read_text(encoding="utf-8"))
        self._job("act", act or act_on_audit.main, plan, outcome)
        if night % self.renders == 0:
            self._job("propose", _render, {"RENDER": "pull-request"}, outcome)

    def _job(
        self, name: str, main: Main, more: Mapping[str, str], outcome: Outcome
    ) -> dict[str, str]:
        """Run a job in a checkout of its own; return what it passes on.

        Those that only read share one: all of them have the rosters of the same commit.
        """
        self._seen_job(name)
        github = self.world.github
        root = self.folder / name
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        place = "community" if name in {"plan", "visit", "judge"} else f"{name}/community"
        with quietly({**self.environment(name, root), **more}) as said:
            if not (self.folder / place).exists():
                self.check_out(self.folder / place)
            status = jobs.perform(partial(main, ["--root", str(self.folder / place)]))
        life.follow_branches(github)
        outcome.jobs[name] = max(outcome.jobs.get(name, 0), status)
        outcome.said[name] = outcome.said.get(name, "") + said.getvalue()
        output = root / "output"
        lines = output.read_text(encoding="utf-8").splitlines() if output.exists() else []
        return dict(line.split("=", 1) for line in lines)

    def command(self, night: int, comment: Mapping[str, Any], pull: Mapping[str, Any]) -> Outcome:
        """Run the job that carries out `/keep`, for a comment on a pull request."""
        event = {
            "action": "created",
            "comment": dict(comment),
            "sender": comment["user"],
            "issue": {**pull, "pull_request": {"url": pull["url"]}},
            "repository": {"default_branch": "main", "fork": False},
        }
        (self.folder / "comment.json").write_text(json.dumps(event), encoding="utf-8")
        outcome = Outcome()
        more = {"GITHUB_EVENT_PATH": str(self.folder / "comment.json")}
        with patch("rollkeeper.jobs.pull_requests.keep.moment", self._clock(night)):
            self._job("keep", keep_entry.main, more, outcome)
        return outcome

    def _clock(self, night: int) -> Callable[[], datetime]:
        """Return a clock that stands at the beginning of a night."""
        return lambda: self.world.begins(night)

    @staticmethod
    def keep(passed: MutableMapping[str, str]) -> Main:
        """Return an acting job that does nothing but keep what it would have read."""

        def act(_arguments: list[str]) -> int:
            passed.update({name: os.environ[name] for name in ("PLAN", "NIGHT")})
            return 0

        return act

    def environment(self, name: str, root: Path) -> dict[str, str]:
        """Return what GitHub gives to the steps of a job."""
        github = self.world.github
        event = {"repository": {"default_branch": "main", "fork": False}}
        (root / "event.json").write_text(json.dumps(event), encoding="utf-8")
        found = github.environment()
        if not self.https:
            url = f"https://github.com/{github.repository}.git"
            found |= {"GIT_CONFIG_KEY_0": f"url.file://{github.git}.insteadOf"}
            found |= {"GIT_CONFIG_VALUE_0": url}
        return {
            **found,
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_PATH": str(root / "event.json"),
            "GITHUB_OUTPUT": str(root / "output"),
            "GITHUB_REF_NAME": "main",
            "GITHUB_RUN_ID": "1",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_STEP_SUMMARY": str(root / "summary.md"),
            "GITHUB_TOKEN": github.mint(self._permissions[name]),
            "GIT_TERMINAL_PROMPT": "0",
        }

    def check_out(self, target: Path) -> None:
        """Do what the checkout of the default branch does, which is shallow and knows its origin."""
        hosted = self.world.github.git
        url = f"https://github.com/{self.world.github.repository}.git"
        clone = (
            "git",
            "clone",
            "--quiet",
            "--depth=1",
            "--no-tags",
            f"file://{hosted}",
            str(target),
        )
        subprocess.run(clone, check=True, capture_output=True)
        command = ("git", "-C", str(target), "remote", "set-url", "origin", url)
        subprocess.run(command, check=True, capture_output=True)

    @contextmanager
    def _sites(self, night: int) -> Iterator[None]:
        """Let visits see what the websites show in one night."""

        def visit_all(
            urls: Iterable[str],
            _settings: object,
            found: MutableMapping[str, Observation],
            _progress: object,
        ) -> None:
            found.update({url: self._seen(url, night) for url in urls})

        with ExitStack() as stack:
            stack.enter_context(patch("rollkeeper.probes.web.websites._visit_all", visit_all))
            stack.enter_context(patch("rollkeeper.probes.websites._obstacle", lambda: None))
            # The accounts on rosters are those of github.com, which is the stand-in here.
            for module in ("forge.actions", "jobs.github_api"):
                url = self.world.github.url
                stack.enter_context(patch(f"rollkeeper.{module}.API_URL", url))
            yield

    def _seen(self, url: str, night: int) -> Observation:
        if not self.connected:
            return Observation(url, failure=VisitFailure.NETWORK_DOWN)
        return self.world.site_of(url).seen(url, night)


def _render(arguments: list[str]) -> int:
    return render_pages.main(arguments) or publish_pages.main(arguments)


def _permissions() -> dict[str, dict[str, str]]:
    """Return what the token of each job may do, as the workflows say."""
    found = {}
    for file in ("audit.yml", "render.yml", "commands.yml"):
        workflow = workflow_files.read((WORKFLOWS / file).read_text(encoding="utf-8"))
        assert workflow is not None
        for name, job in workflow["jobs"].items():
            found[name] = job["permissions"]
    return found


@contextmanager
def quietly(environment: Mapping[str, str]) -> Iterator[io.StringIO]:
    """Let what runs have an environment and nothing else, and keep what it prints."""
    said = io.StringIO()
    streams = contextlib.redirect_stdout(said), contextlib.redirect_stderr(said)
    with patch.dict(os.environ, environment, clear=True), streams[0], streams[1]:
        yield said


@contextmanager
def without_pauses() -> Iterator[None]:
    """Let requests follow each other at once, and be tried again at once."""
    quick = partial(client.connect, seconds_between_requests=0, seconds_between_writes=0, backoff=0)
    with ExitStack() as stack:
        for module in (act_on_audit, keep_entry, publish_pages):
            if hasattr(module, "connect"):
                stack.enter_context(patch.object(module, "connect", quick))
        stack.enter_context(patch("rollkeeper.jobs.publish.connect", quick))
        stack.enter_context(patch("rollkeeper.jobs.audit.history._PAUSES", (0.0, 0.0)))
        # With a limit, Python looks at a process time and again, and sleeps in between.
        wait = subprocess.Popen.wait
        stack.enter_context(
            patch.object(subprocess.Popen, "wait", lambda self, *_, **__: wait(self))
        )
        yield
