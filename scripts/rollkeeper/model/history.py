"""What earlier audits saw, as a value: only what is out of the ordinary, and one line for a night.

A website that answers and an account that is where it was leave no trace, so a history grows with
what fails and not with the rosters. A date is counted once: a second audit on the same day changes
no count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """A website that has failed lately, or that has moved, as of the night `counted`.

    `since` is the first of the `nights` in a row on which it failed: only completed audits count,
    by date, and a night that decided nothing neither counts nor interrupts. `down` says that there
    were enough of them for it to be reported; it stays reported until it has answered for as many
    nights, of which there were `good` so far. What is long known leaves no trace: `nights`,
    `moved_nights` and `counted` stay as they are once there were enough.
    """

    counted: date
    since: date | None = None
    nights: int = 0
    down: bool = False
    good: int = 0
    kind: str | None = None
    """How it failed last, in the words of the verdicts about websites."""
    why: str = ""
    """The reason of that verdict."""
    last_good: date | None = None
    """The last night on which it answered; None where that is not known."""
    moved_to: str | None = None
    """The address that it has led to for `moved_nights` in a row; it answers there."""
    moved_nights: int = 0


class AccountState(StrEnum):
    """What there is at the name of an account."""

    PERSON = "person"
    ORGANISATION = "organisation"
    MISSING = "missing"
    TAKEN = "taken"
    """The account of somebody else than whom the roster means."""


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """A GitHub account as of the night `counted`; `id` is its number, which no renaming changes.

    `id` is None for one that was never found. `login` is the name that it has now.
    """

    counted: date
    id: int | None = None
    login: str | None = None
    state: AccountState = AccountState.PERSON
    since: date | None = None
    """The first of the `nights` in a row on which it was missing."""
    nights: int = 0
    contributions_on: date | None = None
    """The day on which it was last found out whether it contributes."""
    contributions_asked: str | None = None
    """What was asked that day, so that a policy that asks for something else is not answered."""
    last_contribution: date | None = None
    """A day on which it contributed, or after which it did; None where it did not."""


class NightKind(StrEnum):
    """Whether an audit saw everything it should have."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Night:
    """One audit in one line: only a `COMPLETE` one counts; `VOID` is our own network's failure."""

    date: date
    kind: NightKind
    visited: int = 0
    failing: int = 0
    inconclusive: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """Something that changed for good, such as a website that is down; `subject` is what."""

    date: date
    programme: str
    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A pull request of ours that a person closed, and the fingerprint of what it proposed."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class History:
    """What is known from earlier audits; an empty one is a new beginning.

    Records of `sites` are by programme and address, of `accounts` by the name on the rosters in
    lower case, `findings` by programme and fingerprint with the day on which each was first seen.
    `numbers` are those of our issues and pull requests, by the key of their markers.
    """

    last_complete: date | None = None
    night: Night | None = None
    """The newest audit."""
    sites: Mapping[str, Mapping[str, SiteRecord]] = field(default_factory=dict)
    accounts: Mapping[str, AccountRecord] = field(default_factory=dict)
    findings: Mapping[str, Mapping[str, date]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    refusals: Mapping[str, Refusal] = field(default_factory=dict)
    events: tuple[HistoryEvent, ...] = ()
    """What the newest audit adds to the log of its month."""
