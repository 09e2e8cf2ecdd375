"""Which names a logo in SVG may use, and what is wrong with those that it may not."""

from __future__ import annotations

from typing import NamedTuple

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


DRAWN = _names(
    """svg g defs symbol use switch title desc metadata style path rect circle ellipse line polyline
    polygon text tspan textPath linearGradient radialGradient stop pattern clipPath mask
    filter marker"""
)
FILTER_PRIMITIVES = _names(
    """feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge
    feMergeNode feMorphology feOffset feSpecularLighting feTile feTurbulence feDistantLight
    fePointLight feSpotLight"""
)
ELEMENTS = DRAWN | FILTER_PRIMITIVES
TEXT_ELEMENTS = frozenset({"text", "tspan", "textPath"})
GRADIENTS = frozenset({"linearGradient", "radialGradient"})

STYLE_ATTRIBUTES = _names(
    """alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation
    color-interpolation-filters color-profile color-rendering direction display dominant-baseline
    enable-background fill fill-opacity fill-rule filter flood-color flood-opacity font font-family
    font-feature-settings font-kerning font-size font-size-adjust font-stretch font-style
    font-variant font-variation-settings font-weight glyph-orientation-horizontal
    glyph-orientation-vertical image-rendering isolation kerning letter-spacing lighting-color
    line-height marker marker-end marker-mid marker-start mask mask-type mix-blend-mode opacity
    overflow paint-order pointer-events shape-rendering solid-color solid-opacity stop-color
    stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
    stroke-miterlimit stroke-opacity stroke-width text-align text-anchor text-decoration
    text-overflow text-rendering transform transform-box transform-origin unicode-bidi vector-effect
    visibility white-space word-spacing writing-mode"""
)
SHAPE_ATTRIBUTES = _names(
    """amplitude azimuth baseFrequency bias clipPathUnits cx cy d diffuseConstant divisor dx dy
    edgeMode elevation exponent filterRes filterUnits fr fx fy gradientTransform gradientUnits
    height intercept k1 k2 k3 k4 kernelMatrix kernelUnitLength lengthAdjust limitingConeAngle
    markerHeight markerUnits markerWidth maskContentUnits maskUnits method mode numOctaves offset
    operator order orient origin pathLength
    patternContentUnits patternTransform patternUnits points pointsAtX pointsAtY pointsAtZ
    preserveAlpha preserveAspectRatio primitiveUnits r radius refX refY rotate rx ry scale
    seed side slope spacing specularConstant specularExponent spreadMethod startOffset stdDeviation
    stitchTiles surfaceScale tableValues targetX targetY textLength type values viewBox width x x1
    x2 xChannelSelector y y1 y2 yChannelSelector z zoomAndPan"""
)
TEXT_ATTRIBUTES = _names(
    """id class role lang version baseProfile contentScriptType contentStyleType media title name
    focusable requiredExtensions requiredFeatures systemLanguage externalResourcesRequired
    in in2 result t p-id"""
)
"""Attributes whose value is only text; `t` and `p-id` are written by a popular icon service."""
LOCAL_ATTRIBUTES = STYLE_ATTRIBUTES | SHAPE_ATTRIBUTES | TEXT_ATTRIBUTES | {"style", "href"}
ATTRIBUTES = LOCAL_ATTRIBUTES | frozenset(
    {f"{XLINK} {name}" for name in ("href", "type", "title", "show", "actuate")}
    | {f"{XML} {name}" for name in ("space", "lang", "id")}
)
INHERITED = ("fill", "stroke", "marker")
"""Properties that a group passes on: what they refer to is drawn once for each of its parts."""

EDITORS = _names(
    """http://www.inkscape.org/namespaces/inkscape
    http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd
    http://inkscape.sourceforge.net/DTD/inkscape-0.dtd
    http://inkscape.sourceforge.net/DTD/sodipodi-0.dtd
    http://www.w3.org/1999/02/22-rdf-syntax-ns# http://www.w3.org/2000/01/rdf-schema#
    http://purl.org/dc/elements/1.1/ http://purl.org/dc/terms/ http://creativecommons.org/ns#
    http://web.resource.org/cc/ http://www.bohemiancoding.com/sketch/ns
    http://www.bohemiancoding.com/sketch/ns/ http://www.serif.com/ https://www.serif.com/
    http://www.figma.com/figma/ns https://www.figma.com/figma/ns http://vectornator.io
    https://vectornator.io http://www.vectornator.io https://boxy-svg.com https://boxy-svg.com/ns
    http://xml.openoffice.org/svg/export http://krita.org/namespaces/svg/krita
    http://www.vectorstyler.com http://vectorstyler.com
    http://svg-edit.googlecode.com http://schemas.microsoft.com/visio/2003/SVGExtensions/
    http://purl.org/xmp/ http://www.iptc.org/std/Iptc4xmpCore/1.0/xmlns/ adobe:ns:meta/
    http://www.corel.com/coreldraw/odm/2003 http://www.amadine.com"""
)
EDITOR_PREFIXES = ("http://ns.adobe.com/", "http://www.adobe.com/")
"""Programs that draw keep their own data under these names; browsers ignore it."""

DOCTYPES = frozenset(
    {
        "-//W3C//DTD SVG 1.0//EN",
        "-//W3C//DTD SVG 1.1//EN",
        "-//W3C//DTD SVG 1.1 Basic//EN",
        "-//W3C//DTD SVG 1.1 Tiny//EN",
        "-//W3C//DTD SVG 20010904//EN",
    }
)

EXPORT = "export the logo again as plain SVG"
_STILL = "export the logo without animation"


class Refusal(NamedTuple):
    """The rule that an element breaks, and a message that continues from its name."""

    rule: str
    words: str


_FOREIGN = "svg-foreign-content"
_REFUSED_GROUPS = {
    "script handler listener": Refusal(
        "svg-script",
        "is a script that would run in a visitor's browser; remove it, or "
        "run `rollkeeper fix --logos`",
    ),
    "foreignObject": Refusal(
        _FOREIGN, f"contains a web page inside the picture; draw its content as paths, or {EXPORT}"
    ),
    "iframe video audio canvas embed object html body img base meta link form input": Refusal(
        _FOREIGN, "belongs to a web page, not to a drawing; remove it"
    ),
    "a": Refusal(_FOREIGN, "is a link; the page links the logo itself, so remove the link"),
    "animate animateColor animateMotion animateTransform set discard mpath prefetch": Refusal(
        _FOREIGN, f"moves or changes the picture; {_STILL}"
    ),
    "feImage cursor color-profile font-face-uri font-face font-face-src tref": Refusal(
        "svg-external-reference",
        f"takes part of the picture from elsewhere; {EXPORT} with everything inside it",
    ),
}
REFUSED = {
    name.lower(): refusal for names, refusal in _REFUSED_GROUPS.items() for name in names.split()
}
"""Refused elements by their name in lower case: in a web page, case does not matter."""
OTHERWISE = Refusal(_FOREIGN, f"is not one of the elements that a logo needs; {EXPORT}")
FOREIGN_NAMESPACES = {
    "http://www.w3.org/1999/xhtml": "a web page (XHTML)",
    "http://www.w3.org/1998/Math/MathML": "a formula (MathML)",
    "http://www.w3.org/1999/XSL/Transform": "a program (XSLT)",
    "http://www.w3.org/2001/xml-events": "a program's hook (XML Events)",
}


def is_editors(namespace: str) -> bool:
    """Return whether a namespace is a drawing program's or a licence's own, which nothing draws."""
    return namespace in EDITORS or namespace.startswith(EDITOR_PREFIXES)
