"""What a file's bytes are, whatever its name says."""

from __future__ import annotations

import re

from rollkeeper.model.logo import Kind

_MAGIC = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"\x00\x00\x01\x00", Kind.ICO),
    (b"%PDF-", Kind.PDF),
    (b"%!PS-Adobe", Kind.PDF),
    (b"\x1f\x8b", Kind.GZIP),
    (b"version https://git-lfs.github.com/spec/", Kind.LFS_POINTER),
)
_PNG = b"\x89PNG\r\n\x1a\n"
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_HEAD = 64 * 1024
"""Bytes from the start in which the first element of a document is looked for."""

_BEFORE_ROOT = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!doctype(?!\s+html)[^\[>]*(?:\[.*?\]\s*)?>",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|table)\b", re.IGNORECASE)
_BINARY = re.compile("[\x00-\x08\x0e-\x1a]")


def sniff(data: bytes) -> Kind:
    """Say what `data` is by its first bytes; never raises."""
    if not data:
        return Kind.EMPTY
    if data.startswith(_PNG):
        return Kind.APNG if b"acTL" in data[: data.find(b"IDAT")] else Kind.PNG
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return Kind.HEIC
    return _sniff_text(_decoded(data[:_HEAD]))


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore")
    return head.decode("utf-8-sig", errors="replace")


def _sniff_text(text: str) -> Kind:
    at = 0
    while before := _BEFORE_ROOT.match(text, at):
        at = before.end()
    root = _ROOT.match(text, at)
    if root and root.group(1).lower() == "svg":
        return Kind.SVG
    if _HTML.match(text, at):
        return Kind.HTML
    return Kind.UNKNOWN if _BINARY.search(text) or "\ufffd" in text[:1024] else Kind.TEXT
