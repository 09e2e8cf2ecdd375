"""What is checked outside of the rosters: files, websites, accounts.

Each module in this folder declares one probe, and the folders beside them hold what it is made of.
A probe reports what it saw and never judges it. It imports what it needs when it is asked, so that
a run waits for no probe that none of its rules is about.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the process that renders logos passes through here and needs none of it
    from datetime import date
    from pathlib import Path

    from rollkeeper.model.github_api import ApiConnection
    from rollkeeper.model.history import AccountRecord
    from rollkeeper.model.observations import Observations
    from rollkeeper.model.roster import Programme

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""
Subjects = Mapping[type, Sequence[Any] | str]
"""What there is to judge, by type: the subjects, or the reason why there are none."""


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """What a probe is asked to check."""

    root: Path
    programmes: Sequence[Programme]
    before: Sequence[Programme] | None = None
    """The programmes before a change, of which nothing is visited again; None without a change."""
    others: Sequence[Programme] = ()
    """Programmes that are not checked in this run and may name the same files."""
    files: frozenset[str] | None = None
    """Paths of the files that a change touches, the only ones to inspect; None for all."""
    github_token: str | None = field(default=None, repr=False)
    github: ApiConnection | None = None
    """Where GitHub is asked about accounts; None where it is not."""
    accounts: Mapping[str, AccountRecord] | None = None
    """What earlier audits saw of accounts, by name in lower case; None without a history."""
    today: date | None = None
    progress: Progress | None = None
    offline: bool = False
    """Whether the run opens no connection."""
    observed: Observations | None = None
    """What was seen elsewhere: a probe then opens no connection, and reports this."""
    processes: int | None = None
    """By how many processes websites are visited; None for as many as pay."""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a probe saw of each programme, by its name: subjects by their type, or why none."""

    seen: Mapping[str, Subjects | str]
    note: str | None = None
    """What was left out, for the report's `skipped`."""
    incomplete: str | None = None
    """Why the probe did not see all that it should have: then the run does not pass."""
    interrupted: bool = False

    @classmethod
    def nothing(
        cls, programmes: Collection[Programme], reason: str, note: str | None = None
    ) -> ProbeResult:
        """Return that nothing was checked, for one reason."""
        return cls({programme.name: reason for programme in programmes}, note)


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe: the types of its subjects, whether it needs the network, and its function."""

    name: str
    on: tuple[type, ...]
    network: bool
    run: Callable[[ProbeRequest], ProbeResult]

    def subjects(self, result: ProbeResult, programme: Programme) -> Subjects:
        """Return what the probe saw of one programme, or for each of its types why nothing."""
        seen = result.seen[programme.name]
        return dict.fromkeys(self.on, seen) if isinstance(seen, str) else seen


_declared: dict[str, Probe] = {}


def probe(
    *, on: type | tuple[type, ...], network: bool = False
) -> Callable[[Callable[[ProbeRequest], ProbeResult]], Callable[[ProbeRequest], ProbeResult]]:
    """Declare a function as the probe that makes subjects of the type, or the types, `on`.

    A probe that needs the `network` is not asked in a run that is offline.
    """

    def declare(
        run: Callable[[ProbeRequest], ProbeResult],
    ) -> Callable[[ProbeRequest], ProbeResult]:
        name = run.__module__.rpartition(".")[2]
        _declared[name] = Probe(name, on if isinstance(on, tuple) else (on,), network, run)
        return run

    return declare


@cache
def probes() -> tuple[Probe, ...]:
    """Return every probe that there is, in the order of their names."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        if not module.ispkg:
            import_module(module.name)
    return tuple(_declared[name] for name in sorted(_declared))
