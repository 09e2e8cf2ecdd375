"""Carries out what was decided about the tracking issue."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from github import Github, GithubException
from requests import RequestException

from rollkeeper.model.limits import MAX_COMMENT

if TYPE_CHECKING:
    from github.Issue import Issue as RemoteIssue
    from github.Repository import Repository

LABEL = "rollkeeper"
"""The label by which the tracking issue is listed."""


BOT = "github-actions[bot]"
"""Who writes with the token of a workflow."""


ROOM = MAX_COMMENT - 100
"""Characters that an account may have: the marker goes before it."""


_MARKER = re.compile(r"<!-- rollkeeper:audit sha256=([0-9a-f]{64}) -->\n")


@dataclass(frozen=True, slots=True)
class IssueContent:
    """What the tracking issue should give an account of.

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
    """An issue as GitHub lists it; the list holds pull requests too."""

    number: int
    author: str
    is_open: bool
    body: str
    is_pull_request: bool = False


@dataclass(frozen=True, slots=True)
class LeaveIssue:
    """The issues are as they should be."""


@dataclass(frozen=True, slots=True)
class CreateIssue:
    """Open the tracking issue."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class UpdateIssue:
    """Edit the open tracking issue: what is wrong has changed."""

    number: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class CloseIssue:
    """Return that everything holds, and close the tracking issue."""

    number: int
    title: str
    body: str
    comment: str


@dataclass(frozen=True, slots=True)
class ReopenIssue:
    """Open the tracking issue again: something is wrong again."""

    number: int
    title: str
    body: str
    comment: str


IssueDecision: TypeAlias = LeaveIssue | CreateIssue | UpdateIssue | CloseIssue | ReopenIssue


def decide(account: IssueContent, issues: Iterable[Issue], *, author: str = BOT) -> IssueDecision:
    """Return what to do so that one issue, by `author`, gives `account`.

    Anyone can copy the marker into an issue of their own: only an issue that `author` wrote is
    ours. Should there be several, an open one is taken before a closed one, then the oldest.
    """
    ours = [issue for issue in issues if _is_ours(issue, author)]
    current = min(ours, key=lambda issue: (not issue.is_open, issue.number), default=None)
    body = _body(account)
    if current is None:
        return LeaveIssue() if account.clean else CreateIssue(account.title, body)
    if account.clean:
        if not current.is_open:
            return LeaveIssue()
        comment = "Everything holds again; this issue is closed until it no longer does."
        return CloseIssue(current.number, account.title, body, comment)
    if not current.is_open:
        comment = "Something needs doing again: see the list above."
        return ReopenIssue(current.number, account.title, body, comment)
    if _digest(current) == account.digest:
        return LeaveIssue()
    return UpdateIssue(current.number, account.title, body)


def _is_ours(issue: Issue, author: str) -> bool:
    return not issue.is_pull_request and issue.author == author and _digest(issue) is not None


def _digest(issue: Issue) -> str | None:
    marker = _MARKER.match(issue.body.replace("\r\n", "\n"))
    return marker[1] if marker else None


def _body(account: IssueContent) -> str:
    return f"<!-- rollkeeper:audit sha256={account.digest} -->\n{account.text}"


_SERVER_FAULT = 500
_ALREADY_THERE = 422


def track(
    client: Github, repository: str, account: IssueContent, *, author: str = BOT
) -> IssueDecision:
    """Bring the tracking issue of `repository` up to `account`; give what was decided.

    When GitHub breaks off in the middle we look again, once, at what it did before it broke.
    Raises GithubException when it does not take the change, RequestException when it is away.
    """
    remote = client.get_repo(repository)
    try:
        return _bring_up(remote, account, author)
    except (GithubException, RequestException) as error:
        if isinstance(error, GithubException) and error.status < _SERVER_FAULT:
            raise
        return _bring_up(remote, account, author)


def _bring_up(remote: Repository, account: IssueContent, author: str) -> IssueDecision:
    decision = decide(account, _issues(remote), author=author)
    _carry_out(decision, remote)
    return decision


def _issues(remote: Repository) -> list[Issue]:
    return [_issue(issue) for issue in remote.get_issues(state="all", labels=[LABEL])]


def _issue(issue: RemoteIssue) -> Issue:
    return Issue(
        number=issue.number,
        author=issue.user.login,
        is_open=issue.state == "open",
        body=issue.body or "",
        is_pull_request=issue.pull_request is not None,
    )


def _carry_out(decision: IssueDecision, remote: Repository) -> None:
    match decision:
        case CreateIssue(title, body):
            _ensure_label(remote)
            remote.create_issue(title, body, labels=[LABEL])
        case UpdateIssue(number, title, body):
            remote.get_issue(number).edit(title=title, body=body)
        case CloseIssue(number, title, body, comment):
            issue = remote.get_issue(number)
            issue.edit(title=title, body=body, state="closed", state_reason="completed")
            issue.create_comment(comment)
        case ReopenIssue(number, title, body, comment):
            issue = remote.get_issue(number)
            issue.edit(title=title, body=body, state="open", state_reason="reopened")
            issue.create_comment(comment)
        case LeaveIssue():
            pass


def _ensure_label(remote: Repository) -> None:
    try:
        remote.create_label(LABEL, "1d76db", "Kept up to date by Rollkeeper's nightly audit")
    except GithubException as error:
        if error.status != _ALREADY_THERE:
            raise
