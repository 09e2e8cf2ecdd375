"""Entities of an SVG, written out by our own hand: no parser is ever asked to expand them."""

from __future__ import annotations

import re
from xml.parsers import expat

from rollkeeper.grammar.wording import quoted
from rollkeeper.model.limits import MAX_SVG_BYTES, MAX_SVG_ENTITIES

_LONGEST = 1_000
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
"""What may stand before a document type."""
_TEXT_OR_NOT = re.compile(r"(<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>)", re.DOTALL)
_NAMED = re.compile(r"&([^\s;&<>#\"']{1,100});")
_BUILT_IN = frozenset({"amp", "lt", "gt", "quot", "apos"})


class UnresolvableError(ValueError):
    """The entities cannot be written out; the text says why."""


class _Read(Exception):  # noqa: N818 - not an error: it ends the reading where we know enough
    """The document type has been read."""


def written_out(data: bytes, *, keep_lines: bool = True) -> bytes:
    """Return an SVG without its document type, each simple entity replaced by its text.

    With `keep_lines` lines keep their numbers. An SVG with neither a document type nor entities
    comes back unchanged. Raises UnresolvableError for entities that are external, nested, too many
    or too long, and where one is used that is not declared.
    """
    start, end, entities = _document_type(data)
    if start < 0:
        return data
    try:
        before, doctype, after = (
            part.decode() for part in (data[:start], data[start:end], data[end:])
        )
    except UnicodeDecodeError as error:
        message = "it is not UTF-8"
        raise UnresolvableError(message) from error
    pieces = _TEXT_OR_NOT.split(after)
    room = MAX_SVG_BYTES - len(after)

    def value(found: re.Match[str]) -> str:
        nonlocal room
        name = found[1]
        if name in _BUILT_IN:
            return found[0]
        if name not in entities:
            message = f"the entity {quoted(name)} is used but not declared as plain text"
            raise UnresolvableError(message)
        room -= len(entities[name])
        if room < 0:
            message = "its entities make it too large"
            raise UnresolvableError(message)
        return entities[name]

    pieces[::2] = [_NAMED.sub(value, piece) for piece in pieces[::2]]
    if keep_lines:
        before += "\n" * doctype.count("\n")
    return (before + "".join(pieces)).encode()


def _document_type(data: bytes) -> tuple[int, int, dict[str, str]]:
    """Return where the document type starts and ends, -1 if there is none, and its entities."""
    start, end = -1, -1
    entities: dict[str, str] = {}
    parser = expat.ParserCreate("UTF-8")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def started(*_: object) -> None:
        nonlocal start
        before = _BEFORE.match(data)
        start = before.end() if before else 0

    def ended() -> None:
        nonlocal end
        end = data.index(b">", parser.CurrentByteIndex) + 1
        raise _Read

    def root(*_: object) -> None:
        raise _Read

    def declared(name: str, parameter: bool, value: str | None, *_: object) -> None:  # noqa: FBT001 - expat calls it so
        if parameter or value is None:
            message = f"the entity {quoted(name)} is not plain text"
            raise UnresolvableError(message)
        if len(entities) >= MAX_SVG_ENTITIES:
            message = f"it has more than {MAX_SVG_ENTITIES} entities"
            raise UnresolvableError(message)
        if len(value) > _LONGEST or set(value) & set("<>&\"'%\n"):
            message = f"the entity {quoted(name)} is more than a short plain text"
            raise UnresolvableError(message)
        entities.setdefault(name, value)

    parser.StartDoctypeDeclHandler = started
    parser.EndDoctypeDeclHandler = ended
    parser.EntityDeclHandler = declared
    parser.StartElementHandler = root
    try:
        parser.Parse(data, True)  # noqa: FBT003 - positional only
    except _Read:
        return start, end, entities
    except expat.ExpatError as error:
        message = f"it is not well-formed on line {error.lineno}"
        raise UnresolvableError(message) from error
    return -1, -1, {}
