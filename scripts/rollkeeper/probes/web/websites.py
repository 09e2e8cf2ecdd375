"""Visit the websites of a programme: the entry point of `rollkeeper.probes.web`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath
from rollkeeper.model.visit import Observation, Visit, missed, visit_of
from rollkeeper.probes import Progress
from rollkeeper.probes.web.processes import processes_for, visit_in_processes
from rollkeeper.probes.web.scheduling import settle, visit_each
from rollkeeper.probes.web.settings import WebSettings
from rollkeeper.probes.web.visit_plan import addresses

__all__ = ["VisitsInterruptedError", "WebSettings", "visit_websites"]


class VisitsInterruptedError(KeyboardInterrupt):
    """The user pressed Ctrl-C. `visits` holds all visits, also those that were not made."""

    def __init__(self, visits: tuple[Visit, ...]) -> None:
        super().__init__()
        self.visits = visits


def visit_websites(
    programme: Programme,
    *,
    progress: Progress | None = None,
    settings: WebSettings | None = None,
    urls: Collection[str] | None = None,
    roles: Collection[str] = ("website",),
) -> tuple[Visit, ...]:
    """Visit each website of the programme's active entries, every address once.

    `roles` says which fields hold addresses; `urls`, where given, are the only ones that are
    visited. What is not a web address is left to the rules that judge addresses. Raises
    VisitsInterruptedError on Ctrl-C.
    """
    wanted = [each for each in addresses(programme, roles) if urls is None or each[-1] in urls]

    def step(done: int, total: int) -> None:
        if progress:
            progress(f"websites of {programme.name}", done, total)

    found: dict[str, Observation] = {}
    try:
        _visit_all([text for *_, text in wanted], settings or WebSettings(), found, step)
    except KeyboardInterrupt:
        raise VisitsInterruptedError(_visits(wanted, found)) from None
    return _visits(wanted, found)


def _visit_all(
    urls: Collection[str],
    settings: WebSettings,
    found: dict[str, Observation],
    progress: Callable[[int, int], None],
) -> None:
    """Visit each address, by as many processes as pay."""
    distinct = list(dict.fromkeys(urls))
    number, started, left = (
        settings.processes or processes_for(len(distinct)),
        time.monotonic(),
        distinct,
    )
    if number > 1:
        left = visit_in_processes(distinct, settings, number, found, progress)
        passed = time.monotonic() - started
        settings = replace(settings, run_seconds=max(0.0, settings.run_seconds - passed))
    if left:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(visit_each(left, settings, found, progress))
    settle(distinct, settings, found)


def _visits(
    wanted: Collection[tuple[Entry, FieldPath, str]], found: Mapping[str, Observation]
) -> tuple[Visit, ...]:
    return tuple(
        visit_of(found.get(text) or missed(text), entry, path) for entry, path, text in wanted
    )


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the faster event loop where there is one: not on Windows."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return None
    return uvloop.new_event_loop
