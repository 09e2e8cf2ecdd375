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
    """Return the picture of a logo that an entry names; the looks of an orphan do not matter.

    A logo with live text has none: the rendering shows everything but the text.
    """
    if any(defect.rule == "svg-live-text" for defect in logo.defects):
        return None
    return logo.picture if logo.entry is not None else None


@rule("logo-too-small", on=Logo, severity=Severity.ERROR)
def too_small(logo: Logo, *, min_side: int = 64) -> Problems:
    """A PNG logo has too few pixels.

    It is blurred when it is enlarged to the size of the others. Export it with at least `min_side`
    pixels on its longer side, or as an SVG.
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
    """A PNG logo has more pixels than a page needs.

    Every visitor's browser has to decode all of them. Export it with at most `max_side` pixels on
    its longer side, or as an SVG.
    """
    if logo.entry is None or logo.picture is None or logo.kind not in _RASTERS:
        return
    if max(logo.picture.width, logo.picture.height) > max_side:
        yield about(
            logo,
            f"is {logo.picture.width:,} x {logo.picture.height:,} pixels; its longer side may have "
            f"at most {max_side:,}. Export it smaller, or as an SVG",
        )


@rule("logo-blank", on=Logo, severity=Severity.ERROR)
def blank(logo: Logo, *, min_painted: float = 0.002) -> Problems:
    """A logo shows nothing.

    The page would show an empty space. An SVG is blank if it paints nothing, a PNG if it paints
    less than the share `min_painted` of its area. Open the file in a browser and export the logo
    again.
    """
    picture = _named_picture(logo)
    if picture is None:
        return
    least = min_painted if logo.kind in _RASTERS else 0.0
    if picture.box is None or picture.painted < least:
        yield about(logo, "shows nothing; open it in a browser and export the logo again")


@rule("logo-nearly-blank", on=Logo, severity=Severity.WARNING)
def nearly_blank(logo: Logo, *, min_painted: float = 0.002) -> Problems:
    """A logo shows almost nothing: a few dots, or a single colour.

    The export may have lost shapes, or only some programs can draw the file. Open it in a browser;
    if the logo is complete, nothing has to change.
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

    On a page of another colour, as in a dark theme, it is shown in a box. Use a version with a
    transparent background if there is one.
    """
    picture = _named_picture(logo)
    if picture is not None and picture.painted >= 1:
        yield about(
            logo,
            "has no transparent background, so a dark page shows it in a box; use a transparent "
            "version if there is one",
        )


@rule("logo-padding", on=Logo, severity=Severity.NOTICE)
def padding(logo: Logo, *, max_empty: float = 0.6) -> Problems:
    """A logo has a wide empty margin.

    It looks smaller than the logos beside it. Crop the canvas to the drawing. `max_empty` is the
    largest share of the canvas that may be empty margin.
    """
    picture = _named_picture(logo)
    if picture is None or picture.box is None:
        return
    left, top, right, bottom = picture.box
    empty = 1 - (right - left) * (bottom - top) / (picture.width * picture.height)
    if empty > max_empty:
        yield about(
            logo,
            f"is {empty:.0%} empty margin; at most {max_empty:.0%} is allowed. Crop the canvas to "
            "the drawing",
        )


@rule("logo-low-contrast", on=Logo, severity=Severity.WARNING)
def low_contrast(logo: Logo, *, max_lightness: float = 0.9) -> Problems:
    """A logo is too light to be seen on a white page.

    It was probably made for dark backgrounds. Use the version for light backgrounds.
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

    It may show nothing. Open it in a browser; exporting it in a simpler form often helps.
    """
    if logo.unseen is not None:
        yield about(
            logo,
            f"could not be checked ({logo.unseen}); open it in a browser, and export it again "
            "in a simpler form if it is not shown",
        )
