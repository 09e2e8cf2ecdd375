"""What pages learn of logos: their size, what is painted, and the grounds they are seen on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from communities import TODAY, community, found, loaded
from rollkeeper.engine.run import Options, run
from rollkeeper.probes.logos.legibility import painted_box, seen_on
from rollkeeper.probes.logos.page_images import page_images

RING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect x="10" width="20" height="20" fill="{}"/>{}</svg>'


@pytest.mark.parametrize(
    ("colour", "ground", "seen"),
    [
        ("black", None, (True, False)),
        ("white", None, (False, True)),
        ("#d01030", None, (True, True)),
        ("#1a2b6d", None, (True, False)),
        ("black", "white", (True, True)),
        ("black", "#ffcc00", (True, True)),
    ],
)
def test_an_outline_decides_where_a_logo_is_seen(
    colour: str, ground: str | None, seen: tuple[bool, bool]
) -> None:
    image = Image.new("RGBA", (60, 30), ground or (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((20, 10, 40, 20), fill=colour)
    assert seen_on(image) == seen


def test_a_dark_sign_on_a_badge_is_seen_on_dark() -> None:
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((2, 2, 58, 58), fill="#ffcc00")
    pen.rectangle((15, 25, 45, 35), fill="black")
    assert seen_on(image) == (True, True)
    assert seen_on(Image.new("RGBA", (60, 60), (0, 0, 0, 0))) == (True, True)


def test_a_rim_is_no_loss_and_a_logo_has_one_plate_at_most() -> None:
    image = Image.new("RGBA", (120, 60), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((5, 5, 55, 55), fill="#326ce5", outline="white", width=3)
    assert seen_on(image) == (True, True)
    pen.rectangle((60, 5, 88, 55), fill="black")
    pen.rectangle((90, 5, 118, 55), fill="white")
    assert seen_on(image) == (True, False)


@pytest.mark.parametrize(
    ("ground", "box"),
    [(None, (20, 10, 41, 21)), ("white", (7, 4, 53, 26)), ("#224466", (0, 0, 60, 30))],
)
def test_an_empty_border_is_no_part_of_a_logo(
    ground: str | None, box: tuple[int, int, int, int]
) -> None:
    image = Image.new("RGBA", (60, 30), ground or (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((20, 10, 40, 20), fill="black")
    assert painted_box(image) == box


def test_a_page_learns_of_the_logos_that_it_can_show(tmp_path: Path) -> None:
    names = ("dark.svg", "seen.svg", "text.svg", "script.svg", "note.txt", "none.svg", "Seen.svg")
    entries = [f"- {{name: {name}, logo: {name}}}\n" for name in names]
    entries += ["- {name: both, logo: dark.svg, logo_dark: seen.svg}\n", "- name: bare\n"]
    entries += ["- {name: gone, logo: none.svg, status: withdrawn}\n"]
    root = community(tmp_path, "".join(entries), "roster: partners.yaml\nlogos: logos\n")
    (root / "logos").mkdir()
    for name, colour, more in (
        ("dark.svg", "black", ""),
        ("seen.svg", "red", ""),
        ("text.svg", "red", "<text>Text</text>"),
        ("script.svg", "black", "<script>1</script>"),
    ):
        (root / "logos" / name).write_text(RING.format(colour, more), encoding="utf-8")
    (root / "logos" / "note.txt").write_text("no logo", encoding="utf-8")
    (programme,) = loaded(root).programmes
    images = page_images(root, programme)
    found = {programme.entries[index].name: image for index, image in images.found.items()}
    assert {name: (image.on_light, image.on_dark) for name, image in found.items()} == {
        "dark.svg": (True, False),
        "seen.svg": (True, True),
        "text.svg": (True, False),
        "script.svg": (True, True),
        "Seen.svg": (True, True),
        "both": (True, False),
    }
    assert (found["dark.svg"].width / found["dark.svg"].height, found["dark.svg"].across) == (
        2,
        0.5,
    )
    assert found["both"].dark_file == "logos/seen.svg"
    assert found["Seen.svg"].file == "logos/seen.svg"
    assert [entry.name for entry in images.missing] == ["note.txt", "none.svg"]


@pytest.mark.parametrize(
    ("page", "notices"),
    [("", 1), ("page: PAGE.md\n", 0), ("page: PAGE.md\nlayout: {plates: false}\n", 1)],
)
def test_a_dark_logo_is_no_finding_where_pages_put_it_on_a_plate(
    page: str, notices: int, tmp_path: Path
) -> None:
    policy = f"roster: partners.yaml\nlogos: logos\n{page}"
    root = community(tmp_path, "- {name: Fir, logo: fir.svg}\n", policy)
    (root / "logos").mkdir()
    (root / "logos" / "fir.svg").write_text(RING.format("black", ""), encoding="utf-8")
    report = run(Options(root, today=TODAY))
    assert len(found(report, "logo-dark-page")) == notices
