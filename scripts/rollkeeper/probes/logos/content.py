"""The format of a file by its bytes, whatever its name says."""

from __future__ import annotations

import re

from rollkeeper.model.logo import LogoFormat
from rollkeeper.model.logo_limits import MAX_LOGO_HEAD

_MAGIC = (
    (b"\xff\xd8\xff", LogoFormat.JPEG),
    (b"GIF87a", LogoFormat.GIF),
    (b"GIF89a", LogoFormat.GIF),
    (b"\x00\x00\x01\x00", LogoFormat.ICO),
    (b"%PDF-", LogoFormat.PDF),
    (b"%!PS-Adobe", LogoFormat.PDF),
    (b"\x1f\x8b", LogoFormat.GZIP),
    (b"version https://git-lfs.github.com/spec/", LogoFormat.LFS_POINTER),
)
_PNG = b"\x89PNG\r\n\x1a\n"
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_BEFORE_ROOT = re.compile(
    r"\s++|<\?.*?\?>|<!--.*?-->|<!doctype(?!\s+html)[^\[>]*+(?:\[.*?\]\s*+)?+>",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|table)\b", re.IGNORECASE)
_BINARY = re.compile("[\x00-\x08\x0e-\x1a]")


def sniff(data: bytes) -> LogoFormat:
    """Return the format of `data` by its first bytes; never raises."""
    if not data:
        return LogoFormat.EMPTY
    if data.startswith(_PNG):
        return LogoFormat.APNG if b"acTL" in data[: data.find(b"IDAT")] else LogoFormat.PNG
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return LogoFormat.WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return LogoFormat.HEIC
    return _sniff_text(_decoded(data[:MAX_LOGO_HEAD]))


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore")
    return head.decode("utf-8-sig", errors="replace")


def _sniff_text(text: str) -> LogoFormat:
    at = 0
    while before := _BEFORE_ROOT.match(text, at):
        at = before.end()
    root = _ROOT.match(text, at)
    if root and root.group(1).lower() == "svg":
        return LogoFormat.SVG
    if _HTML.match(text, at):
        return LogoFormat.HTML
    return (
        LogoFormat.UNKNOWN if _BINARY.search(text) or "\ufffd" in text[:1024] else LogoFormat.TEXT
    )
