"""A GitHub account on a roster as a value: what GitHub says of it, for the rules to judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rollkeeper.model.history import AccountRecord, AccountState
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What GitHub says of one account in one night; None is what it did not say.

    `login` is the name that was asked for. Where the account of its number has another name by now,
    that is `renamed_to`, and `id` the number that was found.
    """

    login: str
    id: int | None = None
    state: AccountState = AccountState.PERSON
    renamed_to: str | None = None
    member: bool | None = None
    """Whether it is seen to be a member of the organisation that the policy names."""
    last_contribution: date | None = None
    contributed: bool | None = None
    """Whether it contributed in the time that the policy asks about; None where unknown."""


@dataclass(frozen=True, slots=True)
class Account:
    """The account in a field of an entry: what was seen of it, and what earlier audits saw."""

    entry: Entry
    field: FieldPath
    facts: AccountFacts
    record: AccountRecord | None = None

    @property
    def file(self) -> None:
        """None: an account is about its entry."""
