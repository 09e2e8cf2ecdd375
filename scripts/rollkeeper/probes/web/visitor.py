"""One visit: from an address over its redirects to an answer, within one deadline."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, partial

from rollkeeper.grammar.social_networks import network_of
from rollkeeper.grammar.urls import DEFAULT_PORTS
from rollkeeper.model.limits import MAX_PAGE_BYTES, PAGE_SECONDS
from rollkeeper.model.visit import Certificate, Hop, Observation, VisitFailure
from rollkeeper.probes.web import github, tls
from rollkeeper.probes.web.bodies import is_page, unwrapped, whole
from rollkeeper.probes.web.connection import Connection, RequestSpec
from rollkeeper.probes.web.cookies import Cookies
from rollkeeper.probes.web.exchange import Exchange, retry_after
from rollkeeper.probes.web.gates import Gates
from rollkeeper.probes.web.handshakes import Handshakes
from rollkeeper.probes.web.html_page import page_of
from rollkeeper.probes.web.http_head import ResponseHead
from rollkeeper.probes.web.resolving import Resolver
from rollkeeper.probes.web.settings import AGENT, Address, VisitError, WebSettings
from rollkeeper.probes.web.targets import Target, redirected, target_of
from rollkeeper.probes.web.walls import wall_of

REDIRECTS = frozenset({301, 302, 303, 307, 308})
LOOKUP_PAUSE = 1.0
"""Seconds before a name server that stumbled is asked again."""
_REFUSED_CERTIFICATE = frozenset({
    VisitFailure.CERTIFICATE, VisitFailure.EXPIRED, VisitFailure.WRONG_NAME,
    VisitFailure.SELF_SIGNED,
})  # fmt: skip
_OK = 200
_REFUSING = 400
_ASKING = (
    f"User-Agent: {AGENT}\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: en-GB,en;q=0.9,*;q=0.5\r\n"
    "Accept-Encoding: identity\r\n"
    "Connection: close\r\n"
).encode("ascii")


def _wants_body(head: ResponseHead) -> bool:
    return is_page(head) and head.status not in REDIRECTS


def _always(_: ResponseHead) -> bool:
    return True


def _never(_: ResponseHead) -> bool:
    return False


@dataclass(slots=True)
class Trip:
    """What belongs to one visit only."""

    seconds: float
    deadline: float = 0.0
    """By the loop's clock; 0 until the first question is really asked."""
    cookies: Cookies = field(default_factory=Cookies)
    addresses: dict[tuple[str, int], list[Address]] = field(default_factory=dict)
    """Checked already in this visit."""
    hops: tuple[Hop, ...] = ()
    attempts: int = 1
    refused: Certificate | None = None
    """The certificate that was not accepted."""
    most: int = MAX_PAGE_BYTES
    body_seconds: float = PAGE_SECONDS


