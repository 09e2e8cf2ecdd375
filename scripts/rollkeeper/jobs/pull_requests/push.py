"""Write the fixes that were asked for to a pull request, and reply with what came of it."""

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

_UNCHECKED = (
    "GitHub starts no checks for commits made by a workflow: they run after the next push, or when "
    "the pull request is closed and reopened."
)
_MOVED_ON = "The branch has changed in the meantime. Comment `/fix` again."
_LOCALLY = "Run `rollkeeper fix` on your computer instead."
_FORK = "the branch is in another repository, which this workflow cannot write to"
_REFUSED = "GitHub does not let this workflow write to the branch"


def write(
    repository: Repository, said: Conversation, repairs: Repairs, rosters: Collection[str]
) -> Origin | None:
    """Write the fixes where that is allowed, as suggestions where not, and reply.

    Return where the new commit is, None where there is none. `rosters` are the only files that are
    written to. Raises PatchError where the fixes are for anything else, GithubException where
    GitHub refuses for another reason.
    """
    branch = branch_of(repository, said.number)
    if branch is None or (branch.number, branch.head) != (repairs.number, repairs.head):
        said.refuse(_MOVED_ON)
    elif repairs.left_out is not None:
        said.refuse(f"Nothing was fixed: {repairs.left_out}. {_LOCALLY}")
    elif repairs.nothing:
        said.react("rocket")
        said.reply("Nothing here can be fixed automatically.")
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
        commit = commit_files(repository, branch, files, f"Fix {' and '.join(sorted(files))}")
    except MovedOnError:
        said.refuse(_MOVED_ON)
    except PushRefusedError:
        _suggest(repository, said, repairs, _REFUSED)
    else:
        said.react("rocket")
        said.reply(f"Fixed in {commit}. {_UNCHECKED}")
        return replace(branch.origin, sha=commit)
    return None


def _content(repository: Repository, patch: Patch, rosters: Collection[str]) -> bytes:
    if patch.path not in rosters:
        message = "the fixes are for a file that is not a roster"
        raise PatchError(message)
    return patched(blob_content(repository, patch.blob).decode(), patch.edits).encode()


def _suggest(repository: Repository, said: Conversation, repairs: Repairs, reason: str) -> None:
    if not repairs.suggestions:
        said.refuse(
            f"Nothing was fixed, because {reason}, and what could be fixed is not on lines that "
            f"this pull request changes. {_LOCALLY}"
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
