"""Carries out what was decided about the tracking issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from github import Github, GithubException
from requests import RequestException

from rollkeeper.forge.tracking import (
    BOT,
    LABEL,
    Account,
    Close,
    Create,
    Decision,
    Issue,
    Nothing,
    Reopen,
    Update,
    decide,
)

if TYPE_CHECKING:
    from github.Issue import Issue as RemoteIssue
    from github.Repository import Repository

_SERVER_FAULT = 500
_ALREADY_THERE = 422


def track(client: Github, repository: str, account: Account, *, author: str = BOT) -> Decision:
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


def _bring_up(remote: Repository, account: Account, author: str) -> Decision:
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


def _carry_out(decision: Decision, remote: Repository) -> None:
    match decision:
        case Create(title, body):
            _ensure_label(remote)
            remote.create_issue(title, body, labels=[LABEL])
        case Update(number, title, body):
            remote.get_issue(number).edit(title=title, body=body)
        case Close(number, title, body, comment):
            issue = remote.get_issue(number)
            issue.edit(title=title, body=body, state="closed", state_reason="completed")
            issue.create_comment(comment)
        case Reopen(number, title, body, comment):
            issue = remote.get_issue(number)
            issue.edit(title=title, body=body, state="open", state_reason="reopened")
            issue.create_comment(comment)
        case Nothing():
            pass


def _ensure_label(remote: Repository) -> None:
    try:
        remote.create_label(LABEL, "1d76db", "Kept up to date by Rollkeeper's nightly audit")
    except GithubException as error:
        if error.status != _ALREADY_THERE:
            raise
