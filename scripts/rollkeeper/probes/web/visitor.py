"""One visit: from an address over its redirects to an answer, within one deadline."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from rollkeeper.grammar.social_networks import network_of
from rollkeeper.grammar.urls import DEFAULT_PORTS
from rollkeeper.model.visit import Hop, VisitFailure
from rollkeeper.probes.web import github, tls
from rollkeeper.probes.web.bodies import is_page, unwrapped
from rollkeeper.probes.web.connection import Connection, RequestSpec
from rollkeeper.probes.web.cookies import Cookies
from rollkeeper.probes.web.exchange import Exchange, retry_after
from rollkeeper.probes.web.gates import Gates
from rollkeeper.probes.web.handshakes import Handshakes
from rollkeeper.probes.web.html_page import page_of
from rollkeeper.probes.web.http_head import ResponseHead
from rollkeeper.probes.web.resolving import Resolver
from rollkeeper.probes.web.settings import AGENT, Address, Observation, VisitError, WebSettings
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
    deadline: float | None = None
    """By the loop's clock; it starts when the first question is really asked."""
    cookies: Cookies = field(default_factory=Cookies)
    addresses: dict[tuple[str, int], list[Address]] = field(default_factory=dict)
    """Checked already in this visit."""
    more: bytes = b""
    """Further lines of each request."""


