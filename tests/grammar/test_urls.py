"""Web addresses: what is refused and why, and what is the same page."""

# ruff: noqa: RUF001 - characters that look alike are what these tests are about

from __future__ import annotations

import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.grammar.hosts import Host, InvalidHost, parse_host, registrable
from rollkeeper.grammar.urls import Url, normalised, parse, tidy, tracking
from rollkeeper.model.limits import MAX_URL

REFUSED = [
    ("", "empty"),
    (" \t", "empty"),
    ("https://cloud.example/" + "a" * MAX_URL, "too-long"),
    ("https://cloud.example/\u202egpj", "hidden-character"),
    ("https://cloud\u00ad.example/", "hidden-character"),
    ("https://cloud.example/\x00", "hidden-character"),
    ("https://cloud.example/a\u3000b", "blank"),
    ("https://cloud.example/\nHost: other.example", "blank"),
    ("https:/\\cloud.example/", "backslash"),
    ("gopher://cloud.example/", "scheme"),
    ("JAVASCRIPT:alert(1)", "scheme"),
    ("data:text/html,<b>", "scheme"),
    ("view-source:https://cloud.example/", "scheme"),
    ("cloud.example", "no-scheme"),
    ("//cloud.example/", "no-scheme"),
    ("?https://cloud.example/", "no-scheme"),
    ("cloud.example:443/x", "no-scheme"),
    ("https:/cloud.example/", "slashes"),
    ("https//cloud.example/", "slashes"),
    ("https://", "no-host"),
    ("https://?x", "no-host"),
    ("https://:443/", "no-host"),
    ("https://ann@cloud.example/", "user-info"),
    ("https://cloud.example#@other.example/", "user-info"),
    ("https://cloud.example:/", "port"),
    ("https://cloud.example:80/", "port"),
    ("http://cloud.example:443/", "port"),
    ("https://cloud.example:0443/", "port"),
    ("https://cloud.example:４４３/", "port"),
    ("https://2130706433/", "ip-address"),
    ("https://0x7F.1/", "ip-address"),
    ("https://0X7f000001/", "ip-address"),
    ("https://１９２.０.２.１/", "ip-address"),
    ("https://192｡0｡2｡1/", "ip-address"),
    ("https://cloud.example.0x1f/", "ip-address"),
    ("https://[fe80::1%25eth0]/", "ip-address"),
    ("https://192.0.2.1./", "ip-address"),
    ("https://%31%39%32.0.2.x/", "encoded-host"),
    ("https://cloud．example/", "unusual-dot"),
    ("https://.example/", "empty-label"),
    ("https://cloud.example../", "empty-label"),
    ("https://printer/", "single-label"),
    ("https://cloud_1.example/", "label"),
    ("https://cloud-.example/", "label"),
    (f"https://{'a' * 64}.example/", "label"),
    (f"https://{'a.' * 127}example/", "label"),
    ("https://xn--a.example/", "label"),
    ("https://xn--cloud-.example/", "label"),
    ("https://ma--il.example/", "label"),
    ("https://\u0301cloud.example/", "label"),
    ("https://ＣＬＯＵＤ.example/", "unusual-letters"),
    ("https://ﬁrst.example/", "unusual-letters"),
    ("https://api.svc/", "reserved"),
    ("https://cloud.LOCAL/", "reserved"),
    ("https://127-0-0-1.sslip.io/", "open-resolver"),
    ("https://cloud.example/a|b", "unsafe-character"),
    ("https://cloud.example/(x)", "unsafe-character"),
    ("https://cloud.example/?q='", "unsafe-character"),
    ("https://cloud.example/{{x}}", "unsafe-character"),
    ("https://cloud.example/%", "percent"),
    ("https://cloud.example/%zz", "percent"),
    ("https://cloud.example/?a=%0a", "encoded-control"),
    ("https://cloud.example/#%7f", "encoded-control"),
    ("https://cloud.example/a/./b", "dot-segments"),
    ("https://cloud.example/%2e%2e/b", "dot-segments"),
    ("https://cloud.example/%252e%252e%255cb", "dot-segments"),
]

