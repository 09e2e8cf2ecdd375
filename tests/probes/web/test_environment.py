"""What the environment says of the way to websites: further authorities, and proxies."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from communities import community
from farm.authority import PEM, Signer
from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.model.status import Status
from rollkeeper.probes.web import tls
from rollkeeper.probes.web.environment import obstacle

ROSTER = "- name: Fir\n  website: https://fir.example/\n"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "http_proxy", "ALL_PROXY"])
def test_a_proxy_is_named_and_what_to_do(name: str) -> None:
    reason = obstacle({name: "http://proxy.example:3128"})
    assert reason is not None
    assert reason.startswith(f"{name} is set, but websites are not visited through a proxy; ")
    assert "proxy.example" not in reason, "it may hold a password"
    assert obstacle({name: ""}) is None
    assert obstacle({name: "http://proxy.example", "NO_PROXY": "*"}) is None
    assert obstacle({name: "http://proxy.example", "no_proxy": "fir.example"}) is not None


def test_behind_a_proxy_nothing_is_visited_and_that_is_no_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setattr("rollkeeper.probes.websites._visit", None)
    report = run(Options(community(tmp_path, ROSTER), offline=False))
    assert report.incomplete is not None
    assert report.incomplete.startswith("websites could not be visited: HTTPS_PROXY is set")
    assert report.skipped["website-unreachable"].startswith("HTTPS_PROXY is set")
    assert exit_status(report) == Status.BROKEN
    offline = run(Options(tmp_path, offline=True))
    assert exit_status(offline) == Status.CLEAN


def test_a_community_without_websites_needs_no_way_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    report = run(Options(community(tmp_path, "- name: Fir\n"), offline=False))
    assert exit_status(report) == Status.CLEAN


def own_authority(folder: Path) -> Path:
    """Write the certificate of an authority of a company's own."""
    file = folder / "own.pem"
    file.write_bytes(certificate())
    return file


def certificate() -> bytes:
    signer, now = Signer.called("A company's own root"), datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(signer.name)
        .issuer_name(signer.name)
        .public_key(signer.key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(signer.key, hashes.SHA256())
        .public_bytes(PEM)
    )


def roots(context: ssl.SSLContext) -> set[int]:
    return {int(str(each["serialNumber"]), 16) for each in context.get_ca_certs()}


def test_a_company_s_own_authority_is_trusted_beside_the_usual_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = roots(tls.trusting(None))
    monkeypatch.setenv("SSL_CERT_FILE", str(own_authority(tmp_path)))
    assert roots(tls.trusting(None)) == usual | {7}
    assert len(usual) > 50


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_authorities_that_cannot_be_read_are_named(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "own.pem"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    report = run(Options(community(tmp_path / "c", ROSTER), offline=False))
    assert report.incomplete is not None
    assert "SSL_CERT_FILE cannot be used (" in report.incomplete
    assert exit_status(report) == Status.BROKEN
