"""A viewBox around what is drawn, only where the picture stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communities import community
from rollkeeper.fixing.framing import framed
from rollkeeper.fixing.logos import CleanedLogo, CleaningRefusal
from rollkeeper.jobs.cli import main
from rollkeeper.model.logo import Picture
from rollkeeper.probes.logos.rendering.renderer import Renderer
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg"'
SHAPE = '<path d="M100 120h60.5v30h-60z" fill="#246"/>'
EMPTY = f'{HEAD} viewBox="0 0 400 400">{SHAPE}</svg>'


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer(processes=1) as opened:
        yield opened


@pytest.mark.parametrize(
    ("attributes", "drawn", "frame"),
    [
        (' viewBox="0 0 300 300" width="600" height="600px"', SHAPE, 'viewBox="99 119 63 32" width="126" height="64"'),
        (" viewBox='-10,-10 300 300'", SHAPE, 'viewBox="99 119 63 32"'),
        (' viewBox="0 0 300 300" width="100%" height="9em"', SHAPE, 'viewBox="99 119 63 32"'),
        (' width="200" height="100"', '<circle cx="70" cy="40" r="10"/>', 'viewBox="59 29 22 22" width="22" height="22"'),
    ],
)  # fmt: skip
def test_the_empty_margin_goes(attributes: str, drawn: str, frame: str, renderer: Renderer) -> None:
    answer = framed(f"{HEAD}{attributes}>{drawn}</svg>".encode(), renderer)
    assert answer == CleanedLogo(
        f'<svg {frame} xmlns="http://www.w3.org/2000/svg">{drawn}</svg>'.encode(),
        ("the empty margin",),
    )


def test_a_viewbox_that_is_missing_is_what_is_drawn(renderer: Renderer) -> None:
    for left in (70, 700, -3000):
        answer = framed(f'{HEAD}><circle cx="{left}" cy="40" r="33"/></svg>'.encode(), renderer)
        assert isinstance(answer, CleanedLogo), answer
        assert answer.removed == ("the missing viewBox",)
        assert {defect.rule for defect in inspect_svg(answer.data).defects} == set()
        picture = renderer.render(answer.data)
        assert isinstance(picture, Picture)
        assert picture.width == picture.height


@pytest.mark.parametrize(
    ("drawing", "reason"),
    [
        (f'{HEAD} viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>', "reaches the edge"),
        (f'{HEAD} viewBox="0 0 90 90"><rect x="30" y="30" width="20%" height="9"/></svg>', "would not look the same"),
        (f'{HEAD} viewBox="0 0 90 90"><text x="9" y="9">a</text><path d="M30 30h3v3z"/></svg>', "live text"),
        (f'{HEAD} viewBox="0 0 90 90" preserveAspectRatio="none"><path d="M30 30h3v3z"/></svg>', "not understood"),
        (f'{HEAD} viewBox="0 0 90 90"/>', "could not be rendered"),
        (f'{HEAD}><path d="M0 0h99999999v1z"/></svg>', "how far its drawing reaches"),
        (f"{HEAD}/>", "how far its drawing reaches"),
        (f'{HEAD} viewBox="0 0 0.000001 1"><path d="M0 0h1v1z"/></svg>', "its viewBox cannot be used"),
        (f'{HEAD} viewBox="a b c d"><path d="M0 0h9v1z"/></svg>', "its viewBox cannot be used"),
        ("<svg", "not understood"),
        ("", "not understood"),
    ],
)  # fmt: skip
def test_where_it_would_not_be_the_same_the_frame_stays(
    drawing: str, reason: str, renderer: Renderer
) -> None:
    answer = framed(drawing.encode(), renderer)
    assert isinstance(answer, CleaningRefusal), answer
    assert reason in answer.reason


@settings(max_examples=20, deadline=None)
@given(noise=st.text(alphabet="\"'<>/= viewBoxwidth0123e-.", max_size=40))
def test_any_root_is_read(*, noise: str, renderer: Renderer) -> None:
    answer = framed(f"{HEAD} {noise}>{SHAPE}</svg>".encode(), renderer)
    if isinstance(answer, CleanedLogo):
        assert b'viewBox="' in answer.data


def test_a_logo_with_a_wide_margin_is_cropped_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = "roster: partners.yaml\nlogos: logos\n"
    root = community(tmp_path, "- name: Fir\n  logo: fir.svg\n", policy)
    (root / "logos").mkdir()
    (root / "logos" / "fir.svg").write_text(EMPTY, encoding="utf-8")
    arguments = ["fix", "--logos", "--root", str(root), "--today", "2026-11-21"]
    main(arguments)
    assert "fir.svg: would remove the empty margin; " in capsys.readouterr().out
    main([*arguments, "--write"])
    assert capsys.readouterr().out.endswith("1 fix in 1 file.\n")
    main(arguments)
    assert capsys.readouterr().out == "Nothing to fix.\n"
