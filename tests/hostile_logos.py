"""Logos made to be slow to read: each kind as a function of how often its pattern is repeated.

The sizes are large enough to be measured, and small enough to be read when they are doubled.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pngs import END, Chunk, data, header, join, png
from rollkeeper.model import logo_limits

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" '
VIEW = 'viewBox="0 0 32 32"'
PUBLIC = (
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"'
    ' "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
)


ENTITY = '<!ENTITY a# "b">'


class Kind(NamedTuple):
    """A hostile file of some repetitions, and how many to begin with."""

    make: Callable[[int], bytes]
    times: int


def _svg(inside: str, *, before: str = "", attributes: str = VIEW) -> bytes:
    return f"{before}{HEAD}{attributes}>{inside}</svg>".encode()


def _repeated(piece: str, *, start: str = "", end: str = "", before: str = "") -> Kind:
    """Repeat a piece until the file is an eighth as large as an SVG may be."""
    empty = len(_svg(start + end, before=before))
    count = (logo_limits.MAX_SVG_BYTES - empty) // (8 * len(piece.encode()))
    return Kind(lambda n: _svg(start + piece * n + end, before=before), count)


def _each(piece: str, count: int) -> str:
    """Repeat a piece with a number in place of each `#`, from 0 up."""
    return "".join(piece.replace("#", str(number)) for number in range(count))


def _numbered(piece: str, count: int, *, start: str = "", end: str = "") -> Kind:
    return Kind(lambda n: _svg(start + _each(piece, n) + end), count)


def _css(piece: str) -> Kind:
    """Repeat a piece of a style sheet until it is an eighth of what is read."""
    count = (logo_limits.MAX_CSS_CHARACTERS - 10) // (8 * len(piece))
    return Kind(lambda n: _svg(f"<style>{piece * n}</style><g class='a'/>"), count)


def _css_numbered(piece: str, count: int, end: str = "") -> Kind:
    return _numbered(piece, count, start="<style>", end=f"{end}</style><g class='a'/>")


SVG: Mapping[str, Kind] = {
    "comments": _repeated("<!-- a -->"),
    "comments without an end": _repeated("<!--"),
    "comments without an end, after a doctype": _repeated("<!--", before=PUBLIC),
    "CDATA": _repeated("<![CDATA[a]]>"),
    "CDATA without an end, after a doctype": _repeated("<![CDATA[", before=PUBLIC),
    "comments and CDATA, after a doctype": _repeated("<!--a--><![CDATA[b]]>", before=PUBLIC),
    "markup in one comment": _repeated("-<", start="<!--", end="-->"),
    "instructions": _repeated("<?a b?>"),
    "instructions without an end": _repeated("<?a"),
    "a doctype without an end": _repeated("[ ]", before="<!DOCTYPE svg "),
    "blanks in a doctype": Kind(
        lambda n: _svg("", before=f"<!DOCTYPE svg [{'] ' * n}{' ' * n}"), 40_000
    ),
    "entities": Kind(
        lambda n: _svg("", before=f"<!DOCTYPE svg [{_each(ENTITY, n)}]>"),
        5_500,
    ),
    "entities, then comments without an end": _repeated(
        "<!--", before='<!DOCTYPE svg [<!ENTITY a "b">]>'
    ),
    "entities, after comments": Kind(
        lambda n: _svg("", before="<!--a--> " * n + '<!DOCTYPE svg [<!ENTITY a "b">]>'), 12_500
    ),
    "blanks in an entity": Kind(
        lambda n: _svg("", before=f"<!DOCTYPE svg [<!ENTITY a{' ' * n}>]>"), 125_000
    ),
    "entities in attributes": Kind(
        lambda n: _svg(
            '<g id="&a;"/>' * n, before='<!DOCTYPE svg [<!ENTITY a "http://x.example/">]>'
        ),
        2_400,
    ),
    "blanks before no entity": Kind(
        lambda n: _svg(f"<g id={' ' * n}'&a;'/>", before='<!DOCTYPE svg [<!ENTITY a "b">]>'),
        125_000,
    ),
    "ampersands, after a doctype": _repeated("&a", before=PUBLIC),
    "characters by number": _repeated("&#x200b;"),
    "attributes": _numbered("<g a#=''/>", 2_400),
    "attributes of one element": _numbered(" a#=''", 12_500, start="<g", end="/>"),
    "blanks between attributes": _repeated(" ", start="<g", end="/>"),
    "blanks in an attribute": _repeated(" ", start="<g fill='", end="'/>"),
    "quotes in attributes": _repeated("<g id='\"'/>"),
    "elements": _repeated("<g/>"),
    "nested groups": _repeated("<g>"),
    "private elements": _repeated("<p:a xmlns:p='http://www.figma.com/figma/ns'/>"),
    "closing tags": _repeated("</g>"),
    "namespaces": _numbered("<g xmlns:a#='urn:a'/>", 2_400),
    "namespaces of one element": _numbered(" xmlns:a#='urn:a'", 4_500, start="<g", end="/>"),
    "handlers": _repeated("<g onload='a' onclick='b'/>"),
    "scripts": _repeated("<script>a</script>"),
    "text": _repeated("<text>a</text>"),
    "one long text": _repeated("a ", start="<title>", end="</title>"),
    "markup in text": _repeated("&lt;", start="<title>", end="</title>"),
    "letters of two bytes": _repeated("ü\n"),
    "marks that no one sees": _repeated("\u200b\n"),
    "lines": _repeated("\n"),
    "path data": _repeated("M0 0l1 1", start="<path d='", end="'/>"),
    "large numbers": _repeated("1e9 ", start="<path d='", end="'/>"),
    "one long number": _repeated("1", start="<path d='", end="'/>"),
    "points": _repeated("1,2 ", start="<polygon points='", end="'/>"),
    "paths": _repeated("<path d='M0 0h9v9z'/>"),
    "transforms": _repeated("scale(2)", start="<g transform='", end="'/>"),
    # Fewer than are kept: those that are met again are not read again.
    "transforms of many": _numbered("<g transform='rotate(#)'/>", 1_200),
    "brackets in a value": _repeated("(", start="<g fill='", end="'/>"),
    "dashes": _repeated("1 ", start="<path stroke-dasharray='", end="'/>"),
    "filter numbers": _repeated(
        "1 ", start="<filter><feGaussianBlur stdDeviation='", end="'/></filter>"
    ),
    "filter steps": _repeated("<feFlood/>", start="<filter id='f'>", end="</filter>"),
    "filters": _numbered("<filter id='f#'><feFlood/></filter>", 1_200),
    "uses": _repeated("<use x:href='#a'/>", start="<g id='a'/>"),
    "uses in nested groups": _repeated(
        "<use href='#a'/>", start="<g id='a'>" * 30, end="</g>" * 30
    ),
    "use chains": Kind(
        lambda n: _svg(
            "<g id='a0'/>" + "".join(f"<use id='a{i + 1}' href='#a{i}'/>" for i in range(n))
        ),
        2_400,
    ),
    "uses of nested groups": Kind(
        lambda n: _svg(
            "".join(f"<g id='a{i}'><use href='#a{i - 1}'/></g>" for i in range(1, n))
            + "".join(f"<use href='#a{i}'/>" for i in range(n))
        ),
        1_600,
    ),
    "gradients": Kind(
        lambda n: _svg(
            "".join(
                f"<linearGradient id='a{i}' href='#a{i // 2}'/><path fill='url(#a{i})'/>"
                for i in range(1, n)
            )
        ),
        1_200,
    ),
    "masks in masks": Kind(
        lambda n: _svg(
            "".join(f"<mask id='a{i}'><g mask='url(#a{i + 1})'/></mask>" for i in range(n))
        ),
        1_200,
    ),
    "ids": _numbered("<g id='a#'/>", 2_400),
    "one id": _repeated("<g id='a'/><use href='#a'/>"),
    "data URIs": _repeated("<image href='data:image/png;base64,AAAA'/>"),
    "one data URI": _repeated("A", start="<image href='data:image/png;base64,", end="'/>"),
    "base64 in metadata": _repeated(
        base64.b64encode(bytes(3)).decode(), start="<metadata>", end="</metadata>"
    ),
    "addresses in data attributes": _repeated("<g data-a='https://x.example/'/>"),
    "style attributes": _repeated("<g style='fill:red'/>"),
    "style rules": _css(".a{fill:red}"),
    "one long selector": _css("a>b~c "),
    "selector lists": _css_numbered(".a#,", 4_000, end=".a{fill:red}"),
    "selectors and references": Kind(
        lambda n: _svg(
            f"<style>{_each('.a#,', n)}.a{{{_each('fill:url(@#);', n // 2)}}}</style>".replace(
                "@", "#"
            )
        ),
        4_000,
    ),
    "references of rules to each element": Kind(
        lambda n: _svg(f"<style>{'*{fill:url(#a)}' * (n // 4)}</style>{'<g/>' * n}"), 2_400
    ),
    "rules for each class": Kind(
        lambda n: _svg(
            f"<style>{_each('.a#{fill:url(@b)}', 500).replace('@', '#')}</style>"
            f"<g class='{_each('a# ', n)}'/>"
        ),
        12_000,
    ),
    "media rules in each other": _css("@media all{"),
    "rules in rules": _css("a{a:b;"),
    "@import": _css("@import "),
    "@import with quotes": _css("@import '"),
    "@import of addresses": _css("@import url(a);"),
    "@font-face": _css("@font-face{}"),
    "@font-face without an end": _css("@font-face {"),
    "url()": _css("a{fill:url(#a)}"),
    "url() without an end": _css("url("),
    "blanks in a style sheet": _css(" "),
    "lines in a style sheet": _css("a{}\n"),
    "quotes in a style sheet": _css("a{b:'"),
    "CSS comments": _css("/* a */"),
    "CSS comments without an end": _css("/*"),
    "brackets in a style sheet": _css("(["),
    "closing brackets": _css(")}"),
    "semicolons": _css("a;"),
    "declarations that are none": _css("a{1;}"),
    "unicode ranges": _css("u+0-f "),
    "numbers in a style sheet": _css("1e1 "),
    "one number in a style sheet": _css("1"),
    "tags of styles": _repeated("<style/>"),
    "tags of styles that are none": _repeated("<style "),
}


def _text(kind: bytes, content: bytes) -> Chunk:
    return kind, b"Comment\0" + content


def _random(length: int) -> bytes:
    """Return bytes that cannot be packed any smaller, the same in every run."""
    block = zlib.compress(bytes(range(256)), 1)[2:202]
    return bytes(
        byte ^ (index * 131 >> 7 & 255)
        for index, byte in enumerate((block * (length // 200 + 1))[:length])
    )


def _split(count: int) -> bytes:
    kind, content = data()
    step = max(1, len(content) // count)
    parts = [(kind, content[at : at + step]) for at in range(0, len(content), step)]
    return join(header(), *parts, *[(kind, b"")] * (count - len(parts)), END)


def _sized(width: int, height: int, colour: int = 0) -> bytes:
    samples = {0: 1, 2: 3, 6: 4}[colour]
    content = zlib.compress(bytes((1 + width * samples) * height))
    return join(header(width, height, colour=colour), (b"IDAT", content), END)


def _exif(count: int) -> bytes:
    entries = struct.pack("<HHII", 0x0110, 4, 1, 0) * count
    return png((b"eXIf", b"II*\0" + struct.pack("<IH", 8, count) + entries))


PNG: Mapping[str, Kind] = {
    "empty picture chunks": Kind(_split, 2_000),
    "unknown chunks": Kind(lambda n: png(*[(b"prVt", b"a")] * n), 2_000),
    "one unknown chunk": Kind(lambda n: png((b"prVt", bytes(n))), 128),
    "comments": Kind(lambda n: png(*[_text(b"tEXt", b"a")] * n), 2_000),
    "one comment": Kind(lambda n: png(_text(b"tEXt", b"<" * n)), 32_000),
    "one keyword": Kind(lambda n: png((b"tEXt", b"a" * n)), 32_000),
    "Windows programs that are none": Kind(
        lambda n: png(_text(b"tEXt", b"MZ" * (n // 2) + bytes(60))), 32_000
    ),
    "gzip archives that are none": Kind(
        lambda n: png(_text(b"iTXt", b"\x1f\x8b\x08" * (n // 3))), 32_000
    ),
    "packed comments": Kind(
        lambda n: png(*[_text(b"zTXt", b"\0" + zlib.compress(bytes(50_000)))] * n), 2
    ),
    "a packed comment": Kind(
        lambda n: png(_text(b"zTXt", b"\0" + zlib.compress(bytes(n)))), 32_000
    ),
    "international comments": Kind(
        lambda n: png(_text(b"iTXt", b"\1\0\0\0" + zlib.compress(b"on" * n))), 16_000
    ),
    "EXIF data": Kind(_exif, 1_300),
    "suggested palettes": Kind(lambda n: png(*[(b"sPLT", bytes(4_000))] * n), 16),
    "colour profile": Kind(
        lambda n: png((b"iCCP", b"a\0\0" + zlib.compress(bytes(n)))),
        logo_limits.MAX_PNG_PROFILE // 2,
    ),
    "palette": Kind(
        lambda n: join(header(colour=3), (b"PLTE", bytes(3 * n)), data(b"\0" * 65 * 64), END),
        128,
    ),
    "stored picture data": Kind(
        lambda n: join(header(64, 64), (b"IDAT", zlib.compress(_random(n), 0)), END), 125_000
    ),
    "too much picture data": Kind(
        lambda n: join(header(64, 64), (b"IDAT", zlib.compress(bytes(n))), END), 2_000_000
    ),
    "ends of archives in picture data": Kind(
        lambda n: join(header(64, 64), (b"IDAT", b"PK\5\6" * n), END), 30_000
    ),
    "data after the end": Kind(lambda n: png() + b"PK\5\6" * n, 30_000),
    "bytes that are no chunk": Kind(lambda n: png()[:-12] + bytes(n), 125_000),
    "rows": Kind(lambda n: _sized(2_048, n), 2_048),
    "rows of four colours": Kind(lambda n: _sized(1_024, n, 6), 4_096),
    "interlaced rows": Kind(
        lambda n: join(
            header(1_024, n, colour=0, interlace=1),
            (b"IDAT", zlib.compress(bytes(1_024 * n + 15 * n // 8))),
            END,
        ),
        2_048,
    ),
}
