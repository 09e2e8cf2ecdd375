"""Runs the repository's own workflows for real, with `act`, on a community that a test lays out.

Steps run on this machine. The folders under `actions/` stand in for the actions of others that the
workflows use. Installing is answered by a `python` that notes what was asked and does nothing: the
Python that runs the tests has what Rollkeeper needs.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = "octo-community/rosters"
PROJECT = Path(__file__).parents[2]
WORKFLOWS = PROJECT / ".github" / "workflows"
OWN_ACTIONS = PROJECT / ".github" / "actions"
ACTIONS = Path(__file__).with_name("actions")
ACTION_IN_USE = re.compile(r"uses: (actions/[\w-]+)@([0-9a-f]{40})")
OWN_ACTION = "rollkeeper/rollkeeper@v1"
JOB_CONTEXTS = {"job.workflow_repository": "'rollkeeper/rollkeeper'", "job.workflow_sha": "'HEAD'"}
"""Where a called workflow is from, which GitHub says and act does not."""
SECONDS = 900
"""Only a run that hangs takes that long, however busy the machine is."""


def tool(name: str) -> str:
    """Find a tool beside the Python that runs the tests, or on the path."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else name


@dataclass(frozen=True)
class Outcome:
    """What a run of a workflow did, read from act's records."""

    status: int
    records: list[dict[str, Any]]
    installs: list[str]

    def commands(self, level: str) -> list[dict[str, str]]:
        """Return the annotations of one level: their properties, and `message`."""
        return [
            {**record["kvPairs"], "message": record["arg"]}
            for record in self.records
            if record.get("command") == level
        ]

    @property
    def results(self) -> dict[str, str]:
        """Return how each step ended, by its name."""
        return {
            record["step"]: record["stepResult"]
            for record in self.records
            if "stepResult" in record
        }

    @property
    def summary(self) -> str:
        """Return all step summaries."""
        return "".join(
            record["content"] for record in self.records if record.get("command") == "summary"
        )

    @property
    def log(self) -> str:
        """Return what was printed, for a message when a test fails."""
        return "\n".join(str(record.get("msg", "")).rstrip() for record in self.records)


@dataclass
class Community:
    """A repository with Rollkeeper's code and a community's rosters, as GitHub would hold it.

    `has_code` is false for one that has rosters only and uses Rollkeeper as an action; `variables`
    are the repository's own.
    """

    folder: Path
    has_code: bool = True
    variables: dict[str, str] = field(default_factory=dict)
    work: Path = field(init=False)
    hosted: Path = field(init=False)
    code: Path = field(init=False)

    def __post_init__(self) -> None:
        self.work, self.hosted = self.folder / "work", self.folder / "hosted.git"
        self.work.mkdir()
        self.code = self.folder / "code"
        self.code.mkdir()
        if self.has_code:
            copy_code(self.code)
            copy_code(self.work)
            for folder in (self.code, self.work):
                shutil.copytree(OWN_ACTIONS, folder / OWN_ACTIONS.relative_to(PROJECT))
            self.git("init", "--quiet", "--initial-branch=main", where=self.code)
            self.git("add", "--all", where=self.code)
            self.git("commit", "--quiet", "--message", "Release", where=self.code)
            (self.work / WORKFLOWS.relative_to(PROJECT)).mkdir()
            for file in WORKFLOWS.glob("*.yml"):
                copy = self.work / file.relative_to(PROJECT)
                copy.write_text(_with_job_contexts(file.read_text("utf-8")), "utf-8")
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, where: Path | None = None) -> str:
        command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", *arguments]
        done = subprocess.run(
            command, cwd=where or self.work, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str], *, branch: str = "main") -> str:
        """Write files, commit them to a branch and push it; give the commit."""
        if branch != "main":
            self.git("checkout", "--quiet", "-b", branch)
        for name, text in files.items():
            file = self.work / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change")
        if not self.hosted.exists():
            self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.hosted))
        self.git("push", "--quiet", str(self.hosted), f"HEAD:{branch}")
        return self.git("rev-parse", "HEAD")

    def merge(self, branch: str) -> str:
        """Return the commit that GitHub makes to test a pull request: the branch merged into main."""
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "Merge", branch)
        self.git("push", "--quiet", "--force", str(self.hosted), "HEAD:refs/pull/1/merge")
        return self.git("rev-parse", "HEAD")

    def act(
        self, workflow: str | Path, event: str, *, payload: Mapping[str, Any], ref: str, **more: str
    ) -> Outcome:
        """Run a workflow, ours by its name; `ref` is what the checkout gives, `more` is environment."""
        payload_file = self.folder / "event.json"
        payload_file.write_text(json.dumps(payload), encoding="utf-8")
        notes = self.folder / "installs.txt"
        notes.unlink(missing_ok=True)
        environment = {
            "STANDIN_REPOSITORY": str(self.hosted),
            "STANDIN_CODE": str(self.code),
            "STANDIN_REF": ref,
            "STANDIN_PYTHON": str(_python(self.folder, notes)),
            **more,
        }
        command = [
            *(tool("act"), event, "--workflows", str(WORKFLOWS / workflow), "--json"),
            *("--directory", str(self.work), "--eventpath", str(payload_file)),
            *("--platform", "ubuntu-24.04=-self-hosted", "--no-cache-server", "--no-skip-checkout"),
            *(
                "--action-cache-path",
                str(self.folder / "cache"),
                "--secret",
                "GITHUB_TOKEN=standin",
            ),
            *_pairs("--local-repository", _stand_ins(WORKFLOWS / workflow, self.folder)),
            *_pairs("--env", environment),
            *_pairs("--var", self.variables),
        ]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env={**_clean_environment(), "HOME": str(self.folder)},
        )
        installs = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
        return Outcome(done.returncode, list(_records(done.stdout + done.stderr)), installs)