ACCEPTED = [
    ("https://cloud.example", "cloud.example"),
    ("http://cloud.example:80/a", "cloud.example"),
    ("HTTPS://WWW.Cloud.Example./x?y=%20z&a=b,c;d#/e", "www.cloud.example"),
    ("https://9.cloud-9.example/.well-known/@ann/~x/a:b", "9.cloud-9.example"),
    ("https://straße.example/", "xn--strae-oqa.example"),
    ("https://xn--r8jz45g.example/", "xn--r8jz45g.example"),
    ("https://пример.рф/", "xn--e1afmkfd.xn--p1ai"),
    ("https://cloud.example/路径?键=值", "cloud.example"),
    ("https://www.example.com/", "www.example.com"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_refuses_with_a_reason_of_its_own(text: str, reason: str) -> None:
    defect = parse(text)
    assert isinstance(defect, InvalidHost), defect
    assert defect.reason == reason
    assert len(defect.message) < 200


@pytest.mark.parametrize(("text", "host"), ACCEPTED)
def test_accepts(text: str, host: str) -> None:
    url = parse(text)
    assert isinstance(url, Url), url
    assert url.host == host
    assert url.port == {"http": 80, "https": 443}[url.scheme]


def test_gives_the_parts_as_written() -> None:
    url = parse("https://MÜLLER.example/A?b=C#d")
    assert isinstance(url, Url)
    assert url[1:] == (
        "https", "xn--mller-kva.example", "müller.example", 443, "/A", "b=C", "d",
    )  # fmt: skip


def read(text: str) -> Url:
    url = parse(text)
    assert isinstance(url, Url), url
    return url


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://cloud.example", "http://www.cloud.example/"),
        ("https://cloud.example/Index.html", "https://CLOUD.example:443/#top"),
        ("https://cloud.example/a/?utm_medium=x", "https://cloud.example/A"),
        ("https://cloud.example/?b=1&a=2", "https://cloud.example/?a=2&b=1&fbclid=3"),
        ("https://müller.example/", "https://xn--mller-kva.example/"),
    ],
)
def test_same_page(one: str, other: str) -> None:
    assert normalised(read(one)) == normalised(read(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://cloud.example/a", "https://cloud.example/b"),
        ("https://cloud.example/?id=1", "https://cloud.example/?id=2"),
        ("https://cloud.example/#/a", "https://cloud.example/#/b"),
        ("https://a.cloud.example/", "https://cloud.example/"),
        ("https://cloud.example/myindex.html", "https://cloud.example/my"),
    ],
)
def test_different_pages(one: str, other: str) -> None:
    assert normalised(read(one)) != normalised(read(other))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("HTTP://Cloud.Example.:80/A?x=1#", "http://cloud.example/A?x=1"),
        ("https://cloud.example?UTM_Source=a&&x=1", "https://cloud.example?x=1"),
        ("https://cloud.example/?", "https://cloud.example/"),
        ("https://jobs.example/?sid=sem_x&sid=7", "https://jobs.example/?sid=7"),
        ("https://MÜLLER.example/#a", "https://müller.example/#a"),
    ],
)
def test_tidy(text: str, clean: str) -> None:
    assert tidy(read(text)) == clean


def test_https_is_written_only_when_told() -> None:
    url = read("http://cloud.example/")
    assert tidy(url) == "http://cloud.example/"
    assert tidy(url, https=True) == "https://cloud.example/"


def test_tracking_parameters_are_named_as_written() -> None:
    assert tracking(read("https://cloud.example/?ref=a&UTM_x=1&gclid=2&sid=3")) == (
        "UTM_x",
        "gclid",
    )


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.cloud.co.uk", "cloud.co.uk"),
        ("ann.github.io", "ann.github.io"),
        ("github.io", None),
        ("a.b.cloud.example", "cloud.example"),
        ("www.例え.jp", "例え.jp"),
    ],
)
def test_registrable(host: str, domain: str | None) -> None:
    assert registrable(host) == domain


ALPHABET = st.sampled_from("htps:/.@#?%[]\\ aZ09-_&=\u3002\uff0e\u0430é例\u202e\x00")


@given(
    st.one_of(st.text(), st.text(ALPHABET), st.text(ALPHABET).map("https://cloud.example".__add__))
)
def test_any_text_is_read_or_refused(text: str) -> None:
    url = parse(text)
    if isinstance(url, Url):
        assert_one_reading(url)


@given(st.text(ALPHABET, max_size=20))
def test_any_host_is_read_or_refused(text: str) -> None:
    host = parse_host(text)
    if isinstance(host, Host):
        assert host.ascii.isascii()
        assert parse_host(host.ascii) == parse_host(host.unicode) == host
    else:
        assert host.reason


def assert_one_reading(url: Url) -> None:
    """Python's own parser must see the same host, and tidying must not change the page."""
    other = urllib.parse.urlsplit(url.text)
    assert other.scheme == url.scheme
    assert other.username is None
    assert other.hostname is not None
    assert parse_host(other.hostname) == Host(url.host, url.unicode_host)
    assert other.port in (None, url.port)
    clean = read(tidy(url))
    assert tidy(clean) == clean.text
    assert normalised(clean) == normalised(url)
