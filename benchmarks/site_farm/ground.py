"""A network of its own, and a certificate that everybody in it trusts."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from site_farm.sites import ENDING

INSIDE = "ROLLKEEPER_BENCH_INSIDE"
"""Set in the environment of whoever runs in that network."""
_SETUP = """\
set -e
ip link set lo up
for n in 1 2 3 4 5 6 7 8; do ip address add 11.0.0.$n/32 dev lo; done
ip address add 11.0.1.1/32 dev lo
sysctl -qw net.ipv4.ip_local_port_range="1024 65000" net.core.somaxconn=16384 \
  net.ipv4.tcp_max_syn_backlog=16384
mount --bind "$1" /etc/resolv.conf
shift
exec "$@"
"""


def enter(script: Path, arguments: list[str]) -> int:
    """Run a script again in a network of its own, where 127.0.0.1 is the name server."""
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as resolver:
        resolver.write("nameserver 127.0.0.1\n")
        resolver.flush()
        Path(resolver.name).chmod(0o644)
        setup = ("sh", "-c", _SETUP, "sh", resolver.name)
        command = ["unshare", "--net", "--mount", *user, *setup, sys.executable, str(script)]
        return subprocess.call([*command, *arguments], env={**os.environ, INSIDE: "1"})


def certificates(folder: Path) -> None:
    """Write `root.pem`, which visitors trust, and `key.pem` with the key and certificate of all."""
    now = datetime.now(tz=UTC)
    signer, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Farm of benchmarks")])
    start = (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=60))
    )
    root = (
        start.subject_name(issuer)
        .public_key(signer.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )
    leaf = (
        start.subject_name(x509.Name([]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"*.{ENDING}")]), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    (folder / "root.pem").write_bytes(root.public_bytes(pem))
    (folder / "key.pem").write_bytes(private + leaf.public_bytes(pem))
