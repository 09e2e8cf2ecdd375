"""What happens to a programme's issue, as a table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from rollkeeper.jobs.audit.issues.content import IssueContent, ProgrammeNight
from rollkeeper.jobs.audit.issues.decision import IssueAction, IssueState, decide
from rollkeeper.jobs.audit.issues.memory import Memory, Named
from rollkeeper.model.policy import Severity

NOW = datetime(2026, 11, 22, 4, 17, tzinfo=UTC)
LATELY, LONG_AGO = NOW - timedelta(days=14), NOW - timedelta(days=14, seconds=1)
KEY, OTHER = "00000001", "00000002"
NAMED = {KEY: Named(KEY, Severity.ERROR, NOW.date(), "term-ended")}


def content(
    *keys: str, digest: str = "same", clean: bool = False, memory: Memory | None = None
) -> IssueContent:
    return IssueContent(
        night=ProgrammeNight("partners", "Partners", date(2026, 11, 22), 3),
        kept=(),
        memory=memory or Memory(spell=4),
        digest=digest,
        attention=bool(keys),
        clean=clean,
        pressing=frozenset(keys),
    )


def closed(memory: Memory | None, *, declined: bool = False, at: datetime = LATELY) -> IssueState:
    return IssueState(is_open=False, digest="same", memory=memory, declined=declined, closed_at=at)


OPEN = IssueState(is_open=True, digest="same", memory=Memory(spell=4, named=NAMED))
BY_US = closed(Memory(spell=4, closed=True))
DECLINED = closed(Memory(named=NAMED), declined=True)
DONE = closed(Memory(named=NAMED))
ONCE_MORE = closed(Memory(named=NAMED, insisted=True))
BAD, MORE, OTHERWISE = content(KEY), content(KEY, OTHER), content(KEY, digest="other")
CLEAN, UNCERTAIN = content(clean=True), content()


@pytest.mark.parametrize(
    ("found", "issue", "action"),
    [
        (BAD, None, IssueAction.CREATE),
        (CLEAN, None, IssueAction.LEAVE),
        (UNCERTAIN, None, IssueAction.LEAVE),
        (BAD, OPEN, IssueAction.LEAVE),
        (OTHERWISE, OPEN, IssueAction.EDIT),
        (UNCERTAIN, OPEN, IssueAction.LEAVE),
        (content(digest="other"), OPEN, IssueAction.EDIT),
        (CLEAN, OPEN, IssueAction.CLOSE),
        # A person has reopened what we closed.
        (
            BAD,
            IssueState(is_open=True, digest="same", memory=Memory(closed=True)),
            IssueAction.EDIT,
        ),
        (CLEAN, BY_US, IssueAction.LEAVE),
        (UNCERTAIN, BY_US, IssueAction.LEAVE),
        (BAD, BY_US, IssueAction.REOPEN),
        (
            BAD,
            closed(Memory(closed=True), at=LONG_AGO),
            IssueAction.SUCCEED,
        ),
        (BAD, DECLINED, IssueAction.LEAVE),
        (OTHERWISE, DECLINED, IssueAction.LEAVE),
        (MORE, DECLINED, IssueAction.REOPEN),
        (CLEAN, DECLINED, IssueAction.LEAVE),
        # What it remembers was edited away: then only the same state is known to be declined.
        (BAD, closed(None, declined=True), IssueAction.LEAVE),
        (OTHERWISE, closed(None, declined=True), IssueAction.REOPEN),
        (MORE, closed(Memory(named=NAMED), declined=True, at=LONG_AGO), IssueAction.SUCCEED),
        (BAD, closed(Memory(named=NAMED), declined=True, at=LONG_AGO), IssueAction.LEAVE),
        (BAD, DONE, IssueAction.REOPEN),
        (BAD, ONCE_MORE, IssueAction.LEAVE),
        (MORE, ONCE_MORE, IssueAction.REOPEN),
        (BAD, closed(Memory(), at=LONG_AGO), IssueAction.SUCCEED),
    ],
)
def test_what_is_done(found: IssueContent, issue: IssueState | None, action: IssueAction) -> None:
    decision = decide(found, issue, NOW)
    assert decision.action is action
    assert bool(decision.comment) is (action in {IssueAction.CLOSE, IssueAction.REOPEN})


def test_every_closing_and_reopening_has_a_comment_of_its_own() -> None:
    closing = decide(CLEAN, OPEN, NOW)
    assert (closing.memory.closed, closing.memory.spell) == (True, 4)
    reopening = decide(BAD, BY_US, NOW)
    assert (reopening.memory.closed, reopening.memory.spell) == (False, 5)
    assert (closing.comment_key, reopening.comment_key) == ("closed-4", "opened-5")


def test_a_person_is_contradicted_once() -> None:
    assert decide(BAD, DONE, NOW).memory.insisted
    insisting = Memory(spell=4, insisted=True)
    assert not decide(content(clean=True, memory=insisting), OPEN, NOW).memory.insisted
