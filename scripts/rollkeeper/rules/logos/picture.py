"""Logos as a visitor sees them: large enough, visible, and without a wide empty margin."""

from __future__ import annotations

from rollkeeper.model.logo import Logo, LogoFormat, Picture
from rollkeeper.model.policy import Severity
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.logos._problems import about

_RASTERS = frozenset((LogoFormat.PNG, LogoFormat.APNG))
_FILLED = 0.9
"""The painted share from which a picture is taken to bring its own background."""


def _named_picture(logo: Logo) -> Picture | None:
    """Return the picture of a logo that an entry names; the looks of an orphan do not matter."""
    return logo.picture if logo.entry is not None else None


@rule("logo-too-small", on=Logo, severity=Severity.ERROR)
def too_small(logo: Logo, *, min_side: int = 64) -> Problems:
    """A PNG logo has too few pixels.

    Enlarged to the size of the others it is blurred.
    Export it larger, with at least `min_side` pixels on its longer side, or as an SVG.
    """
    if logo.entry is None or logo.kind not in _RASTERS or not logo.width or not logo.height:
        return
    if max(logo.width, logo.height) < min_side:
        yield about(
            logo,
            f"is {logo.width:g} x {logo.height:g} pixels; its longer side needs at least "
            f"{min_side:,}. Export it larger, or as an SVG",
        )


@rule("logo-too-large", on=Logo, severity=Severity.WARNING)
def too_large(logo: Logo, *, max_side: int = 4_096) -> Problems:
    """A PNG logo has far more pixels than any page shows.

    Each visitor's browser unpacks all of them to show a picture of the size of a stamp.
    Export it smaller, with at most `max_side` pixels on its longer side, or as an SVG.
    """
    if logo.entry is None or logo.picture is None or logo.kind not in _RASTERS:
        return
    if max(logo.picture.width, logo.picture.height) > max_side:
        yield about(
            logo,
            f"is {logo.picture.width:,} x {logo.picture.height:,} pixels; its longer side may have "
            f"{max_side:,}. Export it smaller, or as an SVG",
        )


@rule("logo-blank", on=Logo, severity=Severity.ERROR)
def blank(logo: Logo, *, min_painted: float = 0.002) -> Problems:
    """A logo shows nothing.

    The page would have a hole in its place. An SVG is blank when nothing at all is painted, a PNG
    when less than the share `min_painted` of it is.
    Open the file in a browser, and export the logo again.
    """
    picture = _named_picture(logo)
    if picture is None:
        return
    least = min_painted if logo.kind in _RASTERS else 0.0
    if picture.box is None or picture.painted < least:
        yield about(logo, "shows nothing; open it in a browser and export the logo again")


@rule("logo-nearly-blank", on=Logo, severity=Severity.WARNING)
def nearly_blank(logo: Logo, *, min_painted: float = 0.002) -> Problems:
    """A logo shows next to nothing: a few dots, or one colour all over.

    It may be an export that lost its shapes, or one that only some programs draw.
    Open the file in a browser; if the logo is all there, say so, and nothing has to be done.
    """
    picture = _named_picture(logo)
    if picture is None or picture.box is None:
        return
    if picture.painted >= 1 and picture.colours <= 1:
        yield about(logo, "is one colour all over; open it in a browser and export the logo again")
    elif picture.painted < min_painted and logo.kind not in _RASTERS:
        yield about(
            logo,
            f"paints only {picture.painted:.2%} of its canvas; open it in a browser and crop or "
            "export it again",
        )


@rule("logo-opaque", on=Logo, severity=Severity.NOTICE)
def opaque(logo: Logo) -> Problems:
    """A logo has no transparent background.

    It is shown in a box of its own colour wherever the page has another, as in a dark theme.
    Export it with a transparent background, if there is such a version.
    """
    picture = _named_picture(logo)
    if picture is not None and picture.painted >= 1:
        yield about(
            logo,
            "has no transparent background, so a dark page shows it in a box; use a version with "
            "one if there is",
        )


@rule("logo-padding", on=Logo, severity=Severity.NOTICE)
def padding(logo: Logo, *, max_empty: float = 0.6) -> Problems:
    """A logo has a wide empty margin.

    Beside the others it looks smaller than they do.
    Crop the canvas to the drawing; up to the share `max_empty` of it may be empty margin.
    """
    picture = _named_picture(logo)
    if picture is None or picture.box is None:
        return
    left, top, right, bottom = picture.box
    empty = 1 - (right - left) * (bottom - top) / (picture.width * picture.height)
    if empty > max_empty:
        yield about(
            logo,
            f"is {empty:.0%} empty margin; at most {max_empty:.0%} should be. Crop the canvas to "
            "the drawing",
        )


@rule("logo-low-contrast", on=Logo, severity=Severity.WARNING)
def low_contrast(logo: Logo, *, max_lightness: float = 0.9) -> Problems:
    """A logo is so light that it cannot be seen on a white page.

    It was made for dark backgrounds.
    Use the organisation's logo for light backgrounds.
    """
    picture = _named_picture(logo)
    if picture is None or picture.lightness is None or picture.painted > _FILLED:
        return
    if picture.lightness > max_lightness:
        yield about(
            logo,
            f"is nearly white (lightness {picture.lightness:.0%}) and cannot be seen on a white "
            "page; use the version for light backgrounds",
        )


@rule("logo-unseen", on=Logo, severity=Severity.WARNING)
def unseen(logo: Logo) -> Problems:
    """A logo could not be checked.

    Whether it shows anything is not known.
    Open it in a browser; a simpler export often helps.
    """
    if logo.unseen is not None:
        yield about(
            logo,
            f"could not be checked ({logo.unseen}); open it in a browser, and export it again "
            "in a simpler form if it is not shown",
        )
