"""A certificate authority that lives as long as a test: a root, an intermediate, and leaves."""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID

PEM = serialization.Encoding.PEM
YEAR = timedelta(days=365)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Signer:
    """Whoever signs a certificate: its name and its key."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def called(cls, name: str) -> Signer:
        subject = x509.Name([
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Farm of tests"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, name),
        ])  # fmt: skip
        return cls(subject, ec.generate_private_key(ec.SECP256R1()))


@dataclass(frozen=True)
class Tls:
    """How a site behaves before its first byte of HTTP."""

    ends: timedelta = timedelta(days=80)
    begins: timedelta = -DAY
    names: tuple[str, ...] = ()
    """The names of the certificate; none for the site's own and those under it."""
    signed_by: str = "intermediate"
    """`intermediate`, `self` or `stranger`."""
    whole_chain: bool = True
    version: ssl.TLSVersion | None = None
    """The only version that is spoken."""
    issuer_at: str = ""
    """Where the certificate says that its issuer's can be fetched."""
    wants_client: bool = False
    """Whether visitors must show a certificate of their own."""
    half_closes: bool = False
    """Whether the site says after the handshake that nothing will come, and stays."""

    @property
    def refuses(self) -> bool:
        """Whether no proper visitor gets past the handshake."""
        return self.half_closes or self.wants_client or self.version is ssl.TLSVersion.TLSv1_1


class Authority:
    """Signs certificates, and keeps its files in a folder of the test's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = Signer.called("Farm Root")
        self.intermediate = Signer.called("Farm Intermediate")
        self.stranger = Signer.called("A stranger")
        self.key = ec.generate_private_key(ec.SECP256R1())
        self._links = {
            "root": self._sign(self.root, self.root.key, self.root, YEAR, authority=True),
            "intermediate": self._sign(
                self.intermediate, self.intermediate.key, self.root, YEAR, authority=True
            ),
            "stranger": self._sign(
                self.stranger, self.stranger.key, self.stranger, YEAR, authority=True
            ),
        }

    @cached_property
    def bundle(self) -> Path:
        """A file with the root certificate, as visitors trust it."""
        file = self.folder / "root.pem"
        file.write_bytes(self._links["root"].public_bytes(PEM))
        return file

    @property
    def trust(self) -> ssl.SSLContext:
        """What a visitor uses who trusts this authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.bundle))

    def server(self, host: str, tls: Tls) -> ssl.SSLContext:
        """Return what the site `host` speaks TLS with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if tls.version is not None:
            with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
                context.minimum_version = context.maximum_version = tls.version
            context.set_ciphers("ALL:@SECLEVEL=0")
        if tls.wants_client:
            context.load_verify_locations(self.bundle)
            context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(self._file(host, tls))
        return context

    def _file(self, host: str, tls: Tls) -> Path:
        subject = Signer.called(host)
        signer = {
            "intermediate": self.intermediate,
            "self": Signer(subject.name, self.key),
            "stranger": self.stranger,
        }[tls.signed_by]
        leaf = self._sign(
            subject, self.key, signer, tls.ends, begins=tls.begins, issuer_at=tls.issuer_at,
            names=tls.names or (host, f"*.{host}"),
        )  # fmt: skip
        chain = [leaf]
        if tls.whole_chain and tls.signed_by in self._links:
            chain.append(self._links[tls.signed_by])
        private = self.key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = self.folder / f"{host}.pem"
        file.write_bytes(private + b"".join(link.public_bytes(PEM) for link in chain))
        return file

    def _sign(  # noqa: PLR0913 - these are the parts of a certificate
        self,
        subject: Signer,
        key: ec.EllipticCurvePrivateKey,
        signer: Signer,
        ends: timedelta,
        *,
        names: tuple[str, ...] = (),
        begins: timedelta = -DAY,
        authority: bool = False,
        issuer_at: str = "",
    ) -> x509.Certificate:
        now = datetime.now(tz=UTC)
        signer_key = signer.key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject.name)
            .issuer_name(signer.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(now + begins, now + ends - DAY))
            .not_valid_after(now + ends)
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key), critical=False
            )
        )
        if names:
            known = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(known, critical=False)
        if issuer_at:
            place = x509.UniformResourceIdentifier(issuer_at)
            access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, place)
            builder = builder.add_extension(
                x509.AuthorityInformationAccess([access]), critical=False
            )
        if authority:
            usage = x509.KeyUsage(
                digital_signature=True, content_commitment=False, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
                encipher_only=False, decipher_only=False,
            )  # fmt: skip
            own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
            builder = builder.add_extension(usage, critical=True)
            builder = builder.add_extension(own, critical=False)
        return builder.sign(signer.key, hashes.SHA256())
