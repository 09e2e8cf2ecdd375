"""Drawings that are small files and hours of work for a browser, and real ones that only look so."""

from __future__ import annotations

import pytest

from rollkeeper.probes.logos.svg.inspecting import inspect_svg

pytestmark = pytest.mark.untraced
"""What is timed here runs without the tracer, which would double its time."""

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
BLUR = '<filter id="f"><feGaussianBlur stdDeviation="5"/></filter>'


def drawing(inside: str) -> bytes:
    return f"{HEAD}{inside}</svg>".encode()


def rect(attributes: str) -> str:
    return f'<rect width="90" height="90" {attributes}/>'


def path(steps: int, attributes: str = "") -> str:
    return f'<path {attributes} d="M0 0{"l1 2" * steps}"/>'


def step(name: str, attributes: str, count: int) -> str:
    return f'<filter id="f">{f"<{name} {attributes}/>" * count}</filter>' + rect('filter="url(#f)"')


PLAIN, FILTERED = rect(""), rect('filter="url(#f)"')
USE_A, USE_B = '<use href="#a"/>', '<use href="#b"/>'
HEAVY = {
    "chains of blurs in CSS": rect(f'style="filter:{"blur(200px) " * 200}"') * 50,
    "a chain of blurs in CSS": rect(f'style="filter:{"blur(2px) " * 8}"'),
    "a chain of blurs by a sheet": f"<style>rect{{filter:{'blur(2px) ' * 8}}}</style>" + rect(""),
    "a blur in a nested rule": "<style>g{rect{filter:blur(2px)}}</style>" + rect("") * 100,
    "a shadow on each shape": rect('style="filter:drop-shadow(1px 1px 1px red)"') * 100,
    "a blur on each shape": rect('style="filter:blur(5px)"') * 4_000,
    "one blur on each of many": BLUR + rect('filter="url(#f)"') * 1_000,
    "one blur on each of many, by a sheet": (
        "<style>rect{filter:url(#f)}</style>" + BLUR + rect("") * 1_000
    ),
    "a blurred shape, used": (BLUR + f'<g id="a">{FILTERED}</g>' + '<use href="#a"/>' * 100),
    "a blurred shape in a pattern of each shape": (
        f'{BLUR}<pattern id="p">{FILTERED}</pattern><g fill="url(#p)">{PLAIN * 100}</g>'
    ),
    "a path, used": path(20_000, 'id="a"') + '<use href="#a"/>' * 4_900,
    "a path, used by uses": (
        path(5_000, 'id="a"') + f'<g id="b">{USE_A * 20}</g>' + f'<g id="c">{USE_B * 20}</g>'
    ),
    "points, used": (f'<polygon id="a" points="{"1,2 " * 20_000}"/>' + '<use href="#a"/>' * 100),
    "matrices": step("feConvolveMatrix", f'order="7" kernelMatrix="{"1 " * 49}"', 64),
    "matrices with sides": step("feConvolveMatrix", 'order="7 1" kernelMatrix="1"', 30),
    "spread shapes": step("feMorphology", 'operator="dilate" radius="100"', 64),
    "spread shapes by small numbers": step("feMorphology", 'radius="1"', 20),
    "noise": step("feTurbulence", 'baseFrequency=".05" numOctaves="10"', 20),
    "lights": step("feSpecularLighting", "", 30),
    "dashes": '<path stroke-dasharray=".01" d="M0 0c9000 50 50 9000 9000 100"/>' * 20,
    "dashes of a group by a sheet": (
        "<style>g{stroke-dasharray:1}</style><g>" + '<circle r="90000"/>' * 9 + "</g>"
    ),
    "dashes, used": (
        '<circle id="a" style="stroke-dasharray:.1" r="9000"/>' + '<use href="#a"/>' * 9
    ),
    "dashes by a length": '<path stroke-dasharray="1" pathLength="900000" d="M0 0h1"/>' * 9,
    "masks": ('<mask id="m"><circle r="9"/></mask>' + rect('mask="url(#m)"') * 400),
    "masks in masks": (
        "".join(
            f'<mask id="m{n}"><g mask="url(#m{n + 1})">{rect("")}</g></mask>' for n in range(30)
        )
        + rect('mask="url(#m0)"') * 100
    ),
    "clips of clips": (
        "".join(
            f'<clipPath id="m{n}" clip-path="url(#m{n + 1})"><circle r="9"/></clipPath>'
            for n in range(30)
        )
        + rect('clip-path="url(#m0)"') * 100
    ),
    "transparent groups": (f'<g opacity=".9"><g style="opacity:90%">{PLAIN}</g></g>' * 1_600),
    "blended shapes": rect('style="mix-blend-mode:multiply"') * 3_100,
    "selectors of siblings": (
        f"<style>{'.x:nth-child(2n of .x)~*{opacity:.5}' * 900}</style>"
        + '<path class="x"/>' * 4_900
    ),
    "selectors of siblings in brackets": (
        f"<style>{':is(.x ~ *){fill:red}' * 10}</style>" + '<path class="x"/>' * 4_000
    ),
    "selectors of ancestors": (
        f"<style>{'g g g g g g *{fill:red}' * 500}</style>"
        + "<g>" * 25
        + "<path/>" * 4_000
        + "</g>" * 25
    ),
    "rules in rules": (f"<style>{'g{&amp; &amp;{fill:red}}' * 100}</style>" + "<g/>" * 4_000),
}

