"""What the environment says of the way to websites, and why none can be visited because of it."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping

_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Python's own variables for further authorities: a file and a folder."""


def obstacle(environ: Mapping[str, str]) -> str | None:
    """Return why no website can be visited from here, and what to do; None where they can.

    A proxy would look up names itself, so nothing could keep an address on a roster from leading
    into the network that the proxy is in.
    """
    if environ.get("no_proxy", environ.get("NO_PROXY", "")).strip() != "*":
        for name in sorted(environ):
            if name.lower() in _PROXIES and environ[name]:
                return (
                    f"{name} is set, but websites are not visited through a proxy; set NO_PROXY=* "
                    "where they can be reached without, or leave them out with --offline"
                )
    try:
        trust_further(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), environ)
    except OSError as error:
        named = " and ".join(name for name in CERTIFICATES if environ.get(name))
        return f"{named} cannot be used ({error.strerror or error}); correct it, or unset it"
    return None


def trust_further(context: ssl.SSLContext, environ: Mapping[str, str] = os.environ) -> None:
    """Add the authorities that the environment names; raise OSError where they cannot be read."""
    file, folder = (environ.get(name) or None for name in CERTIFICATES)
    if file or folder:
        context.load_verify_locations(cafile=file, capath=folder)
