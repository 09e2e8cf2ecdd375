"""A policy as a value: what a programme asks of its roster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from rollkeeper.model.tree import FieldPath, Place


class Severity(StrEnum):
    """GitHub's own three words, the gravest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """0 for an error, then rising."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A maintainer's decision that one entry is excused from one rule until a day."""

    rule: str
    entry: str
    reason: str
    until: date
    by: str
    path: str
    place: Place


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """What a waiver in force did in a run: whether its rule looked, and what it excused."""

    waiver: Waiver
    looked: bool
    excused: int


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """What a policy says of one rule: its severity (None keeps the rule's own) and its options."""

    enabled: bool = True
    severity: Severity | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A rule of the community's own, written in CEL in its policy file.

    `expect` must be true for each entry for which `when` is true.
    """

    id: str
    expect: str
    message: str
    when: str | None
    severity: Severity
    field: FieldPath
    path: str
    place: Place


@dataclass(frozen=True, slots=True)
class Policy:
    """One programme's policy file, read and checked."""

    name: str
    path: str
    title: str
    roster: str
    entries: FieldPath
    schema: Mapping[str, Any]
    page: str | None
    logos: str | None
    timezone: str
    roles: Mapping[str, tuple[FieldPath, ...]]
    rules: Mapping[str, RuleSetting]
    requirements: tuple[Requirement, ...]
    waivers: tuple[Waiver, ...]
    layout: Mapping[str, Any]
    limits: Mapping[str, int]
    websites: Mapping[str, Any] = field(default_factory=dict)
    """How websites are visited, as `rollkeeper.visiting` reads it."""
