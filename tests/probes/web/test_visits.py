"""Visits as a whole, on loopback: what the farm's sites cannot show."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from communities import loaded
from farm.authority import Authority, Tls
from rollkeeper.grammar.ip_addresses import refusal
from rollkeeper.model.roster import Programme
from rollkeeper.model.visit import Observation, VisitFailure
from rollkeeper.probes.web import scheduling
from rollkeeper.probes.web.resolving import Resolver
from rollkeeper.probes.web.scheduling import visit_all
from rollkeeper.probes.web.settings import Address, VisitError, WebSettings
from rollkeeper.probes.web.websites import VisitsInterruptedError, loop_factory, visit_websites

Answer = Callable[[str], bytes]
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"
TOKEN = "ghp_0123456789abcdef"  # noqa: S105 - nobody's
HOME = "http://www.example.com/"


def guard(ip: str) -> str | None:
    return None if ip == "127.0.0.1" else refusal(ip)


def json_answer(status: int, **fields: Any) -> bytes:
    return f"HTTP/1.1 {status} X\r\n\r\n{json.dumps(fields)}".encode()


class Sites:
    """Answers for all names on one loopback port, and keeps what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.requests: list[str] = []
        self.most = self.now = 0
        self._answer = answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.requests.append(request)
        await asyncio.sleep(0.02)
        writer.write(self._answer(request))
        self.now -= 1
        writer.close()

    def visit(
        self, urls: Iterable[str], authority: Authority | None = None, **more: Any
    ) -> Mapping[str, Observation]:
        """Have addresses visited, all of which lead here."""

        async def story() -> Mapping[str, Observation]:
            tls = authority.server("api.github.com", Tls()) if authority else None
            server = await asyncio.start_server(self.serve, "127.0.0.1", 0, ssl=tls)
            port = server.sockets[0].getsockname()[1]
            settings = WebSettings(
                **{
                    "guard": guard,
                    "resolve": lambda *_: [Address("127.0.0.1", port)],
                    "authorities": authority.bundle if authority else None,
                    "pause_seconds": 0.0,
                    "ask_https": False,
                    **more,
                }
            )
            found = await visit_all(urls, settings)
            server.close()
            await asyncio.sleep(0.05)
            return found

        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            return runner.run(story())


def pages(_: str) -> bytes:
    return PAGE


def programme(folder: Path, *addresses: str) -> Programme:
    (folder / "policies").mkdir()
    (folder / "policies" / "partners.yaml").write_text("roster: partners.yaml\n", "utf-8")
    entries = [f"- name: P{at}\n  website: {text}\n" for at, text in enumerate(addresses)]
    (folder / "partners.yaml").write_text("".join(entries), "utf-8")
    (read,) = loaded(folder).programmes
    return read


def test_what_is_sent_is_honest_and_holds_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    sites = Sites(pages)
    found = sites.visit(["http://user:secret@www.example.com/a"], github_token=TOKEN)
    assert next(iter(found.values())).status == 200
    (request,) = sites.requests
    assert request.startswith("GET /a HTTP/1.1\r\nHost: www.example.com\r\n")
    assert "Mozilla/5.0 (compatible; Rollkeeper/" in request
    assert "Accept-Encoding: identity\r\n" in request
    lowered = request.lower()
    assert not [word for word in ("secret", TOKEN, "authorization", "cookie") if word in lowered]
    assert not [word for word in ("link", "bot", "python", "curl") if word in lowered]


def test_one_domain_is_not_crowded() -> None:
    sites = Sites(pages)
    started = time.monotonic()
    found = sites.visit([f"http://{n}.example.com/" for n in range(8)], pause_seconds=0.05)
    assert {seen.status for seen in found.values()} == {200}
    assert sites.most <= 2
    assert time.monotonic() - started >= 7 * 0.05


def test_only_so_many_are_visited_at_once() -> None:
    sites = Sites(pages)
    sites.visit([f"http://{n}.example/" for n in range(20)], at_once=3)
    assert len(sites.requests) == 20
    assert sites.most <= 3


