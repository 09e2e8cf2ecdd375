"""The `audit` of a policy file: what the nightly audit does about the programme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rollkeeper.loading.policy.sections import PolicyReader
from rollkeeper.model.limits import MOST_OBJECTION_DAYS
from rollkeeper.model.policy import Severity
from rollkeeper.model.policy_keys import AUDIT_KEYS


def read_audit(reading: PolicyReader) -> Iterator[tuple[str, Any]]:
    """Return the settings that a policy makes, as arguments of `AuditSettings`."""
    for key, value in reading.settings("audit", AUDIT_KEYS):
        match key:
            case "opens_at":
                if value in tuple(Severity):
                    yield key, Severity(str(value))
                else:
                    message = f"`{key}` must be one of {', '.join(Severity)}"
                    reading.error(("audit", key), message)
            case "remind" | "alumni":
                if isinstance(value, bool):
                    yield key, value
                else:
                    reading.error(("audit", key), f"`{key}` must be true or false")
            case "objection_days":
                if type(value) is int and 1 <= value <= MOST_OBJECTION_DAYS:
                    yield key, value
                else:
                    message = f"`{key}` must be a whole number from 1 to {MOST_OBJECTION_DAYS}"
                    reading.error(("audit", key), message)