class Visitor:
    """Makes visits; holds what they share. Lives within one run of an event loop."""

    def __init__(self, settings: WebSettings, *, threads: int = 0) -> None:
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._resolver = Resolver(settings.resolve, settings.guard)
        self._gates = Gates(settings.at_once_per_domain, settings.pause_seconds)
        self._handshakes = Handshakes(threads, lambda: self._resolver.crowded)
        self._secure: ssl.SSLContext | None = None
        self._nameless: ssl.SSLContext | None = None
        self._blind: ssl.SSLContext | None = None
        self._helped: dict[str, ssl.SSLContext | None] = {}

    def close(self) -> None:
        """Let the threads go."""
        self._resolver.close()
        self._handshakes.close()

    async def visit(self, url: str) -> Observation:
        """Look at one address; never raises for anything that a site does."""
        seen = Observation(url)
        target = target_of(url)
        if target is None or network_of(target.host):
            seen.failure = VisitFailure.NOT_CHECKABLE
            return seen
        token = self._settings.github_token
        if token and await self._known_to_github(seen, target, token):
            return seen
        try:
            last = await self._walk(seen, target, Trip(self._settings.total_seconds))
        except VisitError as error:
            seen.failure = error.failure
            return seen
        if target.scheme == "http" and self._settings.ask_https and last.domain == target.domain:
            seen.https_answers = last.scheme == "https" or await self._https_answers(last)
        return seen

    async def _walk(self, seen: Observation, target: Target, trip: Trip) -> Target:
        """Follow redirects to the answer, and note it; give the address that gave it."""
        been: set[tuple[str, int]] = set()
        while True:
            step = (target.url, trip.cookies.version)
            if step in been:
                raise VisitError(VisitFailure.LOOP)
            been.add(step)
            connection = await self._ask(seen, target, trip)
            head = _head_of(connection)
            location = head.first(b"location")
            if head.status not in REDIRECTS:
                self._note(seen, target, connection, head)
                return target
            trip.cookies.take(target, head)
            onward = redirected(target, location) if location else None
            if onward is None or len(seen.hops) >= self._settings.redirects:
                raise VisitError(VisitFailure.REDIRECTS)
            seen.hops += (Hop(head.status, onward.url),)
            target = onward
            if network_of(target.host):
                seen.final_url = target.url
                raise VisitError(VisitFailure.NOT_CHECKABLE)

    async def _known_to_github(self, seen: Observation, target: Target, token: str) -> bool:
        """Ask GitHub's API about an address of GitHub; say whether it had an answer."""
        asked = github.question(target)
        trip = Trip(self._settings.total_seconds, more=github.credential(token))
        for _ in range(self._settings.redirects + 1):
            if asked is None or not trip.more:
                return False
            try:
                answer, seen.attempts = await self._exchange(
                    asked, trip, self._context(asked), wants_body=_always
                )
            except VisitError:
                return False
            head = answer.head
            if head is None or head.status not in REDIRECTS:
                break
            asked = github.further(redirected(asked, head.first(b"location")))
        if answer.head is None or answer.head.status not in {_OK, github.GONE}:
            return False
        known = github.read(unwrapped(answer.head, bytes(answer.body)) or b"")
        if known is None:
            return False
        seen.status, seen.final_url = answer.head.status, target.url
        seen.renamed_to, seen.archived = github.renamed(target, known), known.archived
        return True

    async def _ask(self, seen: Observation, target: Target, trip: Trip) -> Connection:
        """Ask one address, and find out what is wrong with its certificate if something is."""
        connection, seen.attempts = await self._exchange(target, trip, self._context(target))
        failure = connection.failure
        if connection.head is None and failure in _REFUSED_CERTIFICATE:
            shown = await self._shown(target, trip)
            seen.certificate = shown.certificate
            if connection.unknown_issuer:
                helped = await self._with_issuer(shown.issuer_at, trip)
                if helped:
                    connection, _ = await self._exchange(target, trip, helped)
                if connection.head is not None or shown.alone:
                    failure = VisitFailure.INCOMPLETE
        if connection.head is None:
            raise VisitError(failure or VisitFailure.RESET)
        if failure is VisitFailure.INCOMPLETE:
            seen.failure = failure
        return connection

    async def _exchange(
        self,
        target: Target,
        trip: Trip,
        secure: ssl.SSLContext | None,
        *,
        wants_body: Callable[[ResponseHead], bool] = _wants_body,
        request: bytes | None = None,
    ) -> tuple[Connection, int]:
        """Return the connection that told most, and how many there were."""
        domain = target.domain
        started = self._loop.time()
        await self._gates.enter(domain, fresh=trip.deadline is None)
        try:
            if trip.deadline is not None:  # waiting for a turn is not the site's fault
                trip.deadline += self._loop.time() - started
            addresses = await self._addresses(target, trip)
            if request is None:
                request = _request(target, trip)
            errand = RequestSpec(
                addresses,
                target.host,
                secure,
                request,
                self._settings.connect_seconds,
                self._handshakes,
                wants_body,
            )
            exchange = Exchange(errand, _deadline(trip), lambda: self._gates.try_enter(domain))
            try:
                return await exchange.answer(self._settings.hedge_seconds), exchange.attempts
            finally:
                if exchange.hedged:
                    self._gates.leave(domain)
        finally:
            self._gates.leave(domain)

    async def _addresses(self, target: Target, trip: Trip) -> list[Address]:
        """Resolve a host, once for each visit; every address of it may be dialled."""
        key = (target.host, target.port)
        if key not in trip.addresses:
            trip.addresses[key] = await self._looked_up(target, trip)
        return trip.addresses[key]

    async def _looked_up(self, target: Target, trip: Trip) -> list[Address]:
        started = self._loop.time()
        if target.literal:
            trip.deadline = trip.deadline or started + trip.seconds
            return self._resolver.checked([Address(target.host, target.port)])
        await self._resolver.turn()
        now = self._loop.time()
        trip.deadline = (
            now + trip.seconds if trip.deadline is None else trip.deadline + now - started
        )
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
        if "_" in target.host:
            if self._nameless is None:
                self._nameless = tls.trusting(self._settings.authorities, names=False)
            return self._nameless
        if self._secure is None:
            self._secure = tls.trusting(self._settings.authorities)
        return self._secure

    async def _shown(self, target: Target, trip: Trip) -> tls.PeerCertificate:
        """Look at a certificate that was not accepted; nothing is sent on that connection."""
        if self._blind is None:
            self._blind = tls.blind()
        connection, _ = await self._exchange(target, trip, self._blind, request=b"")
        return connection.shown or tls.PeerCertificate(None, alone=False, issuer_at=None)

    async def _with_issuer(self, place: str | None, trip: Trip) -> ssl.SSLContext | None:
        """Do what browsers do when a chain is incomplete: fetch the missing link of it.

        The chain must still end in a root that is trusted, so anybody may serve the link.
        """
        target = target_of(place) if place else None
        if target is None or target.scheme != "http":
            return None
        if target.url not in self._helped:
            self._helped[target.url] = None
            fetched = Trip(_left(trip, self._loop.time()))
            try:
                answer, _ = await self._exchange(target, fetched, None, wants_body=_always)
            except VisitError:
                return None
            if answer.head and answer.head.status == _OK:
                content = unwrapped(answer.head, bytes(answer.body))
                content = tls.certificate_bytes(content) if content else None
                if content:
                    self._helped[target.url] = tls.trusting(self._settings.authorities, content)
        return self._helped[target.url]

    async def _https_answers(self, target: Target) -> bool | None:
        """Return whether the page of an http address is there over https too."""
        if target.port != DEFAULT_PORTS["http"]:
            return None
        secure = target._replace(scheme="https", port=DEFAULT_PORTS["https"])
        trip = Trip(self._settings.total_seconds)
        try:
            answer, _ = await self._exchange(secure, trip, self._context(secure), wants_body=_never)
        except VisitError:
            return False
        return answer.head is not None and answer.head.status < _REFUSING

    def _note(
        self, seen: Observation, target: Target, connection: Connection, head: ResponseHead
    ) -> None:
        """Write down an answer."""
        body = bytes(connection.body)
        seen.status = head.status
        seen.final_url = target.url
        seen.family = connection.family
        seen.certificate = seen.certificate or connection.certificate
        seen.protocol = ", ".join(filter(None, (head.version, connection.protocol)))
        seen.first_byte = connection.first_byte
        seen.retry_after = retry_after(head)
        content = unwrapped(head, body) if is_page(head) else None
        if content is not None:
            kind = head.first(b"content-type")
            seen.page = page_of(content, kind, self._settings.mentions)
        seen.wall = wall_of(head, content or b"")


def _request(target: Target, trip: Trip) -> bytes:
    start = f"GET {target.path} HTTP/1.1\r\nHost: {target.authority}\r\n".encode("ascii")
    return b"".join((start, _ASKING, trip.cookies.header(target), trip.more, b"\r\n"))


def _deadline(trip: Trip) -> float:
    return trip.deadline if trip.deadline is not None else 0.0


def _left(trip: Trip, now: float) -> float:
    return max(0.0, _deadline(trip) - now)


def _head_of(connection: Connection) -> ResponseHead:
    if connection.head is None:
        raise VisitError(connection.failure or VisitFailure.RESET)
    return connection.head
