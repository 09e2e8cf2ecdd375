"""How a run ends: the exit statuses that workflows rely on, and what decides between them."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Exit statuses, the same for every command and script."""

    CLEAN = 0
    FINDINGS = 1
    WRONG_USE = 2
    BROKEN = 3
    INTERRUPTED = 130


FAIL_ON = ("error", "warning", "notice", "never")
"""The severities from which on findings fail a run."""
