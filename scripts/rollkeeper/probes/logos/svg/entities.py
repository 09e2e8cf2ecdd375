"""Entities of an SVG, written out by hand: no parser is ever asked to expand one.

Only what Illustrator writes is understood, which is all that real logos declare: short addresses of
namespaces, each used as a whole attribute value (see `benchmarks/entities.py`).
"""

from __future__ import annotations

import re

from rollkeeper.model.logo_limits import MAX_SVG_BYTES, MAX_SVG_ENTITIES, MAX_SVG_ENTITY

_NAME = rb"[\w.-]{1,100}"
_ENTITY = re.compile(rb'<!ENTITY\s+(%s)\s+"([\w.:/#-]{0,%d})"\s*>' % (_NAME, MAX_SVG_ENTITY))
_BEFORE = rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*+"
_DOCTYPE = rb"<!DOCTYPE\s[^<>\[\]]*\[(?:\s+|%s)*+\]\s*>" % _ENTITY.pattern
_BEGINNING = re.compile(b"(?P<before>%s)(?P<doctype>%s)" % (_BEFORE, _DOCTYPE), re.DOTALL)
_USED = re.compile(rb"""(=\s*["'])&(%s);(?=["'])""" % _NAME)


class UnresolvableError(ValueError):
    """The entities cannot be written out; the text says why."""


def written_out(data: bytes, *, keep_lines: bool = True) -> bytes:
    """Return an SVG without its document type, each entity replaced by its text.

    With `keep_lines` lines keep their numbers. An entity that is used in any other place stays, and
    makes the file one that is not well-formed. Raises UnresolvableError where the document type
    declares anything but short addresses.
    """
    beginning = _BEGINNING.match(data)
    if not beginning:
        message = "it declares entities that are more than short addresses"
        raise UnresolvableError(message)
    before, doctype = beginning["before"], beginning["doctype"]
    # Of two declarations of one name the first is the one that counts.
    entities = dict(reversed(_ENTITY.findall(doctype)))
    if len(entities) > MAX_SVG_ENTITIES:
        message = f"it declares more than {MAX_SVG_ENTITIES} entities"
        raise UnresolvableError(message)
    plain = _USED.sub(
        lambda used: used[1] + entities.get(used[2], b"&" + used[2] + b";"),
        data[beginning.end() :],
    )
    if len(plain) > MAX_SVG_BYTES:
        message = "its entities make it too large"
        raise UnresolvableError(message)
    return before + b"\n" * (keep_lines * doctype.count(b"\n")) + plain