class Visitor:
    """Makes visits; holds what they share. Lives within one run of an event loop."""

    def __init__(self, settings: WebSettings, *, threads: int = 0) -> None:
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._resolver = Resolver(settings.resolve, settings.guard, settings.names_at_once)
        self._gates = Gates(settings.at_once_per_domain, settings.pause_seconds)
        self._handshakes = Handshakes(threads, lambda: self._resolver.crowded)
        self._trusting = cache(partial(tls.trusting, settings.authorities))
        self._blind = cache(tls.blind)

    def close(self) -> None:
        """Let the threads go."""
        self._resolver.close()
        self._handshakes.close()

    async def visit(self, url: str) -> Observation:
        """Visit one address; never raises for anything that a site does."""
        target = target_of(url)
        if target is None or network_of(target.host):
            return Observation(url, failure=VisitFailure.NOT_CHECKABLE)
        if self._settings.github_token:
            known = await self._known_to_github(url, target, self._settings.github_token)
            if known is not None:
                return known
        trip = Trip(self._settings.total_seconds)
        try:
            seen, last = await self._walk(url, target, trip)
        except VisitError as error:
            return Observation(
                url, final_url=error.url, failure=error.failure, hops=trip.hops,
                certificate=trip.refused, attempts=trip.attempts,
            )  # fmt: skip
        if target.scheme == "http" and self._settings.ask_https and last.domain == target.domain:
            answers = last.scheme == "https" or await self._https_answers(last)
            seen = replace(seen, https_answers=answers)
        return seen

    async def _walk(self, url: str, target: Target, trip: Trip) -> tuple[Observation, Target]:
        """Follow redirects to the answer; return it, and the address that gave it."""
        been: set[tuple[str, int]] = set()
        while True:
            step = (target.url, trip.cookies.version)
            if step in been:
                raise VisitError(VisitFailure.LOOP)
            been.add(step)
            connection, head = await self._ask(target, trip)
            location = head.first(b"location")
            if head.status not in REDIRECTS:
                return self._seen(url, target, trip, connection, head), target
            trip.cookies.take(target, head)
            onward = redirected(target, location) if location else None
            if onward is None or len(trip.hops) >= self._settings.redirects:
                raise VisitError(VisitFailure.REDIRECTS)
            trip.hops += (Hop(head.status, onward.url),)
            target = onward
            if network_of(target.host):
                raise VisitError(VisitFailure.NOT_CHECKABLE, target.url)

    async def _known_to_github(self, url: str, target: Target, token: str) -> Observation | None:
        """Ask GitHub's API about an address of GitHub; return None where it had no answer."""
        asked, more = github.question(target), github.credential(token)
        trip = Trip(self._settings.total_seconds)
        for _ in range(self._settings.redirects + 1):
            if asked is None or not more:
                return None
            request = _request(asked, trip, more)
            try:
                answer = await self._exchange(asked, trip, request=request, wants_body=_always)
            except VisitError:
                return None
            head = answer.head
            if head is None or head.status not in REDIRECTS:
                break
            asked = github.further(redirected(asked, head.first(b"location")))
        if answer.head is None or answer.head.status not in {_OK, github.GONE}:
            return None
        known = github.read(unwrapped(answer.head, bytes(answer.body)) or b"")
        if known is None:
            return None
        return Observation(
            url, answer.head.status, target.url, attempts=trip.attempts,
            renamed_to=github.renamed(target, known), archived=known.archived,
        )  # fmt: skip

    async def fetch(self, url: str, most: int) -> bytes | str:
        """Return all of a file at an https address, or why not; raise VisitError as visits do."""
        seconds = self._settings.total_seconds
        target, trip = target_of(url), Trip(seconds, most=most + 1, body_seconds=seconds)
        for _ in range(self._settings.redirects + 1):
            if target is None or target.scheme != "https":
                return "it leads to an address without https"
            connection = await self._exchange(target, trip, wants_body=_always)
            head = connection.head
            if head is None:
                raise VisitError(connection.failure or VisitFailure.RESET)
            if head.status not in REDIRECTS:
                return _whole(head, bytes(connection.body), most)
            target = redirected(target, head.first(b"location"))
        raise VisitError(VisitFailure.REDIRECTS)

    async def _ask(self, target: Target, trip: Trip) -> tuple[Connection, ResponseHead]:
        """Ask one address, and find out what is wrong with its certificate if something is."""
        connection = await self._exchange(target, trip)
        if connection.head is not None:
            return connection, connection.head
        failure = connection.failure or VisitFailure.RESET
        if failure in _REFUSED_CERTIFICATE:
            attempts = trip.attempts
            # Nothing is sent on this connection.
            shown = (await self._exchange(target, trip, self._blind(), request=b"")).shown
            trip.attempts = attempts
            if shown is not None:
                trip.refused = shown.certificate
                if connection.unknown_issuer and shown.alone:
                    failure = VisitFailure.INCOMPLETE
        raise VisitError(failure)

    async def _exchange(
        self,
        target: Target,
        trip: Trip,
        secure: ssl.SSLContext | None = None,
        *,
        wants_body: Callable[[ResponseHead], bool] = _wants_body,
        request: bytes | None = None,
    ) -> Connection:
        """Return the connection that says most."""
        domain = target.domain
        started = self._loop.time()
        await self._gates.enter(domain, fresh=not trip.deadline)
        try:
            if trip.deadline:  # waiting for a turn is not the site's fault
                trip.deadline += self._loop.time() - started
            addresses = await self._addresses(target, trip)
            spec = RequestSpec(
                addresses,
                target.host,
                secure or self._context(target),
                _request(target, trip) if request is None else request,
                self._settings.connect_seconds,
                self._handshakes,
                wants_body,
                trip.most,
                trip.body_seconds,
            )
            exchange = Exchange(
                spec,
                trip.deadline,
                self._settings.hedge_seconds,
                lambda: self._gates.try_enter(domain),
            )
            try:
                return await exchange.answer()
            finally:
                trip.attempts = exchange.attempts
                if exchange.hedged:
                    self._gates.leave(domain)
        finally:
            self._gates.leave(domain)

    async def _addresses(self, target: Target, trip: Trip) -> list[Address]:
        """Resolve a host, once for each visit; every address of it may be dialled."""
        key = (target.host, target.port)
        if key not in trip.addresses:
            trip.addresses[key] = await self._resolved(target, trip)
        return trip.addresses[key]

    async def _resolved(self, target: Target, trip: Trip) -> list[Address]:
        started = self._loop.time()
        if target.literal:
            trip.deadline = trip.deadline or started + trip.seconds
            return self._resolver.checked([Address(target.host, target.port)])
        await self._resolver.turn()
        now = self._loop.time()
        trip.deadline = trip.deadline + now - started if trip.deadline else now + trip.seconds
        again = now + LOOKUP_PAUSE < trip.deadline
        try:
            async with asyncio.timeout_at(trip.deadline):
                try:
                    return await self._resolver.lookup(target.host, target.port)
                except VisitError as error:
                    if error.failure is not VisitFailure.NAME_SERVER or not again:
                        raise
                await asyncio.sleep(LOOKUP_PAUSE)
                await self._resolver.turn()
                return await self._resolver.lookup(target.host, target.port)
        except TimeoutError:
            raise VisitError(VisitFailure.NAME_SERVER) from None

    def _context(self, target: Target) -> ssl.SSLContext | None:
        if target.scheme != "https":
            return None
        return self._trusting(names="_" not in target.host)

    async def _https_answers(self, target: Target) -> bool | None:
        """Return whether the page of an http address is there over https too."""
        if target.port != DEFAULT_PORTS["http"]:
            return None
        secure = target._replace(scheme="https", port=DEFAULT_PORTS["https"])
        trip = Trip(self._settings.total_seconds)
        try:
            answer = await self._exchange(secure, trip, wants_body=_never)
        except VisitError:
            return False
        return answer.head is not None and answer.head.status < _REFUSING

    def _seen(
        self, url: str, target: Target, trip: Trip, connection: Connection, head: ResponseHead
    ) -> Observation:
        """Return what an answer says."""
        content = unwrapped(head, bytes(connection.body)) if is_page(head) else None
        page = None
        if content is not None:
            page = page_of(content, head.first(b"content-type"), self._settings.mentions)
        return Observation(
            url,
            head.status,
            target.url,
            hops=trip.hops,
            wall=wall_of(head, content or b""),
            family=connection.family,
            certificate=connection.certificate,
            protocol=", ".join(filter(None, (head.version, connection.protocol))),
            first_byte=connection.first_byte,
            retry_after=retry_after(head),
            attempts=trip.attempts,
            page=page,
        )


def _whole(head: ResponseHead, body: bytes, most: int) -> bytes | str:
    if head.status != _OK:
        return f"it answers with status {head.status}"
    if len(body) > most:
        return f"it has more than {most:,} bytes"
    if not whole(head, body):
        return "it did not arrive as a whole"
    content = unwrapped(head, body, most + 1)
    if content is None:
        return "it is packed in a way that is not known"
    return content if len(content) <= most else f"it has more than {most:,} bytes"


def _request(target: Target, trip: Trip, more: bytes = b"") -> bytes:
    start = f"GET {target.path} HTTP/1.1\r\nHost: {target.authority}\r\n".encode("ascii")
    return b"".join((start, _ASKING, trip.cookies.header(target), more, b"\r\n"))
