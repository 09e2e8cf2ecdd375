"""Visits by several processes: the same as by one, and whatever becomes of a process."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from communities import community, loaded
from rollkeeper.model.roster import Programme
from rollkeeper.model.visit import VisitFailure
from rollkeeper.probes.web import processes, scheduling
from rollkeeper.probes.web.processes import processes_for, visit_in_processes
from rollkeeper.probes.web.settings import Address, WebSettings
from rollkeeper.probes.web.splitting import domain_of
from rollkeeper.probes.web.websites import VisitsInterruptedError, visit_websites

URLS = [f"https://{name}.site-{n:02}.example/" for n in range(20) for name in ("www", "inside")]
SLOW = "https://slow.example/"


def resolve(host: str, _port: int) -> Sequence[Address]:
    """Know no name, but for some that lead inside."""
    if host.startswith("inside."):
        return [Address("127.0.0.1", 443)]
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


def unanswered(_host: str, _port: int) -> Sequence[Address]:
    """Ask a name server that does not answer."""
    raise socket.gaierror(socket.EAI_AGAIN, "no name server")


def offline() -> bool:
    """Say that there is no network."""
    return False


def dying(parent: int, host: str, port: int) -> Sequence[Address]:
    """Take the process with it where it is not the parent, when it has answered some."""
    if os.getpid() != parent and host == "www.site-10.example":
        os._exit(1)
    return resolve(host, port)


def interrupting(parent: int, ready: Path, host: str, port: int) -> Sequence[Address]:
    """Interrupt the parent while one name is waited for, once it has all the others."""
    if host == "slow.example":
        while not ready.exists():
            time.sleep(0.01)
        os.kill(parent, signal.SIGINT)
        time.sleep(5)
    return resolve(host, port)


def never(_host: str, _port: int) -> Sequence[Address]:
    time.sleep(5)
    raise AssertionError


def settings(number: int, **more: Any) -> WebSettings:
    given = {"resolve": resolve, "online": bool, "pause_seconds": 0.0, **more}
    return WebSettings(processes=number, **given)


@pytest.fixture(autouse=True)
def _none_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def programme(folder: Path, urls: Sequence[str]) -> Programme:
    entries = [f"- name: P{at}\n  website: {text}\n" for at, text in enumerate(urls)]
    (read,) = loaded(community(folder, "".join(entries))).programmes
    return read


def test_several_processes_see_what_one_sees(tmp_path: Path) -> None:
    roster = programme(tmp_path, URLS)
    alone = visit_websites(roster, settings=settings(1))
    assert {visit.failure for visit in alone} == {
        VisitFailure.NO_SUCH_NAME,
        VisitFailure.NOT_PUBLIC,
    }
    steps: list[tuple[int, int]] = []
    together = visit_websites(
        roster, settings=settings(3), progress=lambda _, done, of: steps.append((done, of))
    )
    assert together == alone
    assert steps[-1] == (len(URLS), len(URLS))


def test_processes_that_are_started_anew_see_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS and Windows, and where a thread keeps a fork from being safe."""
    monkeypatch.setattr(processes, "_start_method", lambda: "spawn")
    roster = programme(tmp_path, URLS)
    spawned = visit_websites(roster, settings=settings(2))
    assert spawned == visit_websites(roster, settings=settings(1))


def test_what_a_process_that_died_has_left_is_visited(tmp_path: Path) -> None:
    roster = programme(tmp_path, URLS)
    mortal = settings(3, resolve=partial(dying, os.getpid()))
    assert visit_websites(roster, settings=mortal) == visit_websites(roster, settings=settings(1))


def test_an_interruption_keeps_what_all_processes_have_seen(tmp_path: Path) -> None:
    roster = programme(tmp_path, [*URLS, SLOW])
    ready = tmp_path / "ready"
    broken = settings(3, resolve=partial(interrupting, os.getpid(), ready))

    def seen_so_far(_: str, done: int, of: int) -> None:
        if done == of - 1:
            ready.touch()

    with pytest.raises(VisitsInterruptedError) as raised:
        visit_websites(roster, settings=broken, progress=seen_so_far)
    seen = {visit.url: visit.failure for visit in raised.value.visits}
    assert seen.pop(SLOW) is VisitFailure.NOT_VISITED
    assert set(seen.values()) == {VisitFailure.NO_SUCH_NAME, VisitFailure.NOT_PUBLIC}


def test_the_deadline_ends_all_processes_and_nothing_is_visited_after_it(tmp_path: Path) -> None:
    roster = programme(tmp_path, URLS)
    visits = visit_websites(roster, settings=settings(2, resolve=never, run_seconds=0.3))
    assert {visit.failure for visit in visits} == {VisitFailure.NOT_VISITED}


def test_no_domain_is_visited_by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[list[str]] = []

    class Child(processes._Child):  # noqa: SLF001 - what each process is given
        def __init__(self, urls: list[str], its: WebSettings) -> None:
            given.append(urls)
            assert its.at_once * 4 <= 2_000
            super().__init__(urls, its)

    monkeypatch.setattr(processes, "_Child", Child)
    visit_in_processes(URLS, settings(4), 4, {})
    domains = [{domain_of(url) for url in urls} for urls in given]
    assert sorted(url for urls in given for url in urls) == sorted(URLS)
    assert sum(map(len, domains)) == len(set().union(*domains)) == 20
    assert {len(urls) for urls in given} == {10}


@pytest.mark.parametrize(
    ("urls", "processors", "number"),
    [(20, 8, 1), (499, 8, 1), (500, 8, 2), (2_000, 2, 2), (2_000, 1, 1), (10**6, 64, 16)],
)
def test_more_processes_are_started_only_where_they_pay(
    urls: int, processors: int, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "processors", lambda: processors)
    assert processes_for(urls) == number


def test_our_own_network_is_judged_by_all_that_was_seen(tmp_path: Path) -> None:
    roster = programme(tmp_path, URLS[:6])
    seen = visit_websites(
        roster, settings=settings(2, resolve=unanswered, online=offline, total_seconds=0.5)
    )
    assert {visit.failure for visit in seen} == {VisitFailure.NETWORK_DOWN}
    assert scheduling.processors() >= 1
