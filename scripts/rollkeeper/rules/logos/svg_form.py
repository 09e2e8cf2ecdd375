"""SVG logos as drawings: made of shapes, with a canvas that can be scaled."""

from __future__ import annotations

from rollkeeper.model.logo import Logo
from rollkeeper.model.policy import Severity
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.logos._problems import defects


@rule("svg-embedded-raster", on=Logo, severity=Severity.ERROR)
def embedded_raster(logo: Logo) -> Problems:
    """An SVG is a wrapper around a raster picture.

    It is blurred when enlarged, and larger than the picture alone.
    Ask for the logo as vectors, or use the picture itself as a PNG.
    """
    return defects(logo, "svg-embedded-raster")


@rule("svg-live-text", on=Logo, severity=Severity.WARNING)
def live_text(logo: Logo) -> Problems:
    """An SVG has text that was not turned into outlines.

    It is set in whatever font the visitor has, so the logo looks different on every machine.
    Turn it into paths: Illustrator “Create Outlines”, Inkscape “Object to Path”, Figma “Flatten”.
    """
    return defects(logo, "svg-live-text")


@rule("svg-no-viewbox", on=Logo, severity=Severity.WARNING)
def no_viewbox(logo: Logo) -> Problems:
    """An SVG has no viewBox.

    Without one it is cut off instead of scaled when a page shows it in another size.
    Add a viewBox to the `svg` element: `0 0`, then its width and its height.
    """
    return defects(logo, "svg-no-viewbox")


@rule("svg-extreme-aspect", on=Logo, severity=Severity.ERROR)
def extreme_aspect(logo: Logo) -> Problems:
    """An SVG is far wider than high, or far higher than wide.

    Beside other logos it is a line.
    Crop the canvas to the drawing, or use a more compact version of the logo.
    """
    return defects(logo, "svg-extreme-aspect")