def test_sites_judged_by_form_are_not_fetched() -> None:
    sites = Sites(lambda _: b"HTTP/1.1 302 F\r\nLocation: https://www.linkedin.com/in/a\r\n\r\n")
    found = sites.visit(["https://x.com/karmada", "http://www.instagram.com/a", HOME])
    assert {seen.failure for seen in found.values()} == {VisitFailure.NOT_CHECKABLE}
    assert len(sites.requests) == 1


def test_a_run_ends_when_it_must() -> None:
    leave, left = threading.Event(), []

    def silent(*_: Any) -> Sequence[Address]:
        leave.wait(60)
        left.append("a question was waited for")
        return []

    urls = [f"http://{n}.example/" for n in range(5)]
    found = Sites(pages).visit(urls, resolve=silent, run_seconds=0.2)
    assert left == []
    leave.set()
    assert [found[url].failure for url in urls] == [VisitFailure.NOT_VISITED] * 5


def test_silent_name_servers_hold_nobody_up() -> None:
    leave = threading.Event()

    def resolve(host: str, port: int) -> Sequence[Address]:
        if host.startswith("silent"):
            leave.wait(60)
        return [Address("127.0.0.1", port)]

    async def story() -> int:
        resolver = Resolver(resolve, guard)

        async def ask(host: str) -> None:
            await resolver.turn()
            await resolver.lookup(host, 80)

        slow = [asyncio.create_task(ask(f"silent{n}.example")) for n in range(200)]
        await asyncio.gather(*(ask(f"quick{n}.example") for n in range(200)))
        waiting = sum(not task.done() for task in slow)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        resolver.close()
        return waiting

    waiting = asyncio.run(story())
    leave.set()
    assert waiting == 200, "the quick names had to wait for the silent ones"


@pytest.mark.parametrize(
    ("found", "failure"),
    [
        ([], VisitFailure.NO_ADDRESS),
        ([Address("127.0.0.1", 80), Address("169.254.169.254", 80)], VisitFailure.NOT_PUBLIC),
        ([Address("::ffff:127.0.0.1", 80)], VisitFailure.NOT_PUBLIC),
        (socket.gaierror(socket.EAI_NONAME, ""), VisitFailure.NO_SUCH_NAME),
        (socket.gaierror(socket.EAI_AGAIN, ""), VisitFailure.NAME_SERVER),
        (OSError(5, ""), VisitFailure.NAME_SERVER),
        (UnicodeError("label"), VisitFailure.NO_SUCH_NAME),
    ],
)
def test_names_that_lead_nowhere(found: Any, failure: VisitFailure) -> None:
    def resolve(*_: Any) -> Sequence[Address]:
        if isinstance(found, Exception):
            raise found
        return list(found)

    async def story() -> None:
        resolver = Resolver(resolve, guard)
        await resolver.turn()
        try:
            await resolver.lookup("www.example.com", 80)
        finally:
            resolver.close()

    with pytest.raises(VisitError) as raised:
        asyncio.run(story())
    assert raised.value.failure is failure


def test_addresses_of_both_families_take_turns() -> None:
    ips = ["9.9.9.9", "1.1.1.1", "2620:fe::fe", "2620:fe::9"]

    async def story() -> list[str]:
        resolver = Resolver(lambda *_: [Address(ip, 80) for ip in ips], refusal)
        await resolver.turn()
        found = await resolver.lookup("www.example.com", 80)
        resolver.close()
        return [address.ip for address in found]

    assert asyncio.run(story()) == ["2620:fe::fe", "9.9.9.9", "2620:fe::9", "1.1.1.1"]


@pytest.mark.parametrize(("online", "failure"), [(True, "NAME_SERVER"), (False, "NETWORK_DOWN")])
def test_our_own_network_is_told_from_theirs(*, online: bool, failure: str) -> None:
    def resolve(*_: Any) -> Sequence[Address]:
        raise socket.gaierror(socket.EAI_AGAIN, "")

    found = Sites(pages).visit([HOME, "file:///x"], resolve=resolve, online=lambda: online)
    assert found[HOME].failure is VisitFailure[failure]
    assert found["file:///x"].failure is VisitFailure.NOT_CHECKABLE


