"""The branch of a pull request: what is on it, and a commit on top of it.

Everything is bound to the commit that was checked. When the branch has moved on since, nothing is
written: the branch is only ever moved forward, from that commit.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from github import GithubException, InputGitAuthor, InputGitTreeElement
from github.GitCommit import GitCommit
from github.GitTreeElement import GitTreeElement
from github.Repository import Repository

from rollkeeper.forge.bot import BOT, BOT_EMAIL, SIGNED_OFF
from rollkeeper.forge.client import request
from rollkeeper.forge.pull_requests import WRITERS, role_of
from rollkeeper.model.change import FileMode

_REFUSED = frozenset({403, 404, 409, 422})


class MovedOnError(Exception):
    """The branch is no longer at the commit that was checked."""


class PushRefusedError(Exception):
    """GitHub does not let us write to the branch."""


class Barrier(StrEnum):
    """Why a branch is not written to."""

    FORK = "fork"
    ROLE = "role"
    DEFAULT = "default"
    BASE = "base"
    PROTECTED = "protected"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Branch:
    """The head of an open pull request, and the default branch of the repository that it is for.

    `name` is None where the head is not a branch of that repository.
    """

    number: int
    head: str
    name: str | None
    default: str


def branch_of(repository: Repository, number: int) -> Branch | None:
    """Return the head of a pull request; None where the pull request is not open."""
    pull = repository.get_pull(number)
    if pull.state != "open":
        return None
    fork: Repository | None = pull.head.repo  # None for a deleted fork, whatever the types say
    ours = fork is not None and fork.id == pull.base.repo.id
    name = pull.head.ref if ours else None
    return Branch(number, pull.head.sha, name, pull.base.repo.default_branch)


def barrier(repository: Repository, branch: Branch, login: str) -> Barrier | None:
    """Return why a branch is not written to on behalf of an account; None where it is.

    The token may write to more than the person who asks. So GitHub is asked whether they may write
    at all, and a branch that others build on is left alone: one that is protected, the default one,
    and one that some pull request is to be merged into.
    """
    if branch.name is None:
        return Barrier.FORK
    if branch.name == branch.default:
        return Barrier.DEFAULT
    if role_of(repository, login) not in WRITERS:
        return Barrier.ROLE
    if repository.get_branch(branch.name).protected:
        return Barrier.PROTECTED
    into = repository.get_pulls(state="open", base=branch.name).get_page(0)
    return Barrier.BASE if into else None


def blob_at(repository: Repository, commit: str, path: str) -> str | None:
    """Return the blob of the plain file at a path of a commit; None where there is none."""
    *folders, name = path.split("/")
    tree = commit
    for folder in folders:
        found = _entry(repository, tree, folder)
        if found is None or found.type != "tree":
            return None
        tree = found.sha
    file = _entry(repository, tree, name)
    return file.sha if file is not None and file.mode == FileMode.PLAIN else None


def _entry(repository: Repository, tree: str, name: str) -> GitTreeElement | None:
    listed = repository.get_git_tree(tree).tree
    return next((each for each in listed if each.path == name), None)


def blob_content(repository: Repository, blob: str) -> bytes:
    """Return the bytes of a blob; raise ValueError where the answer cannot be decoded."""
    try:
        return base64.b64decode(repository.get_git_blob(blob).content)
    except binascii.Error as error:
        message = f"GitHub's answer about the blob {blob} is not base64"
        raise ValueError(message) from error


def commit_files(
    repository: Repository, branch: Branch, files: Mapping[str, bytes], message: str
) -> str:
    """Put files onto the branch in one commit by the bot, signed off; return the commit.

    Raises MovedOnError where the branch has moved on, PushRefusedError where GitHub refuses.
    """
    base = repository.get_git_tree(branch.head)
    # All that a commit's parent has to be is its id: it is not asked for.
    parent = GitCommit(repository.requester, {}, {"sha": branch.head}, completed=True)
    bot = InputGitAuthor(BOT, BOT_EMAIL)
    try:
        entries = [_tree_entry(repository, path, data) for path, data in files.items()]
        tree = repository.create_git_tree(entries, base)
        message = f"{message}\n\n{SIGNED_OFF}"
        commit = repository.create_git_commit(message, tree, [parent], bot, bot).sha
        # PyGithub's GitRef writes to the address it was read from, which differs from this one.
        moved = {"sha": commit, "force": False}
        request(repository, "PATCH", f"git/refs/{quote(f'heads/{branch.name}')}", moved)
    except GithubException as error:
        if error.status not in _REFUSED:
            raise
        if "fast forward" in str(error.data):
            raise MovedOnError from error
        raise PushRefusedError from error
    return commit


def _tree_entry(repository: Repository, path: str, data: bytes) -> InputGitTreeElement:
    blob = repository.create_git_blob(base64.b64encode(data).decode(), "base64")
    return InputGitTreeElement(path, FileMode.PLAIN, "blob", sha=blob.sha)
