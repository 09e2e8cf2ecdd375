"""The branch of a pull request: what is on it, and a commit on top of it.

Everything is bound to the commit that was checked. When the branch has moved on since, nothing is
written: the branch is only ever moved forward, from that commit.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from github import GithubException, InputGitAuthor, InputGitTreeElement
from github.GitCommit import GitCommit
from github.Repository import Repository

from rollkeeper.forge.client import request
from rollkeeper.forge.pull_requests import Origin, origin_of
from rollkeeper.forge.tracking_issue import BOT
from rollkeeper.model.change import FileMode

BOT_EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"
SIGNED_OFF = f"Signed-off-by: {BOT} <{BOT_EMAIL}>"
_REFUSED = frozenset({403, 404, 409, 422})


class MovedOnError(Exception):
    """The branch is no longer at the commit that was checked."""


class PushRefusedError(Exception):
    """GitHub does not let us write to the branch."""


@dataclass(frozen=True, slots=True)
class Branch:
    """The head of an open pull request; `name` is None where it is not a branch of ours.

    `origin` is what the jobs that check it need to know.
    """

    number: int
    head: str
    name: str | None
    origin: Origin


def branch_of(repository: Repository, number: int) -> Branch | None:
    """Return the head of a pull request; None where the pull request is not open.

    Raises NoSuchEventError where the repository that it comes from was deleted.
    """
    pull = repository.get_pull(number)
    if pull.state != "open":
        return None
    origin = origin_of(pull)
    ours = origin.repository_id == pull.base.repo.id
    name = origin.branch if ours and origin.branch != origin.default_branch else None
    return Branch(number, origin.sha, name, origin)


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
