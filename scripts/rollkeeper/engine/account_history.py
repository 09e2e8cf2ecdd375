"""What one night makes of the record of an account: its number, and for how long it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rollkeeper.model.account import AccountFacts, Identity, contributions_asked
from rollkeeper.model.history import AccountRecord, AccountState
from rollkeeper.model.limits import MISSING_NIGHTS


def after_asking(
    record: AccountRecord | None, facts: Sequence[AccountFacts], day: date, *, counts: bool
) -> AccountRecord | None:
    """Return the record of an account after a night; None where nothing is known of it.

    `facts` are what GitHub says of one name; there are several where the rosters give it different
    numbers, or policies ask for different things. What is not known tonight leaves the record as it
    is, and that an account is missing is counted on a night that `counts` alone.
    """
    # A number that is on a roster decides, where the same name is there without one as well.
    first = min(facts, key=lambda each: (each.listed is None, each.listed or 0))
    after = _identified(record, first, day, counts=counts)
    for each in facts:
        after = _with_contributions(after, each, day)
    # Of one that is where it was nothing changes, so that the history does not grow.
    return after if after is None or after == record else replace(after, counted=day)


def _identified(
    record: AccountRecord | None, facts: AccountFacts, day: date, *, counts: bool
) -> AccountRecord | None:
    before = record or AccountRecord(day)
    number = facts.listed or before.id
    there = replace(before, since=None, nights=0)
    match facts.identity(number):
        case Identity.SAME:
            state = facts.state or before.state
            return replace(there, id=facts.id, login=facts.login, state=state)
        case Identity.RENAMED:
            # What it is now was not asked: only that the name leads nowhere.
            known = before.state in {AccountState.PERSON, AccountState.ORGANISATION}
            state = before.state if known else AccountState.PERSON
            return replace(there, id=number, login=facts.renamed_to, state=state)
        case Identity.TAKEN:
            # The number stays that of whom the roster means: a name is never followed.
            new = facts.renamed_to if number == facts.number else None
            login = new or before.login
            return replace(there, id=number, login=login, state=AccountState.TAKEN)
        case Identity.MISSING if counts and before.nights < MISSING_NIGHTS:
            nights = before.nights + 1
            state = AccountState.MISSING if nights == MISSING_NIGHTS else before.state
            since = before.since or day
            return replace(before, id=number, state=state, since=since, nights=nights)
    return record


def _with_contributions(
    record: AccountRecord | None, facts: AccountFacts, day: date
) -> AccountRecord | None:
    if record is None or facts.contributed is None or facts.months is None:
        return record
    return replace(
        record,
        contributions_on=day,
        contributions_asked=contributions_asked(facts.months, facts.within),
        last_contribution=facts.last_contribution if facts.contributed else None,
    )
