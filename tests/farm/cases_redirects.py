"""Sites that send visitors on."""

from __future__ import annotations

from farm import behaviours as b
from farm.caller import Serve
from farm.case import BOTH, DEAD, HTTP, HTTPS, MOVED, MOVED_AWAY, PLAIN_HTTP, SOFT_404, Case, Seen
from rollkeeper.model.visit import VisitFailure

ELSEWHERE = "elsewhere-farm.example"
"""Another registrable domain, where a healthy site stands."""
METADATA = "metadata-farm.example"
"""A name that leads to the address of a cloud's metadata service."""
INSIDE = Seen(None, VisitFailure.NOT_PUBLIC, DEAD, hops=(302,))
NOWHERE = Seen(None, VisitFailure.REDIRECTS, DEAD)


def to(location: str, status: int = 302) -> Serve:
    """Send visitors of the front page on, and answer on every other page."""
    return moved("/", location, status)


def moved(old: str, new: str, status: int) -> Serve:
    """Send visitors from one page to another, and answer on every other page."""
    return b.by_path({old: b.sends_on(new, status)}, b.well())


def to_host(name: str, status: int) -> Serve:
    """Send visitors on to another host of the same domain, where all is well."""
    return b.judges(
        lambda request: (
            b.well()
            if request.headers["host"].startswith(f"{name}.")
            else b.sends_on(f"//{name}.{request.headers['host']}/", status)
        )
    )


def lost(name: str, location: str) -> Case:
    """Return a site that sends its visitors where nobody can follow."""
    return Case(f"to-{name}", to(location), NOWHERE)


def inside(name: str, location: str) -> Case:
    """Return a site that sends its visitors to a network where they have no business."""
    return Case(f"to-{name}", to(location), INSIDE)


WAYS = (
    Case("relative", to("next/"), Seen(hops=(302,), final="{host}/next/")),
    Case("absolute-path", to("/en/", 303), Seen(hops=(303,), final="{host}/en/")),
    Case("query-only", to("?lang=en", 307), Seen(hops=(307,), final="{host}/?lang=en")),
    Case("dots", to("/a/b/../c"), Seen(hops=(302,), final="{host}/a/c")),
    Case("fragment", to("/new#top"), Seen(hops=(302,), final="{host}/new")),
    Case("hops-5", b.hops(5), Seen(hops=(302,) * 5, final="{host}/5")),
    Case("to-own-language", to("/en/", 301), Seen(hops=(301,), final="{host}/en/")),
    Case("moved-inside", moved("/company/history", "/products/", 301),
         Seen(200, None, (MOVED,), hops=(301,), final="{host}/products/"), path="/company/history"),
    Case("moved-308", moved("/company/history", "/products/", 308),
         Seen(200, None, (MOVED,), hops=(308,), final="{host}/products/"), path="/company/history"),
    Case("sent-on-for-now", moved("/company/history", "/products/", 302),
         Seen(hops=(302,), final="{host}/products/"), path="/company/history"),
    Case("back-to-the-front", moved("/company/history", "/", 301),
         Seen(200, None, (SOFT_404,), hops=(301,), final="{host}/"), path="/company/history"),
    Case("moved-to-www", to_host("www", 301), Seen(hops=(301,), final="://www.{host}/")),
    Case("moved-to-shop", to_host("shop", 301),
         Seen(200, None, (MOVED,), hops=(301,), final="://shop.{host}/")),
    Case("to-login", moved("/", "/login?next=/", 302),
         Seen(hops=(302,), final="{host}/login?next=/")),
    Case("scheme-relative", to(f"//{ELSEWHERE}/", 301),
         Seen(200, None, (MOVED_AWAY,), hops=(301,), final=f"{ELSEWHERE}/")),
    Case("moved-away", to(f"https://{ELSEWHERE}/", 301),
         Seen(200, None, (MOVED_AWAY,), hops=(301,), final=f"https://{ELSEWHERE}/")),
    Case("away-for-now", to(f"https://{ELSEWHERE}/", 302),
         Seen(200, None, (MOVED_AWAY,), hops=(302,), final=f"https://{ELSEWHERE}/")),
    Case("to-404", b.by_path({"/": b.sends_on("/gone")}, b.answer(404, "no")),
         Seen(404, None, DEAD, hops=(302,), final="{host}/gone")),
    Case("to-utf-8", b.by_path({"/": b"HTTP/1.1 302 Found\r\nLocation: /caf\xc3\xa9\r\n\r\n",
         "/caf%C3%A9": b.well()}, b.answer(404, "no")), Seen(hops=(302,))),
    Case("to-blanks", b.by_path({"/": b.sends_on("/a b"), "/a%20b": b.well()},
         b.answer(404, "no")), Seen(hops=(302,))),
    Case("to-tabs-around", b.by_path({"/": b.sends_on(" \t/next \t")}, b.well()),
         Seen(hops=(302,), final="{host}/next")),
    Case("upper-case-scheme", b.judges(lambda request: b.well() if request.path == "/next" else
         b.sends_on(f"HTTPS://{request.headers['host'].upper()}/next")),
         Seen(hops=(302,)), HTTPS),
    Case("to-https", b.judges(lambda request: b.well() if request.scheme == "https" else
         b.sends_on(f"https://{request.headers['host']}/", 301)),
         Seen(200, None, (PLAIN_HTTP,), hops=(301,), final="https://{host}/"), HTTP, listens=BOTH),
    Case("to-http", b.judges(lambda request: b.well() if request.scheme == "http" else
         b.sends_on(f"http://{request.headers['host']}/", 301)),
         Seen(hops=(301,), final="http://{host}/"), HTTPS, listens=BOTH),
    Case("plain-though-secure", b.says(), Seen(200, None, (PLAIN_HTTP,)), HTTP, listens=BOTH),
    Case("to-underscore", to_host("an_odd_one", 302),
         Seen(hops=(302,), final="://an_odd_one.{host}/"), HTTP),
    Case("password", to("//user:secret@elsewhere-farm.example/"),
         Seen(200, None, (MOVED_AWAY,), hops=(302,), final=f"://{ELSEWHERE}/")),
    Case("cookie-wall", b.judges(b.cookie_wall), Seen(hops=(302,))),
    Case("two-locations", b.by_path({"/": b"HTTP/1.1 302 Found\r\nLocation: /next\r\n"
         b"Location: /next\r\n\r\n"}, b.well()), Seen(hops=(302,), final="{host}/next")),
)  # fmt: skip

