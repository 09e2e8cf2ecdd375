"""Sites whose names or certificates have something about them."""

from __future__ import annotations

import socket
import ssl
from datetime import timedelta

import idna

from farm import behaviours as b
from farm.authority import DAY, Tls
from farm.case import (
    BLACK_HOLE,
    CERTIFICATE,
    DEAD,
    ENDING,
    HTTPS,
    REFUSING_4,
    REFUSING_6,
    SILENT_NAME,
    SITE_4,
    SITE_6,
    UNSURE,
    Case,
    Seen,
)
from rollkeeper.model.visit import VisitFailure


def lookup(name: str, addresses: tuple[str, ...], seen: Seen) -> Case:
    return Case(name, b.says(), seen, addresses=addresses)


def failing(name: str, code: int, seen: Seen) -> Case:
    return Case(name, b.says(), seen, lookup_fails=code)


def secured(name: str, tls: Tls | None, seen: Seen) -> Case:
    return Case(name, b.says(), seen, HTTPS, tls=tls)


def refused(failure: VisitFailure) -> Seen:
    """Return what is to be said of a site whose certificate a browser would not take."""
    return Seen(None, failure, (CERTIFICATE,))


HOSTS = (
    Case("upper-case", b.only_if("host", "upper-case-", 404), Seen(), host="UPPER-CASE-farm.example"),
    Case("trailing-dot", b.says(), Seen(), writes="{host}."),
    Case("with-port", b.judges(lambda request: b.answer(404, "no")
         if ":" in request.headers["host"] else b.well()), Seen(), HTTPS, writes="{host}:443"),
    Case("idn", b.only_if("host", "xn--", 404), Seen(), host="bücher-farm.example"),
    Case("idn-encoded", b.only_if("host", "xn--", 404), Seen(), HTTPS,
         host=idna.encode("münchen-farm.example").decode()),
    Case("query", b.by_path({"/?lang=en&x=%20y": b.well()}, b.answer(404, "no")), Seen(),
         path="/?lang=en&x=%20y"),
    Case("route", b.by_path({"/": b.well()}, b.answer(404, "no")), Seen(), path="/#/about"),
    Case("path-in-letters", b.by_path({"/%E5%85%B3%E4%BA%8E": b.well()}, b.answer(404, "no")),
         Seen(), path="/关于"),
    Case("no-path", b.by_path({"/": b.well()}, b.answer(404, "no")), Seen(), path=""),
)  # fmt: skip

LOOKUPS = (
    failing("no-such-name", socket.EAI_NONAME, Seen(None, VisitFailure.NO_SUCH_NAME, DEAD)),
    failing("no-address", socket.EAI_NODATA, Seen(None, VisitFailure.NO_ADDRESS, DEAD)),
    lookup("no-address-at-all", (), Seen(None, VisitFailure.NO_ADDRESS, DEAD)),
    failing("server-failure", socket.EAI_AGAIN, Seen(None, VisitFailure.NAME_SERVER, UNSURE)),
    failing("server-fails-for-good", socket.EAI_FAIL, Seen(None, VisitFailure.NAME_SERVER, UNSURE)),
    lookup("name-server-silent", (SILENT_NAME,), Seen(None, VisitFailure.NAME_SERVER, UNSURE)),
    lookup("private", ("10.0.0.1",), Seen(None, VisitFailure.NOT_PUBLIC, DEAD)),
    lookup("public-and-private", (SITE_4, "192.168.0.1"), Seen(None, VisitFailure.NOT_PUBLIC, DEAD)),
    lookup("only-ipv6", (SITE_6,), Seen(family="IPv6")),
    lookup("both-families", (SITE_6, SITE_4), Seen()),
    lookup("ipv6-refused", (REFUSING_6, SITE_4), Seen(family="IPv4")),
    lookup("ipv6-black-hole", (BLACK_HOLE, SITE_4), Seen(family="IPv4")),
    lookup("first-of-two-refused", (REFUSING_4, SITE_4), Seen(family="IPv4")),
    Case("refused", None, Seen(None, VisitFailure.REFUSED, DEAD)),
)  # fmt: skip

SECURED = (
    secured("ends-in-3-days", Tls(ends=timedelta(days=3, hours=1)), Seen(200, None, (ENDING,))),
    secured("ends-in-20-days", Tls(ends=20 * DAY), Seen()),
    secured("expired", Tls(ends=-2 * DAY), refused(VisitFailure.EXPIRED)),
    secured("not-yet", Tls(begins=2 * DAY), refused(VisitFailure.CERTIFICATE)),
    secured("wrong-name", Tls(names=("other-farm.example",)), refused(VisitFailure.WRONG_NAME)),
    Case("wildcard", b.says(), Seen(), HTTPS, host="shop.{name}-farm.example",
         tls=Tls(names=("*.wildcard-farm.example",))),
    secured("wildcard-too-high", Tls(names=("*.shop.wildcard-too-high-farm.example",)), refused(VisitFailure.WRONG_NAME)),
    secured("self-signed", Tls(signed_by="self"), refused(VisitFailure.SELF_SIGNED)),
    secured("unknown-authority", Tls(signed_by="stranger"), refused(VisitFailure.CERTIFICATE)),
    secured("incomplete-chain", Tls(whole_chain=False), refused(VisitFailure.INCOMPLETE)),
    secured("chain-issuer-inside", Tls(whole_chain=False, issuer_at="http://169.254.169.254/i.der"),
            refused(VisitFailure.INCOMPLETE)),
    secured("tls-1.2", Tls(version=ssl.TLSVersion.TLSv1_2), Seen()),
    secured("tls-1.1", Tls(version=ssl.TLSVersion.TLSv1_1), Seen(None, VisitFailure.TLS, DEAD)),
    secured("client-certificate", Tls(wants_client=True), Seen(None, VisitFailure.TLS, DEAD)),
    secured("tls-half-closed", Tls(half_closes=True), Seen(None, VisitFailure.RESET, DEAD)),
    Case("plain-on-tls-port", b.answers_nonsense, Seen(None, VisitFailure.TLS, DEAD), HTTPS, tls=None),
    Case("tls-silent", b.silent, Seen(None, VisitFailure.SILENT, DEAD), HTTPS, tls=None),
    Case("tls-closes", b.closes_at_once, Seen(None, VisitFailure.RESET, DEAD), HTTPS, tls=None),
    Case("tls-dribbles", b.in_pieces(b"\x16\x03\x03\x40\x00" + b"\x00" * 16000),
         Seen(None, VisitFailure.SILENT, DEAD), HTTPS, tls=None),
)  # fmt: skip

FAMILIES: tuple[Case, ...] = (*HOSTS, *LOOKUPS, *SECURED)
