"""Which sites there are: their names say what they do, so that server and judge need no list."""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from enum import StrEnum

ENDING = "co.nz"
"""A public suffix: every name under it is a registrable domain of its own, and one wildcard
certificate is good for all of them. Nothing leaves the machine."""
MEDIAN, P99 = 0.25, 3.0
"""Seconds until a site answers: a lognormal distribution."""
LONGEST = 6.5
"""No site takes longer: what answers after nine seconds is dead for some and alive for others."""
LONGEST_TWICE = 3.0
"""The same for those that have to be asked twice, for the same reason."""
_SIGMA = math.log(P99 / MEDIAN) / 2.326


class Habit(StrEnum):
    """What a site does."""

    WELL = "well"
    SILENT = "silent"
    SILENT_ONCE = "silentonce"
    REFUSING = "refusing"
    BUSY_ONCE = "busyonce"
    SENDS_ON = "sendson"
    ENDLESS = "endless"
    NO_NAME = "noname"
    NO_NAME_SERVER = "nonameserver"


SHARES = {
    Habit.SILENT: 0.01,
    Habit.SILENT_ONCE: 0.01,
    Habit.REFUSING: 0.02,
    Habit.BUSY_ONCE: 0.02,
    Habit.SENDS_ON: 0.01,
    Habit.ENDLESS: 0.01,
    Habit.NO_NAME: 0.02,
    Habit.NO_NAME_SERVER: 0.01,
}
DEAD = frozenset({Habit.SILENT, Habit.REFUSING, Habit.NO_NAME, Habit.NO_NAME_SERVER})
TWICE = frozenset({Habit.SILENT_ONCE, Habit.BUSY_ONCE})
_NAME = re.compile(rf"(?P<habit>[a-z]+)-(?P<milliseconds>\d+)-[0-9a-z-]+\.{re.escape(ENDING)}\Z")


@dataclass(frozen=True)
class Site:
    """One site; `seconds` is how long it thinks before it answers."""

    habit: Habit
    seconds: float
    host: str


def make(count: int, label: str, *, instant: bool = False, seed: int = 0) -> list[Site]:
    """Name `count` sites; `label` keeps those of one run apart from another's."""
    chance = random.Random(f"{label} {seed}")
    habits = (
        [] if instant else [h for h, share in SHARES.items() for _ in range(round(share * count))]
    )
    habits += [Habit.WELL] * (count - len(habits))
    chance.shuffle(habits)
    sites = []
    for number, habit in enumerate(habits):
        longest = LONGEST_TWICE if habit in TWICE else LONGEST
        seconds = 0.0 if instant else min(longest, MEDIAN * math.exp(_SIGMA * chance.gauss(0, 1)))
        host = f"{habit}-{seconds * 1000:.0f}-{label}-{number}.{ENDING}"
        sites.append(Site(habit, seconds, host))
    return sites


def read(host: str) -> Site | None:
    """Tell from a name what the site does; None where it is none of ours."""
    found = _NAME.match(host.lower())
    if found is None:
        return None
    return Site(Habit(found["habit"]), int(found["milliseconds"]) / 1000, host.lower())
