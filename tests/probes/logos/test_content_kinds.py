"""What a file is, by its bytes."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngs import png
from rollkeeper.model.logo import LogoFormat
from rollkeeper.probes.logos.content import sniff

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v4z"/></svg>'


PNG = png()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", LogoFormat.EMPTY),
        (PNG, LogoFormat.PNG),
        (png((b"acTL", bytes(8))), LogoFormat.APNG),
        (png((b"tEXt", b"Comment\0no acT")), LogoFormat.PNG),
        (b"\xff\xd8\xff\xe0", LogoFormat.JPEG),
        (b"GIF89a", LogoFormat.GIF),
        (b"RIFF\0\0\0\0WEBPVP8 ", LogoFormat.WEBP),
        (b"\0\0\0\x1cftypheic", LogoFormat.HEIC),
        (b"\0\0\0\x1cftypavif", LogoFormat.HEIC),
        (b"\0\0\0\x1cftypmp42", LogoFormat.UNKNOWN),
        (b"\0\0\1\0\1\0", LogoFormat.ICO),
        (b"%PDF-1.7", LogoFormat.PDF),
        (b"%!PS-Adobe-3.0 EPSF-3.0", LogoFormat.PDF),
        (gzip.compress(SVG), LogoFormat.GZIP),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", LogoFormat.LFS_POINTER),
        (SVG, LogoFormat.SVG),
        (b"\xef\xbb\xbf" + SVG, LogoFormat.SVG),
        (
            b"<?xml version='1.0'?>\n<!-- drawn -->\n<!DOCTYPE svg [ <!ENTITY a 'b'> ]>\n" + SVG,
            LogoFormat.SVG,
        ),
        (b"<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>", LogoFormat.SVG),
        (SVG.decode().encode("utf-16"), LogoFormat.SVG),
        (b"\n<!DOCTYPE html><html><svg></svg></html>", LogoFormat.HTML),
        (b"<!-- error --><HTML>", LogoFormat.HTML),
        (b"<note/>", LogoFormat.TEXT),
        (b"../other/logo.svg", LogoFormat.TEXT),
        (b"MZ\x90\0\3\0", LogoFormat.UNKNOWN),
        (b"<!--" * 20_000, LogoFormat.TEXT),
    ],
)
def test_content_is_recognised_by_its_bytes(content: bytes, kind: LogoFormat) -> None:
    assert sniff(content) is kind


@given(st.binary(max_size=200))
def test_any_bytes_are_of_some_kind(content: bytes) -> None:
    assert sniff(content) in LogoFormat
    assert sniff(b"<svg" + content) in {LogoFormat.SVG, LogoFormat.TEXT, LogoFormat.UNKNOWN}
