"""The tracking issue: what should happen to it, and carrying that out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from github import GithubException
from github.GithubObject import NotSet
from github.Repository import Repository
from requests import RequestException

from rollkeeper.forge.bot import BOT
from rollkeeper.forge.client import request
from rollkeeper.model.limits import MAX_COMMENT

LABEL = "rollkeeper"
"""The label by which the tracking issue is listed."""

ROOM = MAX_COMMENT - 200
"""Characters that the issue's text may have: the markers go around it."""

_SERVER_FAULT = 500
_PAGE = 100
_ALREADY_THERE = 422
_BEGIN = re.compile(r"<!-- rollkeeper:audit sha256=([0-9a-f]{64}) -->\n")
_END = "<!-- rollkeeper:audit end -->\n"
_CUT = "\n*The rest is cut: what is written below takes the room.*\n"


@dataclass(frozen=True, slots=True)
class IssueContent:
    """What the tracking issue should say.

    `text` is Markdown, `ROOM` characters at most. `substance` is what it says without dates and
    links to runs: as long as that stays the same the issue is left alone. `clean` means that
    nothing needs doing.
    """

    title: str
    text: str
    substance: str
    clean: bool

    @property
    def digest(self) -> str:
        """The fingerprint of the substance that the issue carries."""
        return sha256(self.substance.encode("utf-8", errors="backslashreplace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as GitHub lists it; the list holds pull requests too.

    `not_planned` says that it was closed as that, which only people do.
    """

    number: int
    author: str
    is_open: bool
    body: str
    is_pull_request: bool = False
    not_planned: bool = False


class IssueAction(StrEnum):
    """What happens to the tracking issue."""

    LEAVE = "left alone"
    CREATE = "opened"
    UPDATE = "updated"
    CLOSE = "closed"
    REOPEN = "reopened"


@dataclass(frozen=True, slots=True)
class IssueDecision:
    """What happens to the tracking issue: `number` is 0 for a new one, `comment` may be empty."""

    action: IssueAction
    number: int = 0
    body: str = ""
    comment: str = ""


def decide_issue(content: IssueContent, issues: Iterable[Issue]) -> IssueDecision:
    """Return what to do so that one issue of ours shows `content`.

    Anyone can copy the marker into an issue of their own: only an issue that the bot wrote is ours.
    Should there be several, an open one is taken before a closed one, then the oldest. What people
    wrote below our text stays. An issue that someone closed as not planned stays closed as long as
    there is nothing else to say.
    """
    ours = [issue for issue in issues if _is_ours(issue)]
    current = min(ours, key=lambda issue: (not issue.is_open, issue.number), default=None)
    body = _body(content, current.body if current else "")
    leave = IssueDecision(IssueAction.LEAVE)
    if current is None:
        return leave if content.clean else IssueDecision(IssueAction.CREATE, 0, body)
    if content.clean:
        comment = (
            "Nothing needs attention any more. Rollkeeper reopens this issue when something does."
        )
        closing = IssueDecision(IssueAction.CLOSE, current.number, body, comment)
        return closing if current.is_open else leave
    if not current.is_open:
        if current.not_planned and _digest(current) == content.digest:
            return leave
        comment = "Something needs attention again: see the list above."
        return IssueDecision(IssueAction.REOPEN, current.number, body, comment)
    if _digest(current) == content.digest:
        return leave
    return IssueDecision(IssueAction.UPDATE, current.number, body)


def _is_ours(issue: Issue) -> bool:
    return not issue.is_pull_request and issue.author == BOT and _digest(issue) is not None


def _digest(issue: Issue) -> str | None:
    marker = _BEGIN.match(issue.body.replace("\r\n", "\n"))
    return marker[1] if marker else None


def _body(content: IssueContent, there: str) -> str:
    """Return the body with our text, and below it what people wrote there."""
    _, end, below = there.replace("\r\n", "\n").partition(_END)
    begin = f"<!-- rollkeeper:audit sha256={content.digest} -->\n"
    text, below = content.text, below if end else ""
    room = MAX_COMMENT - len(begin) - len(_END) - len(below)
    if len(text) > room:
        text = f"{text[: max(room - len(_CUT), 0)].rpartition(chr(10))[0]}{_CUT}"
    return f"{begin}{text}{_END}{below}"


def keep_issue(repository: Repository, content: IssueContent) -> IssueDecision:
    """Bring the tracking issue up to date with `content`; return what was decided.

    When GitHub fails in the middle the issues are listed again, once: it may have done its part.
    Raises GithubException when it refuses the change, RequestException when it does not answer.
    """
    try:
        return _update(repository, content)
    except (GithubException, RequestException) as error:
        if isinstance(error, GithubException) and error.status < _SERVER_FAULT:
            raise
        return _update(repository, content)


def _update(repository: Repository, content: IssueContent) -> IssueDecision:
    found = list(_list(repository, f"labels={LABEL}"))
    if not any(map(_is_ours, found)):
        # Someone may have taken the label off: a second issue would be about the same.
        found = list(_list(repository, f"creator={quote(BOT, safe='')}"))
    decision = decide_issue(content, found)
    _carry_out(decision, content.title, repository)
    return decision


def _list(repository: Repository, wanted: str) -> Iterator[Issue]:
    """Return the issues of some kind, open or closed, with one request for each hundred."""
    page = 1
    while True:
        path = f"issues?state=all&{wanted}&per_page={_PAGE}&page={page}"
        # PyGithub asks again for each issue that is no pull request whether it is one.
        _, listed = request(repository, "GET", path)
        yield from map(_issue, listed)
        if len(listed) < _PAGE:
            return
        page += 1


def _issue(issue: Mapping[str, Any]) -> Issue:
    author = issue["user"] or {}  # null for a deleted account
    return Issue(
        number=issue["number"],
        author=author.get("login", ""),
        is_open=issue["state"] == "open",
        body=issue["body"] or "",
        is_pull_request="pull_request" in issue,
        not_planned=issue.get("state_reason") == "not_planned",
    )


def _carry_out(decision: IssueDecision, title: str, repository: Repository) -> None:
    if decision.action is IssueAction.CREATE:
        _ensure_label(repository)
        repository.create_issue(title, decision.body, labels=[LABEL])
    elif decision.action is not IssueAction.LEAVE:
        issue = repository.get_issue(decision.number)
        state, reason = _STATES.get(decision.action, (NotSet, NotSet))
        issue.edit(title=title, body=decision.body, state=state, state_reason=reason)
        if decision.comment:
            issue.create_comment(decision.comment)


def _ensure_label(repository: Repository) -> None:
    try:
        repository.create_label(LABEL, "1d76db", "Kept up to date by Rollkeeper's nightly audit")
    except GithubException as error:
        if error.status != _ALREADY_THERE:
            raise


_STATES = {
    IssueAction.CLOSE: ("closed", "completed"),
    IssueAction.REOPEN: ("open", "reopened"),
}
