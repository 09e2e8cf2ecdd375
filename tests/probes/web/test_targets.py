"""From addresses as they are written to what is asked of whom."""

from __future__ import annotations

import pytest

from rollkeeper.probes.web.targets import redirected, target_of

BASE = "https://www.example.com/a/b?c=d"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.com", "https://example.com/"),
        ("HTTPS://EXAMPLE.com:443/A", "https://example.com/A"),
        ("http://example.com.:8080/", "http://example.com:8080/"),
        ("https:\\\\example.com\\a", "https://example.com/a"),
        ("  https://example.com/a b\t", "https://example.com/a%20b"),
        ("https://exa\nmple.com/", "https://example.com/"),
        ("https://user:secret@example.com/", "https://example.com/"),
        ("https://a@b@example.com/", "https://example.com/"),
        ("https://example.com#@other.example/", "https://example.com/"),
        ("https://example.com\\@other.example/", "https://example.com/@other.example/"),
        ("https://bücher.example/ä?ö", "https://xn--bcher-kva.example/%C3%A4?%C3%B6"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://%65xample.com/", "https://example.com/"),
        ("https://an_odd_one.example.com/", "https://an_odd_one.example.com/"),
        ("https://example.com/a/../b/./c/..", "https://example.com/b/"),
        ("https://[2606:4700::1]/", "https://[2606:4700::1]/"),
        ("https://9.9.9.9/", "https://9.9.9.9/"),
    ],
)
def test_addresses_are_read_as_browsers_do(text: str, url: str) -> None:
    target = target_of(text)
    assert target is not None
    assert target.url == url


@pytest.mark.parametrize(
    "text",
    [
        "", "example.com", "ftp://example.com/", "file:///etc/passwd", "https://", "https:///",
        "javascript:alert(1)", "https://exa mple.com/", "https://example..com/", "https://-/",
        "https://" + "a" * 64 + ".example/", "https://" + "a." * 130 + "example/",
        "https://127.1/", "https://0x7f000001/", "https://2130706433/", "https://0177.0.0.1/",
        "https://[::1%25lo]/", "https://[::1", "https://example.com:0/", "https://example.com:22/",
        "https://example.com:99999/", "https://example.com:6000/", "https://example.com:٨٠/",
        "https://example.com/" + "a" * 20_000, "https://\ud800.example/", "https://%ff.example/",
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_not_asked(text: str) -> None:
    assert target_of(text) is None


@pytest.mark.parametrize(
    ("location", "url"),
    [
        (b"/x", "https://www.example.com/x"),
        (b"x", "https://www.example.com/a/x"),
        (b"?x", "https://www.example.com/a/b?x"),
        (b"//other.example/x#y", "https://other.example/x"),
        (b"\\\\other.example\\x", "https://other.example/x"),
        (b"http://other.example", "http://other.example/"),
        (b"/caf\xc3\xa9", "https://www.example.com/caf%C3%A9"),
        (b"/caf\xe9", "https://www.example.com/caf%C3%A9"),
        (b"/a\rb\nc", "https://www.example.com/abc"),
        (b"/ HTTP/1.1\r\nHost: inside", "https://www.example.com/%20HTTP/1.1Host:%20inside"),
    ],
)
def test_redirects_are_followed_as_browsers_do(location: bytes, url: str) -> None:
    base = target_of(BASE)
    assert base is not None
    onward = redirected(base, location)
    assert onward is not None
    assert onward.url == url
    assert url.isascii()
    assert not set(url) & set("\r\n ")


@pytest.mark.parametrize(
    "location",
    [b"file:///etc/passwd", b"http://", b"http://[::1", b"data:,x", b"/" + b"x" * 17_000],
)
def test_redirects_that_lead_nowhere(location: bytes) -> None:
    base = target_of(BASE)
    assert base is not None
    assert redirected(base, location) is None
