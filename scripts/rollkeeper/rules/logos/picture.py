"""Logos as a visitor sees them: large enough, visible, and without a wide empty margin."""

from __future__ import annotations

from rollkeeper.grammar.wording import above, counted
from rollkeeper.model.logo import Logo, LogoFolder, LogoFormat, Picture
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.logos._problems import about, has_live_text, shown_file

_RASTERS = frozenset((LogoFormat.PNG, LogoFormat.APNG))
_NAMED = 5
"""Logos that a message about many of them names."""
_FILLED = 0.9
"""The painted share from which a picture is taken to bring its own background."""


def _named_picture(logo: Logo) -> Picture | None:
    """Return the picture of a logo that an entry names; the looks of an orphan do not matter.

    A logo with live text has none, because the rendering lacks the text: it would depend on the
    fonts of the machine. The rule about live text says where the rest proves nothing.
    """
    if has_live_text(logo):
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


@rule("logo-opaque", on=Logo, severity=Severity.NOTICE, needs="most")
def opaque(logo: Logo, *, most: float | None = None) -> Problems:
    """A logo has no transparent background.

    On a page of another colour, as in a dark theme, it is shown in a box. Use a version with a
    transparent background if there is one. `most` is the largest share of the canvas that may be
    painted, such as 0.99; where the policy does not set it, boxes are taken for intended.
    """
    picture = _named_picture(logo)
    if picture is not None and most is not None and picture.painted > most:
        yield about(
            logo,
            "has no transparent background, so a dark page shows it in a box; use a transparent "
            "version if there is one",
        )


@rule("logo-padding", on=Logo, severity=Severity.NOTICE)
def padding(logo: Logo, *, max_empty: float = 0.5) -> Problems:
    """A logo has a wide empty margin on all sides.

    It looks smaller than the logos beside it. Crop the canvas to the drawing. `max_empty` is the
    largest share of both the width and the height of the canvas that may be empty margin.
    """
    picture = _named_picture(logo)
    if picture is None or picture.box is None:
        return
    left, top, right, bottom = picture.box
    empty = 1 - max((right - left) / picture.width, (bottom - top) / picture.height)
    if empty > max_empty:
        yield about(
            logo,
            f"is at least {above(empty, max_empty)} empty margin in width and height; at most "
            f"{max_empty:.0%} is allowed. Crop the canvas to the drawing",
        )


@rule("logo-low-contrast", on=Logo, severity=Severity.WARNING)
def low_contrast(logo: Logo, *, min_visible: float = 0.05) -> Problems:
    """A logo cannot be seen on the page that it is for: white, or dark for a `logo_dark`.

    It was probably made for the other kind of page. Use the version for this one. `min_visible` is
    the least share of what is painted that differs from the page.
    """
    picture = _named_picture(logo)
    if picture is None or picture.painted > _FILLED:
        return
    visible = picture.on_dark if logo.dark else picture.on_white
    if visible is None or visible >= min_visible:
        return
    tone, page = ("dark", "a dark") if logo.dark else ("white", "a white")
    kind = "dark" if logo.dark else "light"
    yield about(
        logo,
        f"is nearly {tone} and cannot be seen on {page} page; use the version for {kind} "
        "backgrounds",
    )


@rule("logo-dark-page", on=LogoFolder, severity=Severity.NOTICE)
def dark_page(folder: LogoFolder, *, min_visible: float = 0.05) -> Problems:
    """Logos cannot be seen on a dark page.

    Visitors with a dark theme see an empty space where the page sets no light ground behind them.
    Pages that `rollkeeper render` writes do, so a programme with such a page has no finding. Give
    the entry a version for dark backgrounds as `logo_dark`. A roster without any `logo_dark` gets
    one finding for all its logos. `min_visible` is the least share of what is painted that differs
    from the page.
    """
    if folder.plated:
        return
    named = [logo for logo in folder.logos if logo.entry is not None]
    with_dark = {logo.entry.index for logo in named if logo.entry is not None and logo.dark}
    lost = [
        logo
        for logo in named
        if logo.entry is not None
        and logo.entry.index not in with_dark
        and _vanishes(_named_picture(logo), min_visible)
    ]
    if with_dark:
        for logo in lost:
            message = "cannot be seen on a dark page; add a version for one as `logo_dark`"
            yield Problem(f"{shown_file(logo)} {message}", logo.field, logo.entry)
    elif lost:
        shown = ", ".join(shown_file(logo) for logo in lost[:_NAMED])
        more = f" and {len(lost) - _NAMED:,} more" if len(lost) > _NAMED else ""
        yield Problem(
            f"{counted(len(lost), 'logo')} of {len(named):,} cannot be seen on a dark page "
            f"({shown}{more}); add versions for one as `logo_dark`, or show logos on a light ground"
        )


def _vanishes(picture: Picture | None, min_visible: float) -> bool:
    if picture is None or picture.painted > _FILLED:
        return False
    return picture.on_dark is not None and picture.on_dark < min_visible


@rule("logo-extreme-aspect", on=Logo, severity=Severity.WARNING)
def extreme_aspect(logo: Logo, *, max_aspect: float = 20) -> Problems:
    """A logo is far wider than high, or far higher than wide.

    Beside other logos it shrinks to a line. Crop the canvas to the drawing, or use a more compact
    version of the logo. `max_aspect` is how many times one side may be the other.
    """
    if logo.entry is not None and logo.aspect > max_aspect:
        times = above(logo.aspect, max_aspect, "f")
        yield about(
            logo,
            f"is {times} times as long as it is broad; at most {max_aspect:g} times is allowed. "
            "Crop the canvas to the drawing, or use a more compact version",
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
