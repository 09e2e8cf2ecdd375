"""Pull requests on a community, and the report's three jobs run on them against the stand-in."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import begin_report
import comment_pull_request
import verify_pull_request
from rollkeeper.loading.head import Source
from standin import api, pulls
from worktrees import Content, stage

POLICY = """\
title: Partners
roster: partners.yaml
schema: partners.schema.json
page: partners/README.md
logos: partners/logos
"""
SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {key: {"type": "string"} for key in ("name", "contact", "logo", "country")},
    },
}
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<path fill="#777" d="M1 1h7v7h-7z"/></svg>\n'
)
ROLL = "- name: Alder Cloud\n  logo: alder.svg\n- name: Birch\n  country: NL\n"
BASE: Mapping[str, str] = {
    "policies/partners.yaml": POLICY,
    "policies/partners.schema.json": json.dumps(SCHEMA),
    "partners.yaml": ROLL,
    "partners/logos/alder.svg": LOGO,
}


def event(pull: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is used of an event about a pull request, as GitHub sends it."""
    return {
        "action": "synchronize",
        "number": pull["number"],
        "pull_request": dict(pull),
        "repository": dict(pull["base"]["repo"]),
    }


@dataclass
class Repository:
    """A community's repository with its pull requests: a working copy, and what GitHub holds."""

    folder: Path
    github: api.State
    work: Path = field(init=False)
    runs: int = 100

    def __post_init__(self) -> None:
        self.work, hosted = self.folder / "work", self.folder / "hosted.git"
        self.work.mkdir()
        self.github.git = hosted
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(hosted))

    @property
    def source(self) -> Source:
        """Where git fetches from when no server is needed."""
        return Source(str(self.github.git), protocols=("file",))

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", *arguments]
        done = subprocess.run(command, cwd=self.work, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, files: Mapping[str, Content], branch: str = "main") -> str:
        """Write files to a branch, None to remove one; give the commit."""
        try:
            self.git("checkout", "--quiet", branch)
        except subprocess.CalledProcessError:
            self.git("checkout", "--quiet", "-b", branch)
        stage(self.work, files)
        return self.record(branch)

    def record(self, branch: str) -> str:
        """Commit what is staged, and leave the default branch checked out."""
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        self.git("push", "--quiet", "--force", str(self.github.git), f"HEAD:{branch}")
        sha = self.git("rev-parse", "HEAD")
        self.git("checkout", "--quiet", "main")
        return sha

    def propose(
        self, files: Mapping[str, Content], branch: str = "change", **more: Any
    ) -> dict[str, Any]:
        """Open a pull request that changes files."""
        head = self.commit(files, branch)
        base = self.git("rev-parse", "main")
        return pulls.pull(self.github, head=head, base=base, branch=branch, **more)

    def push(self, pull: dict[str, Any], files: Mapping[str, Content]) -> None:
        """Push more to a pull request."""
        pull["head"]["sha"] = self.commit(files, pull["head"]["ref"])


@dataclass
class Jobs:
    """The three jobs of the report, run in this process."""

    folder: Path
    repository: Repository
    patch: pytest.MonkeyPatch

    def begin(self, data: Mapping[str, Any], *today: str, **environ: str) -> dict[str, str]:
        """Run the job that begins; return its outputs and its exit status."""
        for name in ("NUMBER", "HEAD", "AGAIN"):
            self.patch.setenv(name, environ.get(name, ""))
        return self._run(begin_report.main, data, today)

    def verify(self, data: Mapping[str, Any], *today: str, **environ: str) -> dict[str, str]:
        """Run the jobs that begin and check; return their outputs and the last exit status."""
        begun = self.begin(data, *today, **environ)
        if "target" not in begun:
            return begun
        self.patch.setenv("TARGET", begun["target"])
        return {**begun, **self._run(verify_pull_request.main, data, today)}

    def publish(self, data: Mapping[str, Any], outputs: Mapping[str, str], **more: str) -> int:
        """Run the job that publishes, given what the others passed on."""
        self._environment(data)
        self.patch.setenv("TARGET", outputs["target"])
        self.patch.setenv("VERDICT", outputs.get("verdict", ""))
        self.patch.setenv("RESULT", more.get("result", "success"))
        return comment_pull_request.main([])

    def report(self, pull: Mapping[str, Any], **environ: str) -> dict[str, str]:
        """Run all jobs, the last one only where the workflow would."""
        data = event(pull)
        self.repository.runs += 1
        outputs = self.verify(data, **environ)
        if "verdict" in outputs:
            outputs["published"] = str(self.publish(data, outputs))
        return outputs

    def _run(
        self, main: Callable[[Sequence[str]], int], data: Mapping[str, Any], today: Sequence[str]
    ) -> dict[str, str]:
        self._environment(data)
        output = self.folder / "output.txt"
        output.unlink(missing_ok=True)
        output.touch()
        self.patch.setenv("GITHUB_OUTPUT", str(output))
        self.patch.chdir(self.folder)
        status = main(["--root", str(self.repository.work), *(today or ("--today", "2026-11-21"))])
        lines = output.read_text(encoding="ascii").splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        return {**outputs, "status": str(status)}

    def _environment(self, data: Mapping[str, Any]) -> None:
        file = self.folder / "event.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        github = self.repository.github
        for name, value in {
            "GITHUB_EVENT_PATH": str(file),
            **github.environment(),
            "GITHUB_TOKEN": github.token,
            "GITHUB_RUN_ID": str(self.repository.runs),
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_SERVER_URL": "https://github.com",
        }.items():
            self.patch.setenv(name, value)
