"""Many visits at once: how many, in which order, until when, and which are made a second time."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import replace
from functools import partial

from rollkeeper.model.visit import Observation, VisitFailure, missed
from rollkeeper.probes.web.dialling import has_route
from rollkeeper.probes.web.settings import Address, WebSettings
from rollkeeper.probes.web.targets import target_of
from rollkeeper.probes.web.visitor import Visitor

VisitProgress = Callable[[int, int], None]

SECOND_VISIT_SECONDS = 2.5
"""So long after the last visit has begun the second visits begin, if visits last so long."""
SECOND_VISIT_PAUSE = 1.0
"""Seconds at least between a visit and a second visit."""
MOST_SECOND_VISITS = 20
"""Where more of a small run fail, another visit will not help them."""
SECOND_VISITS_SHARE = 0.05
_AGAIN = frozenset({
    VisitFailure.REFUSED, VisitFailure.RESET, VisitFailure.UNREACHABLE, VisitFailure.GARBAGE,
    VisitFailure.TLS,
})  # fmt: skip
"""What may pass. Not silence: a second connection was tried beside the first one already."""
_SERVER_FAULT = 500
_OUR_OWN = frozenset({
    VisitFailure.NAME_SERVER, VisitFailure.UNREACHABLE, VisitFailure.SILENT,
    VisitFailure.NOT_CHECKABLE, VisitFailure.NETWORK_DOWN,
})  # fmt: skip
"""What all websites seem to have when it is our own network that has it."""
_FILES_EACH = 3
"""File descriptors that a visit may need at the same time: two connections, and a little more."""
_FILES_KEPT = 256
_ABROAD = Address("9.9.9.9", 53)


async def visit_all(
    urls: Iterable[str],
    settings: WebSettings | None = None,
    *,
    found: MutableMapping[str, Observation] | None = None,
    progress: VisitProgress | None = None,
) -> MutableMapping[str, Observation]:
    """Visit each address once; return what was seen by address.

    It goes into `found` as soon as it is seen, so that a caller who is interrupted has it.
    """
    settings = settings or WebSettings()
    found = {} if found is None else found
    wanted = list(dict.fromkeys(urls))
    await visit_each(wanted, settings, found, progress)
    settle(wanted, settings, found)
    return found


async def visit_each(
    wanted: list[str],
    settings: WebSettings,
    found: MutableMapping[str, Observation],
    progress: VisitProgress | None = None,
) -> None:
    """Visit each of some distinct addresses that is not in `found`, as long as there is time."""
    left = [url for url in wanted if url not in found]
    if not left:
        return
    threads = _spare_processors() if settings.threads is None else settings.threads
    visitor = Visitor(settings, threads=threads)
    try:
        async with asyncio.timeout(settings.run_seconds):
            await _Round(visitor, left, found, progress).run(_room(settings.at_once))
    except TimeoutError:
        pass  # what was not visited is reported as that
    finally:
        visitor.close()


def settle(
    wanted: Iterable[str], settings: WebSettings, found: MutableMapping[str, Observation]
) -> None:
    """Add what was not visited to what was, and say where it is our own network that failed."""
    for url in wanted:
        found.setdefault(url, missed(url))
    if _is_down(found, settings):
        for url, seen in found.items():
            if seen.failure in _OUR_OWN and target_of(url):
                found[url] = replace(seen, failure=VisitFailure.NETWORK_DOWN)


class _Round:
    """Visits everything once, and a few of what failed a second time."""

    def __init__(
        self,
        visitor: Visitor,
        wanted: list[str],
        found: MutableMapping[str, Observation],
        progress: VisitProgress | None,
    ) -> None:
        self._visitor = visitor
        self._wanted = wanted
        self._found = found
        self._progress = progress
        self._again: set[str] = set()
        self._begun = asyncio.Event()
        """Set when no visit is left to be begun."""

    async def run(self, at_once: int) -> None:
        left = iter(_spread(self._wanted))
        async with asyncio.TaskGroup() as group:
            workers = [
                group.create_task(self._work(left)) for _ in range(min(len(self._wanted), at_once))
            ]
            # Most failures are known by then, and slow sites are still waited for.
            await self._begun.wait()
            await asyncio.wait(workers, timeout=SECOND_VISIT_SECONDS)
            await self._visit_again()
        # What failed only while the others had their second visit.
        await self._visit_again()

    async def _work(self, left: Iterator[str]) -> None:
        for url in left:
            seen = await self._visitor.visit(url)
            self._found[url] = seen
            if self._progress:
                self._progress(len(self._found), len(self._wanted))
        self._begun.set()

    async def _visit_again(self) -> None:
        """Visit again what failed, if that is little enough to be the sites' own fault."""
        failed = [url for url, seen in self._found.items() if _may_pass(seen)]
        urls = [url for url in failed if url not in self._again]
        if not urls or len(failed) > max(
            MOST_SECOND_VISITS, SECOND_VISITS_SHARE * len(self._wanted)
        ):
            return
        self._again.update(urls)
        await asyncio.sleep(SECOND_VISIT_PAUSE)
        async with asyncio.TaskGroup() as group:
            for url in urls:
                group.create_task(self._second_visit(url))

    async def _second_visit(self, url: str) -> None:
        first, second = self._found[url], await self._visitor.visit(url)
        better = first if _may_pass(second) else second
        self._found[url] = replace(better, attempts=first.attempts + second.attempts)


def _spread(urls: list[str]) -> list[str]:
    """Order addresses so that the many of one domain do not delay those of others."""
    counts: dict[str, int] = {}
    ranked: list[tuple[int, int, str]] = []
    for index, url in enumerate(urls):
        target = target_of(url)
        domain = target.domain if target else ""
        counts[domain] = rank = counts.get(domain, -1) + 1
        ranked.append((rank, index, url))
    return [url for *_, url in sorted(ranked)]


def _may_pass(seen: Observation) -> bool:
    return seen.failure in _AGAIN or ((seen.status or 0) >= _SERVER_FAULT and seen.wall is None)


def _is_down(found: MutableMapping[str, Observation], settings: WebSettings) -> bool:
    """Return whether it is our own network that nothing came through."""
    tried = [seen.failure for seen in found.values() if target_of(seen.url)]
    if not tried or not all(failure in _OUR_OWN for failure in tried):
        return False
    return not (settings.online or partial(has_route, _ABROAD))()


def processors() -> int:
    """Return how many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _spare_processors() -> int:
    """Return how many threads may do handshakes beside the loop; 0 on a single processor."""
    number = processors()
    return min(4, number) if number > 1 else 0


def _room(at_once: int) -> int:
    """Lower the number of visits at once to what the system lets one process open."""
    if sys.platform == "win32":
        return min(at_once, 500)
    import resource  # noqa: PLC0415 - not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = at_once * _FILES_EACH + _FILES_KEPT
    if soft < wanted:
        soft = min(wanted, hard) if hard != resource.RLIM_INFINITY else wanted
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(at_once, (soft - _FILES_KEPT) // _FILES_EACH))
