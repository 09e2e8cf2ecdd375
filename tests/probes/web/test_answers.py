"""Heads, bodies and pages of answers, and the walls that answer in a site's place."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patience import soon
from rollkeeper.model.limits import MAX_HEAD_BYTES, MAX_PAGE_BYTES
from rollkeeper.probes.web.bodies import complete, is_page, unwrapped
from rollkeeper.probes.web.cookies import MOST, Cookies
from rollkeeper.probes.web.exchange import retry_after
from rollkeeper.probes.web.html_page import page_of
from rollkeeper.probes.web.http_head import HeadReader, NotHttpError, ResponseHead, TooLongError
from rollkeeper.probes.web.targets import target_of
from rollkeeper.probes.web.walls import wall_of

CHUNKED = {b"transfer-encoding": [b"chunked"]}
HTML = b"text/html"


def head(status: int = 200, **headers: str) -> ResponseHead:
    return ResponseHead(
        status, "HTTP/1.1", {n.replace("_", "-").encode(): [v.encode()] for n, v in headers.items()}
    )


@pytest.mark.parametrize(
    ("data", "status", "rest"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nrest", 200, b"rest"),
        (b"HTTP/1.0 404\n\nrest", 404, b"rest"),
        (b"http/1.1  200\r\n\r\n", 200, b""),
        (b"\r\nHTTP/1.1 200 OK\r\n\r\n", 200, b""),
        (b"HTTP/1.1 103 Hint\r\nA: b\r\n\r\nHTTP/1.1 100\r\n\r\nHTTP/1.1 204 No\r\n\r\n", 204, b""),
        (b"HTTP/1.1 101 Switching\r\n\r\n", 101, b""),
    ],
)  # fmt: skip
def test_heads_are_read_whole_and_letter_by_letter(data: bytes, status: int, rest: bytes) -> None:
    whole = HeadReader().feed(data)
    assert whole is not None
    assert (whole[0].status, whole[1]) == (status, rest)
    reader = HeadReader()
    found = next(each for at in range(len(data)) if (each := reader.feed(data[at : at + 1])))
    assert found[0] == whole[0]


def test_headers_are_kept_in_all_their_forms() -> None:
    data = (
        b"HTTP/1.1 200 OK\r\nA : 1\r\na: 2\r\nodd\r\nB:\r\n x\r\n\ty\r\n: z\r\nC\xe9: \xff\r\n\r\n"
    )
    found = HeadReader().feed(data)
    assert found is not None
    assert found[0].headers == {b"a": [b"1", b"2"], b"b": [b" x y"], b"c\xe9": [b"\xff"]}


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\xff",
        b"220 mail ready\r\n",
        b"<html><body>",
        b"HTTP/1.1 fine\r\n\r\n",
        b"ABCDEHTTP/1.1 200\r\n\r\n",
    ],
)
def test_garbage_is_known_as_soon_as_it_can_be(data: bytes) -> None:
    with pytest.raises(NotHttpError):
        HeadReader().feed(data + b"\r\n\r\n    ")


def test_heads_have_an_end() -> None:
    reader = HeadReader()
    assert reader.feed(b"HTTP/1.1 200 OK\r\nX: " + b"x" * (MAX_HEAD_BYTES - 100)) is None
    with pytest.raises(TooLongError):
        reader.feed(b"x" * 100)
    with pytest.raises(TooLongError):
        HeadReader().feed(b"HTTP/1.1 103 Hint\r\n\r\n" * 100)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for start in (b"", b"HTTP/1.1 200 OK\r\n"):
        try:
            found = HeadReader().feed(start + data)
        except (NotHttpError, TooLongError):
            continue
        if found:
            unwrapped(*found)
            wall_of(*found)
            retry_after(found[0])


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n", b"hello!"),
        (b"5\r\nhel", b"hel"),
        (b"ff\r\nhello", b"hello"),
        (b"5\nhello\n0\n\n", b"hello"),
        (b"0\r\n\r\n", b""),
        (b"", b""),
        (b"zz\r\nhello", None),
        (b"f" * 40 + b"\r\nhello", b"hello"),
    ],
)
def test_chunks(body: bytes, content: bytes | None) -> None:
    assert unwrapped(ResponseHead(200, "HTTP/1.1", CHUNKED), body) == content


def test_ends_of_bodies() -> None:
    assert complete(head(content_length="5"), bytearray(b"hello"))
    assert not complete(head(content_length="6"), bytearray(b"hello"))
    assert not complete(head(content_length="-1"), bytearray(b"hello"))
    assert not complete(head(), bytearray(b"hello"))
    assert complete(head(), bytearray(MAX_PAGE_BYTES))
    assert complete(head(transfer_encoding="gzip, chunked"), bytearray(b"1\r\nx\r\n0\r\n\r\n"))


def test_packing_is_undone_within_bounds() -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    content = unwrapped(head(content_encoding="gzip"), bomb)
    assert content is not None
    assert len(content) == MAX_PAGE_BYTES
    assert unwrapped(head(content_encoding="gzip"), b"broken") is None
    assert unwrapped(head(content_encoding="br"), b"unknown") is None


def test_only_pages_are_read_on() -> None:
    assert is_page(head(content_type="text/html; charset=utf-8"))
    assert is_page(head())
    assert not is_page(head(content_type="application/pdf"))
    assert not is_page(head(204))


def test_a_page_tells_what_its_readers_see() -> None:
    page = page_of(
        b"<!doctype html><head><title> A &amp;\n B </title><style>p > a {}</style></head><body>"
        b"<!-- no <b> --><script>if (a < b) x('</p>')</script><p>One&nbsp;two <b>three</b> 4 < 5"
        b"<noscript>hidden</noscript><svg/>and Karmada</p>",
        HTML,
        ("karmada", "other"),
    )
    assert page.title == "A & B"
    assert page.excerpt == "One two three 4 < 5 and Karmada"
    assert page.length == len(page.excerpt)
    assert page.mentions == frozenset({"karmada"})


@pytest.mark.parametrize(
    ("tag", "target"),
    [
        (b'<meta http-equiv="refresh" content="0; url=https://a.example/">', "https://a.example/"),
        (b"<META HTTP-EQUIV=Refresh CONTENT=\"5;URL='/new'\">", "/new"),
        (b'<meta http-equiv="refresh" content="3,/new">', "/new"),
        (b'<meta http-equiv="refresh" content="30">', None),
        (b'<meta name="refresh" content="0;url=/new">', None),
    ],
)
def test_refreshes(tag: bytes, target: str | None) -> None:
    assert page_of(tag, HTML).refresh == target


@pytest.mark.parametrize(
    ("content", "kind", "title"),
    [
        ("<title>caf\xe9".encode("latin-1"), b"text/html; charset=ISO-8859-1", "café"),
        ('<meta charset="windows-1251"><title>Привет'.encode("cp1251"), HTML, "Привет"),
        ("<title>日本".encode("utf-16"), HTML, "日本"),
        ("<title>日本".encode(), b"text/html; charset=punycode", "日本"),
        ("<title>日本".encode(), b"text/html; charset=windows-1299", "日本"),
        (b"<title>a\x1b[31m\x00\xe2\x80\xae", HTML, "a[31m\ufffd".replace("\ufffd", "")),
    ],
)
def test_charsets(content: bytes, kind: bytes, title: str) -> None:
    assert page_of(content, kind).title == title


def test_an_application_of_scripts_says_nothing_itself() -> None:
    assert page_of(b"<div id=root></div><script src=/a.js></script>", HTML).scripted
    assert not page_of(b"<p>We are closed.</p>", HTML).scripted
    assert not page_of(b"<p>" + b"word " * 50 + b"<script src=/a.js></script>", HTML).scripted


@pytest.mark.parametrize(
    "piece", [b"<", b"<a", b"<script>", b"<!--", b"<title>", b"</", b"&", b"&#", b'<meta a="',
              b"<meta http-equiv=refresh content='" + b" " * 3000, b"<svg ", b"\xff"]
)  # fmt: skip
def test_pages_made_to_be_slow_are_not(piece: bytes) -> None:
    content = (piece * MAX_PAGE_BYTES)[:MAX_PAGE_BYTES]
    with soon():
        page = page_of(content, HTML, ("word",))
    assert len(page.excerpt) <= 2_000


@given(st.binary(max_size=400))
def test_no_page_breaks_the_scan(data: bytes) -> None:
    page = page_of(b"<title>" + data, HTML)
    assert page.title.isprintable()
    assert page_of(data, data).excerpt.isprintable()


@pytest.mark.parametrize(
    ("status", "headers", "body", "wall"),
    [
        (403, {"cf_mitigated": "challenge"}, b"", "Cloudflare"),
        (503, {"server": "cloudflare"}, b"", "Cloudflare"),
        (403, {"server": "AkamaiGHost"}, b"", "Akamai"),
        (403, {}, b"<script src=https://geo.captcha-delivery.com/x>", "DataDome"),
        (405, {"x_amzn_waf_action": "captcha"}, b"", "AWS WAF"),
        (200, {}, b"<script>_Incapsula_Resource", "Imperva"),
        (200, {"server": "cloudflare", "cf_ray": "1"}, b"<p>A real page", None),
        (404, {"server": "cloudflare"}, b"", None),
        (403, {"server": "nginx"}, b"forbidden", None),
    ],
)  # fmt: skip
def test_walls(status: int, headers: dict[str, str], body: bytes, wall: str | None) -> None:
    assert wall_of(head(status, **headers), body) == wall


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0), ("0", 0.0), ("-1", None), ("soon", None), ("", None), ("9" * 40, 999_999_999.0),
        ("Sat, 21 Nov 2026 10:02:00 GMT", 120.0), ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("Sat, 99 Nov 99999 10:02:00 GMT", None),
    ],
)  # fmt: skip
def test_patience_that_is_asked_for(value: str, seconds: float | None) -> None:
    answer = head(429, retry_after=value, date="Sat, 21 Nov 2026 10:00:00 GMT")
    assert retry_after(answer) == seconds


def test_cookies_go_back_to_the_domain_that_set_them() -> None:
    cookies = Cookies()
    site, shop, other = map(
        target_of, ("https://www.a.co.uk/", "http://shop.a.co.uk/", "https://b.co.uk/")
    )
    assert site
    assert shop
    assert other
    lines = (
        b"one=1; Path=/; Secure; HttpOnly", b"two=2; Domain=b.co.uk", b"odd", b"=x",
        b"evil=\r\nHost: x", b"big=" + b"x" * 5000,
    )  # fmt: skip
    cookies.take(site, ResponseHead(200, "HTTP/1.1", {b"set-cookie": list(lines)}))
    assert cookies.header(site) == cookies.header(shop) == b"Cookie: one=1; two=2\r\n"
    assert cookies.header(other) == b""
    version = cookies.version
    cookies.take(shop, ResponseHead(200, "HTTP/1.1", {b"set-cookie": [b"two=2; Max-Age=60"]}))
    assert cookies.version == version
    cookies.take(site, ResponseHead(200, "HTTP/1.1", {b"set-cookie": [b"one=3"]}))
    assert cookies.version == version + 1
    many = [b"n%d=x" % number for number in range(100)]
    cookies.take(other, ResponseHead(200, "HTTP/1.1", {b"set-cookie": many}))
    assert cookies.header(other).count(b"=") == MOST - 2
