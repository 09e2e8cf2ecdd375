"""What drawing programs leave in a file is named once, with the setting that avoids it."""

from __future__ import annotations

import pytest

from rollkeeper.probes.logos.svg.inspecting import inspect_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


SQUARE = '<path d="M4 4h24v24h-24z" fill="#246"/>'


def drawing(inside: str, attributes: str = 'viewBox="0 0 32 32"', before: str = "") -> bytes:
    return f"{before}{HEAD}{attributes}>\n{inside}\n{SQUARE}</svg>".encode()


def rules(data: bytes) -> set[str]:
    return {defect.rule for defect in inspect_svg(data).defects}


ADOBE = "http://ns.adobe.com/AdobeIllustrator/10.0/"
ENTITY = f'<!DOCTYPE svg [\n<!ENTITY ns_ai "{ADOBE}">\n]>\n'


def copy(extension: str = ADOBE, around: str = "switch", inside: str = "", **names: str) -> str:
    """Return what Illustrator keeps in a file for itself."""
    size = names.get("size", "width")
    href = names.get("href", "#adobe_illustrator_pgf")
    return (
        f'<{around}><foreignObject requiredExtensions="{extension}" {size}="1">{inside}'
        f'<i:pgfRef xmlns:i="{extension}" xlink:href="{href}"/></foreignObject><g/></{around}>'
    )


@pytest.mark.parametrize(("before", "line"), [("", 2), (ENTITY, 2)])
def test_what_illustrator_leaves_is_one_defect(before: str, line: int) -> None:
    inside = copy("&ns_ai;" if before else ADOBE)
    (defect,) = inspect_svg(drawing(inside * 2, before=before)).defects
    assert (defect.rule, defect.line) == ("svg-editor-data", line)
    assert "Preserve Illustrator Editing Capabilities" in defect.message


def test_what_inkscape_lays_out_is_one_defect() -> None:
    flowed = "<flowRoot><flowRegion><rect/></flowRegion><flowPara>Fir</flowPara></flowRoot>"
    (defect,) = inspect_svg(drawing(flowed * 2)).defects
    assert (defect.rule, "Plain SVG" in defect.message) == ("svg-editor-data", True)


def test_what_draw_io_keeps_is_one_defect() -> None:
    kept = 'content="&lt;mxfile host=&quot;a&quot;>&lt;/mxfile>" viewBox="0 0 9 9"'
    (defect,) = inspect_svg(drawing("", kept)).defects
    assert (defect.rule, "a copy of my diagram" in defect.message) == ("svg-editor-data", True)
    assert rules(drawing("", kept.replace("mxfile host", "mxfile onload"))) == {"svg-editor-data"}
    assert rules(drawing(f"<g {kept}/>")) == {"svg-hidden-text"}


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        (copy("http://www.w3.org/1999/xhtml"), "svg-foreign-content"),
        (copy(around="g"), "svg-foreign-content"),
        (copy(inside="<g/>"), "svg-foreign-content"),
        (copy(inside="<script/>"), "svg-script"),
        (copy(size="onload"), "svg-script"),
        (copy(href="//evil.example/"), "svg-external-reference"),
    ],
)
def test_what_only_looks_like_illustrators_is_named(inside: str, rule: str) -> None:
    assert rule in rules(drawing(inside))
