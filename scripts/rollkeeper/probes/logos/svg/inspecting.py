"""An SVG logo inspected without running, fetching or expanding anything in it.

The file is refused, never changed: what is not on the lists of `names` is a defect. All defects are
reported in one run. The work is done in expat's callbacks, element by element; no tree is built.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from xml.parsers import expat

from rollkeeper.grammar.characters import hidden_in, shown
from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.model.logo import LogoDefect
from rollkeeper.model.logo_limits import MAX_LOGO_DEFECTS, MAX_SVG_BYTES
from rollkeeper.probes.logos.svg.drawing import Drawing, EnoughError
from rollkeeper.probes.logos.svg.entities import UnresolvableError, written_out
from rollkeeper.probes.logos.svg.leftovers import (
    Leftovers,
    Program,
    has_illustrators_entities,
    is_active_comment,
    is_metadata_packet,
)
from rollkeeper.probes.logos.svg.names import DOCTYPES, EXPORT
from rollkeeper.probes.logos.svg.sizes import size_of

_DTD_PLACE = re.compile(r"https?://www\.w3\.org/(?:Graphics/SVG|TR)/[\w./-]{1,100}")
_ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii"})
_LIKE_ASCII = re.compile(
    r"(?:ascii|latin-?1|iso[-_]?8859[-_]\d{1,2}|(?:windows|cp)-?125\d)", re.IGNORECASE
)
"""Encodings in which the bytes of ASCII mean what they mean in ASCII."""
_PACKET_MARK = '<?xpacket begin="\ufeff"'
"""How a packet of metadata begins: the mark is of its format, and no one is misled by it."""
_USED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[^\s;&<#][^\s;&<]{0,99};")
_NOT_TEXT = re.compile(r"<!--|<!\[CDATA\[")
_UNBOUND = expat.errors.codes[expat.errors.XML_ERROR_UNBOUND_PREFIX]


@dataclass(frozen=True, slots=True)
class SvgFacts:
    """What an SVG is: its defects, its width and height in pixels, if it has any, and its aspect.

    The width and height are those of the root's attributes; half of all good logos have none.
    """

    defects: tuple[LogoDefect, ...] = ()
    width: float | None = None
    height: float | None = None
    aspect: float = 1.0


@dataclass(slots=True)
class DefectList:
    """The defects found so far, each once and of each rule only the first few."""

    found: dict[LogoDefect, None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, rule: str, message: str, line: int | None) -> None:
        """Note a defect, unless it is known or its rule has enough of them."""
        defect = LogoDefect(rule, message, line)
        if self.counts[rule] < MAX_LOGO_DEFECTS and defect not in self.found:
            self.counts[rule] += 1
            self.found[defect] = None


def inspect_svg(data: bytes) -> SvgFacts:
    """Inspect the bytes of an SVG and name everything in it that a logo may not have.

    Never raises: whatever the bytes are, the answer is facts with defects.
    """
    defects = DefectList()
    if len(data) > MAX_SVG_BYTES:
        allowed = f"{MAX_SVG_BYTES:,} are allowed"
        message = f"has {len(data):,} bytes and is not read; {allowed}: simplify it"
        defects.add("svg-too-complex", message, None)
        return SvgFacts(tuple(defects.found))
    text = _decoded(data, defects)
    if text is None:
        return SvgFacts(tuple(defects.found))
    _find_hidden(text, defects)
    leftovers = Leftovers()
    if b"<!ENTITY" in data:
        line = _line_of(data, data.index(b"<!ENTITY"))
        try:
            data = written_out(data)
        except UnresolvableError as error:
            defects.add("svg-entities", f"is refused: {error}; {EXPORT}", line)
            return SvgFacts(tuple(defects.found))
        if has_illustrators_entities(text):
            leftovers.add(Program.ILLUSTRATOR, line)
        else:
            defects.add("svg-entities", f"declares entities; {EXPORT}", line)
    drawing = _Reading(data, defects, leftovers).drawing
    for defect in leftovers.defects():
        defects.add(defect.rule, defect.message, defect.line)
    size = size_of(drawing.root, defects.add, drawing.root_line)
    ordered = sorted(defects.found, key=lambda defect: defect.line or 0)
    return SvgFacts(tuple(ordered), *size)


def _decoded(data: bytes, defects: DefectList) -> str | None:
    if not data.strip():
        defects.add("svg-broken", f"is empty; {EXPORT}", None)
        return None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = _line_of(data, error.start)
        message = f"is not UTF-8 text (byte {error.start:,}); save or export it as UTF-8"
        defects.add("svg-broken", message, line)
        return None


def _find_hidden(text: str, defects: DefectList) -> None:
    if text.isascii():
        return
    text = text.replace(_PACKET_MARK, _PACKET_MARK.replace("\ufeff", "-"))
    for position, character in hidden_in(text, most=MAX_LOGO_DEFECTS + 1):
        if character == "\r" or (position == 0 and character == "\ufeff"):
            continue
        message = f"contains {shown(character)}, which no one can see; remove it"
        defects.add("svg-hidden-text", message, text.count("\n", 0, position) + 1)


def _text_of(text: str) -> str:
    """Return a document without its comments and CDATA sections; one without an end is text."""
    parts = []
    position = 0
    while opening := _NOT_TEXT.search(text, position):
        closing = "-->" if opening[0] == "<!--" else "]]>"
        end = text.find(closing, opening.end())
        if end < 0:
            break
        parts.append(text[position : opening.start()])
        position = end + len(closing)
    return "".join((*parts, text[position:]))


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


class _Reading:
    """One pass of expat over a file without entities."""

    def __init__(self, data: bytes, defects: DefectList, leftovers: Leftovers) -> None:
        self.data = data
        self.defects = defects
        self.parser = parser = expat.ParserCreate("UTF-8", " ")
        self.drawing = Drawing(defects.add, parser, leftovers, has_references=b"&#" in data)
        parser.ordered_attributes = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self.drawing.start
        parser.EndElementHandler = self.drawing.end
        parser.CharacterDataHandler = self.drawing.characters
        parser.StartNamespaceDeclHandler = self.drawing.count_namespace
        parser.CommentHandler = self.comment
        parser.ProcessingInstructionHandler = self.instruction
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.doctype
        parser.EntityDeclHandler = self.entity
        try:
            parser.Parse(data, True)  # noqa: FBT003 - positional only
            self.drawing.finish()
        except EnoughError:
            pass
        except expat.ExpatError as error:
            self.defects.add("svg-broken", _not_well_formed(error), error.lineno)

    def add(self, rule: str, message: str) -> None:
        self.defects.add(rule, message, self.parser.CurrentLineNumber)

    def comment(self, text: str) -> None:
        if self.drawing.in_style:
            message = "has an XML comment inside its `<style>`; remove it, or use `/* */`"
            self.add("svg-css", message)
        if is_active_comment(text):
            message = (
                "has a comment with code in it, which some program may run; remove the comment"
            )
            self.add("svg-hidden-text", message)

    def instruction(self, target: str, data: str) -> None:
        if is_metadata_packet(target, data):
            return
        message = (
            f"has the processing instruction {quoted('<?' + target)}, which a logo does not need; "
            "remove it, or run `rollkeeper fix --logos`"
        )
        self.add("svg-entities", message)

    def declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        if version != "1.0":
            message = f"declares XML {cut(version, 10)}; save it as XML 1.0"
            self.add("svg-broken", message)
        named = encoding is None or encoding.lower() in _ENCODINGS
        if not named and not (_LIKE_ASCII.fullmatch(encoding or "") and self.data.isascii()):
            message = (
                f"declares the encoding {quoted(encoding or '')}; save it as UTF-8 and declare "
                '`encoding="UTF-8"`'
            )
            self.add("svg-broken", message)

    def doctype(self, name: str, place: str | None, public: str | None, subset: int) -> None:
        if subset:
            message = "has declarations of its own in its DOCTYPE; remove the part in `[ ]`"
            self.add("svg-entities", message)
        known = public in DOCTYPES and place is not None and _DTD_PLACE.fullmatch(place)
        if name.rpartition(":")[2] != "svg" or ((place or public) and not known):
            message = "has a DOCTYPE that is not one of SVG's own; remove the line"
            self.add("svg-entities", message)
        used = _USED.search(_text_of(self.data.decode())) if place and not subset else None
        if used:
            message = f"uses the entity {quoted(used[0])}, which it does not declare; {EXPORT}"
            self.add("svg-entities", message)

    def entity(self, *_: object) -> None:
        """Stop at a declaration that slipped through: expat must never expand one."""
        self.add("svg-entities", f"declares entities; {EXPORT}")
        raise EnoughError


def _not_well_formed(error: expat.ExpatError) -> str:
    if error.code == _UNBOUND:
        return (
            f"uses a prefix that is not declared, in column {error.offset + 1}; add "
            "its `xmlns:` to `<svg>`, or remove what begins with it"
        )
    words = expat.errors.messages[error.code]
    return f"is not well-formed: {words} in column {error.offset + 1}; {EXPORT}"
