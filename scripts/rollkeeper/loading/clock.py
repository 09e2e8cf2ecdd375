"""The one clock of Rollkeeper: which moment and which day it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from rollkeeper.model.policy import Policy


def moment() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(tz=UTC)


def today_in(policy: Policy | None, now: datetime | None = None) -> date:
    """Return which day it is for a programme, in its policy's time zone, or without one in UTC.

    It is that of the moment `now` where there is one.
    """
    zone = ZoneInfo(policy.timezone) if policy is not None else UTC
    return (now or moment()).astimezone(zone).date()
