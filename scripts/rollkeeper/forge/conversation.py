"""Answers to those who give a command in a comment: a reaction, and a word where it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from github import Github, GithubException

Reaction = Literal["eyes", "rocket", "confused"]
_MISSING = 404


@dataclass(frozen=True, slots=True)
class Conversation:
    """A pull request and the comment on it that gave a command."""

    client: Github
    repository: str
    number: int
    comment: int

    def react(self, reaction: Reaction) -> None:
        """Leave a reaction on the comment; nothing happens where the comment is gone."""
        path = f"/repos/{self.repository}/issues/comments/{self.comment}/reactions"
        try:
            self._ask("POST", path, {"content": reaction})
        except GithubException as error:
            if error.status != _MISSING:
                raise

    def reply(self, text: str) -> None:
        """Write a comment below it."""
        self._ask("POST", f"/repos/{self.repository}/issues/{self.number}/comments", {"body": text})

    def refuse(self, text: str) -> None:
        """Return that, and why, nothing is done."""
        self.react("confused")
        self.reply(text)

    def role_of(self, login: str) -> str:
        """Ask GitHub for somebody's role in the repository; `none` where it knows of none."""
        path = f"/repos/{self.repository}/collaborators/{quote(login, safe='')}/permission"
        try:
            data = self._ask("GET", path)
        except GithubException as error:
            if error.status != _MISSING:
                raise
            return "none"
        # `permission` knows neither `triage` nor `maintain`; organisations can have roles of their
        # own, of which it is what they amount to.
        return str(data.get("role_name") if data["permission"] == "read" else data["permission"])

    def _ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        _, answer = self.client.requester.requestJsonAndCheck(method, path, input=data)
        return dict(answer or {})
