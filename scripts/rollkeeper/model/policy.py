"""A policy as a value: what a programme asks of its roster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from rollkeeper.model.limits import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    OBJECTION_DAYS,
    ROSTER,
    VISITS_AT_ONCE,
    VISITS_SECONDS,
)
from rollkeeper.model.page import Page, Wording, plate_folders
from rollkeeper.model.roles import DEFAULT_ROLES
from rollkeeper.model.tree import ANY_ITEM, START, FieldPath, Place

DEFAULT_TIMEZONE = "Etc/GMT+12"
"""A day has ended when it has ended everywhere on Earth."""
UNWAIVABLE = frozenset({"reading", "waivers"})
"""Families of rules whose findings no waiver excuses: nothing behind them was checked."""


class Severity(StrEnum):
    """GitHub's own three words, the most severe first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """0 for an error, then rising."""
        return list(Severity).index(self)


class DatePrecision(StrEnum):
    """How much of a date must be written: `2021` is enough for a year, `2021-06` for a month."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class WaiverKind(StrEnum):
    """What a waiver names: an entry, files by a path or pattern, or the entry beside it."""

    ENTRY = "entry"
    FILE = "file"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A maintainer's decision that an entry or a file is excused from one rule until a day.

    `entry` is the name of the entry, or the path or pattern of the files. A waiver for several is
    several of these: `place` is that of the whole, `name_place` that of the one name.
    """

    rule: str
    entry: str
    reason: str
    until: date
    by: str
    path: str
    place: Place
    kind: WaiverKind = WaiverKind.ENTRY
    name_place: Place = START


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """What a waiver in force did in a run: whether its rule ran, and how much it excused."""

    waiver: Waiver
    looked: bool
    excused: int


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """What a policy sets for one rule: its severity (None keeps the rule's own) and its options."""

    enabled: bool = True
    severity: Severity | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    since: date | None = None
    """Entries whose first date is before this day are not judged."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A rule of the community's own, written in CEL in its policy file.

    `expect` must be true for each entry for which `when` is true, or once where it is `of_roster`;
    `concerns` then gives the entries that a finding is about. `message_expression` gives the words
    of a finding, and where it gives none `message` does.
    """

    id: str
    expect: str
    message: str
    when: str | None
    severity: Severity
    field: FieldPath
    path: str
    place: Place
    of_roster: bool = False
    concerns: str | None = None
    message_expression: str | None = None


@dataclass(frozen=True, slots=True)
class MemberSource:
    """An outside list of members: a file of the community's folder, or an address.

    `entries` leads to its items, which are names or have them at one of `fields`. The names of a
    roster that are compared with it are those of `role`, None to choose by what the entries have.
    """

    file: str | None
    url: str | None
    entries: FieldPath
    fields: tuple[FieldPath, ...]
    role: str | None
    place: Place

    @property
    def shown(self) -> str:
        """Where the list is, for people."""
        return self.file or self.url or ""


class Absence(StrEnum):
    """Whose absence from an outside list, or from the roster, is a difference."""

    BOTH = "both"
    HERE = "here"
    THERE = "there"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class OutsideList:
    """A list that others keep, such as a website's data, with which the roster is compared.

    `compared` has by a role, or by the path of a field of the roster, where in an item of the list
    the same is. Names in `leaves_out` are not compared.
    """

    name: str
    source: MemberSource
    compared: Mapping[str, tuple[FieldPath, ...]] = field(default_factory=dict)
    missing: Absence = Absence.BOTH
    leaves_out: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What it is called and where it is, for people."""
        return f"{self.name} ({self.source.shown})"


@dataclass(frozen=True, slots=True)
class Edition:
    """One round of a programme, whose terms begin and end with it.

    The days are None where an entry names an edition that the policy does not.
    """

    name: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """How one run visits the websites of a programme; times in seconds.

    `connect` is for one connection, `timeout` for one website with all its redirects and retries,
    `deadline` for all of them together. `roles` are those whose addresses are visited, and `words`
    are searched for in every page.
    """

    connect: float = CONNECT_SECONDS
    timeout: float = ANSWER_SECONDS
    deadline: float = VISITS_SECONDS
    at_once: int = VISITS_AT_ONCE
    roles: tuple[str, ...] = ("website",)
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What a programme asks of the GitHub accounts on its roster besides that they exist.

    They are to be members of `organisation`, and to have contributed in the last
    `contribution_months`, to repositories of `contribution_organisation` where it is named.
    """

    organisation: str | None = None
    contribution_months: int | None = None
    contribution_organisation: str | None = None


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """What the nightly audit does about a programme."""

    opens_at: Severity = Severity.WARNING
    """The least severity that opens the programme's issue, and that keeps it open."""
    remind: bool = True
    """Whether a person is reminded in an issue before their term ends."""
    alumni: bool = True
    """Whether a pull request moves a person to the alumni when their term has ended."""
    objection_days: int = OBJECTION_DAYS
    """Days after its opening on which such a pull request can be objected to."""


