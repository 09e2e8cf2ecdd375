"""Runs the repository's own workflows for real, with `act`, on a community that a test lays out.

Steps run on this machine, and fetch and push over https from the stand-in for GitHub. Each job has a
token of its own (`prepared.py`). The folders under `actions/` stand in for the actions of others that the
workflows use. Installing is answered by a `python` that notes what was asked and installs nothing: the
Python that runs the tests has what Rollkeeper needs. A job that asks for less has no more than that.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packages import only
from standin import api
from workflows.prepared import Preparation, Source, StartupFailureError

REPOSITORY = "octo-community/rosters"
PROJECT = Path(__file__).parents[2]
WORKFLOWS = PROJECT / ".github" / "workflows"
OWN_ACTIONS = PROJECT / ".github" / "actions"
ACTIONS = Path(__file__).with_name("actions")
ACTION_IN_USE = re.compile(r"\b(actions/[\w-]+)@([0-9a-f]{40})")
OWN_ACTION = "rollkeeper/rollkeeper@v1"
WRITING = "requirements-write.txt"
PRODUCT = OWN_ACTION.partition("@")[0]
OF_THE_COMMIT = ("pull_request", "push", "merge_group")
"""Events whose workflows are those of the commit; all others take the default branch's."""
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

    `has_code` is false for one that has rosters only and uses Rollkeeper's action or its workflows;
    `variables` are the repository's own. `code` is Rollkeeper's own repository.
    """

    folder: Path
    github: api.State
    has_code: bool = True
    variables: dict[str, str] = field(default_factory=dict)
    work: Path = field(init=False)
    hosted: Path = field(init=False)
    code: Path = field(init=False)

    def __post_init__(self) -> None:
        self.work, self.hosted = self.folder / "work", self.folder / "hosted.git"
        self.code = self.folder / "code"
        for folder in (self.work, self.code):
            folder.mkdir()
            if self.has_code or folder == self.code:
                copy_code(folder)
                for each in (WORKFLOWS, OWN_ACTIONS):
                    shutil.copytree(each, folder / each.relative_to(PROJECT))
        self.git("init", "--quiet", "--initial-branch=main", where=self.code)
        self.git("add", "--all", where=self.code)
        self.git("commit", "--quiet", "--message", "Release", where=self.code)
        self.git("init", "--quiet", f"--initial-branch={self.default_branch}")
        self.git("init", "--quiet", "--bare", f"--initial-branch={self.default_branch}", str(self.hosted))  # fmt: skip
        self.github.git, self.github.forks[PRODUCT] = self.hosted, self.code / ".git"

    @property
    def default_branch(self) -> str:
        return self.github.default_branch

    def git(self, *arguments: str, where: Path | None = None) -> str:
        command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", *arguments]
        done = subprocess.run(
            command, cwd=where or self.work, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str], *, branch: str = "") -> str:
        """Write files, commit them to a branch and push it; give the commit."""
        if branch:
            self.git("checkout", "--quiet", "-b", branch)
        for name, text in files.items():
            file = self.work / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change")
        self.git("push", "--quiet", str(self.hosted), f"HEAD:{branch or self.default_branch}")
        return self.git("rev-parse", "HEAD")

    def merge(self, branch: str) -> str:
        """Return the commit that GitHub makes to test a pull request: the branch merged into main."""
        self.git("checkout", "--quiet", "--detach", self.default_branch)
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
        commit = ref if event in OF_THE_COMMIT else f"refs/heads/{self.default_branch}"
        try:
            file = self._prepared(workflow, commit, read_only=_is_from_a_fork(event, payload))
        except StartupFailureError as failure:
            return Outcome(1, [{"msg": str(failure)}], [])
        environment = {
            **self.github.environment(),
            **self._ref_name(event, payload),
            "STANDIN_REF": ref,
            "STANDIN_PYTHON": str(_python(self.folder, notes)),
            "STANDIN_ARTIFACTS": tempfile.mkdtemp(prefix="artifacts-", dir=self.folder),
            **more,
        }
        command = [
            *(tool("act"), event, "--workflows", str(file), "--json"),
            *("--directory", str(file.parents[2]), "--eventpath", str(payload_file)),
            *("--platform", "ubuntu-24.04=-self-hosted", "--no-cache-server", "--no-skip-checkout"),
            *("--action-cache-path", str(self.folder / "cache")),
            *_pairs("--local-repository", _stand_ins(file.parent, self.folder)),
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

    def _prepared(self, workflow: str | Path, ref: str, *, read_only: bool) -> Path:
        """Lay out a workflow and those that it calls for act; return the file to run."""
        preparation = Preparation(self.github.mint, self._product, read_only)
        source = self._source(REPOSITORY, self.hosted, ref)
        path = f"{WORKFLOWS.relative_to(PROJECT)}/{Path(workflow).name}"
        if isinstance(workflow, Path):
            text = workflow.read_text(encoding="utf-8")
            of_commit = source.read
            read = lambda name: text if name == path else of_commit(name)  # noqa: E731 - bound to both
            source = Source(source.repository, source.commit, read)
        name = preparation.prepare(source, path)
        run = self.folder / "run"
        shutil.rmtree(run, ignore_errors=True)
        folder = run / WORKFLOWS.relative_to(PROJECT)
        folder.mkdir(parents=True)
        (run / ".git").write_text(f"gitdir: {self.work / '.git'}\n", encoding="utf-8")
        for each, content in preparation.files.items():
            (folder / each).write_text(content, encoding="utf-8")
        return folder / name

    def _ref_name(self, event: str, payload: Mapping[str, Any]) -> dict[str, str]:
        """Return what act does not take from the event: which branch a run is about."""
        if event == "pull_request":
            return {}
        branch = str(payload.get("ref", self.default_branch)).removeprefix("refs/heads/")
        return {"GITHUB_REF_NAME": branch}

    def adopt(self) -> dict[str, str]:
        """Return the three workflows of a community that calls Rollkeeper's by a pinned commit."""
        commit = self.git("rev-parse", "HEAD", where=self.code)
        pinned = rf"{PRODUCT}/\1@{commit}"
        return {
            str(file.relative_to(PROJECT)): re.sub(
                r"\./(\.github/workflows/[\w.-]+)", pinned, file.read_text(encoding="utf-8")
            )
            for file in WORKFLOWS.glob("rosters*.yml")
        }

    def _product(self, repository: str, ref: str) -> Source:
        assert repository == PRODUCT
        return self._source(repository, self.code, ref)

    def _source(self, repository: str, folder: Path, ref: str) -> Source:
        commit = self.git("rev-parse", f"{ref}^{{commit}}", where=folder)
        return Source(
            repository, commit, lambda path: self.git("show", f"{commit}:{path}", where=folder)
        )


def _is_from_a_fork(event: str, payload: Mapping[str, Any]) -> bool:
    """Return whether GitHub gives the run a token that can only read."""
    sides = payload.get("pull_request", {})
    head, base = (sides.get(side, {}).get("repo") or {} for side in ("head", "base"))
    return event == "pull_request" and bool(head) and head.get("id") != base.get("id")


def pull_request_event(pull: Mapping[str, Any], action: str = "synchronize") -> dict[str, Any]:
    """Return the event with which GitHub says that something happened to a pull request."""
    repository = {**pull["base"]["repo"], "fork": False}
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


def _stand_ins(workflows: Path, folder: Path) -> dict[str, str]:
    """Return which folder stands in for each action; our own is a copy of what is here."""
    shared = [PROJECT / "action.yml", *OWN_ACTIONS.glob("*/action.yml"), *workflows.iterdir()]
    text = "".join(file.read_text(encoding="utf-8") for file in shared)
    own = {}
    if OWN_ACTION in text:
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
        f'  case "$*" in *{WRITING}) echo "PYTHONPATH={only(WRITING, folder / WRITING)}" >> "$GITHUB_ENV";; esac\n'
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
