"""What the last job of an audit acts on, for each of its steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rollkeeper.engine.run import Options
from rollkeeper.forge.client import Repository
from rollkeeper.forge.items import Item, OurItems
from rollkeeper.forge.outbox import Outbox
from rollkeeper.grammar.bodies import Marker
from rollkeeper.jobs.audit.issues.content import IssueSection
from rollkeeper.loading.community import Community
from rollkeeper.model.history import History, Refusal
from rollkeeper.model.report import Report


@dataclass
class Scene:
    """The rosters, what the audit found, what we have at GitHub, and where to write.

    `repository` is for reading: everything that is written goes through `outbox`. `now` is the
    moment at which the audit began, in UTC, and decides every date; `branch` the default branch.
    """

    options: Options
    community: Community
    report: Report
    history: History
    """What the judging job made of earlier nights and this one; it came as untrusted input."""
    before: History
    """What there was before this night, read from the branch by this job."""
    now: datetime
    repository: Repository
    items: OurItems
    outbox: Outbox
    branch: str
    server_url: str
    run_url: str | None
    numbers: dict[str, int] = field(default_factory=dict)
    """Our issues and pull requests, by the names of their markers; goes into the history."""
    refusals: dict[str, Refusal] = field(default_factory=dict)
    """By branch, what people have refused; goes into the history."""
    sections: dict[str, list[IssueSection]] = field(default_factory=dict)
    """By programme, what steps have to say in its issue, which is written after them."""
    summary: list[str] = field(default_factory=list)
    """Markdown for the summary of the job: what could not be said at GitHub otherwise."""
    said: list[str] = field(default_factory=list)
    """What was done and what could not be, one line each, for the log and the summary."""
    failed: bool = False
    """Whether something could not be done, so that the job fails."""

    @property
    def root(self) -> Path:
        """The community's folder, in a checkout of the default branch."""
        return self.options.root

    def item(self, kind: str, key: str) -> Item | None:
        """Return our issue or pull request about something; None where there is none."""
        return self.items.get(kind, key)

    def remember(self, marker: Marker, number: int) -> None:
        """Keep the number of what was opened, unless nothing was."""
        if number:
            self.numbers[marker.name] = number

    def say(self, sentence: str) -> None:
        """Add a line to what was done."""
        self.said.append(sentence)

    def fail(self, sentence: str) -> None:
        """Add a line, and have the job fail."""
        self.said.append(sentence)
        self.failed = True
