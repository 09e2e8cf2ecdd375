"""What a night makes of the accounts that earlier nights saw: numbers, and who has been missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from rollkeeper.model.account import AccountFacts, Identity, contributions_asked
from rollkeeper.model.history import AccountRecord, AccountState


def next_accounts(
    earlier: Mapping[str, AccountRecord],
    facts: Iterable[AccountFacts],
    today: date,
    *,
    listed: Collection[str] | None = None,
    counts: bool = True,
) -> dict[str, AccountRecord]:
    """Return the records of accounts after a night, by name in lower case.

    What is not known of an account tonight leaves its record as it is, and so does a night that
    does not count where it is missing. `listed` are the names on the rosters in lower case: the
    others are forgotten; None where not all rosters could be read, so that none is. A date is
    counted once.
    """
    records = {
        login: record for login, record in earlier.items() if listed is None or login in listed
    }
    done: set[str] = set()
    # A number that is on the roster decides, where the same name is there without one as well.
    for each in sorted(facts, key=lambda each: (each.listed is None, each.key.login)):
        login = each.key.login
        record = records.get(login)
        if login not in done:
            done.add(login)
            record = _next(record, each, today, counts=counts)
        record = _with_contributions(record, each, today)
        if record is not None:
            records[login] = record
    return dict(sorted(records.items()))


def _next(
    record: AccountRecord | None, facts: AccountFacts, today: date, *, counts: bool
) -> AccountRecord | None:
    number = facts.listed or (record.id if record is not None else None)
    before = record if record is not None else AccountRecord(today)
    match facts.identity(number):
        case Identity.UNKNOWN:
            return record
        case Identity.SAME:
            state = facts.state or before.state
            found = replace(
                before, id=facts.id, login=facts.login, state=state, since=None, nights=0
            )
        case Identity.RENAMED:
            found = replace(before, id=number, login=facts.renamed_to, since=None, nights=0)
        case Identity.TAKEN:
            # The number stays that of the person who was listed: the name is never followed.
            login = facts.renamed_to if number == facts.number else before.login
            found = replace(before, id=number, login=login, since=None, nights=0)
        case Identity.MISSING:
            if not counts or (before.nights and before.counted == today):
                return record
            return replace(
                before,
                id=number,
                state=AccountState.MISSING,
                since=before.since or today,
                nights=before.nights + 1,
                counted=today,
            )
    # Of one that is where it was nothing changes, so that the history does not grow.
    return found if found == before else replace(found, counted=today)


def _with_contributions(
    record: AccountRecord | None, facts: AccountFacts, today: date
) -> AccountRecord | None:
    if record is None or facts.contributed is None or facts.months is None:
        return record
    return replace(
        record,
        contributions_on=today,
        contributions_asked=contributions_asked(facts.months, facts.within),
        last_contribution=facts.last_contribution if facts.contributed else None,
    )
