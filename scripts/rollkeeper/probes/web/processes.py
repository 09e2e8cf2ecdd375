"""Visits by several processes: Python works on one processor at a time, and a night has thousands.

Each process has a share of the registrable domains, so that no domain is visited by two. What one
has seen comes back while it goes on, so that a run that is interrupted has it. The parent opens no
connection, and visits itself what a process that died has not seen.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import Enum
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from rollkeeper.model.visit import Observation
from rollkeeper.probes.web.scheduling import VisitProgress, processors, visit_each
from rollkeeper.probes.web.settings import WebSettings
from rollkeeper.probes.web.splitting import domain_of

LEAST_EACH = 250
"""Fewer websites are visited sooner than another process has begun."""
MOST = 16
"""Processes; more would not be faster than the name server."""
_SENT_EVERY = 0.1
"""Seconds between two batches of a process."""


def processes_for(urls: int) -> int:
    """Return how many processes pay for so many websites."""
    return max(1, min(processors(), MOST, urls // LEAST_EACH))


def visit_in_processes(
    urls: Sequence[str],
    settings: WebSettings,
    number: int,
    found: MutableMapping[str, Observation],
    progress: VisitProgress | None = None,
) -> list[str]:
    """Visit each address in one of so many processes, and put what they see into `found`.

    On KeyboardInterrupt what was seen until then is in it. Returns the addresses that were left by
    processes that died; what else is missing in the end was not visited in time.
    """
    shares = _shares(urls, number)
    each = replace(
        settings,
        at_once=max(1, settings.at_once // len(shares)),
        names_at_once=max(1, settings.names_at_once // len(shares)),
        threads=0,
    )
    working: list[_Child] = []
    lost: list[str] = []
    try:
        for share in shares:  # not at once: if one cannot be started, the others are to be ended
            working += [_Child(share, each)]
        left = {child.pipe: child for child in working}
        while left:
            for ready in wait(list(left)):
                if isinstance(ready, Connection) and (ended := _receive(ready, found)):
                    child = left.pop(ready)
                    lost += () if ended is _Ended.WELL else child.urls
            if progress:
                progress(len(found), len(urls))
    except KeyboardInterrupt:
        for child in working:
            while child.has_more() and not _receive(child.pipe, found):
                pass
        raise
    finally:
        for child in working:
            child.end()
    return [url for url in lost if url not in found]


class _Ended(Enum):
    WELL = "well"
    BADLY = "badly"


class _Child:
    """A process that visits a share, and the pipe on which it sends what it sees."""

    def __init__(self, urls: list[str], settings: WebSettings) -> None:
        context: Any = multiprocessing.get_context(_start_method())
        self.urls = urls
        self.pipe, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(theirs, urls, settings), daemon=True)
        self._process.start()
        theirs.close()

    def has_more(self) -> bool:
        """Return whether there is something to be read at once, if only that it has ended."""
        try:
            return bool(self.pipe.poll())
        except OSError:
            return False

    def end(self) -> None:
        """Let the process go; one that works is killed."""
        self.pipe.close()
        self._process.kill()
        self._process.join()


def _receive(pipe: Connection, found: MutableMapping[str, Observation]) -> _Ended | None:
    """Take what a process has sent; return how it has ended, None where it has not."""
    try:
        batch: list[Observation] | None = pipe.recv()
    except (EOFError, OSError):
        return _Ended.BADLY
    if batch is None:
        return _Ended.WELL
    found.update((seen.url, seen) for seen in batch)
    return None


def _shares(urls: Iterable[str], number: int) -> list[list[str]]:
    """Split addresses by domain, so that each share has about as many."""
    domains: dict[str, list[str]] = {}
    for url in urls:
        domains.setdefault(domain_of(url), []).append(url)
    shares: list[list[str]] = [[] for _ in range(number)]
    for several in sorted(domains.values(), key=len, reverse=True):
        min(shares, key=len).extend(several)
    return [share for share in shares if share]


def _start_method() -> str:
    """Return how a process is started: by a fork, which is quick, where nothing can go wrong by it.

    A fork copies no threads, and whatever another thread had locked stays locked.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return "spawn"
    try:
        alone = len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        alone = False
    return "fork" if alone else "spawn"


class _Outgoing(dict[str, Observation]):
    """What a process has seen, and in `fresh` what of it was not sent yet."""

    def __init__(self) -> None:
        super().__init__()
        self.fresh: dict[str, Observation] = {}

    def __setitem__(self, url: str, seen: Observation) -> None:
        super().__setitem__(url, seen)
        self.fresh[url] = seen


def _work(theirs: Connection, urls: list[str], settings: WebSettings) -> None:
    """Visit a share in a process of its own, and send what is seen to the parent."""
    from rollkeeper.probes.web.websites import loop_factory  # noqa: PLC0415 - imports this module

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent ends the others
    gc.disable()
    parent = os.getppid()
    with suppress(BrokenPipeError), asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_visit(theirs.send, urls, settings, parent))


async def _visit(
    send: Callable[[list[Observation] | None], None],
    urls: list[str],
    settings: WebSettings,
    parent: int,
) -> None:
    found = _Outgoing()
    visits = asyncio.ensure_future(visit_each(urls, settings, found))
    while not visits.done():
        await asyncio.wait([visits], timeout=_SENT_EVERY)
        if os.getppid() != parent:
            return
        batch, found.fresh = found.fresh, {}
        send(list(batch.values()))
    visits.result()
    send(None)
