"""Which workflows GitHub starts for an event, and by whose file.

- `pull_request`: the file of the merge of head and base. Without a merge, because there is a
  conflict, nothing starts; nor does it where the head's message says `[skip ci]`. The token of a run
  for a fork can only read.
- `pull_request_target`, `issue_comment`, `schedule`, `workflow_dispatch`, `workflow_run`: the file of
  the default branch, whatever the pull request contains, conflicts or says.
- `push`, `merge_group`: the file of the commit; a push may say `[skip ci]`.
- What a workflow did with its own token starts nothing but `workflow_dispatch`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from standin import git_objects, pulls, workflow_files
from standin.state import Refusal, State

DEFAULT_TYPES = {
    "pull_request": ("opened", "synchronize", "reopened"),
    "pull_request_target": ("opened", "synchronize", "reopened"),
    "issue_comment": ("created", "edited", "deleted"),
    "merge_group": ("checks_requested",),
}
_SKIP = re.compile(r"\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]")
_SKIP_TRAILER = re.compile(r"\n\n(?:.*\n)*skip-checks: ?true\s*\Z")
_OF_PULL_REQUESTS = ("pull_request", "pull_request_target")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `number` is the pull request's, `ref` the branch that was pushed.

    `by_workflow` says that a workflow did it, with its own token.
    """

    name: str
    action: str = ""
    number: int = 0
    ref: str = ""
    by_workflow: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """A run: the workflow's file, the commit that it is read from, what `github.ref` is."""

    workflow: str
    commit: str
    ref: str
    read_only: bool


def started(state: State, event: Event) -> list[Started]:
    """Return the runs that GitHub starts for an event, in the order of their files."""
    if event.by_workflow and event.name != "workflow_dispatch":
        return []
    try:
        ref, branch = _where(state, event)
        commit = git_objects.commit_id(state, ref)
    except Refusal:
        return []
    if event.name in {"pull_request", "push"} and _skips(state, event, commit):
        return []
    return [
        Started(path, commit, ref, _read_only(state, event))
        for path, workflow in _workflows(state, commit)
        if _is_started(workflow_files.triggers(workflow), event, branch)
    ]


def _where(state: State, event: Event) -> tuple[str, str]:
    """Return the ref whose workflows count, and the branch that filters are about."""
    default = f"refs/heads/{state.default_branch}"
    if event.name in _OF_PULL_REQUESTS:
        git_objects.update_pull_refs(state)
        base = str(pulls.find(state, event.number)["base"]["ref"])
        of_head = event.name == "pull_request"
        return (f"refs/pull/{event.number}/merge" if of_head else default), base
    if event.name in {"push", "merge_group"}:
        return f"refs/heads/{event.ref}", event.ref
    return default, state.default_branch


def _skips(state: State, event: Event, commit: str) -> bool:
    """Return whether the message of the commit that was pushed asks for no run."""
    pushed = pulls.find(state, event.number)["head"]["sha"] if event.number else commit
    message = git_objects.git(state, "log", "-1", "--format=%B", pushed).decode(errors="replace")
    return bool(_SKIP.search(message) or _SKIP_TRAILER.search(message))


def _read_only(state: State, event: Event) -> bool:
    if event.name != "pull_request":
        return False
    pull = pulls.find(state, event.number)
    return bool((pull["head"]["repo"] or {}).get("id") != pull["base"]["repo"]["id"])


def _workflows(state: State, commit: str) -> Iterator[tuple[str, dict[str, Any]]]:
    folder = f"{workflow_files.FOLDER}/"
    listed = git_objects.git(state, "ls-tree", "-z", "--name-only", commit, folder)
    for path in listed.decode(errors="replace").split("\0"):
        if path.endswith((".yml", ".yaml")):
            text = git_objects.git(state, "show", f"{commit}:{path}").decode(errors="replace")
            workflow = workflow_files.read(text)
            if workflow is not None:
                yield path, workflow


def _is_started(triggers: dict[str, dict[str, Any]], event: Event, branch: str) -> bool:
    if event.name not in triggers:
        return False
    filters = triggers[event.name]
    unknown = filters.keys() - {"types", "branches", "branches-ignore", "inputs"}
    assert not unknown, f"{unknown} are not modelled here"
    types = filters.get("types", DEFAULT_TYPES.get(event.name))
    if types is not None and event.action not in ([types] if isinstance(types, str) else types):
        return False
    fits = [fnmatchcase(branch, each) for each in filters.get("branches", ())]
    if "branches" in filters and not any(fits):
        return False
    return not any(fnmatchcase(branch, each) for each in filters.get("branches-ignore", ()))
