"""Workflow files as act has to be given them, so that a run is as on GitHub.

act knows one token for all jobs, nothing of `permissions:`, and not where a called workflow is from.
Here each job gets a token of its own, which may do what its `permissions:` say and no more than the
job that calls it, and the contexts that act does not know are written out.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from standin import workflow_files

_TOKEN = re.compile(r"\b(?:github\.token|secrets\.GITHUB_TOKEN)\b")
_LOCAL = re.compile(r"\./(\.github/workflows/[\w.-]+)")
_REMOTE = re.compile(r"([\w.-]+/[\w.-]+)/(\.github/workflows/[\w.-]+)@(\S+)")
_RANKS = {"none": 0, "read": 1, "write": 2}
RESTRICTED = {"contents": "read", "packages": "read"}
"""What a job may do that says nothing, in a repository with GitHub's default setting."""
_TAKES_A_TOKEN = ("actions/checkout@", "rollkeeper/rollkeeper@")
"""Actions whose input `token` is the job's token where nothing else is said."""


class StartupFailureError(Exception):
    """GitHub would not start the run; the message is what its page shows."""


@dataclass(frozen=True, slots=True)
class Source:
    """A repository at a commit, as a called workflow knows it, and how its files are read."""

    repository: str
    commit: str
    read: Callable[[str], str]


@dataclass
class Preparation:
    """Makes files for act out of a workflow and those that it calls.

    `mint` makes a token for permissions; `fetch` gives another repository at a revision. The tokens
    of a `read_only` run can write nothing, whatever is asked for, as where a fork started it.
    """

    mint: Callable[[Mapping[str, str]], str]
    fetch: Callable[[str, str], Source]
    read_only: bool = False
    files: dict[str, str] = field(default_factory=dict)

    def prepare(self, source: Source, path: str) -> str:
        """Prepare a workflow that an event starts; return the name of the file to run.

        Raises StartupFailureError where GitHub would not start it.
        """
        return self._prepare(source, path, None, PurePosixPath(path).stem)

    def _prepare(self, source: Source, path: str, most: Mapping[str, str] | None, name: str) -> str:
        workflow = workflow_files.read(source.read(path))
        if workflow is None:
            message = f"{path} is not a valid workflow file"
            raise StartupFailureError(message)
        if most is not None and "workflow_call" not in workflow_files.triggers(workflow):
            message = f"{path} is not a reusable workflow"
            raise StartupFailureError(message)
        made = copy.deepcopy(workflow)
        for job_name, job in made["jobs"].items():
            may = self._permissions(job.get("permissions", made.get("permissions")), most, job_name)
            if "uses" in job:
                called, where = self._called(source, job["uses"])
                job["uses"] = f"./{workflow_files.FOLDER}/" + self._prepare(
                    called, where, may, f"{name}--{job_name}--{PurePosixPath(where).stem}"
                )
            else:
                level = {"write": "read"} if self.read_only else {}
                may = {name: level.get(given, given) for name, given in may.items()}
                made["jobs"][job_name] = self._with_token(job, self.mint(may))
        text = json.dumps(made, indent=1)
        assert not _TOKEN.search(text), f"{path}: the token is used outside of a job's steps"
        text = text.replace("job.workflow_repository", f"'{source.repository}'")
        text = text.replace("job.workflow_sha", f"'{source.commit}'")
        self.files[f"{name}.yml"] = text
        return f"{name}.yml"

    def _permissions(
        self, asked: Any, most: Mapping[str, str] | None, job_name: str
    ) -> dict[str, str]:
        """Return what a job may do: what it asks for, and no more than its caller may."""
        if asked is None:
            return dict(RESTRICTED if most is None else most)
        assert isinstance(asked, dict), "read-all and write-all are not modelled here"
        for name, level in asked.items():
            given = "write" if most is None else most.get(name, "none")
            if _RANKS[level] > _RANKS[given]:
                message = (
                    f"The nested job '{job_name}' is requesting '{name}: {level}', but is only "
                    f"allowed '{name}: {given}'."
                )
                raise StartupFailureError(message)
        return dict(asked)

    def _called(self, source: Source, uses: str) -> tuple[Source, str]:
        local, remote = _LOCAL.fullmatch(uses), _REMOTE.fullmatch(uses)
        if local is not None:
            return source, local[1]
        assert remote is not None, f"{uses} is not a workflow"
        return self.fetch(remote[1], remote[3]), remote[2]

    @staticmethod
    def _with_token(job: dict[str, Any], token: str) -> dict[str, Any]:
        for step in job["steps"]:
            if step.get("uses", "").startswith(_TAKES_A_TOKEN):
                step["with"] = {"token": token, **step.get("with", {})}
        text = json.dumps(job)
        return dict(json.loads(_TOKEN.sub(f"'{token}'", text)))