def _with_job_contexts(workflow: str) -> str:
    for context, value in JOB_CONTEXTS.items():
        workflow = workflow.replace(context, value)
    return workflow


needs_begin_report = pytest.mark.skipif(
    not (PROJECT / "scripts" / "begin_report.py").exists(),
    reason="the script that begins a report is not there yet",
)


def pull_request_event(pull: Mapping[str, Any], action: str = "synchronize") -> dict[str, Any]:
    """Return the event with which GitHub says that something happened to a pull request."""
    repository = {**pull["base"]["repo"], "default_branch": "main", "fork": False}
    return {
        "action": action,
        "number": pull["number"],
        "pull_request": dict(pull),
        "repository": repository,
    }


def copy_code(target: Path) -> None:
    """Copy what runs, as it stands now."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "scripts", target / "scripts", ignore=ignored)
    for file in PROJECT.glob("requirements*.txt"):
        shutil.copy(file, target)


def _pairs(option: str, values: Mapping[str, str]) -> Iterator[str]:
    for name, value in values.items():
        yield from (option, f"{name}={value}")


def _stand_ins(workflow: Path, folder: Path) -> dict[str, str]:
    """Return which folder stands in for each action; our own is a copy of what is here."""
    shared = [PROJECT / "action.yml", *WORKFLOWS.glob("*.yml"), *OWN_ACTIONS.glob("*/action.yml")]
    text = "".join(file.read_text(encoding="utf-8") for file in [workflow, *shared])
    own = {}
    if OWN_ACTION in workflow.read_text(encoding="utf-8"):
        copy = folder / "action"
        if not copy.exists():
            copy_code(copy)
            shutil.copy(PROJECT / "action.yml", copy)
        own = {OWN_ACTION: str(copy)}
    return own | {
        f"{name}@{commit}": str(ACTIONS / name.rpartition("/")[2])
        for name, commit in ACTION_IN_USE.findall(text)
    }


def _python(folder: Path, notes: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(exist_ok=True)
    python.write_text(
        "#!/bin/sh\n"
        "isolated=\n"
        'if [ "$1" = "-I" ]; then isolated=-I; shift; fi\n'
        'if [ "$1 $2 $3" = "-m pip install" ]; then\n'
        f'  echo "$*" >> "{notes}"\n'
        "  exit 0\n"
        "fi\n"
        'if [ "$1 $2" = "-m venv" ]; then\n'
        '  mkdir -p "$3/bin" && cp "$0" "$3/bin/python"\n'
        "  exit\n"
        "fi\n"
        f'exec "{sys.executable}" $isolated "$@"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    return python.parent


def _clean_environment() -> dict[str, str]:
    """Leave out what a workflow that runs these tests was itself told."""
    kept = ("PATH", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _records(output: str) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            record = {"msg": line}
        yield record if isinstance(record, dict) else {"msg": line}