def test_few_failures_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduling, "SECOND_VISIT_PAUSE", 0.0)
    count = 0

    def answer(_: str) -> bytes:
        nonlocal count
        count += 1
        return b"HTTP/1.1 501 No\r\n\r\n" if count == 1 else PAGE

    seen = Sites(answer).visit([HOME])[HOME]
    assert (seen.status, seen.attempts) == (200, 2)


@pytest.mark.parametrize(
    ("path", "status", "renamed", "archived"),
    [
        ("/good", 200, None, False),
        ("/Good/Repo", 200, None, False),
        ("/old/repo.git", 200, "https://github.com/newer/repo", True),
        ("/nobody", 404, None, False),
    ],
)
def test_github_is_asked_by_its_own_means(
    tmp_path: Path, path: str, status: int, renamed: str | None, *, archived: bool
) -> None:
    answers = {
        "/users/good": json_answer(200, html_url="https://github.com/good"),
        "/repos/Good/Repo": json_answer(200, html_url="https://github.com/good/repo"),
        "/repos/old/repo": b"HTTP/1.1 301 M\r\nLocation: https://api.github.com/repositories/1\r\n\r\n",
        "/repositories/1": json_answer(
            200, html_url="https://github.com/newer/repo", archived=True
        ),
    }
    sites = Sites(
        lambda request: answers.get(request.split(" ")[1], json_answer(404, message="no"))
    )
    url = f"https://github.com{path}"
    seen = sites.visit([url], Authority(tmp_path), github_token=TOKEN)[url]
    assert (seen.status, seen.renamed_to, seen.archived) == (status, renamed, archived)
    assert all("Host: api.github.com\r\n" in request for request in sites.requests)
    assert all(f"Authorization: Bearer {TOKEN}\r\n" in request for request in sites.requests)


@pytest.mark.parametrize("token", [TOKEN, "a\r\nHost: x", ""])
def test_a_token_is_for_the_api_only(tmp_path: Path, token: str) -> None:
    away = b"HTTP/1.1 301 M\r\nLocation: https://other.example/\r\n\r\n"
    sites = Sites(lambda _: away)
    sites.visit(["https://github.com/owner/repo"], Authority(tmp_path), github_token=token)
    asked = [request for request in sites.requests if "authorization" in request.lower()]
    assert len(asked) == (token == TOKEN)
    assert all("Host: api.github.com\r\n" in request for request in asked)


def test_an_interruption_keeps_what_was_seen(tmp_path: Path) -> None:
    seen = threading.Event()

    def resolve(host: str, _port: int) -> Sequence[Address]:
        if host == "slow.example":
            seen.wait(5)
            time.sleep(0.1)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(2)
        raise socket.gaierror(socket.EAI_NONAME, "")

    roster = programme(tmp_path, "https://gone.example/", "https://slow.example/")
    settings = WebSettings(guard=guard, resolve=resolve)
    with pytest.raises(VisitsInterruptedError) as raised:
        visit_websites(roster, settings=settings, progress=lambda *_: seen.set())
    assert {visit.url: visit.failure for visit in raised.value.visits} == {
        "https://gone.example/": VisitFailure.NO_SUCH_NAME,
        "https://slow.example/": VisitFailure.NOT_VISITED,
    }


def test_only_the_addresses_that_were_chosen_are_visited(tmp_path: Path) -> None:
    def resolve(*_: Any) -> Sequence[Address]:
        raise socket.gaierror(socket.EAI_NONAME, "")

    roster = programme(tmp_path, "https://a.example/", "https://b.example/", "ftp://c.example/")
    chosen = ("https://a.example/", "ftp://c.example/")
    visits = visit_websites(roster, settings=WebSettings(resolve=resolve), urls=chosen)
    assert [(visit.url, visit.entry.name) for visit in visits] == [("https://a.example/", "P0")]
