"""Write the fixes that were asked for to a pull request, and reply with what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rollkeeper.fixing.patches import LeftOutReason, Patch, PatchError, Repairs, patched
from rollkeeper.forge import reviews
from rollkeeper.forge.branches import (
    Barrier,
    Branch,
    MovedOnError,
    PushRefusedError,
    barrier,
    blob_at,
    blob_content,
    branch_of,
    commit_files,
)
from rollkeeper.forge.client import Repository
from rollkeeper.forge.conversation import Conversation
from rollkeeper.grammar.globs import matches_any
from rollkeeper.grammar.wording import counted

_UNCHECKED = (
    "GitHub starts no checks for commits made by a workflow. The report on this commit follows all "
    "the same; other checks run after the next push, or when the pull request is closed and "
    "reopened."
)
_MOVED_ON = "The branch has changed in the meantime. Comment `/fix` again."
_NAMED = 3
"""Files that the title of a commit names."""
_LOCALLY = "Run `rollkeeper fix` on your computer instead."
_LEFT_OUT: Mapping[LeftOutReason, str] = {
    LeftOutReason.TOO_MUCH: "there is too much to fix from a comment",
    LeftOutReason.NOT_FETCHED: (
        "a roster cannot be fetched because it is too large or not a plain file"
    ),
    LeftOutReason.UNREADABLE: "the commits of the pull request cannot be read",
}
_BARRIERS: Mapping[Barrier, str] = {
    Barrier.FORK: "the branch is in another repository, which this workflow cannot write to",
    Barrier.ROLE: "only those with write access to this repository can have it commit",
    Barrier.DEFAULT: "nothing is committed to the default branch",
    Barrier.BASE: "other pull requests are to be merged into this branch",
    Barrier.PROTECTED: "the branch is protected",
    Barrier.REFUSED: "GitHub does not let this workflow write to the branch",
}


@dataclass(frozen=True, slots=True)
class Writing:
    """Where repairs are written to, for whom, and the only files that they may be for."""

    repository: Repository
    said: Conversation
    login: str
    rosters: Collection[str]


def write(writing: Writing, repairs: Repairs) -> str | None:
    """Write the fixes where that is allowed, as suggestions where not, and reply.

    Return the new commit, None where there is none. Raises PatchError where the fixes are for
    anything else than the rosters at the head, GithubException where GitHub refuses for another
    reason.
    """
    repository, said, state = writing.repository, writing.said, repairs.head
    branch = branch_of(repository, said.number)
    if branch is None or (branch.number, branch.head) != (repairs.number, repairs.head):
        said.refuse(_MOVED_ON, about="moved", state=state)
    elif repairs.left_out is not None:
        text = f"Nothing was fixed: {_LEFT_OUT[repairs.left_out]}. {_LOCALLY}"
        said.refuse(text, about=repairs.left_out, state=state)
    elif repairs.nothing:
        said.react("rocket")
        said.reply("Nothing here can be fixed automatically.", about="nothing", state=state)
    else:
        _check(writing, repairs)
        found = barrier(repository, branch, writing.login)
        if found is None:
            return _commit(writing, branch, repairs)
        _suggest(writing, repairs, found)
    return None


def _check(writing: Writing, repairs: Repairs) -> None:
    """Raise PatchError unless all is for rosters, with the very content that they have now."""
    blobs = {each.path: each.blob for each in repairs.patches}
    paths = sorted({*blobs, *(each.path for each in repairs.suggestions)})
    if not all(matches_any(writing.rosters, path) for path in paths):
        message = "the fixes are for a file that is not a roster"
        raise PatchError(message)
    for path in paths:
        there = blob_at(writing.repository, repairs.head, path)
        if there is None or there != blobs.get(path):
            message = "the fixes are for other content than the roster has"
            raise PatchError(message)


def _title(paths: Sequence[str]) -> str:
    """Return the title of the commit that fixes some files."""
    if len(paths) > _NAMED:
        return f"Fix {counted(len(paths), 'file')}"
    return f"Fix {' and '.join(paths)}"


def _commit(writing: Writing, branch: Branch, repairs: Repairs) -> str | None:
    repository, said = writing.repository, writing.said
    files = {each.path: _content(repository, each) for each in repairs.patches}
    try:
        commit = commit_files(repository, branch, files, _title(sorted(files)))
    except MovedOnError:
        said.refuse(_MOVED_ON, about="moved", state=repairs.head)
    except PushRefusedError:
        _suggest(writing, repairs, Barrier.REFUSED)
    else:
        said.react("rocket")
        said.reply(f"Fixed in {commit}. {_UNCHECKED}", about="fixed", state=commit)
        return commit
    return None


def _content(repository: Repository, patch: Patch) -> bytes:
    return patched(blob_content(repository, patch.blob).decode(), patch.edits).encode()


def _suggest(writing: Writing, repairs: Repairs, found: Barrier) -> None:
    said, reason = writing.said, _BARRIERS[found]
    if not repairs.suggestions:
        text = (
            f"Nothing was fixed, because {reason}, and what could be fixed is not on lines that "
            f"this pull request changes. {_LOCALLY}"
        )
        said.refuse(text, about=found, state=repairs.head)
        return
    body = f"These are suggestions instead of a commit, because {reason}."
    review = reviews.Review(repairs.head, repairs.suggestions, body)
    try:
        if not reviews.was_posted(writing.repository, repairs.number, review):
            reviews.post_review(writing.repository, repairs.number, review)
    except reviews.LinesNotShownError:
        text = f"GitHub does not accept suggestions on these lines. {_LOCALLY}"
        said.refuse(text, about="lines", state=repairs.head)
        return
    said.react("rocket")
