"""Addresses and numbers of people, masked in what is published; what only looks alike is left."""

from __future__ import annotations

import time

import pytest
from hypothesis import given

from hostile import texts
from rollkeeper.grammar.masking import masked

MASKED = {
    "contact ann@site.example now": "contact ***@****.******* now",
    "mailto:ann@site.example": "mailto:***@****.*******",
    "<ann.b-c+d@sub.site.example>.": "<***.*-*+*@***.****.*******>.",
    "ann@site.example,bob@site.example": "***@****.*******,***@****.*******",
    "ann@@site.example": "***@@****.*******",
    "ann @ site.example": "*** @ ****.*******",
    "ann@163.com": "***@***.***",
    "ann@site_two.example": "***@****_***.*******",
    "\u5b89@\u4f8b\u5b50.\u516c\u53f8": "*@**.**",
    "ann@site.xn--p1ai": "***@****.**--****",
    "ann[at]site[dot]example": "***[**]****[***]*******",
    "ann (AT) site.example": "*** (**) ****.*******",
    "ann at site dot example": "*** ** **** *** *******",
    "ann\uff20site.example": "***\uff20****.*******",
    "ann%40site.example": "***%******.*******",
    "ann&#64;site.example": "***&#**;****.*******",
    "web/ann@site.example": "web/***@****.*******",
    "x@ann@site.example": "x@***@****.*******",
    "https://site.example/?email=ann@site.example": (
        "https://site.example/?email=***@****.*******"
    ),
    "https://site.example/?ann@site.example": "https://site.example/?***@****.*******",
    "see https://site.example or ann@site.example": (
        "see https://site.example or ***@****.*******"
    ),
    "+49 30 1234567": "+** ** *******",
    "+1 (555) 123-4567": "+* (***) ***-****",
    "(+86)138 0013 8000": "(+**)*** **** ****",
    "0049-30-1234567": "****-**-*******",
    "tel:+4930123456": "tel:+**********",
    "https://cedar.example/?call=%2B49-30-1234567": "https://cedar.example/?call=%****-**-*******",
    "call (555) 123-4567.": "call (***) ***-****.",
    "555-123-4567": "***-***-****",
    "\u7535\u8bdd\uff1a010 8888 9999": "\u7535\u8bdd\uff1a*** **** ****",
    "13800138000": "***********",
    "138-0013-8000": "***-****-****",
    "phone: 030 1234567": "phone: *** *******",
}
LEFT = [
    "write one address such as `team@site.example`",
    "look at site.example",
    "https://medium.com/@name",
    "https://medium.com/@name.surname",
    "https://video.example/@site.tv?x=1",
    "@name@social.example",
    "follow @name@social.example, please",
    "https://social.example/@name@other.example",
    "https://forum.example/u/name@other.example",
    "https://maps.example/@52.5200,13.4050,15z",
    "@octo-dev",
    "package@1.2.3-beta.alpha",
    "actions/checkout@v4.1.0",
    "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
    "image@sha256:0123456789abcdef",
    "logo@2x.png",
    "icon@large.svg",
    "git@host.example:team/rosters",
    "50 @ 3.5",
    "foo@bar",
    "2026-11-21",
    "2026-11-21T03:17:00+01:00",
    "2026.11.21-2027.11.20",
    "20261121",
    "1.0.0+20130313144700",
    "1,234,567 lines",
    "#12345678901",
    "https://host.example/runs/17012345678",
    "run 1234567890",
    "0123456789abcdef0123456789abcdef01234567",
    "192.168.100.200",
    "555 123 4567",
    "viewBox 0 0 150 1000 2000",
    "C++ 12345678",
    "9.99e+12345678",
    "UTC+0100",
    "ISBN 9783161484100",
    "phone 12",
    "fax 2026",
]


@pytest.mark.parametrize("text", MASKED)
def test_an_address_or_number_is_masked_and_nothing_around_it(text: str) -> None:
    assert masked(text) == MASKED[text]


@pytest.mark.parametrize("text", LEFT)
def test_what_only_looks_like_one_is_left(text: str) -> None:
    assert masked(text) == text


@given(texts)
def test_places_stay_and_a_mask_is_not_masked_again(text: str) -> None:
    once = masked(text)
    assert len(once) == len(text)
    assert all(new in {old, "*"} for new, old in zip(once, text, strict=True))
    assert masked(once) == once


HOSTILE = ["@", "a@", "a@b.c", "a@b.cd/", "/a@b.cd", "a.", "+1", "+1 ", "1", "0 ", "(", "[at]", "   [",
           "a at b dot ", "://", "https://x/a@b.cd ", "&#64;", "&#0", "555-123-4567", "(555)", "+(1",
           "00", "138-", "tel:", "tel: 1", "a@b.b.b.b.b.b.b.b.b.b", " dot ", "\t(at)", "1\u20101"]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_takes_at_most_about_twice_the_time(piece: str) -> None:
    """M1: a field as long as a roster may hold, made to be read again from each of its signs."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        times = []
        for _ in range(3):
            start = time.process_time()
            masked(text)
            times.append(time.process_time() - start)
        return min(times)

    ratio = seconds(64_000) / max(seconds(16_000), 0.001)
    # Quadratic work would take 16 times as long.
    assert ratio < 4 * 2.5, f"four times the text took {ratio:.1f} times as long"
