"""Visits to a server of our own on loopback; names are resolved by the test."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
import requests.adapters
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rollkeeper import limits
from rollkeeper.loading import load
from rollkeeper.model import Programme
from rollkeeper.probes import websites
from rollkeeper.probes.websites import UnseenError, public_address
from rollkeeper.rules import catalogue
from rollkeeper.rules.websites import unreachable
from rollkeeper.visit import Trouble, Visit

STATUSES = (200, 204, 401, 403, 404, 410, 429, 451, 500, 502, 503, 504, 999)
DEAD = {404, 410, 500, 502, 504}


class Site(BaseHTTPRequestHandler):
    """Answers as the path says."""

    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.seen.append(self.path)
        what = self.path.strip("/")
        if what.isdecimal():
            self._say(int(what))
        elif what == "once":
            self._say(502 if self.seen.count(self.path) == 1 else 200)
        elif what == "loop":
            self._say(302, Location="/loop")
        elif what == "moved":
            self._say(301, Location="/200")
        elif what == "inside":
            self._say(302, Location="http://metadata.example.com/latest")
        elif what == "file":
            self._say(302, Location="file:///etc/passwd")
        elif what == "dribble":
            self._dribble()
        elif what == "garbage":
            self.wfile.write(b"\x00\xff\r\n\r\n")
        elif what == "silent":
            time.sleep(1.5)

    def _say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _dribble(self) -> None:
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(100):
                self.wfile.write(b"X-%d: 1\r\n" % number)
                time.sleep(0.1)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@contextmanager
def site(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.block_on_close = False
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(limits, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(limits, "ANSWER_SECONDS", 0.6)
    Site.seen.clear()
    with site() as number:
        yield number


def programme(folder: Path, *addresses: str, more: str = "") -> Programme:
    (folder / "policies").mkdir()
    (folder / "policies" / "partners.yaml").write_text("roster: partners.yaml\n", "utf-8")
    entries = [
        f"- name: Partner {number}\n  website: {address}\n{more}"
        for number, address in enumerate(addresses)
    ]
    (folder / "partners.yaml").write_text("".join(entries), "utf-8")
    (loaded,) = load(folder, catalogue()).programmes
    return loaded


def visits(folder: Path, port: int, *paths: str) -> dict[str, Visit]:
    def resolve(host: str, _port: int) -> tuple[str, int]:
        if host == "metadata.example.com":
            raise UnseenError(Trouble.NOT_PUBLIC)
        return "127.0.0.1", port

    roll = programme(folder, *(f"http://www.example.com/{path}" for path in paths))
    found = websites.look(roll, resolve=resolve, pause=0)
    return {visit.url.rpartition("/")[2]: visit for visit in found}


def test_answers_are_kept_and_only_plain_ones_are_judged(tmp_path: Path, port: int) -> None:
    found = visits(tmp_path, port, *(str(status) for status in STATUSES))
    assert [visit.status for visit in found.values()] == list(STATUSES)
    judged = {visit.status for visit in found.values() if list(unreachable(visit))}
    assert judged == DEAD


def test_a_fault_that_passes_is_no_fault(tmp_path: Path, port: int) -> None:
    assert visits(tmp_path, port, "once")["once"].status == 200


def test_redirects_are_followed_with_every_name_checked(tmp_path: Path, port: int) -> None:
    found = visits(tmp_path, port, "moved", "loop", "inside", "file")
    assert found["moved"].final_url == "http://www.example.com/200"
    assert found["moved"].status == 200
    assert found["loop"].trouble is Trouble.REDIRECTS
    assert found["inside"].trouble is Trouble.NOT_PUBLIC
    assert found["file"].trouble is Trouble.REDIRECTS


def test_sites_that_misbehave_end_in_time(tmp_path: Path, port: int) -> None:
    started = time.monotonic()
    found = visits(tmp_path, port, "dribble", "garbage", "silent", "closed")
    assert time.monotonic() - started < 5
    troubles = {name: visit.trouble for name, visit in found.items()}
    assert troubles == {
        "dribble": Trouble.SILENT,
        "garbage": Trouble.NO_CONNECTION,
        "silent": Trouble.SILENT,
        "closed": Trouble.NO_CONNECTION,
    }
    assert all(list(unreachable(visit)) for visit in found.values())


def test_an_address_is_visited_once_and_told_of_for_each_entry(tmp_path: Path, port: int) -> None:
    roll = programme(tmp_path, "http://www.example.com/200", "http://www.example.com/200")
    told: list[tuple[str, int, int]] = []
    found = websites.look(
        roll,
        progress=lambda *step: told.append(step),
        resolve=lambda _host, _port: ("127.0.0.1", port),
    )
    assert [visit.entry.name for visit in found] == ["Partner 0", "Partner 1"]
    assert Site.seen == ["/200"]
    assert told == [("websites of partners", 1, 1)]


def test_entries_that_are_not_active_are_not_visited(tmp_path: Path, port: int) -> None:
    roll = programme(tmp_path, "http://www.example.com/200", more="  status: withdrawn\n")
    assert websites.look(roll, resolve=lambda _host, _port: ("127.0.0.1", port)) == ()
    assert Site.seen == []


def test_what_is_no_web_address_is_not_visited(tmp_path: Path, port: int) -> None:
    roll = programme(tmp_path, "ftp://example.com/", "http://127.0.0.1/", "http://a@example.com/")
    assert websites.look(roll, resolve=lambda _host, _port: ("127.0.0.1", port)) == ()


@pytest.mark.parametrize(
    ("found", "trouble"),
    [
        (["127.0.0.1"], Trouble.NOT_PUBLIC),
        (["9.9.9.9", "169.254.169.254"], Trouble.NOT_PUBLIC),
        (["2620:fe::fe"], Trouble.NOT_CHECKABLE),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), Trouble.NO_SUCH_NAME),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), Trouble.NOT_CHECKABLE),
        (UnicodeError("label too long"), Trouble.NOT_CHECKABLE),
    ],
)
def test_names_that_lead_nowhere_public(
    monkeypatch: pytest.MonkeyPatch, found: Any, trouble: Trouble
) -> None:
    resolving(monkeypatch, found)
    with pytest.raises(UnseenError) as raised:
        public_address("www.example.com", 443)
    assert raised.value.trouble is trouble


def test_a_public_name_gives_the_address_that_is_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["2620:fe::fe", "9.9.9.9"])
    assert public_address("www.example.com", 443) == ("9.9.9.9", 443)


def resolving(monkeypatch: pytest.MonkeyPatch, found: Any) -> None:
    def answer(_host: str, port: int, **_: Any) -> list[Any]:
        if isinstance(found, Exception):
            raise found
        families = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(families[":" in ip], socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def self_signed(folder: Path, host: str) -> Path:
    """Give a file with a key and a certificate for `host`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(tz=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


@pytest.mark.parametrize(
    ("host", "trusted", "seen"),
    [
        ("www.example.com", True, (200, None)),
        ("www.example.com", False, (None, Trouble.CERTIFICATE)),
        ("other.example.com", True, (None, Trouble.CERTIFICATE)),
    ],
    ids=["good", "not trusted", "another name"],
)
def test_certificates_are_held_against_the_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    seen: tuple[int | None, Trouble | None],
    *,
    trusted: bool,
) -> None:
    file = self_signed(tmp_path, host)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(file)
    if trusted:
        monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(file))
    roll = programme(tmp_path, "https://www.example.com/200")
    with site(tls) as port:
        (visit,) = websites.look(roll, resolve=lambda _host, _port: ("127.0.0.1", port), pause=0)
    assert (visit.status, visit.trouble) == seen
    assert list(unreachable(visit)) == []
