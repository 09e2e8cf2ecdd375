"""The body of an answer: where it ends, and what it is without its wrappings."""

from __future__ import annotations

import re
import zlib

from rollkeeper.model.limits import MAX_PAGE_BYTES
from rollkeeper.probes.web.http_head import ResponseHead

_NO_BODY = frozenset({204, 205, 304})
_LAST_CHUNK = re.compile(rb"(?:^|\n)0+[^\n]*\r?\n(?:[^\n]+\n)*\r?\n\Z")
_SIZE = re.compile(rb"\s*([0-9A-Fa-f]{1,15})[^\n]*\n")
_INFLATE = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}
"""Window sizes as `zlib` wants them."""


def is_page(head: ResponseHead) -> bool:
    """Return whether an answer is worth reading on: a page for people to read."""
    kind = head.first(b"content-type").partition(b";")[0].strip().lower()
    readable = kind in {b"", b"text/html", b"application/xhtml+xml"}
    return readable and head.status not in _NO_BODY


def complete(head: ResponseHead, body: bytearray, most: int = MAX_PAGE_BYTES) -> bool:
    """Return whether all of a body is there, or `most` bytes of it."""
    return len(body) >= most or whole(head, body)


def whole(head: ResponseHead, body: bytes | bytearray) -> bool:
    """Return whether all of a body is there; where the answer does not say, it is not."""
    if is_chunked(head):
        return _LAST_CHUNK.search(body, max(0, len(body) - 256)) is not None
    length = head.first(b"content-length")
    return length.isdigit() and len(body) >= int(length[:15])


def is_chunked(head: ResponseHead) -> bool:
    """Return whether a body comes in chunks."""
    return head.first(b"transfer-encoding").lower().endswith(b"chunked")


def unwrapped(head: ResponseHead, body: bytes, most: int = MAX_PAGE_BYTES) -> bytes | None:
    """Return the content of a body, at most its first bytes; None where its wrapping is unknown."""
    if is_chunked(head):
        content = _dechunked(body)
        if content is None:
            return None
        body = content
    body = body[:most]
    packing = head.first(b"content-encoding").lower()
    if packing in {b"", b"identity"}:
        return body
    if packing not in _INFLATE:
        return None
    try:
        return zlib.decompressobj(_INFLATE[packing]).decompress(body, most)
    except zlib.error:
        return None


def _dechunked(body: bytes) -> bytes | None:
    parts: list[bytes] = []
    at = 0
    while size := _SIZE.match(body, at):
        length = int(size[1], 16)
        if not length:
            break
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length
    return b"".join(parts) if parts or size or not body else None
