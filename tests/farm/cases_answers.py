"""Sites that answer, well or badly: statuses, malformed HTTP, slowness and size."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from farm import behaviours as b
from farm.caller import Request, Serve
from farm.case import DEAD, UNSURE, Case, Seen
from rollkeeper.model.visit import VisitFailure

OK = Seen()
PAGE = b.page().encode()
LENGTH = f"Content-Length: {len(PAGE)}\r\n".encode()
TYPE = b"Content-Type: text/html\r\n"
GZIP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\n" + TYPE + b"Transfer-Encoding: chunked\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\n" + TYPE


def raw(*head: bytes, body: bytes = PAGE) -> Serve:
    return b.says(b"".join(head) + b"\r\n" + body)


def busy(status: int, seconds: int | str | None, *, then_well: bool = True) -> Serve:
    """Ask the first visitor to come again after a time."""
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    first = b.says(b.answer(status, "busy", headers))
    return b.by_turn(first, b.says()) if then_well else first


def busy_until_a_date(_request: Request) -> bytes:
    moment = datetime.now(tz=UTC) + timedelta(seconds=120)
    return b.answer(429, "busy", {"Retry-After": format_datetime(moment, usegmt=True)})


def plainly(status: int, rules: tuple[str, ...]) -> Case:
    """Return a site that always answers with one status and nothing else to say."""
    return Case(f"always-{status}", b.says(b.answer(status, "no")), Seen(status, None, rules))


METHODS = (
    Case("head-405", b.head_fails(405), OK),
    Case("head-404", b.head_fails(404), OK),
    Case("head-500", b.head_fails(500), OK),
    Case("head-never", b.head_fails(None), OK),
    Case("browsers-only", b.judges(b.plain_browser_only), OK),
    Case("needs-accept", b.only_if("accept", "text/html", 406), OK),
    Case("needs-language", b.only_if("accept-language", "en", 404), OK),
)

STATUSES = (
    Case("well", b.says(), Seen(attempts=1, title="Brassworks of Anytown", family="IPv4")),
    *(plainly(status, UNSURE) for status in (401, 403, 429, 451, 999, 407, 406, 521)),
    *(plainly(status, DEAD) for status in (404, 410, 500, 501, 502, 504)),
    Case("always-503", b.says(b.answer(503, "no")), Seen(503, None, DEAD)),
    Case("no-content", b.says(b"HTTP/1.1 204 No Content\r\n\r\n"), Seen(204)),
    Case("not-modified", b.says(b"HTTP/1.1 304 Not Modified\r\n\r\n"), Seen(304)),
    Case("partial", b.says(b.answer(206, PAGE)), Seen(206)),
    Case("early-hints", raw(b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n", HEAD), OK),
    Case("continues", raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 3, HEAD, LENGTH), OK),
    Case("hints-for-ever", b.then(b"", b.dribbles(b"HTTP/1.1 103 Hint\r\n\r\n")),
         Seen(None, VisitFailure.TOO_MUCH, DEAD)),
)  # fmt: skip

WALLS = (
    Case("cloudflare-403", b.says(b.answer(403, "<title>Just a moment...</title>", {
        "Server": "cloudflare", "cf-mitigated": "challenge", "CF-RAY": "8a-FRA"})),
        Seen(403, None, UNSURE, "Cloudflare")),
    Case("cloudflare-503", b.says(b.answer(503, "<title>Just a moment...</title>", {
        "Server": "cloudflare", "cf-mitigated": "challenge", "CF-RAY": "8a-FRA"})),
        Seen(503, None, UNSURE, "Cloudflare")),
    Case("cloudflare-521", b.says(b.answer(521, "down", {"Server": "cloudflare"})),
         Seen(521, None, UNSURE)),
    Case("akamai-403", b.says(b.answer(403, "<title>Access Denied</title>", {
        "Server": "AkamaiGHost"})), Seen(403, None, UNSURE, "Akamai")),
    Case("imperva-403", b.says(b.answer(403, "Incapsula incident", {"X-Iinfo": "9-1-2"})),
         Seen(403, None, UNSURE, "Imperva")),
    Case("datadome-403", b.says(b.answer(403, "x", {"X-DataDome": "protected"})),
         Seen(403, None, UNSURE, "DataDome")),
)  # fmt: skip

AGAIN = (
    Case("busy-1s", busy(429, 1), Seen(attempts=2)),
    Case("busy-now", busy(503, 0), Seen(attempts=2)),
    Case("busy-untold", busy(429, None), Seen(attempts=2)),
    Case("busy-30s", busy(429, 30, then_well=False), Seen(429, None, UNSURE)),
    Case("busy-120s", busy(429, 120, then_well=False), Seen(429, None, UNSURE)),
    Case("busy-date", b.judges(busy_until_a_date), Seen(429, None, UNSURE)),
    Case("busy-garbage", busy(429, "soon", then_well=False), Seen(429, None, UNSURE)),
    Case("busy-million", busy(503, 10**30, then_well=False), Seen(503, None, DEAD)),
    Case("busy-minus", busy(429, -5, then_well=False), Seen(429, None, UNSURE)),
    *(
        Case(f"{status}-once", b.by_turn(b.says(b.answer(status, "no")), b.says()), Seen(attempts=2))
        for status in (500, 502, 503, 504, 408)
    ),
    Case("reset-once", b.by_turn(b.resets, b.says()), Seen(attempts=2)),
    Case("closed-once", b.by_turn(b.closes, b.says()), Seen(attempts=2)),
    Case("closed-twice", b.by_turn(b.closes_at_once, b.closes, b.says()), OK),
    Case("silent-once", b.by_turn(b.silent, b.says()), OK),
)  # fmt: skip

ENDS = (
    Case("silent", b.silent, Seen(None, VisitFailure.SILENT, DEAD)),
    Case("resets", b.resets, Seen(None, VisitFailure.RESET, DEAD)),
    Case("empty-answer", b.closes, Seen(None, VisitFailure.RESET, DEAD)),
    Case("closes-at-once", b.closes_at_once, Seen(None, VisitFailure.RESET, DEAD)),
    Case("half-closed", b.half_closes, Seen(None, VisitFailure.RESET, DEAD), ("http",)),
    Case("closes-in-headers", b.says(b"HTTP/1.1 200 OK\r\nContent-Ty"),
         Seen(None, VisitFailure.RESET, DEAD)),
    Case("resets-in-headers", b.then(HEAD, b.breaks_off), Seen(None, VisitFailure.RESET, DEAD)),
    Case("resets-in-body", b.then(HEAD + b"\r\n" + PAGE, b.breaks_off), OK),
    Case("silent-in-headers", b.then(HEAD, b.stays), Seen(None, VisitFailure.SILENT, DEAD)),
    Case("silent-in-body", b.then(HEAD + LENGTH + b"\r\n" + PAGE[:90], b.stays), OK),
)  # fmt: skip

MALFORMED = (
    Case("garbage", b.says(b"\x00\xff\x10\x80 nothing\r\n\r\n"),
         Seen(None, VisitFailure.GARBAGE, DEAD)),
    Case("other-protocol", b.says(b"220 mail.example.org ESMTP\r\n"),
         Seen(None, VisitFailure.GARBAGE, DEAD)),
    Case("http-0.9", b.says(PAGE), Seen(None, VisitFailure.GARBAGE, DEAD)),
    Case("http-2-only", b.says(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18),
         Seen(None, VisitFailure.GARBAGE, DEAD)),
    Case("http-1.0", raw(b"HTTP/1.0 200 OK\r\n", TYPE), OK),
    Case("no-reason", raw(b"HTTP/1.1 200\r\n", TYPE, LENGTH), OK),
    Case("lower-case", raw(b"http/1.1 200 ok\r\n", TYPE, LENGTH), OK),
    Case("lines-of-lf", b.says((HEAD + LENGTH + b"\r\n").replace(b"\r", b"") + PAGE), OK),
    Case("no-headers", raw(b"HTTP/1.1 200 OK\r\n"), OK),
    Case("blank-before-colon", raw(b"HTTP/1.1 200 OK\r\nContent-Type : text/html\r\n"), OK),
    Case("folded-header", raw(HEAD, b"X-Long: one\r\n two\r\n"), OK),
    Case("no-colon", raw(HEAD, b"this is no header\r\n"), OK),
    Case("nul-in-header", raw(HEAD, b"X-Odd: a\x00b\r\n"), OK),
    Case("latin-1-header", raw(HEAD, b"X-Caf\xe9: \xfc\xdf\r\n"), OK),
    Case("two-lengths", raw(HEAD, LENGTH, b"Content-Length: 3\r\n"), OK),
    Case("length-minus", raw(HEAD, b"Content-Length: -1\r\n"), OK),
    Case("length-words", raw(HEAD, b"Content-Length: many\r\n"), OK),
    Case("length-and-chunks", b.says(CHUNKED.replace(b"\r\n\r\n", b"\r\n" + LENGTH + b"\r\n")
         + b"%x\r\n" % len(PAGE) + PAGE + b"\r\n0\r\n\r\n"), OK),
    Case("chunks", b.says(CHUNKED + b"".join(b"1\r\n%c\r\n" % c for c in PAGE) + b"0\r\n\r\n"),
         Seen(title="Brassworks of Anytown")),
    Case("bad-chunk", b.says(CHUNKED + b"zz\r\n" + PAGE), OK),
    Case("endless-chunk-line", b.says(
        CHUNKED + b"%x\r\n" % len(PAGE) + PAGE + b"\r\n1;" + b"x" * 200_000), OK),
    Case("huge-chunk", b.says(CHUNKED + b"f" * 40 + b"\r\n" + PAGE), OK),
    Case("short-body", raw(HEAD, b"Content-Length: 999999\r\n"), OK),
    Case("long-body", raw(HEAD, LENGTH, body=PAGE + b"and more"), OK),
    Case("status-words", raw(b"HTTP/1.1 fine\r\n", TYPE), Seen(None, VisitFailure.GARBAGE, DEAD)),
    Case("status-huge", raw(b"HTTP/1.1 " + b"2" * 5000 + b" OK\r\n", TYPE),
         Seen(None, VisitFailure.GARBAGE, DEAD)),
)  # fmt: skip

SIZES = (
    Case("headers-dribble", b.then(HEAD, b.dribbles(b"X-A: 1\r\n")),
         Seen(None, VisitFailure.SILENT, DEAD)),
    Case("letters-dribble", b.then(b"HTTP/1.1 200 O", b.dribbles(b"K")),
         Seen(None, VisitFailure.SILENT, DEAD)),
    Case("body-dribbles", b.then(HEAD + b"\r\n" + PAGE, b.dribbles(b".")), OK),
    Case("body-endless", b.then(HEAD + b"\r\n" + PAGE, b.pours(b"." * 65536)), OK),
    Case("body-large", b.then(HEAD + b"\r\n" + PAGE, b.pours(b"." * 65536, 100)), OK),
    Case("headers-10-mb", b.then(HEAD, b.pours(b"X-Pad: %s\r\n" % (b"x" * 8000), 1250)),
         Seen(None, VisitFailure.TOO_MUCH, DEAD)),
    Case("header-1-mb", raw(HEAD, b"X-Pad: " + b"x" * 2**20 + b"\r\n"),
         Seen(None, VisitFailure.TOO_MUCH, DEAD)),
    Case("headers-endless", b.then(HEAD, b.pours(b"X: 1\r\n" * 1000)),
         Seen(None, VisitFailure.TOO_MUCH, DEAD)),
    Case("status-line-endless", b.then(b"HTTP/1.1 200 ", b.pours(b"OK" * 4000)),
         Seen(None, VisitFailure.TOO_MUCH, DEAD)),
    Case("header-20-kb", raw(HEAD, b"Content-Security-Policy: " + b"x" * 20_000 + b"\r\n"), OK),
    Case("headers-150", raw(HEAD, b"".join(b"X-%d: 1\r\n" % n for n in range(150))), OK),
    Case("headers-3000", raw(HEAD, b"".join(b"X-%d: 1\r\n" % n for n in range(3000))), OK),
)  # fmt: skip

FAMILIES: tuple[Case, ...] = (
    *METHODS, *STATUSES, *WALLS, *AGAIN, *ENDS, *MALFORMED, *SIZES
)  # fmt: skip
