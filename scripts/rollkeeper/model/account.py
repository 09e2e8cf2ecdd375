"""A GitHub account on a roster as a value: what GitHub says of it, for the rules to judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from rollkeeper.model.github_api import ApiTrouble
from rollkeeper.model.history import AccountRecord, AccountState
from rollkeeper.model.limits import CONTRIBUTION_DAYS_KNOWN
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath


class Identity(StrEnum):
    """Whether the account of a name is the one that was listed, which its number decides."""

    SAME = "same"
    RENAMED = "renamed"
    """The name is free, and the account of the number has another one by now."""
    TAKEN = "taken"
    """The name belongs to an account of another number."""
    MISSING = "missing"
    """No account has the name, and none has the number, where one is known."""
    UNKNOWN = "unknown"


class AccountKey(NamedTuple):
    """What tells the questions about accounts apart; the `login` is in lower case.

    `listed` is the number that the roster itself gives. What follows is what the policy asks for.
    """

    login: str
    listed: int | None = None
    organisation: str | None = None
    months: int | None = None
    within: str | None = None


def contributions_asked(months: int, within: str | None) -> str:
    """Return what was asked about contributions, as `AccountRecord` remembers it."""
    return f"{months} {within or '*'}".casefold()


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What GitHub says of one account in one night; None is what it did not say.

    `login` is the name that was asked for and `state` what there is at it, with the number `id`;
    None where that is not known, and `trouble` says why.
    """

    login: str
    id: int | None = None
    state: AccountState | None = None
    listed: int | None = None
    """The number that the roster gives."""
    number: int | None = None
    """The number that it was known by, from the roster or from earlier audits."""
    renamed_to: str | None = None
    """The name that the account `number` has now, where the name did not lead to it."""
    gone: bool = False
    """Whether there is no account `number` any more: it was deleted or suspended."""
    organisation: str | None = None
    """The organisation that the policy names, whose member it is to be."""
    member: bool | None = None
    """Whether it is a member; None where only its members can see that."""
    months: int | None = None
    """In how many months the policy asks for contributions."""
    within: str | None = None
    """The organisation to which they are to be; None for contributions of any kind."""
    contributed: bool | None = None
    """Whether there were any; None where that was not asked, or is not known."""
    last_contribution: date | None = None
    """A day on which it contributed, or after which it did."""
    trouble: ApiTrouble | None = None
    """Why something of it is not known, though it was asked."""

    @property
    def key(self) -> AccountKey:
        """What was asked."""
        login = self.login.lower()
        return AccountKey(login, self.listed, self.organisation, self.months, self.within)

    def identity(self, number: int | None) -> Identity:
        """Return whether the name leads to the account of a `number`; None is any account."""
        asked = number == self.number
        new = self.renamed_to.lower() if asked and self.renamed_to is not None else None
        # Where the number has this very name, GitHub contradicts itself.
        if self.state is None or new == self.login.lower():
            return Identity.UNKNOWN
        if self.state is not AccountState.MISSING:
            if number is None or number == self.id:
                return Identity.SAME
            return Identity.UNKNOWN if self.id is None else Identity.TAKEN
        if number is None:
            return Identity.MISSING
        if new is not None:
            return Identity.RENAMED
        return Identity.MISSING if asked and self.gone else Identity.UNKNOWN


_REMEMBERED = {AccountState.MISSING: Identity.MISSING, AccountState.TAKEN: Identity.TAKEN}


@dataclass(frozen=True, slots=True)
class Account:
    """The account in a field of an entry: what was seen of it, and what earlier audits saw."""

    entry: Entry
    field: FieldPath
    facts: AccountFacts
    record: AccountRecord | None = None
    """What this night and earlier ones make of it; None where there is no history of it."""
    counted: bool = False
    """Whether there is a history: then one without a record has never been seen."""

    @property
    def file(self) -> None:
        """None: an account is about its entry."""

    @property
    def number(self) -> int | None:
        """The number that it is to have: the roster's, else that of earlier audits."""
        if self.facts.listed is not None:
            return self.facts.listed
        if self.record is not None and self.record.id is not None:
            return self.record.id
        return self.facts.number

    @property
    def identity(self) -> Identity:
        """Whether the name still leads to the account that was listed.

        Where that is not known tonight, it is as the last night saw it that did.
        """
        found = self.facts.identity(self.number)
        record = self.record
        if found is not Identity.UNKNOWN or record is None:
            return found
        if record.state in _REMEMBERED:
            return _REMEMBERED[record.state]
        if record.id is None or record.since is not None:
            return Identity.UNKNOWN
        return Identity.SAME if self.new_name is None else Identity.RENAMED

    @property
    def new_name(self) -> str | None:
        """The name that the account of the number has now; None where it has the same."""
        new = self.facts.renamed_to if self.facts.number == self.number else None
        if new is None and self.record is not None:
            new = self.record.login
        same = new is None or new.lower() == self.facts.login.lower()
        return None if same else new

    @property
    def state(self) -> AccountState | None:
        """What there is at the name, tonight or when it was last known."""
        if self.facts.state is None and self.record is not None:
            return self.record.state
        return self.facts.state


@dataclass(frozen=True, slots=True)
class MemberAccount(Account):
    """An account that the policy wants to be a member of an organisation."""


@dataclass(frozen=True, slots=True)
class ContributingAccount(Account):
    """An account from which the policy wants contributions."""

    def contributed(self, today: date) -> bool | None:
        """Return whether there were any lately; None where that is not known.

        They are not asked for every night: in between, the last answer to the same question counts.
        """
        facts, record = self.facts, self.record
        if facts.contributed is not None or record is None or facts.months is None:
            return facts.contributed
        counted = record.contributions_on
        same = record.contributions_asked == contributions_asked(facts.months, facts.within)
        if not same or counted is None or (today - counted).days > CONTRIBUTION_DAYS_KNOWN:
            return None
        return record.last_contribution is not None
