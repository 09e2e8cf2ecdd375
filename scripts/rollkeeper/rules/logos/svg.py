"""SVG logos: whatever is not plainly a drawing that can be scaled is refused."""

from __future__ import annotations

from dataclasses import replace

from rollkeeper.model.logo import Logo
from rollkeeper.model.policy import Severity
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.logos._problems import defects, is_seen


@rule("svg-broken", on=Logo, severity=Severity.ERROR)
def broken(logo: Logo) -> Problems:
    """A file is not well-formed SVG.

    Browsers do not show it. Export the logo again; the message names the line where reading
    stopped.
    """
    return defects(logo, "svg-broken")


@rule("svg-script", on=Logo, severity=Severity.ERROR)
def script(logo: Logo) -> Problems:
    """An SVG contains code: a script, an event handler, a `javascript:` link or an animation.

    Opened directly, the file runs the code with the rights of the website it is on. Export the logo
    as a still drawing, or remove the element or attribute that the message names.
    """
    return defects(logo, "svg-script")


@rule("svg-foreign-content", on=Logo, severity=Severity.ERROR)
def foreign_content(logo: Logo) -> Problems:
    """An SVG contains elements or attributes that a plain drawing does not need.

    Programs treat them differently, and they can embed web pages. Export the logo as plain SVG, or
    remove the element or attribute that the message names.
    """
    return defects(logo, "svg-foreign-content")


@rule("svg-external-reference", on=Logo, severity=Severity.ERROR)
def external_reference(logo: Logo) -> Problems:
    """An SVG refers to an external resource.

    Pages do not load it, so the logo looks different there; opened directly, the file tells another
    host who views it. Include shapes instead of links, and outlines instead of web fonts.
    """
    return defects(logo, "svg-external-reference")


@rule("svg-css", on=Logo, severity=Severity.ERROR)
def css(logo: Logo) -> Problems:
    """An SVG uses styles that can do more than colour shapes.

    Style rules, functions and escapes can hide requests to other sites. Remove the rule or property
    that the message names, or export with presentation attributes.
    """
    return defects(logo, "svg-css")


@rule("svg-entities", on=Logo, severity=Severity.ERROR)
def entities(logo: Logo) -> Problems:
    """An SVG declares entities.

    A few lines of entities can expand to gigabytes, so they are never expanded. Export the logo
    again as plain SVG.
    """
    return defects(logo, "svg-entities")


@rule("svg-too-complex", on=Logo, severity=Severity.ERROR)
def too_complex(logo: Logo) -> Problems:
    """An SVG has more elements, nesting, repetition or effects than a logo needs.

    It can slow down or freeze visitors' browsers. Simplify the drawing: flatten groups, merge
    shapes, and remove filters and nested copies.
    """
    return defects(logo, "svg-too-complex")


@rule("svg-hidden-text", on=Logo, severity=Severity.ERROR)
def hidden_text(logo: Logo) -> Problems:
    """An SVG contains invisible characters or markup.

    They can make the file look different to a reviewer than it is to a program. Remove them, or
    export the logo again.
    """
    return defects(logo, "svg-hidden-text")


@rule("svg-embedded-raster", on=Logo, severity=Severity.ERROR, instead_of=("svg-too-complex",))
def embedded_raster(logo: Logo) -> Problems:
    """An SVG only wraps a raster picture.

    It is blurred when enlarged, and larger than the picture itself. Use a vector version of the
    logo, or the picture as a PNG.
    """
    return defects(logo, "svg-embedded-raster")


@rule("svg-live-text", on=Logo, severity=Severity.WARNING)
def live_text(logo: Logo) -> Problems:
    """An SVG contains text that was not converted to outlines.

    It is drawn in the visitor's fonts, so it looks different on every machine. Convert it to paths:
    Illustrator “Create Outlines”, Inkscape “Object to Path”, Figma “Flatten”.
    """
    unproven = (
        "" if is_seen(logo) else "; whether the logo can be seen is not judged: it contains text"
    )
    for problem in defects(logo, "svg-live-text"):
        yield replace(problem, message=f"{problem.message}{unproven}")


@rule("svg-no-viewbox", on=Logo, severity=Severity.WARNING)
def no_viewbox(logo: Logo) -> Problems:
    """An SVG has neither a viewBox nor a size.

    It is cut off instead of scaled when a page shows it. Add a viewBox to the `svg` element: `0 0`,
    then the width and the height of the drawing.
    """
    return defects(logo, "svg-no-viewbox")


@rule("svg-editor-data", on=Logo, severity=Severity.ERROR)
def editor_data(logo: Logo) -> Problems:
    """An SVG contains data that only a drawing program reads.

    It is published with the picture, makes the file many times larger, and can hold what was drawn
    over or left out. Save the file without it: the message names the program's setting.
    """
    return defects(logo, "svg-editor-data")
