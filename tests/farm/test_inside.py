"""Not one packet goes to an address where a check has no business, whoever sends it there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from farm import behaviours as b
from farm.caller import Caller
from farm.case import HTTP, Case, Seen
from farm.ground import Farm, bound
from farm.inside import NAMES, NOTATIONS, NUMBERS, NUMBERS_6, Wire, inside_urls, watched
from farm.looking import look_at, settings
from rollkeeper.grammar.ip_addresses import refusal
from rollkeeper.model.visit import VisitFailure
from rollkeeper.probes.web.settings import Address

OUTSIDE = "127.77.0.1"
"""Stands for the public internet; every other loopback address stays closed."""
URLS = inside_urls()
HOPS = 5
NOBODY_ANSWERS = {
    VisitFailure.NOT_PUBLIC,
    VisitFailure.NO_SUCH_NAME,
    VisitFailure.NO_ADDRESS,
    VisitFailure.NAME_SERVER,
    VisitFailure.NOT_CHECKABLE,
    VisitFailure.REDIRECTS,
    VisitFailure.LOOP,
}


async def sends_inside(caller: Caller) -> None:
    """Send `/2/7` on to `/1/7`, that to `/0/7`, and that to the seventh address inside."""
    request = await caller.request()
    hops, _, number = request.path.strip("/").partition("/")
    if not (hops.isdecimal() and number.isdecimal()):
        await caller.say(b.answer(404, "no"))
        return
    onward = URLS[int(number)] if hops == "0" else f"/{int(hops) - 1}/{number}"
    location = b"Location: " + onward.encode() + b"\r\n"
    await caller.say(b"HTTP/1.1 302 Found\r\n" + location + b"Content-Length: 0\r\n\r\n")


SENDER = Case("sender", sends_inside, Seen(), HTTP)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    folder = tmp_path_factory.mktemp("outside")
    with Farm(SENDER.sites, folder, OUTSIDE) as running:
        yield running


def only_outside(ip: str) -> str | None:
    return None if ip == OUTSIDE else refusal(ip)


def everything_is_here(host: str, port: int) -> list[Address]:
    """Answer as a name server that has been told to lead everybody inside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return [Address("127.0.0.1", port)]
    return [Address(str(address[0]), port) for *_, address in found]


def only_farm_dialled(wire: Wire) -> bool:
    return {ip for ip, _ in wire.dialled} <= {OUTSIDE}


def test_addresses_on_a_roster_lead_nobody_inside(outside: Farm, tmp_path: Path) -> None:
    with watched() as wire:
        visits = look_at(
            URLS, tmp_path, replace(settings(outside), guard=refusal, resolve=everything_is_here)
        )
    assert wire.dialled == []
    assert {visit.status for visit in visits.values()} <= {None}
    assert {visit.failure for visit in visits.values()} <= NOBODY_ANSWERS


@pytest.mark.parametrize("hops", range(HOPS))
def test_redirects_lead_nobody_inside(outside: Farm, tmp_path: Path, hops: int) -> None:
    (site,) = SENDER.sites
    # Every address right away; after more hops, a third of them each time.
    numbers = range(len(URLS)) if hops == 0 else range(hops % 3, len(URLS), 3)
    urls = [f"http://{site.host}/{hops}/{number}" for number in numbers]

    def resolve(host: str, port: int) -> list[Address]:
        found = outside.site_of(host)
        return outside.resolve(host, port) if found else everything_is_here(host, port)

    with watched() as wire:
        visits = look_at(
            urls, tmp_path, replace(settings(outside), guard=only_outside, resolve=resolve)
        )
    assert len(visits) == len(urls)
    assert only_farm_dialled(wire), set(wire.dialled)
    assert wire.dialled, "nothing was watched"
    # What a browser would take for a page of the same site is one that the site does not have.
    assert {visit.status for visit in visits.values()} <= {None, 404}
    assert {visit.failure for visit in visits.values()} <= NOBODY_ANSWERS | {None}
    assert (
        sum(visit.failure is VisitFailure.NOT_PUBLIC for visit in visits.values()) > len(urls) / 2
    )


@pytest.mark.parametrize(
    "answers",
    [
        ((OUTSIDE,), ("127.0.0.1",)),
        ((OUTSIDE,), ("169.254.169.254",), (OUTSIDE,)),
        (("127.0.0.1",), (OUTSIDE,)),
        ((OUTSIDE, "127.0.0.1"),),
        (("127.0.0.1", OUTSIDE),),
        ((OUTSIDE, "::1"),),
        ((OUTSIDE, "::ffff:127.0.0.1"),),
        ((OUTSIDE, "64:ff9b::7f00:1"),),
        ((OUTSIDE,), ("fe80::1%lo",)),
        ((OUTSIDE,), ("not an address",)),
        ((OUTSIDE,), ("0177.0.0.1",)),
    ],
)
def test_a_name_that_changes_its_mind_leads_nobody_inside(
    outside: Farm, tmp_path: Path, answers: tuple[tuple[str, ...], ...]
) -> None:
    turns = cycle(answers)
    with bound("127.0.0.1", 5) as trap:

        def resolve(host: str, port: int) -> list[Address]:
            (at_farm,) = outside.resolve(host, port)
            return [Address(ip, at_farm.port if ip == OUTSIDE else trap.port) for ip in next(turns)]

        (site,) = SENDER.sites
        urls = [f"http://{site.host}/{hops}/0" for hops in range(4)] * 2
        with watched() as wire:
            look_at(urls, tmp_path, replace(settings(outside), guard=only_outside, resolve=resolve))
    assert only_farm_dialled(wire), set(wire.dialled)


@pytest.mark.parametrize("ip", [*NUMBERS, *NUMBERS_6])
def test_tables_refuse_what_is_inside(ip: str) -> None:
    assert refusal(ip) is not None


def test_guard_is_closed_unless_an_argument_opens_it(
    outside: Farm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    (site,) = SENDER.sites
    with watched() as wire:
        visits = look_at([site.url], tmp_path, replace(settings(outside), guard=refusal))
    assert [visit.failure for visit in visits.values()] == [VisitFailure.NOT_PUBLIC]
    assert wire.dialled == []


def test_list_has_every_notation() -> None:
    assert len(URLS) > 250
    for host in (*NUMBERS, *NOTATIONS, *NAMES):
        assert f"http://{host}/" in URLS
