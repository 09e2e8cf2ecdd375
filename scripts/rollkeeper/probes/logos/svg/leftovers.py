"""What drawing programs leave in an SVG: which program it was, and the export that leaves it out.

Nothing of this is drawn by a browser. A file is reported once for each program, whatever it left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum

from rollkeeper.model.logo import LogoDefect

_ADOBE = "http://ns.adobe.com/"
_FLOWED = frozenset(
    {"flowRoot", "flowRegion", "flowRegionExclude", "flowPara", "flowSpan", "flowDiv", "flowLine"}
)
_ILLUSTRATORS_ENTITY = re.compile(r"""<!ENTITY\s++ns_\w|["']http://ns\.adobe\.com/""")
_PACKET_DATA = re.compile(
    r"""(?:\s*+(?:begin|end|id|bytes|encoding)=(?:"[\w\ufeff-]{0,40}"|'[\w\ufeff-]{0,40}'))++\s*+"""
)
_LAYER_NAME = re.compile(r"<([^\W\d_]+(?: [^\W\d_]+){0,2})>[\w -]{0,20}")
_TEXT_NAMES = """script style title textarea iframe noscript noembed noframes template xmp
    plaintext object embed foreignobject svg math"""
_READ_AS_TEXT = frozenset(_TEXT_NAMES.split())
"""Elements after which a program that reads the file as a web page would read it otherwise."""
_ACTIVE_COMMENT = re.compile(
    r"""^(?:-?>|\#)|<[?%]|<!(?!\[CDATA\[)|javascript:|vbscript:|\bon\w++\s*+=
    |</?+(?:[\w-]++:)?+(?:script|handler|listener|foreignobject|iframe|object|embed|meta|base)\b""",
    re.IGNORECASE | re.VERBOSE,
)


class Program(Enum):
    """A drawing program; its value says what is wrong and how to export without it."""

    ILLUSTRATOR = (
        "carries Illustrator's own copy of the drawing, which only Illustrator reads; save it with "
        "“Preserve Illustrator Editing Capabilities” off, or with File > Export > Export As, or "
        "run `rollkeeper fix --logos`"
    )
    DIAGRAMS = (
        "carries draw.io's own copy of the drawing, which only draw.io reads; export it again with "
        "“Include a copy of my diagram” off"
    )
    INKSCAPE = (
        "carries flowed text of Inkscape, which no browser shows; convert it with Path > Object to "
        "Path, or remove it if it is empty, and save the file as “Plain SVG”"
    )


class Leftovers:
    """The programs that left something in a file, each with the line of the first of it."""

    def __init__(self) -> None:
        """Start with none."""
        self._lines: dict[Program, int] = {}

    def add(self, program: Program, line: int) -> None:
        """Note something that a program left."""
        self._lines.setdefault(program, line)

    def defects(self) -> Iterator[LogoDefect]:
        """Return one defect for each program."""
        for program, line in self._lines.items():
            yield LogoDefect("svg-editor-data", program.value, line)


def has_illustrators_entities(text: str) -> bool:
    """Return whether the entities that a file declares are those that Illustrator writes."""
    return _ILLUSTRATORS_ENTITY.search(text) is not None


def illustrators_copy(attributes: Mapping[str, str], parent: str) -> bool:
    """Return whether a `foreignObject` is the one in which Illustrator keeps its own copy.

    No browser has the extension that it requires, so none draws it.
    """
    return parent == "switch" and attributes.get("requiredExtensions", "").startswith(_ADOBE)


def is_diagrams_copy(local: str, name: str, value: str) -> bool:
    """Return whether an attribute is the one in which draw.io keeps its own copy."""
    return local == "svg" and name == "content" and value.startswith("<mxfile ")


def is_flowed_text(local: str) -> bool:
    """Return whether an element is a part of text that only Inkscape lays out."""
    return local in _FLOWED


def is_metadata_packet(target: str, data: str) -> bool:
    """Return whether a processing instruction marks the begin or end of a packet of metadata."""
    return target == "xpacket" and _PACKET_DATA.fullmatch(data) is not None


def is_layer_name(text: str) -> bool:
    """Return whether a text in angle brackets is how Illustrator calls a part without a name."""
    found = _LAYER_NAME.fullmatch(text)
    return found is not None and found[1].lower() not in _READ_AS_TEXT


def is_active_comment(text: str) -> bool:
    """Return whether a comment holds what some program might run, such as a server's directive."""
    return _ACTIVE_COMMENT.search(text) is not None
