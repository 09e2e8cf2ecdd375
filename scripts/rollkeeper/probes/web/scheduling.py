"""Many visits at once: how many, in which order, until when, and which are made a second time."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from functools import partial

from rollkeeper.probes.web.dialling import has_route
from rollkeeper.probes.web.settings import Address, Seen, WebSettings
from rollkeeper.probes.web.targets import target_of
from rollkeeper.probes.web.visiting import Visitor
from rollkeeper.visit import Trouble

Progress = Callable[[int, int], None]

SECOND_LOOK_PAUSE = 1.0
"""Seconds between the last visit and the second looks at those that failed."""
MOST_SECOND_LOOKS = 20
"""Where more of a small run fail, another look will not help them."""
SECOND_LOOKS_SHARE = 0.05
_AGAIN = frozenset({
    Trouble.REFUSED, Trouble.RESET, Trouble.UNREACHABLE, Trouble.GARBAGE, Trouble.TLS,
})  # fmt: skip
"""What may pass. Not silence: a second connection was tried beside the first one already."""
_SERVER_FAULT = 500
_OUR_OWN = frozenset({
    Trouble.NAME_SERVER, Trouble.UNREACHABLE, Trouble.SILENT, Trouble.NOT_CHECKABLE,
    Trouble.NETWORK_DOWN,
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
    found: MutableMapping[str, Seen] | None = None,
    progress: Progress | None = None,
) -> MutableMapping[str, Seen]:
    """Visit each address once; give what was seen by address.

    What is seen goes into `found` as soon as it is, so that a caller who is interrupted has it.
    """
    settings = settings or WebSettings()
    found = {} if found is None else found
    wanted = list(dict.fromkeys(urls))
    visitor = Visitor(settings, threads=_spare_processors())
    try:
        async with asyncio.timeout(settings.run_seconds):
            await _rounds(visitor, wanted, settings, found, progress)
    except TimeoutError:
        pass  # what was not looked at is told as that
    finally:
        visitor.close()
    for url in wanted:
        if url not in found:
            found[url] = Seen(url, trouble=Trouble.NOT_LOOKED)
    if _is_down(found, settings):
        for seen in found.values():
            if seen.trouble in _OUR_OWN and target_of(seen.url):
                seen.trouble = Trouble.NETWORK_DOWN
    return found


async def _rounds(
    visitor: Visitor,
    wanted: list[str],
    settings: WebSettings,
    found: MutableMapping[str, Seen],
    progress: Progress | None,
) -> None:
    def note(seen: Seen) -> None:
        found[seen.url] = seen
        if progress:
            progress(len(found), len(wanted))

    await _visit(visitor, _spread(wanted), settings, note)
    again = [url for url in wanted if _may_pass(found[url])]
    if not again or len(again) > max(MOST_SECOND_LOOKS, SECOND_LOOKS_SHARE * len(wanted)):
        return
    await asyncio.sleep(SECOND_LOOK_PAUSE)

    def note_second(seen: Seen) -> None:
        first = found[seen.url]
        seen.attempts += first.attempts
        if not _may_pass(seen):
            found[seen.url] = seen
        else:
            first.attempts = seen.attempts

    await _visit(visitor, again, settings, note_second)


async def _visit(
    visitor: Visitor, urls: list[str], settings: WebSettings, note: Callable[[Seen], None]
) -> None:
    """Visit these; each of the workers takes the next as soon as it is free."""
    left = iter(urls)
    workers = min(len(urls), _room(settings.at_once))
    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(_work(visitor, left, note))


async def _work(visitor: Visitor, left: Iterator[str], note: Callable[[Seen], None]) -> None:
    for url in left:
        note(await visitor.visit(url))


def _spread(urls: list[str]) -> list[str]:
    """Order addresses so that the many of one domain do not hold those of others up."""
    counts: dict[str, int] = {}
    ranked: list[tuple[int, int, str]] = []
    for index, url in enumerate(urls):
        target = target_of(url)
        domain = target.domain if target else ""
        counts[domain] = rank = counts.get(domain, -1) + 1
        ranked.append((rank, index, url))
    return [url for *_, url in sorted(ranked)]


def _may_pass(seen: Seen) -> bool:
    return seen.trouble in _AGAIN or ((seen.status or 0) >= _SERVER_FAULT and seen.wall is None)


def _is_down(found: MutableMapping[str, Seen], settings: WebSettings) -> bool:
    """Say whether it is our own network that nothing came through."""
    tried = [seen.trouble for seen in found.values() if target_of(seen.url)]
    if not tried or not all(trouble in _OUR_OWN for trouble in tried):
        return False
    return not (settings.online or partial(has_route, _ABROAD))()


def _spare_processors() -> int:
    """Say in how many threads handshakes may be done beside the loop; 0 on a single processor."""
    affinity = getattr(os, "sched_getaffinity", None)
    processors = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(4, processors) if processors > 1 else 0


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
