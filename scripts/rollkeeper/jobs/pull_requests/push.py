"""Writes repairs to a pull request that somebody asked for, and tells them what came of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from rollkeeper.fixing.patches import Patch, PatchError, Repairs, patched
from rollkeeper.forge import reviews
from rollkeeper.forge.branches import (
    Branch,
    MovedOnError,
    PushRefusedError,
    blob_content,
    branch_of,
    commit_files,
)
from rollkeeper.forge.client import Repository
from rollkeeper.forge.conversation import Conversation
from rollkeeper.forge.pull_requests import Origin

_MESSAGE = "Fix what can be fixed of the rosters"
_UNTOLD = (
    "GitHub starts no checks for a commit of this kind: they run with the next push, or when the "
    "pull request is closed and opened again."
)
_MOVED_ON = "The branch has moved on in the meantime: ask again."
_LOCALLY = "`rollkeeper fix` makes the repairs on your computer."
_FORK = "the branch is in another repository, where this workflow may not write"
_REFUSED = "GitHub does not let this workflow write to the branch"


def write(
    repository: Repository, said: Conversation, repairs: Repairs, rosters: Collection[str]
) -> Origin | None:
    """Write the repairs where that is allowed, as suggestions where not, and answer.

    Gives where the new commit is, None where there is none.

    `rosters` are the only files that are written to. Raises PatchError where the repairs are for
    anything else, GithubException where GitHub refuses for no reason that is told.
    """
    branch = branch_of(repository, said.number)
    if branch is None or (branch.number, branch.head) != (repairs.number, repairs.head):
        said.refuse(_MOVED_ON)
    elif repairs.left_out is not None:
        said.refuse(f"Nothing is fixed: {repairs.left_out}. {_LOCALLY}")
    elif repairs.nothing:
        said.react("rocket")
        said.reply("There is nothing here that could be fixed without a person.")
    elif branch.name is None:
        _suggest(repository, said, repairs, _FORK)
    else:
        return _commit(repository, said, branch, repairs, rosters)
    return None


def _commit(
    repository: Repository,
    said: Conversation,
    branch: Branch,
    repairs: Repairs,
    rosters: Collection[str],
) -> Origin | None:
    files = {each.path: _content(repository, each, rosters) for each in repairs.patches}
    try:
        commit = commit_files(repository, branch, files, _MESSAGE)
    except MovedOnError:
        said.refuse(_MOVED_ON)
    except PushRefusedError:
        _suggest(repository, said, repairs, _REFUSED)
    else:
        said.react("rocket")
        said.reply(f"Fixed in {commit}. {_UNTOLD}")
        return replace(branch.origin, sha=commit)
    return None


def _content(repository: Repository, patch: Patch, rosters: Collection[str]) -> bytes:
    if patch.path not in rosters:
        message = "the repairs are for a file that is no roster"
        raise PatchError(message)
    return patched(blob_content(repository, patch.blob).decode(), patch.edits).encode()


def _suggest(repository: Repository, said: Conversation, repairs: Repairs, reason: str) -> None:
    if not repairs.suggestions:
        said.refuse(
            f"Nothing is written, because {reason}, and what could be fixed does not lie on lines "
            f"that this pull request changes. {_LOCALLY}"
        )
        return
    body = f"These are suggestions instead of a commit, because {reason}."
    review = reviews.Review(repairs.head, repairs.suggestions, body)
    try:
        reviews.post_review(repository, repairs.number, review)
    except reviews.LinesNotShownError:
        said.refuse(f"GitHub does not accept suggestions on these lines. {_LOCALLY}")
        return
    said.react("rocket")
