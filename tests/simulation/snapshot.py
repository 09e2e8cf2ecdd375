"""What GitHub holds, to be put back, and to be compared."""

from __future__ import annotations

import copy
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standin import api, life

_KEPT = (
    "issues",
    "labels",
    "comments",
    "pulls",
    "statuses",
    "reactions",
    "reviews",
    "numbers",
    "now",
)


@dataclass(frozen=True)
class Snapshot:
    """All that can change at GitHub; `git` is a copy of its repository."""

    values: dict[str, Any]
    git: Path

    @classmethod
    def of(cls, github: api.State, folder: Path) -> Snapshot:
        """Take one; the repository is copied into a folder that is not there yet."""
        assert github.git is not None
        shutil.copytree(github.git, folder)
        # In one go, because an issue and its pull request share their labels.
        return cls(copy.deepcopy({name: getattr(github, name) for name in _KEPT}), folder)

    def put_back(self, github: api.State) -> None:
        """Let GitHub hold what it held then."""
        assert github.git is not None
        for name, value in copy.deepcopy(self.values).items():
            setattr(github, name, value)
        shutil.rmtree(github.git)
        shutil.copytree(self.git, github.git)


def held(github: api.State) -> dict[str, Any]:
    """Return all that people can see at GitHub, without what differs from run to run.

    A commit is what it contains and what its message says: its id depends on the second in which it
    was made.
    """
    issues = []
    for issue in github.issues:
        shown = life.as_listed(github, issue)
        pull = life.pull_of(github, issue)
        issues.append(
            {
                **{key: shown[key] for key in ("number", "title", "body", "state", "state_reason")},
                "labels": sorted(label["name"] for label in shown["labels"]),
                "comments": [each["body"] for each in github.comments.get(issue["number"], ())],
                "head": pull and (pull["head"]["ref"], _content(github, pull["head"]["sha"])),
            }
        )
    refs = _git(github, "for-each-ref", "--format=%(refname)", "refs/heads/").split()
    statuses = {
        (_content(github, each["sha"]), each["context"], each["state"], each["description"])
        for each in github.statuses
    }
    return {
        "issues": issues,
        "branches": {ref: _content(github, ref) for ref in refs},
        "statuses": sorted(statuses, key=repr),
    }


def _content(github: api.State, commit: str) -> tuple[str, ...]:
    """Return the tree of a commit, and the messages and trees of what is not on main."""
    since = () if commit == "refs/heads/main" else ("^refs/heads/main",)
    lines = _git(github, "log", "--format=%T %s", "-50", commit, *since)
    return tuple(lines.splitlines())


def _git(github: api.State, *arguments: str) -> str:
    command = ["git", "-C", str(github.git), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
