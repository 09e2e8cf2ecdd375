"""The canvas of a drawing: its viewBox, its size and its shape."""

from __future__ import annotations

import pytest

from rollkeeper.probes.logos.svg.inspecting import inspect_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


SQUARE = '<path d="M4 4h24v24h-24z" fill="#246"/>'


def drawing(inside: str, attributes: str = 'viewBox="0 0 32 32"', before: str = "") -> bytes:
    return f"{before}{HEAD}{attributes}>\n{inside}\n{SQUARE}</svg>".encode()


def rules(data: bytes) -> set[str]:
    return {defect.rule for defect in inspect_svg(data).defects}


@pytest.mark.parametrize(
    ("attributes", "rule"),
    [
        ('width="20"', "svg-no-viewbox"),
        ('width="100%" height="100%"', "svg-no-viewbox"),
        ("", "svg-no-viewbox"),
        ('viewBox="0 0 0 10"', "svg-broken"),
        ('viewBox="0 0 NaN 10"', "svg-broken"),
        ('viewBox="0 0 10"', "svg-broken"),
        ('viewBox="0 0 9 9" width="0"', "svg-broken"),
        ('viewBox="0 0 9 9" width="wide"', "svg-broken"),
        ('viewBox="0 0 1e7 1e7"', "svg-too-complex"),
        ('viewBox="0 0 9 9" width="99999"', "svg-too-complex"),
        ('viewBox="0 0 9001 9"', "svg-too-complex"),
        ('viewBox="0 0 9 9" width="1" height="1001"', "svg-too-complex"),
    ],
)
def test_canvas(attributes: str, rule: str) -> None:
    assert rules(drawing("", attributes)) == {rule}


def test_size_is_read_in_pixels() -> None:
    facts = inspect_svg(drawing("", 'viewBox="-1,0 16 8" width="1in" height="100%"'))
    assert (facts.width, facts.height) == (96, None)


@pytest.mark.parametrize(
    ("attributes", "aspect"),
    [
        ('viewBox="0 0 300 10"', 30),
        ('width="10" height="400"', 40),
        ('viewBox="0 0 9 9" width="1" height="90"', 90),
        ('viewBox="0 0 9 9" width="100%"', 1),
    ],
)
def test_aspect_is_that_of_the_longest_canvas(attributes: str, aspect: float) -> None:
    facts = inspect_svg(drawing("", attributes))
    assert (facts.defects, facts.aspect) == ((), aspect)


def test_a_size_stands_for_a_viewbox() -> None:
    assert inspect_svg(drawing("", 'width="20px" height="10"')).defects == ()
