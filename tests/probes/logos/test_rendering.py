"""Rendering in processes that may die, hang or be missing."""

from __future__ import annotations

import importlib.util
import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from rollkeeper.model.logo import Picture
from rollkeeper.model.logo_limits import RENDER_DEATHS
from rollkeeper.probes.logos import files
from rollkeeper.probes.logos.rendering import renderer as rendering
from rollkeeper.probes.logos.rendering.renderer import Bitmap, Renderer, RenderFailure

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{}</svg>'
HALF = SVG.format('<path d="M0 0h10v10h-10z" fill="#000"/>').encode()
EMPTY = SVG.format("").encode()


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    with Renderer(processes=1) as opened:
        yield opened


def png(size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, "PNG")
    return file.getvalue()


def test_svg_is_measured_in_its_own_proportions(renderer: Renderer) -> None:
    seen = renderer.render(HALF, side=64)
    assert isinstance(seen, Picture)
    assert (seen.width, seen.height, seen.box, seen.painted) == (64, 32, (0, 0, 32, 32), 0.5)


def test_empty_svg_shows_nothing(renderer: Renderer) -> None:
    seen = renderer.render(EMPTY)
    assert isinstance(seen, Picture)
    assert (seen.painted, seen.box) == (0, None)


def test_png_is_measured(renderer: Renderer) -> None:
    seen = renderer.render(png((300, 100)), side=60)
    assert isinstance(seen, Picture)
    assert (seen.width, seen.height, seen.painted, seen.colours) == (60, 20, 1, 1)


def test_pixels_are_given(renderer: Renderer) -> None:
    seen = renderer.render_pixels(HALF, side=4)
    assert seen == Bitmap(4, 2, (b"\0\0\0\xff" * 2 + b"\0" * 8) * 2)


@pytest.mark.parametrize(
    "data", [b"", b"<svg", b"\xff", b"\x89PNG\r\n", b"\x89PNG\r\n\x1a\n" + b"\0" * 50]
)
def test_what_cannot_be_rendered_does_not_stop_the_next(renderer: Renderer, data: bytes) -> None:
    seen = renderer.render(data)
    assert isinstance(seen, RenderFailure)
    assert seen.reason.startswith("it cannot be rendered")
    assert isinstance(renderer.render(HALF), Picture)


def test_no_file_is_read(renderer: Renderer, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png((20, 10)))
    image = f'<image href="{tmp_path}/secret.png" width="20" height="10"/>'
    seen = renderer.render(SVG.format(image).encode())
    assert isinstance(seen, Picture)
    assert seen.painted == 0


def test_each_thread_gets_the_answer_to_its_own_file() -> None:
    files = [HALF, EMPTY, b"<svg"] * 5
    with Renderer(processes=2) as renderer, ThreadPoolExecutor(4) as threads:
        seen = list(threads.map(renderer.render, files))
    assert [getattr(each, "painted", None) for each in seen] == [0.5, 0, None] * 5


def test_time_by_the_clock_is_limited(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    renderer.render(HALF)
    monkeypatch.setattr(rendering, "RENDER_WALL_SECONDS", 0)
    seen = renderer.render(HALF)
    assert isinstance(seen, RenderFailure)
    assert "seconds" in seen.reason


def slow() -> bytes:
    noise = '<filter id="f"><feTurbulence baseFrequency=".9" numOctaves="10"/></filter>'
    return SVG.format(noise + '<rect width="20" height="10" filter="url(#f)"/>' * 200).encode()


def test_computing_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "RENDER_CPU_SECONDS", 0)
    # On a busy machine a second of computing may take long by the clock.
    monkeypatch.setattr(rendering, "RENDER_WALL_SECONDS", 600)
    with Renderer(processes=1) as renderer:
        seen = renderer.render(slow(), side=1_000)
        assert isinstance(seen, RenderFailure)
        assert seen.heavy
        assert "seconds of computing" in seen.reason
        assert isinstance(renderer.render(HALF), Picture)


def test_what_takes_too_long_to_render_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "RENDER_CPU_SECONDS", 0)
    monkeypatch.setattr(rendering, "RENDER_WALL_SECONDS", 600)
    monkeypatch.setattr(files, "LOGO_RENDER_SIDE", 1_000)
    monkeypatch.setattr(files, "harmless", lambda _: True)
    (tmp_path / "logos").mkdir()
    (tmp_path / "logos" / "slow.svg").write_bytes(slow())
    logo = files.inspect_files(tmp_path, "logos", ["slow.svg"])["slow.svg"]
    assert (
        "too heavy to draw"
        in [defect.message for defect in logo.defects if defect.rule == "svg-too-complex"][-1]
    )
    assert (logo.picture, logo.unseen) == (None, None)


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "RENDER_MEMORY", 400 * 1024 * 1024)
    with Renderer(processes=1) as renderer:
        assert isinstance(renderer.render(SVG.format("").encode(), side=30_000), RenderFailure)
        assert isinstance(renderer.render(HALF), Picture)


def test_after_many_deaths_no_more_are_tried(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "RENDER_WALL_SECONDS", 0)
    monkeypatch.setattr(rendering, "_PROGRAM", "raise SystemExit")
    seen = [renderer.render(HALF) for _ in range(RENDER_DEATHS + 1)]
    assert all(isinstance(each, RenderFailure) for each in seen)
    assert isinstance(seen[-1], RenderFailure)
    assert "no more are tried" in seen[-1].reason


@pytest.mark.parametrize("module", ["resource", "resvg_py", "PIL"])
def test_missing_parts_are_said(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == module else find(name)
    )
    with Renderer() as renderer:
        seen = renderer.render(HALF)
    assert isinstance(seen, RenderFailure)
    assert seen.reason.startswith("nothing is rendered here")


def test_nothing_is_left_behind() -> None:
    with Renderer() as renderer:
        renderer.render(HALF)
        folder = renderer._folder.name if renderer._folder else ""  # noqa: SLF001 - what it makes is what is asked
        assert os.listdir(folder) == []  # noqa: PTH208 - names only
    assert not Path(folder).exists()
