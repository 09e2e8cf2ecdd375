"""Addresses where a check has no business, in every notation, and a watch over what is dialled."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

NUMBERS = (
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "10.0.0.1", "10.255.255.254", "100.64.0.1", "100.100.100.200", "127.0.0.1",
    "127.127.127.127", "168.63.129.16", "169.254.0.1", "169.254.169.254", "169.254.170.2",
    "169.254.170.23", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.192", "192.0.2.1",
    "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.175.48.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
)  # fmt: skip
NUMBERS_6 = (
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe",
    "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1",
    "100:0:0:1::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "2002:7f00:1::1", "2002:a9fe:a9fe::1", "2620:4f:8000::1", "3ffe::1", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::a9fe:a9fe", "fec0::1", "ff02::1", "ff0e::1",
)  # fmt: skip
NOTATIONS = (
    "127.1", "127.0.1", "0", "00", "0x0", "0x7f000001", "0X7F.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1",
    "0177.1", "017700000001", "00000177.0.0.1", "2130706433", "2852039166", "0xa9fea9fe",
    "0251.0376.0251.0376", "169.16689662", "169.254.43518", "0xa9.254.0251.254", "127.0.0.1.",
    "127.0.0.01", "127.0.0.1:80", "4294967297", "18446744073709551617", "1.1.1.257",
    "127%2e0%2e0%2e1", "%31%32%37.0.0.1", "127\u30020\u30020\u30021", "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460", "\U0001d7ed\U0001d7ee\U0001d7f3.\U0001d7ec.\U0001d7ec.\U0001d7ed", "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
    "127.0.0.1%00.example.com", "[::1%25lo]", "[::ffff:127.1]", "[0:0:0:0:0:0:0:1]", "[::1]:443",
    "[0000:0000:0000:0000:0000:ffff:7f00:0001]", "[::ffff:0x7f.1]", "[v1.127.0.0.1]", "[127.0.0.1]",
)  # fmt: skip
NAMES = (
    "localhost", "localhost.", "LOCALHOST", "localhost.localdomain", "ip6-localhost", "loopback",
    "broadcasthost", "metadata", "metadata.google.internal", "metadata.google.internal.",
    "instance-data", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "router.lan",
    "intranet", "printer.local", "host.docker.internal", "wpad", "inside-farm.example",
    "localtest.me", "127.0.0.1.nip.io", "a9fea9fe.sslip.io", "\ufb00oo.inside-farm.example",
)  # fmt: skip
"""Names that lead inside somewhere, and some that the test's name server says do."""
CONFUSING = (
    "http://www.example.com@127.0.0.1/", "http://127.0.0.1@www.example.com@127.0.0.1/",
    "http://www.example.com:80@127.0.0.1:80/", "http://www.example.com%40127.0.0.1/",
    "http://www.example.com#@127.0.0.1/", "http://127.0.0.1#@www.example.com/",
    "http://127.0.0.1\\@www.example.com/", "http://www.example.com\\@127.0.0.1/",
    "http:\\\\127.0.0.1\\", "http:127.0.0.1", "http:/127.0.0.1/", "http:///127.0.0.1/",
    "http:////127.0.0.1/", "//127.0.0.1/", "///127.0.0.1/", "/\\127.0.0.1/", "\\\\127.0.0.1\\",
    "http://127.0.0.1?@www.example.com/", "http://127.0.0.1;@www.example.com/",
    "http://127.0.0.1 @www.example.com/", "http://www.example.com &@127.0.0.1# @127.0.0.2/",
    "http://127.0.0.1:80:443/", "http://127.0.0.1:00080/", "http://127.0.0.1:+80/",
    "http://127.0.0.1:8\t0/", "ht\ttp://127.0.0.1/", "http://127.0.\t0.1/", " http://127.0.0.1/",
    "\x01http://127.0.0.1/", "hTTp://127.0.0.1/", "http://127.0.0.1%2f@www.example.com/",
    "http://[::1]@www.example.com/", "http://[::1", "http://::1/", "http://[::1]]/",
    "http://[::]:80/", "http://0/", "http://127.0.0.1\x00.example.com/", "http://127.0.0.1%0d%0a/",
    "file:///etc/passwd", "gopher://127.0.0.1:6379/_PING", "dict://127.0.0.1:11211/stat",
    "ftp://127.0.0.1/", "ldap://127.0.0.1/", "ws://127.0.0.1/", "jar:http://127.0.0.1!/",
    "view-source:http://127.0.0.1/", "blob:http://127.0.0.1/x", "javascript://127.0.0.1/%0aalert(1)",
    "http://127.0.0.1:22/", "http://127.0.0.1:6379/", "http://127.0.0.1:25/",
)  # fmt: skip


def inside_urls() -> tuple[str, ...]:
    """Return every address as a URL, over http and https."""
    hosts = (*NUMBERS, *(f"[{number}]" for number in NUMBERS_6), *NOTATIONS, *NAMES)
    return (*(f"{scheme}://{host}/" for scheme in ("http", "https") for host in hosts), *CONFUSING)


class Wire:
    """What this process dialled and asked the system's name server for, while it was watched."""

    def __init__(self) -> None:
        self.dialled: list[tuple[Any, ...]] = []
        self.asked: list[str] = []
        self.watching = False

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take one event of the interpreter's."""
        if not self.watching:
            return
        if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
            holder, address = arguments
            if getattr(holder, "family", None) in {socket.AF_INET, socket.AF_INET6}:
                self.dialled.append(tuple(address[:2]))
        elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
            self.asked.append(str(arguments[0]))


@cache
def _wire() -> Wire:
    # An audit hook cannot be taken away again, so there is one, and it is told when to look.
    wire = Wire()
    sys.addaudithook(wire.note)
    return wire


@contextmanager
def watched() -> Iterator[Wire]:
    """Record every connection that this process begins, whoever begins it."""
    wire = _wire()
    wire.dialled, wire.asked = [], []
    wire.watching = True
    try:
        yield wire
    finally:
        wire.watching = False
