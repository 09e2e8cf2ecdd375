"""Answers to a command given in a comment: a reaction, and a reply where one is needed."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from github import UnknownObjectException
from github.Repository import Repository

from rollkeeper.forge.bot import BOT
from rollkeeper.forge.comment_turns import RemoteThread

Reaction = Literal["eyes", "rocket", "confused"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A pull request and the comment on it that gave a command; `person` is who wrote it, by id.

    Whoever gives the same command again in the same state gets the reaction, and no second reply.
    """

    repository: Repository
    number: int
    comment: int
    person: int

    def react(self, reaction: Reaction) -> None:
        """Leave a reaction on the comment; nothing happens where the comment is gone."""
        comment = self.repository.get_issue(self.number).get_comment(self.comment)
        with suppress(UnknownObjectException):
            comment.create_reaction(reaction)

    def reply(self, text: str, *, about: str, state: str) -> None:
        """Write a comment below it, unless this person was told `about` this in this `state`."""
        thread = RemoteThread(self.repository, self.number)
        key = json.dumps([self.person, about, state])
        marker = f"<!-- rollkeeper:reply {sha256(key.encode()).hexdigest()[:16]} -->\n"
        there = (each for each in thread.comments() if each.author == BOT)
        if not any(each.body.replace("\r\n", "\n").startswith(marker) for each in there):
            thread.create(f"{marker}{text}")

    def refuse(self, text: str, *, about: str, state: str) -> None:
        """React and reply that nothing is done, and why."""
        self.react("confused")
        self.reply(text, about=about, state=state)
