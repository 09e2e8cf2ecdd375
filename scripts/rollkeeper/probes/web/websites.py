"""Visit the websites of a programme: the entry point of `rollkeeper.probes.web`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping

from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath
from rollkeeper.model.visit import Observation, Visit, missed, visit_of
from rollkeeper.probes import Progress
from rollkeeper.probes.web.scheduling import visit_all
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
        if wanted:
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(
                    visit_all((text for *_, text in wanted), settings, found=found, progress=step)
                )
    except KeyboardInterrupt:
        raise VisitsInterruptedError(_visits(wanted, found)) from None
    return _visits(wanted, found)


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
