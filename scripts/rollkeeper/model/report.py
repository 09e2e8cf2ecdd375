"""What rules report and what a run found, as values."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from rollkeeper.model.policy import Severity, Waiver
from rollkeeper.model.roster import Entry, Fix
from rollkeeper.model.tree import FieldPath, Place


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule says is wrong; the engine adds rule, severity and place.

    `entry` and `field` say where: a programme-wide rule names the entry that it means.
    `path` and `place` override them for problems in another file, such as a logo.
    `tally` is what was counted and how many, where a sum is the problem and no single entry: a
    change that adds to it introduces the problem, whatever was there before.
    """

    message: str
    field: FieldPath = ()
    entry: Entry | None = None
    fix: Fix | None = None
    on_key: bool = False
    path: str | None = None
    place: Place | None = None
    tally: tuple[str, int] | None = None
    about: tuple[FieldPath, ...] = ()
    """Further values that the same fault is about, such as the field that was probably meant."""


class Standing(StrEnum):
    """Whether a finding can fail a run, and if not, why not."""

    OPEN = "open"
    ALREADY_THERE = "already_there"
    WAIVED = "waived"


class FindingGroup(NamedTuple):
    """Findings that are counted together: those of one rule about one programme.

    `ANY` in place of a programme or a rule means several of them.
    """

    programme: str
    rule: str
    severity: Severity
    standing: Standing


ANY = "*"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with everything that a report needs."""

    rule: str
    severity: Severity
    message: str
    path: str
    place: Place
    programme: str
    entry: str | None = None
    field: FieldPath = ()
    fix: Fix | None = None
    already_there: bool = False
    waiver: Waiver | None = None
    index: int | None = dataclasses.field(default=None, compare=False)
    """Which entry of its programme it is about, while the programme is at hand."""
    tally: tuple[str, int] | None = dataclasses.field(default=None, compare=False)
    file: str | None = dataclasses.field(default=None, compare=False)
    """The logo that it is about, wherever it is reported, while the programme is at hand."""

    @property
    def standing(self) -> Standing:
        """Whether it can fail a run: neither waived nor there before the change."""
        if self.waiver is not None:
            return Standing.WAIVED
        return Standing.ALREADY_THERE if self.already_there else Standing.OPEN

    @property
    def counts(self) -> bool:
        """Whether it can fail a run."""
        return self.waiver is None and not self.already_there

    @property
    def group(self) -> FindingGroup:
        """The findings that it is counted with."""
        return FindingGroup(self.programme, self.rule, self.severity, self.standing)

    @property
    def order(self) -> tuple[str, int, int, int, str, str]:
        """The order in which reports list findings: by file, line, column, severity and rule."""
        place = self.place
        return (self.path, place.line, place.column, self.severity.rank, self.rule, self.message)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, which rules ran, and which did not and why."""

    today: date
    programmes: tuple[str, ...]
    findings: tuple[Finding, ...]
    ran: tuple[str, ...]
    skipped: Mapping[str, str]
    entries: int = 0
    entries_of: Mapping[str, int] = field(default_factory=dict)
    """How many of the entries each programme has, as far as that is known."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The text of each file that a finding may quote, by path."""
    incomplete: str | None = None
    """Why the run could not check everything it should have; it is then no pass."""
    interrupted: bool = False
    """Whether the run was interrupted."""
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a change does, in plain words, by programme; empty where nothing was compared."""
    removals: tuple[str, ...] = ()
    """The entries that a change removes, as `Change.removal` writes them."""
    left_out: Mapping[FindingGroup, int] = field(default_factory=dict)
    """How many findings of a group there are besides those in `findings`; they count as well."""
    left_out_digest: str = ""
    """Differs where the findings differ that were left out; empty where none were."""

    def below(self, folder: str) -> Report:
        """Return the report with paths that begin at a folder above; "" changes nothing."""
        if not folder:
            return self
        findings = tuple(
            dataclasses.replace(each, path=f"{folder}/{each.path}") for each in self.findings
        )
        texts = {f"{folder}/{path}": text for path, text in self.texts.items()}
        return dataclasses.replace(self, findings=findings, texts=texts)

    def count(self, severity: Severity | None = None, standing: Standing = Standing.OPEN) -> int:
        """Count the findings of one severity or of any, by default those that can fail a run.

        Those that were left out are counted too.
        """
        kept = sum(
            finding.standing is standing and severity in {None, finding.severity}
            for finding in self.findings
        )
        return kept + sum(
            number
            for group, number in self.left_out.items()
            if group.standing is standing and severity in {None, group.severity}
        )
