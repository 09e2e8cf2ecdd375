"""A visit to a website as a value: what a probe saw, for the rules to judge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rollkeeper.model import Entry
from rollkeeper.tree import Path


class Trouble(StrEnum):
    """Why a website gave no answer, in our own words: never text of the server's."""

    NO_SUCH_NAME = "no such name in the DNS"
    NOT_PUBLIC = "its name leads to an address that is not public"
    NO_CONNECTION = "the connection was refused or broken off"
    SILENT = "no answer in time"
    CERTIFICATE = "its certificate was not accepted"
    REDIRECTS = "too many redirects, or one that leads nowhere"
    NOT_CHECKABLE = "it cannot be checked from here"


@dataclass(frozen=True, slots=True)
class Visit:
    """One website as it answered, or the reason why it did not.

    `status` is the HTTP status of the last answer, None where there was none and `trouble` says
    why.
    """

    entry: Entry
    field: Path
    url: str
    status: int | None = None
    final_url: str | None = None
    trouble: Trouble | None = None
