"""Answers to a command given in a comment: a reaction, and a reply where one is needed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from github import UnknownObjectException
from github.Repository import Repository

Reaction = Literal["eyes", "rocket", "confused"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A pull request and the comment on it that gave a command."""

    repository: Repository
    number: int
    comment: int

    def react(self, reaction: Reaction) -> None:
        """Leave a reaction on the comment; nothing happens where the comment is gone."""
        comment = self.repository.get_issue(self.number).get_comment(self.comment)
        with suppress(UnknownObjectException):
            comment.create_reaction(reaction)

    def reply(self, text: str) -> None:
        """Write a comment below it."""
        self.repository.get_issue(self.number).create_comment(text)

    def refuse(self, text: str) -> None:
        """React and reply that nothing is done, and why."""
        self.react("confused")
        self.reply(text)
