"""What is cut from a logo, and when no cleaned copy is offered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollkeeper.fixing.logos import CleanedLogo, CleaningRefusal, clean_svg, offer
from rollkeeper.probes.logos.rendering.renderer import Renderer
from rollkeeper.probes.logos.svg.entities import UnresolvableError, written_out
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
SQUARE = '<path d="M4 4h24v24h-24z" fill="#246"/>'
EDITOR = """<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: a drawing program -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
\t<!ENTITY ns_svg "http://www.w3.org/2000/svg">
\t<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">
]>
<svg xmlns="&ns_svg;" xmlns:i="&ns_ai;" viewBox="0 0 32 32">
<switch><foreignObject requiredExtensions="&ns_ai;" width="1" height="1"><i:ref/></foreignObject>
<g i:extraneous="self"><linearGradient id="未命名的渐变_60"><stop stop-color="red"/></linearGradient>
<path d="M4 4h24v24h-24z" fill="url(#未命名的渐变_60)"/></g></switch>
<i:pgf>&lt;private&gt;</i:pgf>
</svg>
"""


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer(processes=1) as opened:
        yield opened


def drawing(inside: str, attributes: str = 'viewBox="0 0 32 32"') -> bytes:
    return f"{HEAD}{attributes}>{inside}{SQUARE}</svg>".encode()


CLEANED = {
    # what real logos hold: (before, after)
    "a program of an animation tool": ("<script><![CDATA[x('</g>')]]></script>", ""),
    "an empty program": ("<script/>", ""),
    "a handler of a web page": (
        '<g id="ü" onclick="x()"\n  class="a"/>',
        '<g id="ü"\n  class="a"/>',
    ),
    "an address where no one sees it": (
        '<g data-a="https://evil.example/" data-b="1"/>',
        '<g data-b="1"/>',
    ),
    "a metadata packet of Photoshop": ("<?xpacket begin='>' ?>", ""),
    "a drawing that was commented out": (
        "<script/><!-- <b>bold</b> --><!-- kept -->",
        "<!-- kept -->",
    ),
    "fonts of a web service": (
        "<style>@import url(//evil.example/a.css?a+b);.a{fill:red}</style>",
        "<style>.a{fill:red}</style>",
    ),
    "an embedded font": (
        '<style>@font-face{font-family:"a";src:url(data:font/woff;base64,a+b)}</style>',
        "<style></style>",
    ),
    "an element of a form builder": ('<x:y xmlns:x="urn:example:odd"><x:z/></x:y>', ""),
    "what browsers ignore": (
        '<script/><g strokeWidth="2" viewbox="0" id="a" data-b="1" aria-label="b" xml:space="preserve"/>',
        '<g id="a" data-b="1" aria-label="b" xml:space="preserve"/>',
    ),
    "a directive of a framework": ('<g x-data="a" class="b"/>', '<g class="b"/>'),
    "a marker that nothing uses": (
        '<script/><defs><marker id="m" orient="auto"><path d="M0 0h1"/></marker></defs>',
        "<defs></defs>",
    ),
    "text that only Inkscape shows": (
        "<flowRoot><flowRegion><rect/></flowRegion><flowPara>a</flowPara></flowRoot>",
        "",
    ),
    "a program in the metadata": (
        '<metadata><script xmlns="urn:example:odd"/></metadata>',
        "<metadata></metadata>",
    ),
    "a drawing in the metadata": (
        '<metadata><g xmlns="http://www.w3.org/2000/svg"/></metadata>',
        "",
    ),
}


@pytest.mark.parametrize(("inside", "left"), CLEANED.values(), ids=CLEANED.keys())
def test_only_the_harmful_part_is_cut(inside: str, left: str, renderer: Renderer) -> None:
    assert offer(drawing(inside), renderer) == CleanedLogo(drawing(left))


def test_the_name_of_another_encoding_is_cut_where_it_says_nothing(renderer: Renderer) -> None:
    head = b'<?xml version="1.0" encoding="%s"?>'
    plain = drawing("")
    assert offer(head % b"utf-7" + plain, renderer) == CleanedLogo(b'<?xml version="1.0"?>' + plain)
    titled = drawing("<title>\u00fc</title>")
    assert isinstance(offer(head % b"latin1" + titled, renderer), CleaningRefusal)


def test_a_marker_that_is_drawn_stays(renderer: Renderer) -> None:
    marked = '<script/><marker id="m"><path d="M0 0h1"/></marker><path marker-end="url(#m)"/>'
    assert isinstance(offer(drawing(marked), renderer), CleaningRefusal)


def test_entities_of_editors_are_written_out(renderer: Renderer) -> None:
    cleaned = offer(EDITOR.encode(), renderer)
    assert isinstance(cleaned, CleanedLogo)
    text = cleaned.data.decode()
    assert "<!DOCTYPE" not in text
    assert "foreignObject" not in text
    assert text.count("未命名的渐变_60") == 2
    assert inspect_svg(cleaned.data).defects == ()


def test_of_two_declarations_the_first_counts() -> None:
    data = b'<!DOCTYPE svg [\n<!ENTITY a "b">\n<!ENTITY a "c">\n]>\n<svg id="&a;" class="&x;"/>'
    assert written_out(data) == b'\n\n\n\n<svg id="b" class="&x;"/>'
    assert written_out(data, keep_lines=False) == b'\n<svg id="b" class="&x;"/>'


def test_clean_file_comes_back_as_it_is(renderer: Renderer) -> None:
    data = drawing('<text x="1">A</text>', "")
    assert offer(data, renderer) == CleanedLogo(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (drawing('<image href="https://evil.example/a.png"/>'), "outside itself"),
        (drawing('<image href="data:image/png;base64,AAAA"/>'), "pixels"),
        (drawing('<foreignObject width="9" height="9"/>'), "web page"),
        (drawing('<animate attributeName="x"/>'), "moves"),
        (drawing('<script/><text x="1">A</text>'), "live text"),
        (drawing('<script/><g id="a"><use href="#a"/></g>'), "circle"),
        (
            drawing("<style>[data-a]{fill:none}</style><path data-a='//x' d='M0 0h9v9z'/>"),
            "not look the same",
        ),
        (drawing('<a href="https://evil.example/"><g/></a>'), "link"),
        (drawing("<script/><style>path:first-child{fill:none}</style>"), "order of elements"),
        (drawing("<g>"), "not well-formed"),
        (b"", "not well-formed"),
        (b"\xff\xfe", "not well-formed"),
        (b" " * 600_000, "larger"),
        (
            b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
            "more than short addresses",
        ),
        (b'<!DOCTYPE svg [<!ENTITY % a "b">%a;]><svg/>', "more than short addresses"),
        (b'<!DOCTYPE svg [<!ENTITY a "<g/>">]><svg>&a;</svg>', "more than short addresses"),
        (
            b'<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
            "more than short addresses",
        ),
        (
            b'<!DOCTYPE svg [<!ENTITY a "%s">]><svg%s/>' % (b"a" * 200, b' a="&a;"' * 9_999),
            "too large",
        ),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg id="&c;"/>', "not well-formed"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "not well-formed"),
        (b'<foreignObject xmlns="http://www.w3.org/2000/svg"/>', "it begins with"),
    ],
)
def test_what_cannot_be_cleaned_is_refused_with_a_reason(
    data: bytes, reason: str, renderer: Renderer
) -> None:
    refusal = offer(data, renderer)
    assert isinstance(refusal, CleaningRefusal)
    assert reason in refusal.reason


def test_without_a_renderer_nothing_is_offered() -> None:
    with Renderer() as none:
        none.unavailable = "nothing is rendered here"
        refusal = offer(drawing("<script/>"), none)
    assert isinstance(refusal, CleaningRefusal)
    assert "could not be rendered" in refusal.reason


@settings(max_examples=100)
@given(
    parts=st.lists(
        st.sampled_from(
            (
                "<script>",
                "</script>",
                "<g onload='x'>",
                "</g>",
                "<a>",
                "</a>",
                "<?a b?>",
                "é",
                "<",
                "<!-- <b> -->",
                "<metadata>",
                "</metadata>",
                "<style>@import 'a';</style>",
                "&#60;",
            )
        ),
        max_size=8,
    )
)
def test_cleaning_ends_and_is_idempotent(parts: list[str]) -> None:
    data = drawing("".join(parts))
    try:
        cleaned = clean_svg(data)
    except UnresolvableError:
        assert any(defect.rule == "svg-broken" for defect in inspect_svg(data).defects)
        return
    assert len(cleaned) <= len(data)
    assert clean_svg(cleaned) == cleaned
