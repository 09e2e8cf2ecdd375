"""Certificates: what is trusted, what was wrong with one that is not, and until when one holds."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from rollkeeper.model.visit import Certificate, VisitFailure
from rollkeeper.probes.web.environment import trust_further

MOST_NAMES = 50
"""Names of one certificate that are kept."""
MOST_LETTERS = 100
"""Characters of each of its texts that are kept."""

_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED
_SELF_SIGNED = 18  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
UNKNOWN_ISSUER = frozenset({20, 21})
"""X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE"""
_OTHER_NAME = frozenset({62, 63, 64})  # X509_V_ERR_HOSTNAME_MISMATCH and its like


class PeerCertificate(NamedTuple):
    """A certificate that was shown without being accepted."""

    certificate: Certificate | None
    alone: bool
    """Whether no other certificate came with it."""


def trusting(authorities: Path | None, *, names: bool = True) -> ssl.SSLContext:
    """Make the context that accepts what browsers accept, and what the environment adds to it.

    `authorities` is a file of further roots. Without `names` the caller compares the names.
    """
    import certifi  # noqa: PLC0415 - 15 ms with the file, and not every run meets https

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = names
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_verify_locations(certifi.where())
    # Python 3.13 takes any trusted certificate for a root unless that is switched off.
    context.verify_flags &= ~ssl.VERIFY_X509_PARTIAL_CHAIN
    trust_further(context)
    if authorities:
        context.load_verify_locations(authorities)
    return context


def is_for(secure: ssl.SSLSocket, host: str) -> bool:
    """Return whether a verified certificate is for a name, also one with an underscore."""
    found: Mapping[str, Any] = secure.getpeercert() or {}
    names = {str(name).lower() for kind, name in found.get("subjectAltName", ()) if kind == "DNS"}
    return host in names or f"*.{host.partition('.')[2]}" in names


def blind() -> ssl.SSLContext:
    """Make a context that accepts everything: only to read a certificate, nothing is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def failure_of(error: ssl.SSLError) -> VisitFailure:
    """Return why a handshake failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        code = error.verify_code
        if code == _EXPIRED:
            return VisitFailure.EXPIRED
        if code in _OTHER_NAME:
            return VisitFailure.WRONG_NAME
        return VisitFailure.SELF_SIGNED if code == _SELF_SIGNED else VisitFailure.CERTIFICATE
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return VisitFailure.RESET
    return VisitFailure.TLS


def accepted(secure: ssl.SSLSocket) -> Certificate | None:
    """Return the certificate of a connection that was verified."""
    found: Mapping[str, Any] = secure.getpeercert() or {}
    ends = found.get("notAfter")
    if not isinstance(ends, str):
        return None
    names = [name for kind, name in found.get("subjectAltName", ()) if kind == "DNS"]
    issuer = {key: value for part in found.get("issuer", ()) for key, value in part}
    shown = issuer.get("organizationName") or issuer.get("commonName") or ""
    end = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), tz=UTC)
    return Certificate(_text(shown), tuple(map(_text, names[:MOST_NAMES])), end)


def shown(secure: ssl.SSLSocket) -> PeerCertificate:
    """Read the certificate of a connection that was not verified."""
    from cryptography import x509  # noqa: PLC0415 - 40 ms, and few sites need it

    alone = _chain_length(secure) == 1
    try:
        found = x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")
        certificate = Certificate(_issuer(found), _names(found), found.not_valid_after_utc)
    except (ValueError, TypeError, KeyError, x509.DuplicateExtension):
        certificate = None
    return PeerCertificate(certificate, alone)


def _chain_length(secure: ssl.SSLSocket) -> int | None:
    # Public only since Python 3.13; before that it is a method of the inner object.
    ask = getattr(secure, "get_unverified_chain", None) or getattr(
        getattr(secure, "_sslobj", None), "get_unverified_chain", None
    )
    return len(ask() or ()) if ask else None


def _issuer(found: Any) -> str:  # noqa: ANN401 - the type is imported only where it is needed
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - see `shown`

    for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for part in found.issuer.get_attributes_for_oid(kind):
            return _text(str(part.value))
    return ""


def _names(found: Any) -> tuple[str, ...]:  # noqa: ANN401 - see `_issuer`
    from cryptography import x509  # noqa: PLC0415 - see `shown`

    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(map(_text, names.get_values_for_type(x509.DNSName)[:MOST_NAMES]))


def _text(value: str) -> str:
    return "".join(c if c.isprintable() else " " for c in value[:MOST_LETTERS])
