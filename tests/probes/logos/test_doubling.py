"""Twice as much of anything in a logo takes at most about twice as long."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from hostile_logos import PNG, SVG, VIEW, Kind
from rollkeeper.fixing.logos import offer
from rollkeeper.probes.logos.content import sniff
from rollkeeper.probes.logos.png.inspecting import inspect_png
from rollkeeper.probes.logos.rendering.renderer import Renderer
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

pytestmark = pytest.mark.untraced
"""What is timed here runs without the tracer, which would double its time."""

RATIO = 2.2
FLOOR = 0.03
"""Seconds that may come on top: less than that is no attack, and is lost in the noise."""
RUNS = 12
ROOT = f"{VIEW}>".encode()
SCRIPT = ROOT + b"<script/>"


def assert_linear(work: Callable[[bytes], object], kind: Kind) -> None:
    """Compare the least processor time of a few runs, of more where they differ too much."""
    small, large = kind.make(kind.times), kind.make(2 * kind.times)
    once = twice = float("inf")
    for _ in range(RUNS):
        once, twice = min(once, _seconds(work, small)), min(twice, _seconds(work, large))
        if twice <= RATIO * once + FLOOR:
            return
    pytest.fail(f"takes {once:.3f} s, and {twice:.3f} s for twice as much")


def _seconds(work: Callable[[bytes], object], content: bytes) -> float:
    """Return the processor time of one run, without the collector, as the command line does."""
    gc.disable()
    try:
        started = time.process_time()
        work(content)
        return time.process_time() - started
    finally:
        gc.enable()


@pytest.mark.parametrize("kind", SVG.values(), ids=SVG.keys())
def test_inspecting_an_svg_is_linear(kind: Kind) -> None:
    assert_linear(inspect_svg, kind)
    assert_linear(sniff, kind)


@pytest.mark.parametrize("kind", SVG.values(), ids=SVG.keys())
def test_cleaning_an_svg_is_linear(kind: Kind) -> None:
    with Renderer() as none:
        none.unavailable = "what is measured here is our own process"
        # With a script in it no file is good enough to be left as it is.
        assert_linear(lambda content: offer(content.replace(ROOT, SCRIPT, 1), none), kind)


@pytest.mark.parametrize("kind", PNG.values(), ids=PNG.keys())
def test_inspecting_a_png_is_linear(kind: Kind) -> None:
    assert_linear(inspect_png, kind)
    assert_linear(sniff, kind)
