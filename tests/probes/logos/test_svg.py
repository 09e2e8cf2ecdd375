"""Hostile and harmless drawings, and what is said of each."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from patience import soon
from rollkeeper.model.logo_limits import (
    MAX_CSS_RULES,
    MAX_LOGO_DEFECTS,
    MAX_SVG_BYTES,
    MAX_SVG_DEPTH,
    MAX_SVG_ELEMENTS,
)
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
SQUARE = '<path d="M4 4h24v24h-24z" fill="#246"/>'


def drawing(inside: str, attributes: str = 'viewBox="0 0 32 32"', before: str = "") -> bytes:
    return f"{before}{HEAD}{attributes}>\n{inside}\n{SQUARE}</svg>".encode()


def rules(data: bytes) -> set[str]:
    return {defect.rule for defect in inspect_svg(data).defects}


HARMLESS = {
    "plain": "",
    "style sheet": "<style>.a{fill:#fff}@media (prefers-color-scheme:dark){.a{fill:red}}</style>",
    "charset": "<style>@charset 'utf-8'; g > .a:hover, path:not(.b) {opacity: .5}</style>",
    "style attribute": "<g style=\"fill:rgb(1, 2,3);font-family:'Fira Sans'; stroke:none\"/>",
    "gradient": (
        '<linearGradient id="渐变_60"><stop offset="0" stop-color="red"/></linearGradient>'
        '<rect width="9" height="9" fill="url(#渐变_60) none"/>'
        "<circle r='3' style='fill:url(\"#渐变_60\")'/>"
    ),
    "use": '<symbol id="s"><path d="M0 0h1"/></symbol><use href="#s"/><use xlink:href="#s"/>',
    "colour like a number": '<g fill="#1e99ff" style="stroke:#9e88aa"/>',
    "long digits": '<path d="M.1234567890123 0l1e-12 1.00000000001"/>',
    "metadata": (
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:cc="http://creativecommons.org/ns#"><cc:Work rdf:about=""/></rdf:RDF></metadata>'
    ),
    "editor": '<g xmlns:sketch="http://www.bohemiancoding.com/sketch/ns" sketch:type="MSPage"/>',
    "title": "<title>Grüße 雲 &amp; Co</title><desc>a &#169; b</desc>",
    "comment": "<!-- Generator: a drawing program -->",
    "accessible": '<g role="img" aria-label="a (b)" data-name="Layer 1" focusable="false"/>',
    "attributes that browsers ignore": (
        '<g strokeWidth="2" viewbox="0 0 9 9" featureKey="name-0" _ngcontent-ab-c1="" alt="Fir"/>'
    ),
    "attribute of an unknown namespace": '<g xmlns:q="urn:example:odd" q:kind="a 1"/>',
    "marker that nothing uses": (
        '<defs><marker id="m" orient="auto" markerWidth="3"><path d="M0 0h1"/></marker></defs>'
    ),
    "packet of metadata": (
        '<metadata><?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        "<?xpacket end='w'?></metadata>"
    ),
    "names of layers": '<g id="&lt;Group&gt;" data-name="&lt;路径&gt;-2"/>',
    "markup in a comment": "<!-- <text>Fir</text><style><![CDATA[g{}]]></style> -->",
    "text without letters": "<text> </text><text><tspan/></text>",
    "filter": '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter><g filter="url(#f)"/>',
}

HOSTILE = {
    # what it is: (inside the drawing, the rule that says so)
    "script": ("<script>x()</script>", "svg-script"),
    "prefixed script": (
        '<q:script xmlns:q="http://www.w3.org/2000/svg">x()</q:script>',
        "svg-script",
    ),
    "capitals": ("<SCRIPT>x()</SCRIPT>", "svg-script"),
    "handler": ('<g onclick="x()"/>', "svg-script"),
    "handler in capitals": ('<g OnLoad="x()"/>', "svg-script"),
    "handler of a namespace": (
        '<g xmlns:q="http://www.figma.com/figma/ns" q:onload="x"/>',
        "svg-script",
    ),
    "javascript link": ('<a href=" java&#10;script:x()"><g/></a>', "svg-script"),
    "foreignObject": ('<foreignObject width="9" height="9"/>', "svg-foreign-content"),
    "web page": ('<p xmlns="http://www.w3.org/1999/xhtml">x</p>', "svg-foreign-content"),
    "animation": ('<animate attributeName="x"/>', "svg-foreign-content"),
    "unknown element": ("<blob/>", "svg-foreign-content"),
    "unknown attribute": ('<g autofocus=""/>', "svg-foreign-content"),
    "unknown namespace": ('<x xmlns="urn:example:odd"/>', "svg-foreign-content"),
    "drawing in private data": (
        '<q:x xmlns:q="http://www.figma.com/figma/ns"><g/></q:x>',
        "svg-foreign-content",
    ),
    "link": ('<a href="https://evil.example/"><g/></a>', "svg-external-reference"),
    "image": ('<image href="https://evil.example/a.png"/>', "svg-external-reference"),
    "local image": ('<image href="/etc/hostname"/>', "svg-external-reference"),
    "image of SVG": (
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        "svg-external-reference",
    ),
    "use of a file": ('<use href="other.svg#a"/>', "svg-external-reference"),
    "feImage": ('<filter id="f"><feImage href="#a"/></filter>', "svg-external-reference"),
    "base": ('<g xml:base="https://evil.example/"/>', "svg-external-reference"),
    "fill": ('<g fill="url(https://evil.example/#a)"/>', "svg-external-reference"),
    "fill in quotes": ("<g fill=\"url( '//evil.example/a' )\"/>", "svg-external-reference"),
    "image-set": ("<style>g{mask:image-set('a.png' 1x)}</style>", "svg-external-reference"),
    "import": ("<style>@import 'https://evil.example/a.css';</style>", "svg-external-reference"),
    "import in CDATA": (
        "<style>@im<![CDATA[port url(//evil.example/a);]]></style>",
        "svg-external-reference",
    ),
    "font": (
        "<style>@font-face{font-family:a;src:url(//evil.example/a)}</style>",
        "svg-external-reference",
    ),
    "raster": (
        '<image href="data:image/png;base64,iVBORw0KGgo=" width="9" height="9"/>',
        "svg-embedded-raster",
    ),
    "escape": ('<g style="fill:u\\72l(//evil.example/a)"/>', "svg-css"),
    "unknown function": ("<style>g{fill:paint(x)}</style>", "svg-css"),
    "variable": ('<g style="fill:var(--a)"/>', "svg-css"),
    "behaviour": ("<style>g{behavior:none}</style>", "svg-css"),
    "binding": ('<g style="-moz-binding:none"/>', "svg-css"),
    "cursor in a nested rule": ("<style>@media all{g{a{cursor:help}}}</style>", "svg-css"),
    "animation in CSS": ('<g style="animation-name:a"/>', "svg-css"),
    "keyframes": ("<style>@keyframes a{to{opacity:0}}</style>", "svg-css"),
    "other sheet": ('<style type="text/less">g{}</style>', "svg-css"),
    "comment in sheet": ("<style><!-- g{} --></style>", "svg-css"),
    "element in sheet": ("<style><g/></style>", "svg-css"),
    "markup in sheet": ("<style>g{}&lt;/style></style>", "svg-css"),
    "instruction": ("<?php echo 1 ?>", "svg-entities"),
    "attribute with code": ('<g line-spacing="alert(1)"/>', "svg-foreign-content"),
    "attribute with a statement": ('<g ng-init="a=1"/>', "svg-foreign-content"),
    "directive": ('<g x-data="a"/>', "svg-foreign-content"),
    "directive of an event": ('<g xmlns:x="urn:x" x:y.z="a"/>', "svg-foreign-content"),
    "property that fetches": ('<g cursor="help"/>', "svg-foreign-content"),
    "attribute with an address": ('<g source="https://evil.example/"/>', "svg-hidden-text"),
    "event of XML": (
        '<g xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="click"/>',
        "svg-foreign-content",
    ),
    "marker that is drawn": (
        '<marker id="m"><path d="M0 0h1"/></marker><path style="marker-end:url(#m)"/>',
        "svg-foreign-content",
    ),
    "marker that a sheet draws": (
        '<style>path{marker:url(#m)}</style><marker id="m"><path d="M0 0h1"/></marker>',
        "svg-foreign-content",
    ),
    "packet with code": ("<?xpacket begin='<?php echo 1'?>", "svg-entities"),
    "layer that is a script": ('<g id="&lt;script&gt;"/>', "svg-hidden-text"),
    "layer that opens raw text": ('<g data-name="&lt;Style&gt;"/>', "svg-hidden-text"),
    "layer with an attribute": ('<g id="&lt;img src=x&gt;"/>', "svg-hidden-text"),
    "code in a comment": ("<!-- <?php echo 1 ?> -->", "svg-hidden-text"),
    "directive of a server": ('<!--#exec cmd="ls" -->', "svg-hidden-text"),
    "comment that ends early": ("<!--> <g onload='x()'/> -->", "svg-hidden-text"),
    "script in a comment": ("<!-- <q:script>x()</q:script> -->", "svg-hidden-text"),
    "text": ('<text x="1">Name</text>', "svg-live-text"),
    "zero width": ("<title>A\u200bB</title>", "svg-hidden-text"),
    "direction": ('<g class="&#x202e;"/>', "svg-hidden-text"),
    "tag characters": ("<!-- \U000e0041\U000e0042 -->", "svg-hidden-text"),
    "markup in title": ("<title>&lt;img src=x></title>", "svg-hidden-text"),
    "markup in comment": ("<!-- <img src=x onerror=x()> -->", "svg-hidden-text"),
    "markup in a style": ('<g style="fill:&lt;b&gt;"/>', "svg-hidden-text"),
    "markup in a class": ('<g class="&lt;b&gt;"/>', "svg-hidden-text"),
    "data attribute": ('<g data-href="https://evil.example/"/>', "svg-hidden-text"),
    "id with a quote": ("<g id='a\"b'/>", "svg-hidden-text"),
    "use of itself": ('<g id="a"><use href="#a"/></g>', "svg-too-complex"),
    "circle by a sheet": (
        '<style>.a{clip-path:url(#c)}</style><clipPath id="c"><g class="a"/></clipPath>',
        "svg-too-complex",
    ),
    "use bomb": (
        '<g id="a0"/>'
        + "".join(
            f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}"/></g>' for n in range(1, 20)
        ),
        "svg-too-complex",
    ),
    "chain": (
        "".join(f'<linearGradient id="g{n}" href="#g{n - 1}"/>' for n in range(90)),
        "svg-too-complex",
    ),
    "blur": ('<filter id="f"><feGaussianBlur stdDeviation="2 9999"/></filter>', "svg-too-complex"),
    "blur in CSS": ('<g style="filter:blur(9999px)"/>', "svg-too-complex"),
    "dashes": ('<path stroke-dasharray="0.0001" d="M0 0h9"/>', "svg-too-complex"),
    "number": ('<g transform="scale(1e30)"/>', "svg-too-complex"),
    "elements": ("<g/>" * MAX_SVG_ELEMENTS, "svg-too-complex"),
    "depth": ("<g>" * 40 + "</g>" * 40, "svg-too-complex"),
    "attributes": ("<g " + " ".join(f"a{n}=''" for n in range(70)) + "/>", "svg-too-complex"),
    "one long number": ("<g style='fill:rgb(" + "1" * 5_000 + ")'/>", "svg-too-complex"),
    "brackets": ("<g style='fill:" + "(" * 60_000 + "'/>", "svg-too-complex"),
    "much CSS": (f"<style>{'g{fill:red}' * 20_000}</style>", "svg-too-complex"),
    "many rules": (f"<style>{'g{}' * (MAX_CSS_RULES + 1)}</style>", "svg-too-complex"),
    "filters": (f"<filter id='f'>{'<feFlood/>' * 70}</filter>", "svg-too-complex"),
    "two attributes": ('<g id="a" id="b"/>', "svg-broken"),
    "unbound prefix": ('<g odd:label="x"/>', "svg-broken"),
}


@pytest.mark.parametrize("inside", HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless_drawing_has_no_defect(inside: str) -> None:
    assert inspect_svg(drawing(inside)).defects == ()


@pytest.mark.parametrize(("inside", "rule"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_drawing_is_named(inside: str, rule: str) -> None:
    assert rule in rules(drawing(inside))


@pytest.mark.parametrize(
    "before",
    [
        "\ufeff",
        '<?xml version="1.0" encoding="ISO-8859-1"?>',
        '<?xml version="1.0" encoding="windows-1252"?>',
        '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n',
        "<!DOCTYPE svg>",
        (
            '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"'
            ' "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        ),
    ],
)
def test_usual_beginnings_are_fine(before: str) -> None:
    assert inspect_svg(drawing("", before=before)).defects == ()


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE svg SYSTEM "https://evil.example/a.dtd">',
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "file:///etc/passwd">',
        "<!DOCTYPE html>",
        '<!DOCTYPE svg [<!ENTITY a "b">]>',
        '<!DOCTYPE svg [<!ENTITY % a SYSTEM "b"> %a;]>',
        "<!DOCTYPE svg [<!ATTLIST g onload CDATA 'x()'>]>",
        '<?xml-stylesheet href="https://evil.example/a.css"?>',
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    ],
)
def test_declarations_are_refused(before: str) -> None:
    assert "svg-entities" in rules(drawing("", before=before))


def test_what_is_behind_simple_entities_is_reported_too() -> None:
    before = '<!DOCTYPE svg [\n<!ENTITY ns "http://www.figma.com/figma/ns">\n]>\n'
    defects = inspect_svg(drawing('<g xmlns:f="&ns;" onload="x()"/>', before=before)).defects
    assert [(defect.rule, defect.line) for defect in defects] == [
        ("svg-entities", 2),
        ("svg-script", 5),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"\xff\xfe<\x00s\x00v\x00g\x00",
        b"\x1f\x8b\x08\x00",
        b"<svg",
        b"<svg viewBox='0 0 9 9'/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        drawing("") + drawing(""),
        drawing("<title>ü</title>", before='<?xml version="1.0" encoding="iso-8859-1"?>'),
        drawing("", before='<?xml version="1.0" encoding="utf-7"?>'),
        drawing("", before='<?xml version="1.1"?>'),
        drawing("\x01"),
    ],
)
def test_broken_file(data: bytes) -> None:
    assert "svg-broken" in rules(data)


def test_all_defects_of_one_file_are_reported_with_their_lines() -> None:
    inside = '<g onload="x()"/>\n<text>a</text>\n<g autofocus=""/>\n<image href="b.png"/>'
    defects = inspect_svg(drawing(inside)).defects
    assert [(defect.rule, defect.line) for defect in defects] == [
        ("svg-script", 2),
        ("svg-live-text", 3),
        ("svg-foreign-content", 4),
        ("svg-external-reference", 5),
    ]


def test_a_prefix_that_is_not_declared_has_a_remedy() -> None:
    (defect,) = inspect_svg(drawing('\n<g serif:id="a"/>')).defects
    assert (defect.rule, defect.line) == ("svg-broken", 3)
    assert "`xmlns:`" in defect.message


@pytest.mark.parametrize(
    ("css", "words"),
    [
        ("a", "a rule without its `{ }`"),
        ("a{fill:red", "nothing"),
        ("a{fill}", "a declaration that is not `property: value`"),
        ("a{1:2}", "a declaration that is not `property: value`"),
        ("a{fill:'red\n}", "a quote that is not closed"),
        ("a{fill:url(a b)}", "a `url()` with a quote, blank or bracket inside its address"),
        ("a{fill:url(#a", "a `url()` that is not closed"),
        ("a{fill:red)}", "a `)` that closes nothing"),
        ("}", "a rule without its `{ }`"),
    ],
)
def test_what_is_wrong_with_css_is_said_in_plain_words(css: str, words: str) -> None:
    told = [defect.message for defect in inspect_svg(drawing(f"<style>{css}</style>")).defects]
    assert told == ([] if words == "nothing" else [f"has {words} in its CSS; correct it"])


def test_defects_of_one_kind_are_capped_and_hide_no_other() -> None:
    defects = inspect_svg(
        drawing("<text>a</text>" * 99 + '<g onload="x"/>\n' * 99 + "<a/>")
    ).defects
    assert sum(defect.rule == "svg-script" for defect in defects) == MAX_LOGO_DEFECTS
    assert {"svg-live-text", "svg-foreign-content"} <= {defect.rule for defect in defects}


def test_depth_limit_is_inclusive() -> None:
    inside = MAX_SVG_DEPTH - 1
    assert rules(drawing("<g>" * inside + "</g>" * inside)) == set()


def test_large_file_is_not_read() -> None:
    (defect,) = inspect_svg(drawing(" " * MAX_SVG_BYTES)).defects
    assert defect.rule == "svg-too-complex"


def test_messages_stay_short() -> None:
    long = "x" * 100_000
    for inside in (f'<g on{long}=""/>', f'<use href="{long}"/>', f"<{long}/>", f'<g {long}:a=""/>'):
        assert all(len(defect.message) < 400 for defect in inspect_svg(drawing(inside)).defects)


@pytest.mark.untraced
@pytest.mark.parametrize(
    "inside",
    [
        '<g style="fill:attr(x);' + "a:b;" * 20_000 + '"/>',
        "".join(f'<g style="fill:calc({n}px)"/>' for n in range(4_000)),
        "<g>" * 30 + '<use href="#a"/>' * 4_000 + "</g>" * 30,
        '<g id="a"/>' * 2_000 + '<use href="#a"/>' * 2_000,
        "<style>" + "*{fill:url(#a)}" * 900 + "</style>" + "<g/>" * 4_000,
        "&#x200b;" * 60_000,
        "\n" * 500_000,
        "<!--" + "<" * 400_000 + "-->",
        f"<path d='{'1e9 ' * 50_000}'/>",
    ],
)
def test_worst_cases_end_soon(inside: str) -> None:
    data = drawing(inside)
    with soon():
        inspect_svg(data)


PIECES = st.sampled_from(
    [inside.encode() for inside in HARMLESS.values()]
    + [inside.encode() for inside, _ in HOSTILE.values() if len(inside) < 300]
    + [b"<", b">", b'"', b"&", b"]]>", b"<![CDATA[", b"\xff", b"url(", b"<!DOCTYPE svg [", b"&a;"]
)


@settings(max_examples=200)
@given(pieces=st.lists(PIECES, max_size=8), cut=st.integers(0, 400), odd=st.binary(max_size=4))
@example(pieces=[b"<g a:b=''/>", b"<!DOCTYPE svg [", b"&a;"], cut=0, odd=b"")
def test_any_mutation_gets_an_answer(pieces: list[bytes], cut: int, odd: bytes) -> None:
    data = drawing("").replace(b"\n", b"".join(pieces), 1)
    facts = inspect_svg(data[:cut] + odd + data[cut:])
    assert all(defect.rule.startswith("svg-") and defect.message for defect in facts.defects)
