"""What can be seen of a picture on a white page and on a dark one."""

from __future__ import annotations

import pytest
from PIL import Image

from rollkeeper.probes.logos.rendering.pixels import DARK_PAGE, picture_of


@pytest.mark.parametrize(
    ("colour", "on_white", "on_dark"),
    [
        ("#000000", 1, 0),
        ("#222222", 1, 0),
        (DARK_PAGE, 1, 0),
        ("#0a2540", 1, 0),
        ("#0000ff", 1, 1),
        ("#808080", 1, 1),
        ("#ffff00", 1, 1),
        ("#d0d0d0", 1, 1),
        ("#f0f0f0", 0, 1),
        ("#ffffff", 0, 1),
        ("#00000010", 0, 0),
        ("#00000000", None, None),
    ],
)
def test_a_colour_is_seen_on_a_page_that_it_differs_from(
    colour: str, on_white: float | None, on_dark: float | None
) -> None:
    image = Image.new("RGBA", (8, 8))
    image.paste(colour, (2, 2, 6, 6))
    picture = picture_of(image)
    assert (picture.on_white, picture.on_dark) == (on_white, on_dark)


def test_what_is_seen_is_a_share_of_what_is_painted() -> None:
    image = Image.new("RGBA", (8, 8))
    image.paste("#ffffff", (0, 0, 8, 3))
    image.paste("#111111", (0, 3, 8, 4))
    picture = picture_of(image)
    assert (picture.on_white, picture.on_dark) == (0.25, 0.75)