@dataclass(frozen=True, slots=True)
class EntriesAddress:
    """Where in a file of the roster its entries are, and what they are given from around them.

    `at` is the path of the list, in which `*` is every item; `optional` has the positions of its
    steps that a file may lack. `text_as` is the field for an entry that is a text alone, `key_as`
    for the key of one in a mapping, `file_as` for the name of its file, and `inherit` has the paths
    of further fields, which begin as `at` does.
    """

    at: FieldPath = ()
    optional: frozenset[int] = frozenset()
    text_as: str | None = None
    key_as: str | None = None
    file_as: str | None = None
    inherit: Mapping[str, FieldPath] = field(default_factory=dict)

    @property
    def is_one_list(self) -> bool:
        """Whether the entries are the mappings of one list, as they stand there."""
        given = (self.text_as, self.key_as, self.file_as)
        return ANY_ITEM not in self.at and not any(given) and not self.inherit


@dataclass(frozen=True, slots=True)
class Policy:
    """One programme's policy file, read and checked.

    `schema` stays the JSON that it is: what judges by it belongs to `loading`.
    """

    name: str
    path: str
    title: str
    roster: str
    entries: EntriesAddress = field(default_factory=EntriesAddress)
    schema: Mapping[str, Any] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    logos: str | None = None
    logo_prefix: str | None = None
    """What stands before a logo's path within the folder `logos`, such as `/img/logos/`."""
    timezone: str = DEFAULT_TIMEZONE
    dates: DatePrecision = DatePrecision.DAY
    roles: Mapping[str, tuple[FieldPath, ...]] = field(default_factory=lambda: DEFAULT_ROLES)
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    comment_waivers: tuple[str, ...] = ()
    """The rules that a comment beside an entry may waive."""
    limits: Mapping[str, int] = field(default_factory=lambda: ROSTER)
    websites: VisitSettings = field(default_factory=VisitSettings)
    accounts: AccountSettings = field(default_factory=AccountSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    members: MemberSource | None = None
    lists: tuple[OutsideList, ...] = ()
    editions: Mapping[str, Edition] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Organisations that belong together, by the name of their group."""
    bases: tuple[str, ...] = ()
    """The presets and the files beside it that it extends, directly and through others."""
    titles: Wording = field(default_factory=dict)
    """The title in other languages, where the policy gives it."""
    rules_version: int | None = None
    """The version of the rule set that the policy keeps to; None for the newest."""
    own: Mapping[FieldPath, Place] = field(default_factory=dict)
    """Where the policy's own file, and no preset, sets roles and rules (by path: `rules`, id), the
    roster, the schema and pages."""
    passed_over: tuple[str, ...] = ()
    """What lies among the policies and is not read; the first policy of a community knows it."""

    @property
    def hold_over_days(self) -> int:
        """For how many days a seat is held after its term, until a successor begins."""
        setting = self.rules.get("term-ended", RuleSetting())
        return int(setting.options.get("hold_over_days") or 0)

    @property
    def plate_folders(self) -> tuple[str, ...]:
        """The folders of the plates that pages put logos on."""
        if self.logos is None or not any(page.layout.plates for page in self.pages):
            return ()
        return plate_folders(self.logos)
