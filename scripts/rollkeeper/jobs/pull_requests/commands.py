"""Commands in comments on a pull request, and who may give them.

A comment is a command when it is the command and nothing else: `/fix`, `/recheck`, or `/keep` with
what belongs to it. Anything more, or anything less exact, is conversation and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rollkeeper.forge.pull_requests import WRITERS
from rollkeeper.grammar.handles import is_login

_COMMAND = re.compile(r"\s{0,99}/(fix|recheck)\s{0,99}")
_KEEP = re.compile(r"\s{0,99}/keep(?:\s|\Z)")
_COMMIT = re.compile(r'"?([0-9a-f]{40})"?')
_INVOLVED = WRITERS | {"triage"}


class Command(StrEnum):
    """A command."""

    FIX = "fix"
    RECHECK = "recheck"
    KEEP = "keep"

    @property
    def roles(self) -> frozenset[str]:
        """The roles in the repository that may give it, besides authors in some cases."""
        return _INVOLVED if self is Command.RECHECK else WRITERS


@dataclass(frozen=True, slots=True)
class Request:
    """A command that was given on an open pull request.

    `person` is the numeric id of the account that gave it, and `by_author` compares such ids: names
    can change hands. `text` is the whole comment where the command has more to it.
    """

    command: Command
    number: int
    comment: int
    login: str
    person: int
    by_author: bool
    text: str = ""

    @property
    def as_author(self) -> bool:
        """Whether they may give it as the pull request's author, whatever their role."""
        return self.by_author and self.command is not Command.KEEP


def request_in(event: Mapping[str, Any]) -> Request | None:
    """Read the command in an `issue_comment` event; None where there is none.

    Commands of bots and on closed pull requests are ignored.
    """
    try:
        issue, comment, sender = event["issue"], event["comment"], event["sender"]
        ids = [issue["number"], comment["id"], comment["user"]["id"], issue["user"]["id"]]
        login, body = comment["user"]["login"], comment["body"]
        open_pull_request = issue["state"] == "open" and bool(issue.get("pull_request"))
        person = comment["user"]["type"] == "User" and sender["id"] == comment["user"]["id"]
        created = event["action"] == "created"
    except (AttributeError, KeyError, TypeError):
        return None
    if not (created and open_pull_request and person and all(type(each) is int for each in ids)):
        return None
    command, text = _command_in(body) if isinstance(body, str) else (None, "")
    if command is None or not isinstance(login, str) or not is_login(login):
        return None
    number, comment_id, commenter, author = ids
    return Request(command, number, comment_id, login, commenter, commenter == author, text)


def _command_in(body: str) -> tuple[Command | None, str]:
    if _KEEP.match(body):
        return Command.KEEP, body
    found = _COMMAND.fullmatch(body)
    return (Command(found[1]) if found else None), ""


def may_ask(request: Request, role: str) -> bool:
    """Return whether to carry out the command; `role` is that of who gave it in the repository."""
    return request.as_author or role in request.command.roles


def commit_in(output: str) -> str | None:
    """Return the commit in a job output, which is JSON; None where it has none."""
    found = _COMMIT.fullmatch(output)
    return found[1] if found else None