NOWAYS = (
    Case("loop", to("/"), Seen(None, VisitFailure.LOOP, DEAD, hops=(302,))),
    Case("loop-of-two", b.by_path({"/": b.sends_on("/b"), "/b": b.sends_on("/")}, b.well()),
         Seen(None, VisitFailure.LOOP, DEAD, hops=(302, 302))),
    Case("hops-6", b.hops(6), Seen(None, VisitFailure.REDIRECTS, DEAD, hops=(302,) * 5)),
    Case("hops-12", b.hops(12), Seen(None, VisitFailure.REDIRECTS, DEAD, hops=(302,) * 5)),
    Case("hops-10000", b.hops(10_000), Seen(None, VisitFailure.REDIRECTS, DEAD, hops=(302,) * 5)),
    Case("no-location", b.says(b.answer(302, "")), NOWHERE),
    Case("empty-location", b.says(b.sends_on("")), NOWHERE),
    lost("nonsense", "http://%/"),
    lost("bad-port", "http://elsewhere-farm.example:99999/"),
    lost("bad-bracket", "http://[::1/"),
    lost("file", "file:///etc/passwd"),
    lost("javascript", "javascript:alert(1)"),
    lost("data", "data:text/html,hello"),
    lost("gopher", "gopher://elsewhere-farm.example:25/_HELO"),
    inside("metadata-number", "http://169.254.169.254/latest/meta-data/"),
    inside("private-number", "http://10.0.0.1/"),
    lost("metadata-octal", "http://0251.0376.0251.0376/"),
    inside("metadata-mapped", "http://[::ffff:169.254.169.254]/"),
    inside("azure", "http://168.63.129.16/machine?comp=goalstate"),
    lost("huge", "/" + "x" * 20_000),
    Case("to-metadata", to(f"http://{METADATA}/latest/"),
         Seen(None, VisitFailure.NOT_PUBLIC, DEAD, hops=(302,))),
    Case("to-no-such-name", to("https://no-such-name.nowhere-farm.example/"),
         Seen(None, VisitFailure.NO_SUCH_NAME, DEAD, hops=(302,))),
)  # fmt: skip

TARGETS = (
    Case("elsewhere", b.says(), Seen(), HTTPS, listens=BOTH),
    Case("metadata", None, Seen(None, VisitFailure.NOT_PUBLIC, DEAD), HTTPS,
         addresses=("169.254.169.254",)),
)  # fmt: skip
"""Where others send their visitors."""

FAMILIES: tuple[Case, ...] = (*TARGETS, *WAYS, *NOWAYS)
