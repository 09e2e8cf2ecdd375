"""The branch of a pull request: what is on it, and a commit on top of it.

Everything is bound to the commit that was looked at. When the branch has moved on since, nothing is
written: the branch is only ever moved forward, from that commit.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from github import Github, GithubException

from rollkeeper.forge.pull_requests import Origin
from rollkeeper.forge.tracking_issue import BOT

_PLAIN_FILE = "100644"
_EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"
_REFUSED = frozenset({403, 404, 409, 422})


class MovedOnError(Exception):
    """The branch is no longer at the commit that was looked at."""


class PushRefusedError(Exception):
    """GitHub does not let us write to the branch."""


@dataclass(frozen=True, slots=True)
class Branch:
    """The head of an open pull request; `name` is None where it is not a branch of ours.

    `origin` is what the jobs that check it have to know.
    """

    number: int
    head: str
    name: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Forge:
    """A repository, and the client that speaks to GitHub about it."""

    client: Github
    repository: str

    def branch(self, number: int) -> Branch | None:
        """Ask for the head of a pull request; None where the pull request is not open.

        Raises NoSuchEventError where the repository that it comes from was deleted.
        """
        data = self._ask("GET", f"pulls/{number}")
        if data["state"] != "open":
            return None
        origin = Origin.of_head(data)
        ours = origin.repository_id == data["base"]["repo"]["id"]
        name = origin.branch if ours and origin.branch != origin.default_branch else None
        return Branch(number, origin.sha, name, origin)

    def content(self, blob: str) -> bytes:
        """Ask for the bytes of a blob."""
        data = self._ask("GET", f"git/blobs/{blob}")
        try:
            return base64.b64decode(data["content"])
        except binascii.Error as error:
            message = f"GitHub's answer about the blob {blob} is not base64"
            raise ValueError(message) from error

    def commit(self, branch: Branch, files: Mapping[str, bytes], message: str) -> str:
        """Put files onto the branch in one commit by the bot, signed off; give the commit.

        Raises MovedOnError where the branch has moved on, NotAllowedError where GitHub refuses.
        """
        tree = self._ask("GET", f"git/trees/{branch.head}")["sha"]
        bot = {"name": BOT, "email": _EMAIL}
        try:
            entries = [self._entry(path, data) for path, data in files.items()]
            tree = self._ask("POST", "git/trees", {"base_tree": tree, "tree": entries})["sha"]
            message = f"{message}\n\nSigned-off-by: {BOT} <{_EMAIL}>"
            made = {"message": message, "tree": tree, "parents": [branch.head], "author": bot}
            commit = str(self._ask("POST", "git/commits", made | {"committer": bot})["sha"])
            ref = quote(f"heads/{branch.name}")
            self._ask("PATCH", f"git/refs/{ref}", {"sha": commit, "force": False})
        except GithubException as error:
            if error.status not in _REFUSED:
                raise
            if "fast forward" in str(error.data):
                raise MovedOnError from error
            raise PushRefusedError from error
        return commit

    def _entry(self, path: str, data: bytes) -> dict[str, str]:
        content = {"content": base64.b64encode(data).decode(), "encoding": "base64"}
        blob = self._ask("POST", "git/blobs", content)["sha"]
        return {"path": path, "mode": _PLAIN_FILE, "type": "blob", "sha": blob}

    def _ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        url = f"/repos/{self.repository}/{path}"
        _, answer = self.client.requester.requestJsonAndCheck(method, url, input=data)
        return dict(answer)
