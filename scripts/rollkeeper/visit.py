"""A visit to a website as a value: what a probe saw, for the rules to judge."""

from __future__ import annotations

from dataclasses import dataclass

from rollkeeper.model import Entry
from rollkeeper.tree import Path


@dataclass(frozen=True, slots=True)
class Visit:
    """One website as it answered, or the reason why it did not.

    `status` is the HTTP status of the last answer; `trouble` is a word of our own for what went
    wrong, never text of the server's.
    """

    entry: Entry
    field: Path
    url: str
    status: int | None = None
    final_url: str | None = None
    trouble: str | None = None
