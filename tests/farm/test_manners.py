"""How visitors behave: what they say of themselves, how often they knock, and when they give up."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from farm import behaviours as b
from farm.caller import Caller
from farm.case import HTTPS, SILENT_NAME, Case, Seen
from farm.ground import Farm
from farm.looking import look_at, settings
from farm.table import SITES
from rollkeeper.model.visit import VisitFailure
from rollkeeper.probes.web.scheduling import visit_all


def urls_of(*names: str) -> list[str]:
    return [site.url for site in SITES if site.case.name in names]


def test_visitors_say_who_they_are_and_carry_nothing(
    farm: Farm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("default login somebody password secret\n", "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    farm.forget()
    look_at(urls_of("well", "cookie-wall", "password", "always-401"), tmp_path, settings(farm))
    requests = [(host, each) for host, memory in farm.memories.items() for each in memory.requests]
    assert len(requests) >= 8
    for host, request in requests:
        agent = request.headers["user-agent"]
        assert agent.startswith("Mozilla/5.0 (compatible; ")
        assert "; +https://" in agent
        assert request.method == "GET"
        assert not request.headers.keys() & {"authorization", "proxy-authorization", "referer"}
        assert "cookie" not in request.headers or host.startswith("cookie-wall")


async def slow(caller: Caller) -> None:
    await caller.request()
    await asyncio.sleep(0.15)
    await caller.say(b.well())


def test_one_domain_gets_two_connections_and_a_pause(tmp_path: Path) -> None:
    (site,) = Case("slow", slow, Seen(), HTTPS).sites
    with Farm([site], tmp_path) as small:
        how = replace(settings(small), pause_seconds=0.05)
        urls = [f"https://{name}.{site.host}/" for name in ("a", "b", "c", "d", "e", "f", "g", "h")]
        begun = time.monotonic()
        visits = look_at(urls, tmp_path, how)
        assert time.monotonic() - begun > 7 * how.pause_seconds
        assert small.memories[site.host].most_open <= 2
    assert [visit.status for visit in visits.values()] == [200] * len(urls)


def test_run_ends_at_its_deadline(farm: Farm, tmp_path: Path) -> None:
    how = replace(settings(farm), run_seconds=1.0, at_once=2)
    urls = urls_of("silent", "silent-in-headers", "tls-silent", "headers-dribble")
    visits = look_at(urls, tmp_path, how)
    assert {visit.failure for visit in visits.values()} == {VisitFailure.NOT_VISITED}


def test_names_that_are_never_answered_hold_nobody_up(tmp_path: Path) -> None:
    lost = [
        Case(f"lost-{number}", b.says(), Seen(), HTTPS, addresses=(SILENT_NAME,))
        for number in range(200)
    ]
    cases = (*lost, Case("quick", b.says(), Seen(), HTTPS))
    sites = [site for case in cases for site in case.sites]
    with Farm(sites, tmp_path) as small:
        found = asyncio.run(visit_all([site.url for site in sites], settings(small)))
    # In the order in which they ended.
    quick, *unanswered = found.values()
    assert quick.status == 200
    assert {seen.failure for seen in unanswered} == {VisitFailure.NAME_SERVER}


def test_a_network_that_is_down_is_told_as_that(farm: Farm, tmp_path: Path) -> None:
    how = replace(settings(farm), online=lambda: False)
    visits = look_at(urls_of("server-failure"), tmp_path, how)
    assert {visit.failure for visit in visits.values()} == {VisitFailure.NETWORK_DOWN}
