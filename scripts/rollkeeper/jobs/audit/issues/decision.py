"""What happens to a programme's issue: decided from values alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rollkeeper.jobs.audit.issues.content import IssueContent
from rollkeeper.jobs.audit.issues.memory import Memory

REOPENED_FOR = timedelta(days=14)
"""How long after it was closed an issue is reopened: later its comments answer what is gone."""


class IssueAction(StrEnum):
    """What happens to a programme's issue."""

    LEAVE = "left alone"
    CREATE = "opened"
    SUCCEED = "opened, in place of an earlier one"
    EDIT = "edited"
    CLOSE = "closed"
    REOPEN = "reopened"


@dataclass(frozen=True, slots=True)
class IssueState:
    """A programme's issue as it is; `memory` is what it remembers, None where that is lost.

    `declined` says that a person closed it for good, as not planned or as a duplicate.
    """

    is_open: bool
    digest: str
    memory: Memory | None
    declined: bool = False
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssueDecision:
    """What happens, with the comment that goes with it, and what the issue then remembers."""

    action: IssueAction
    memory: Memory
    comment: str = ""

    @property
    def comment_key(self) -> str:
        """What tells the comment apart from those on other closings and reopenings."""
        return f"{'closed' if self.action is IssueAction.CLOSE else 'opened'}-{self.memory.spell}"


_CLEAN = (
    "Nothing needs attention any more. Within 14 days Rollkeeper reopens this issue when something "
    "does; later it opens a new one that links here."
)
_AGAIN = "Something needs attention again: the text above says what."
_MORE = "There is something that this issue did not name when it was closed: see the text above."
_STILL_THERE = (
    "This issue was closed as completed, and what it named is still there, so it is open again. "
    "Close it as *not planned* to leave that as it is. Rollkeeper says this once."
)


def decide(content: IssueContent, issue: IssueState | None, now: datetime) -> IssueDecision:
    """Return what to do so that an issue shows `content`, where there is to be one."""
    memory = content.memory
    if issue is not None and issue.is_open:
        if content.clean:
            closed = replace(memory, closed=True, insisted=False)
            return IssueDecision(IssueAction.CLOSE, closed, _CLEAN)
        same = issue.digest == content.digest and not (issue.memory and issue.memory.closed)
        return IssueDecision(IssueAction.LEAVE if same else IssueAction.EDIT, memory)
    if not content.attention:
        return IssueDecision(IssueAction.LEAVE, memory)
    if issue is None:
        return IssueDecision(IssueAction.CREATE, memory)
    return _of_closed(content, issue, now)


def _of_closed(content: IssueContent, issue: IssueState, now: datetime) -> IssueDecision:
    """Return what to do where an issue is closed and something needs attention."""
    memory, before = content.memory, issue.memory
    if issue.declined or (before is not None and before.insisted):
        if _has_named(content, issue):
            return IssueDecision(IssueAction.LEAVE, memory)
        comment, insisted = _MORE, False
    elif before is not None and before.closed:
        comment, insisted = _AGAIN, False
    else:
        comment, insisted = _STILL_THERE, True
    if issue.closed_at is not None and now - issue.closed_at > REOPENED_FOR:
        return IssueDecision(IssueAction.SUCCEED, memory)
    opened = replace(memory, spell=memory.spell + 1, insisted=insisted)
    return IssueDecision(IssueAction.REOPEN, opened, comment)


def _has_named(content: IssueContent, issue: IssueState) -> bool:
    if issue.memory is None:
        return issue.digest == content.digest
    return issue.memory.has_named(content.pressing)
