"""Elements that are no part of a drawing, and what is said of each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.probes.logos.svg.css import outside
from rollkeeper.probes.logos.svg.names import (
    ELEMENTS,
    EXPORT,
    FOREIGN_NAMESPACES,
    OTHERWISE,
    REFUSED,
    SVG,
    XLINK,
    is_editors,
)

HREFS = frozenset({"href", f"{XLINK} href"})
_DATA = re.compile(r"\s*data:", re.IGNORECASE)
_RASTER = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp|bmp|avif)[;,]", re.IGNORECASE)


def refused_element(
    namespace: str, local: str, attributes: Sequence[str], *, private: bool
) -> tuple[str, str] | None:
    """Return the rule that an element breaks, and the message.

    Elements in the `private` data of an editor are passed over, except those that a browser would
    act upon wherever they are. `attributes` are names and values in turn.
    """
    refusal = REFUSED.get(local.lower())
    if namespace == SVG and local == "image":
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        return _image(next((value for name, value in pairs if name in HREFS), ""))
    if namespace in FOREIGN_NAMESPACES:
        kind = FOREIGN_NAMESPACES[namespace]
        message = f"has `<{cut(local)}>`, a part of {kind} and not of a drawing; remove it"
        return refusal.rule if refusal else OTHERWISE.rule, message
    if namespace == SVG or (refusal and refusal.rule == "svg-script"):
        if private and local in ELEMENTS:
            message = f"has `<{cut(local)}>` inside an editor's private data; {EXPORT}"
            return OTHERWISE.rule, message
        rule, words = refusal or OTHERWISE
        return rule, f"has `<{cut(local)}>`, which {words}"
    if private or is_editors(namespace):
        return None
    whose = quoted(namespace) if namespace else "no namespace"
    message = f"has `<{cut(local)}>` of {whose}, which is not a part of SVG; remove it"
    return OTHERWISE.rule, message


def _image(href: str) -> tuple[str, str]:
    if _RASTER.match(href):
        message = "has a picture of pixels in it; trace it or draw it again as paths"
        return "svg-embedded-raster", message
    if _DATA.match(href):
        message = "has a whole picture inside an `<image>`, which is another file to a browser"
        return "svg-external-reference", f"{message}; draw it as shapes of this one"
    return "svg-external-reference", f"has an `<image>`: it {outside(href)}"
