"""What the history keeps of an account: whose number it was, and since when it is missing."""

from __future__ import annotations

from datetime import date, timedelta

from rollkeeper.engine.account_history import after_asking
from rollkeeper.model.account import AccountFacts
from rollkeeper.model.history import AccountRecord, AccountState

DAY = date(2026, 11, 21)
NEXT = DAY + timedelta(1)
PERSON, MISSING, TAKEN = AccountState.PERSON, AccountState.MISSING, AccountState.TAKEN
SEEN = AccountRecord(DAY, 7, "octo", PERSON)


def after(
    record: AccountRecord | None, *facts: AccountFacts, day: date = NEXT, counts: bool = True
) -> AccountRecord | None:
    return after_asking(record, facts, day, counts=counts)


def test_an_account_is_remembered_once_and_then_left_alone() -> None:
    facts = AccountFacts("octo", 7, PERSON)
    assert after(None, facts, day=DAY) == SEEN
    assert after(SEEN, facts) == SEEN


def test_what_is_not_known_changes_nothing() -> None:
    facts = AccountFacts("octo", number=7)
    assert after(None, facts) is None
    assert after(SEEN, facts) == SEEN


def test_the_number_is_never_that_of_who_took_the_name() -> None:
    taken = AccountFacts("octo", 8, PERSON, number=7, renamed_to="octavia")
    record = after(SEEN, taken)
    assert record == AccountRecord(NEXT, 7, "octavia", TAKEN)
    assert after(record, taken, day=NEXT + timedelta(1)) == record
    gone = AccountFacts("octo", 8, PERSON, number=7, gone=True)
    assert after(SEEN, gone) == AccountRecord(NEXT, 7, "octo", TAKEN)
    free = AccountFacts("octo", state=MISSING, number=7, renamed_to="octavia")
    later = AccountRecord(NEXT + timedelta(1), 7, "octavia", PERSON)
    assert after(record, free, day=NEXT + timedelta(1)) == later


def test_the_number_on_the_roster_decides() -> None:
    facts = AccountFacts("octo", 8, PERSON, listed=8, number=8)
    record = after(SEEN, facts)
    assert record is not None
    assert record.id == 8
    # Also where another roster has the name without it.
    assert after(SEEN, AccountFacts("octo", 8, PERSON, number=7), facts) == record


def test_nights_are_counted_where_they_count() -> None:
    gone = AccountFacts("octo", state=MISSING, number=7, gone=True)
    assert after(SEEN, gone, counts=False) == SEEN
    first = after(SEEN, gone)
    assert first == AccountRecord(NEXT, 7, "octo", PERSON, NEXT, 1)
    assert after(first, gone, day=NEXT, counts=False) == first
    second = after(first, gone, day=NEXT + timedelta(1))
    assert second == AccountRecord(NEXT + timedelta(1), 7, "octo", MISSING, NEXT, 2)
    # A long absence is not written anew each night.
    assert after(second, gone, day=NEXT + timedelta(2)) == second
    back = after(second, AccountFacts("octo", 7, PERSON), day=NEXT + timedelta(3))
    assert back == AccountRecord(NEXT + timedelta(3), 7, "octo", PERSON)


def test_an_account_that_was_never_found_has_no_number() -> None:
    gone = AccountFacts("octo", state=MISSING)
    assert after(None, gone) == AccountRecord(NEXT, state=PERSON, since=NEXT, nights=1)


def test_contributions_are_kept_with_what_was_asked() -> None:
    facts = AccountFacts("octo", 7, PERSON, months=6, contributed=True, last_contribution=DAY)
    record = after(SEEN, facts)
    assert record is not None
    assert (record.contributions_on, record.contributions_asked) == (NEXT, "6 *")
    assert record.last_contribution == DAY
    # Where nothing was asked, or not answered, the last answer stays.
    assert after(record, AccountFacts("octo", 7, PERSON, months=6), day=NEXT) == record
    none = AccountFacts("octo", 7, PERSON, months=6, within="Octo-Org", contributed=False)
    later = after(record, none)
    assert later is not None
    assert (later.contributions_asked, later.last_contribution) == ("6 octo-org", None)
