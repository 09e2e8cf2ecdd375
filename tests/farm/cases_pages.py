"""Sites that answer well, and whose pages say that nobody is at home, or nothing at all."""

from __future__ import annotations

import gzip
import zlib

from farm import behaviours as b
from farm.case import EMPTY, MOVED_AWAY, OFF_TOPIC, PARKED, SOFT_404, Case, Seen

HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BOMB = gzip.compress(b.page().encode() + b"\0" * 10_000_000, 9)


def shows(name: str, page: str, *rules: str, title: str | None = None) -> Case:
    return Case(name, b.says(b.answer(200, page)), Seen(200, None, rules, title=title))


def encoded(name: str, data: bytes, how: str) -> Case:
    head = HTML + f"Content-Encoding: {how}\r\n\r\n".encode()
    return Case(name, b.says(head + data), Seen())


def in_charset(name: str, charset: str, content_type: str, meta: str = "") -> Case:
    text = f"<html><head>{meta}<title>望远镜工坊</title></head><body><p>telescopes {'观测 ' * 90}"
    said = b.answer(200, text.encode(charset), content_type=content_type)
    return Case(name, b.says(said), Seen(title="望远镜工坊"))


NOBODY = (
    shows("parked", "<title>parked-farm.example</title><h1>parked-farm.example</h1>"
          "<p>This domain is parked free, courtesy of the registrar.</p>"
          "<p>Related searches</p>", PARKED),
    shows("for-sale", "<title>for-sale-farm.example is for sale</title>"
          "<p>This domain is for sale. Make an offer! Buy this domain now.</p>", PARKED),
    shows("nginx", "<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1><p>If you see this "
          "page, the nginx web server is successfully installed and working. Further "
          "configuration is required.</p>", EMPTY),
    shows("apache", "<html><body><h1>It works!</h1></body></html>", EMPTY),
    shows("apache-debian", "<title>Apache2 Debian Default Page: It works</title>"
          "<p>This is the default welcome page used to test the correct operation of the Apache2 "
          "server after installation on Debian systems.</p>", EMPTY),
    shows("iis", "<title>IIS Windows Server</title><img src=iisstart.png>", EMPTY),
    shows("suspended", "<title>Account Suspended</title><h1>Account Suspended</h1><p>This account "
          "has been suspended. Contact your hosting provider for more information.</p>", EMPTY),
    shows("index-of", "<title>Index of /</title><h1>Index of /</h1><pre><a href=../>../</a></pre>",
          EMPTY),
    shows("nothing", "", EMPTY),
    shows("blanks", "<html><head><title></title></head><body>   \n\t </body></html>", EMPTY),
    shows("soft-404", "<title>404 Not Found</title><h1>Page not found</h1>"
          "<p>The page that you are looking for does not exist.</p>", SOFT_404),
    shows("soft-404-zh", "<title>404 页面不存在</title><p>您访问的页面不存在</p>", SOFT_404),
    Case("soft-404-deep", b.by_path({"/old/page": b.sends_on("/404.html"), "/404.html": b.answer(
         200, "<title>Page not found</title><p>Sorry, we could not find it.</p>")}, b.well()),
         Seen(200, None, (SOFT_404,), hops=(302,)), path="/old/page"),
)  # fmt: skip

SOMEBODY = (
    shows("scripted", "<!doctype html><title>Brassworks</title><div id=root></div>"
          "<script src=/app.js></script>"),
    shows("about-parking", b.page("Parked cars, and the 404 telescopes that we sold")),
    shows("off-topic", b.page().replace("telescopes", "saucepans"), OFF_TOPIC),
    shows("meta-refresh", "<meta http-equiv=refresh content='0; url=/en/'><title>Brassworks of "
          "telescopes</title>"),
    shows("meta-refresh-away", "<html><head><meta http-equiv='refresh' content='0;URL="
          "https://elsewhere-farm.example/'></head><body>telescopes</body></html>", MOVED_AWAY),
    shows("hostile-title", b.page("\x1b[31m::error::x\u202e</title><script>alert(1)</script>")),
    shows("endless-title", "<title>" + "telescopes " * 20_000),
    shows("endless-tag", "telescopes <p " + "a=b " * 20_000),
    shows("deep", "<b>" * 10_000 + "telescopes " * 90),
    shows("many-entities", "&amp;&#x41;&nosuch;&#99999999999;" * 1_500 + " telescopes"),
    Case("pdf", b.says(b.answer(200, b"%PDF-1.7 \x00\x01", content_type="application/pdf")), Seen()),
    Case("no-type", b.says(b"HTTP/1.1 200 OK\r\n\r\n" + b.page().encode()), Seen()),
    Case("odd-type", b.says(b.answer(200, b.page(), content_type="text/html; charset=no-such")),
         Seen(title="Brassworks of Anytown")),
    in_charset("gbk", "gbk", "text/html; charset=gbk"),
    in_charset("gbk-in-meta", "gb18030", "text/html", "<meta charset=gb18030>"),
    in_charset("utf-16", "utf-16", "text/html"),
    in_charset("utf-8-sig", "utf-8-sig", "text/html"),
)  # fmt: skip

PACKED = (
    encoded("gzip", gzip.compress(b.page().encode()), "gzip"),
    encoded("gzip-bomb", BOMB, "gzip"),
    encoded("gzip-broken", b"\x1f\x8b\x08\x00 broken off", "gzip"),
    encoded("gzip-claimed", b.page().encode(), "gzip"),
    encoded("deflate", zlib.compress(b.page().encode()), "deflate"),
    encoded("unknown-packing", b"\x28\xb5\x2f\xfd" + b"x" * 900, "zstd, br"),
)  # fmt: skip

FAMILIES: tuple[Case, ...] = (*NOBODY, *SOMEBODY, *PACKED)