USUAL = {
    "a shadow under each letter": (
        '<filter id="f"><feFlood/><feOffset dy="4"/><feGaussianBlur stdDeviation="2"/><feBlend/>'
        "</filter>" + f'<g filter="url(#f)">{path(9)}</g>' * 15
    ),
    "an effect of a drawing program": (
        '<filter id="f"><feFlood/><feColorMatrix/><feMorphology radius="2"/><feOffset/>'
        '<feGaussianBlur stdDeviation="3"/><feColorMatrix/><feBlend/></filter>'
        + rect('filter="url(#f)"')
        * 2
    ),
    "filters that nothing has": BLUR.replace('"f"', '"g"') * 60,
    "a shadow in CSS": rect('style="filter:drop-shadow(1px 1px 2px red)"') * 4,
    "many clips": (
        '<clipPath id="c"><path d="M0 0h9v9z"/></clipPath>' + rect('clip-path="url(#c)"') * 1_800
    ),
    "dashed lines": '<path stroke-dasharray="1 2" d="M0 0h900c1 2 300 400 50 6"/>' * 110,
    "masks for shades": '<mask id="m"><circle r="9"/></mask>' + rect('mask="url(#m)"') * 50,
    "transparent shapes": rect('opacity=".5"') * 450 + f'<g opacity=".5">{rect("")}</g>' * 50,
    "properties that do nothing": (
        rect('opacity="1" style="filter:none;mix-blend-mode:normal;opacity:100%"') * 2_000
    ),
    "a dot, used": path(9, 'id="a"') + '<use href="#a"/>' * 2_000,
    "classes": (
        "<style>"
        + "".join(f".a{n},.b g .c{n}{{fill:red}}" for n in range(400))
        + "</style>"
        + rect('class="a1"') * 1_500
    ),
    "selectors of a few siblings": "<style>.a ~ *:nth-child(2n){fill:red}</style>" + "<g/>" * 500,
}


@pytest.mark.parametrize("inside", HEAVY.values(), ids=HEAVY.keys())
def test_what_is_too_heavy_for_a_browser_is_refused(inside: str) -> None:
    told = [defect.message for defect in inspect_svg(drawing(inside)).defects]
    assert any(
        "heavy for a browser" in words or "take a browser too long" in words for words in told
    )


@pytest.mark.parametrize("inside", USUAL.values(), ids=USUAL.keys())
def test_what_drawing_programs_write_is_accepted(inside: str) -> None:
    assert inspect_svg(drawing(inside)).defects == ()
