"""SVG logos: whatever is not plainly a drawing that can be scaled is refused."""

from __future__ import annotations

from rollkeeper.model.logo import Logo
from rollkeeper.model.policy import Severity
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.logos._problems import defects


@rule("svg-broken", on=Logo, severity=Severity.ERROR)
def broken(logo: Logo) -> Problems:
    """A file is not well-formed SVG.

    Some programs show a part of it, browsers show nothing.
    Export the logo again; the line says where reading stopped.
    """
    return defects(logo, "svg-broken")


@rule("svg-script", on=Logo, severity=Severity.ERROR)
def script(logo: Logo) -> Problems:
    """An SVG runs code: a script, an event handler, a `javascript:` link or an animation.

    Opened by itself the file runs it with the rights of the website that it is on.
    Export the logo as a still drawing, or remove the named element or attribute.
    """
    return defects(logo, "svg-script")


@rule("svg-foreign-content", on=Logo, severity=Severity.ERROR)
def foreign_content(logo: Logo) -> Problems:
    """An SVG has elements or attributes that do not belong in a plain drawing.

    Each program understands them differently, and web pages can be hidden in them.
    Export the logo as plain SVG, or remove the named element or attribute.
    """
    return defects(logo, "svg-foreign-content")


@rule("svg-external-reference", on=Logo, severity=Severity.ERROR)
def external_reference(logo: Logo) -> Problems:
    """An SVG refers to something outside itself.

    A page does not load it, so the logo looks different there; opened by itself the file tells
    another host who looks at it.
    Put what it refers to into the file: shapes in place of links, outlines in place of web fonts.
    """
    return defects(logo, "svg-external-reference")


@rule("svg-css", on=Logo, severity=Severity.ERROR)
def css(logo: Logo) -> Problems:
    """An SVG has styles that can do more than colour shapes.

    Rules, functions and escapes that a drawing does not need are how requests are hidden in it.
    Remove the named rule or property, or export with presentation attributes.
    """
    return defects(logo, "svg-css")


@rule("svg-entities", on=Logo, severity=Severity.ERROR)
def entities(logo: Logo) -> Problems:
    """An SVG declares entities.

    A few lines of them can unpack to gigabytes, so no reader may expand them.
    Export without Illustrator's editing capabilities, or take the copy that
    `rollkeeper fix --logos` offers.
    """
    return defects(logo, "svg-entities")


@rule("svg-too-complex", on=Logo, severity=Severity.ERROR)
def too_complex(logo: Logo) -> Problems:
    """An SVG has more elements, nesting, repetition or effects than a logo needs.

    Visitors' browsers would be busy with it, or hang.
    Simplify the drawing: flatten groups, merge shapes, take out filters and nested copies.
    """
    return defects(logo, "svg-too-complex")


@rule("svg-hidden-text", on=Logo, severity=Severity.ERROR)
def hidden_text(logo: Logo) -> Problems:
    """An SVG holds characters or markup that no one can see.

    Invisible text is written for machines: it can turn what a reviewer reads into something else.
    Remove it, or export the logo again.
    """
    return defects(logo, "svg-hidden-text")


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
