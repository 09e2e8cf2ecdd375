"""IP addresses: which ones a check may connect to."""

# ruff: noqa: RUF001 - characters that look alike are what these tests are about

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.grammar.ip_addresses import refusal

DENIED = [
    ("0.1.2.3", "this network"), ("10.255.0.1", "private"), ("100.64.0.1", "carrier-grade"),
    ("100.127.255.255", "carrier-grade"), ("127.0.0.53", "loopback"), ("168.63.129.16", "Azure"),
    ("169.254.169.254", "metadata"), ("172.16.0.1", "private"), ("192.0.0.192", "protocol"),
    ("192.88.99.1", "6to4"), ("192.168.255.255", "private"), ("198.19.255.255", "benchmarking"),
    ("203.0.113.9", "documentation"), ("239.255.255.250", "multicast"), ("255.255.255.255", "broadcast"),
    ("::", "global"), ("::1", "global"), ("::7f00:1", "global"), ("::ffff:8.8.8.8", "guise"),
    ("::ffff:0:7f00:1", "global"), ("64:ff9b::808:808", "global"), ("64:ff9b:1::1", "global"),
    ("2001::1", "Teredo"), ("2001:20::1", "ORCHID"), ("2001:1ff:ffff::1", "protocol"),
    ("2001:db8:ffff::1", "documentation"), ("2002:a00:1::", "6to4"), ("3ffe::1", "6bone"),
    ("3fff:fff::1", "documentation"), ("5f00::1", "global"), ("fd12::1", "global"),
    ("fe80::1", "global"), ("fe80::1%eth0", "zone"), ("2606:4700::1%1", "zone"), ("ff02::1", "global"),
    ("", "not an IP"), ("cloud.example", "not an IP"), ("127.1", "not an IP"), ("0177.0.0.1", "not an IP"),
    ("2130706433", "not an IP"), ("１.1.1.1", "not an IP"), ("[2606:4700::1]", "not an IP"),
]  # fmt: skip

ALLOWED = [
    "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
    "168.63.129.15", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
    "198.17.255.255", "198.20.0.0", "223.255.255.255", "2001:200::1", "2001:db7::1", "2003::1",
    "2400:3200::1", "2a00:1450::1", "3fff:1000::1",
]  # fmt: skip


@pytest.mark.parametrize(("ip", "why"), DENIED)
def test_denied(ip: str, why: str) -> None:
    assert why in (refusal(ip) or "")


@pytest.mark.parametrize("ip", ALLOWED)
def test_allowed(ip: str) -> None:
    assert refusal(ip) is None


@given(st.ip_addresses(v=4))
def test_no_ipv4_passes_in_the_guise_of_ipv6(ip: IPv4Address) -> None:
    number = int(ip)
    for block in (0, 0xFFFF << 32, 0x64FF9B << 96, 0x2002 << 112):
        carried = number << 80 if block >> 112 == 0x2002 else number
        assert refusal(str(IPv6Address(block | carried)))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_private_passes(ip: IPv4Address | IPv6Address) -> None:
    if ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        assert refusal(str(ip))


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    why = refusal(text)
    assert why is None or why.startswith("it ")
