"""Pull requests on a community, and the report's two jobs run on them against the stand-in."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import comment_pull_request
import verify_pull_request
from rollkeeper.loading.head import Source
from standin import api, pulls

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
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7h-7z"/></svg>\n'
ROLL = "- name: Alder Cloud\n  logo: alder.svg\n- name: Birch\n  country: NL\n"
BASE: Mapping[str, str] = {
    "policies/partners.yaml": POLICY,
    "policies/partners.schema.json": json.dumps(SCHEMA),
    "partners.yaml": ROLL,
    "partners/logos/alder.svg": LOGO,
}
EVENT = pulls.EVENTS / "workflow_run.completed.json"


def event(pull: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return the event of a finished run of Check for a pull request's head, as GitHub sends it."""
    data: dict[str, Any] = json.loads(EVENT.read_text(encoding="utf-8"))
    head = pull["head"]
    data["repository"]["default_branch"] = "main"
    data["workflow_run"] |= {
        "event": "pull_request",
        "head_sha": head["sha"],
        "head_branch": head["ref"],
        "head_repository": dict(head["repo"]),
        "pull_requests": [],
        **more,
    }
    return data


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

    def commit(self, files: Mapping[str, str | bytes | None], branch: str = "main") -> str:
        """Write files to a branch, None to remove one; give the commit."""
        try:
            self.git("checkout", "--quiet", branch)
        except subprocess.CalledProcessError:
            self.git("checkout", "--quiet", "-b", branch)
        for name, content in files.items():
            file = self.work / name
            if content is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--all")
        return self.record(branch)

    def record(self, branch: str) -> str:
        """Commit what is staged, and leave the default branch checked out."""
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        self.git("push", "--quiet", "--force", str(self.github.git), f"HEAD:{branch}")
        sha = self.git("rev-parse", "HEAD")
        self.git("checkout", "--quiet", "main")
        return sha

    def propose(
        self, files: Mapping[str, str | bytes | None], branch: str = "change", **more: Any
    ) -> dict[str, Any]:
        """Open a pull request that changes files."""
        head = self.commit(files, branch)
        base = self.git("rev-parse", "main")
        return pulls.pull(self.github, head=head, base=base, branch=branch, **more)

    def push(self, pull: dict[str, Any], files: Mapping[str, str | bytes | None]) -> None:
        """Push more to a pull request."""
        pull["head"]["sha"] = self.commit(files, pull["head"]["ref"])


@dataclass
class Jobs:
    """The two jobs of the report, run in this process."""

    folder: Path
    repository: Repository
    patch: pytest.MonkeyPatch

    def verify(self, data: Mapping[str, Any], *today: str) -> dict[str, str]:
        """Run the job that checks; return its outputs and its exit status."""
        self._environment(data)
        output = self.folder / "output.txt"
        output.unlink(missing_ok=True)
        output.touch()
        self.patch.setenv("GITHUB_OUTPUT", str(output))
        self.patch.chdir(self.folder)
        status = verify_pull_request.main(
            ["--root", str(self.repository.work), *(today or ("--today", "2026-11-21"))]
        )
        lines = output.read_text(encoding="ascii").splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        return {**outputs, "status": str(status)}

    def comment(self, data: Mapping[str, Any], outputs: Mapping[str, str], **more: str) -> int:
        """Run the job that tells, given what the other one handed over."""
        self._environment(data)
        self.patch.setenv("VERDICT", outputs.get("verdict", ""))
        self.patch.setenv("TURN", outputs.get("turn", ""))
        self.patch.setenv("RESULT", more.get("result", "success"))
        return comment_pull_request.main(["--root", str(self.repository.work)])

    def report(self, pull: Mapping[str, Any], **more: Any) -> dict[str, str]:
        """Run both jobs, the second only where the workflow would."""
        data = event(pull, **more)
        self.repository.runs += 1
        outputs = self.verify(data)
        if "verdict" in outputs:
            outputs["told"] = str(self.comment(data, outputs))
        return outputs

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
