"""An SVG logo looked at without running, fetching or expanding anything in it.

The file is refused, never changed: what is not on the lists of `svg_names` is a flaw. All flaws are
told in one run. Element by element the work is done in expat's callbacks; no tree is built.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from xml.parsers import expat

from rollkeeper.grammar.characters import hidden_in, shown
from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.model.limits import MAX_LOGO_DEFECTS, MAX_SVG_BYTES
from rollkeeper.model.logo import LogoDefect
from rollkeeper.probes.logos.svg.drawing import Drawing, EnoughError
from rollkeeper.probes.logos.svg.entities import UnresolvableError, written_out
from rollkeeper.probes.logos.svg.names import DOCTYPES, EXPORT, UNBOUND
from rollkeeper.probes.logos.svg.sizes import size_of

_PREFIXES = 8
"""Prefixes without a namespace that are named before the file is given up on."""
_DTD_PLACE = re.compile(r"https?://www\.w3\.org/(?:Graphics/SVG|TR)/[\w./-]{1,100}")
_ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii"})
_TAG = re.compile(rb"""<(?:[^"'<>]|"[^"]*"|'[^']*')*+>?""")
_QUOTED = re.compile(rb""""[^"]*"|'[^']*'""")
_PREFIX = re.compile(rb"[\s</]([^\s:=<>/\"']+):[^\s:=<>/\"']")
_NAME = re.compile(rb"<[^\s/>]+")
_TAG_LIKE = re.compile(r"<[a-zA-Z!/?]|^-?>")
_USED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)[^\s;]{1,100};")
_NOT_TEXT = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_KNOWN_NAMESPACES = {
    "xlink": "http://www.w3.org/1999/xlink",
    "serif": "http://www.serif.com/",
    "inkscape": "http://www.inkscape.org/namespaces/inkscape",
    "sodipodi": "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    "sketch": "http://www.bohemiancoding.com/sketch/ns",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "cc": "http://creativecommons.org/ns#",
}


@dataclass(frozen=True, slots=True)
class SvgFacts:
    """What an SVG is: its flaws, its width and height in pixels and its viewBox, where it has them.

    The width and height are those of the root's attributes; half of all good logos have none.
    """

    defects: tuple[LogoDefect, ...] = ()
    width: float | None = None
    height: float | None = None
    view_box: tuple[float, float, float, float] | None = None


@dataclass(slots=True)
class DefectList:
    """The flaws found so far, each once and of each rule only the first few."""

    found: dict[LogoDefect, None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, rule: str, message: str, line: int | None) -> None:
        """Note a flaw, unless it is known or its rule has been told of often enough."""
        defect = LogoDefect(rule, message, line)
        if self.counts[rule] < MAX_LOGO_DEFECTS and defect not in self.found:
            self.counts[rule] += 1
            self.found[defect] = None


def inspect_svg(data: bytes, *, max_bytes: int = MAX_SVG_BYTES) -> SvgFacts:
    """Look at the bytes of an SVG and name everything in it that a logo may not have.

    Never raises: whatever the bytes are, the answer is facts with flaws.
    """
    defects = DefectList()
    if len(data) > max_bytes:
        message = f"has {len(data):,} bytes and is not read; {max_bytes:,} are allowed: simplify it"
        defects.add("svg-too-complex", message, None)
        return SvgFacts(tuple(defects.found))
    text = _decoded(data, defects)
    if text is None:
        return SvgFacts(tuple(defects.found))
    _look_for_hidden(text, defects)
    try:
        plain = written_out(data) if b"<!ENTITY" in data else data
    except UnresolvableError as error:
        message = f"declares entities that cannot be written out, for {error}; {EXPORT}"
        defects.add("svg-entities", message, _line_of(data, data.find(b"<!ENTITY")))
        return SvgFacts(tuple(defects.found))
    if plain is not data:
        message = (
            "declares entities, as Illustrator does to be able to edit it again; export it without "
            "“Preserve Illustrator Editing Capabilities”, or run `rollkeeper fix --logos`"
        )
        defects.add("svg-entities", message, _line_of(data, data.find(b"<!ENTITY")))
    drawing = _read(plain, defects)
    size = size_of(drawing.root, defects.add, drawing.root_line)
    ordered = sorted(defects.found, key=lambda defect: defect.line or 0)
    return SvgFacts(tuple(ordered), size.width, size.height, size.view_box)


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


def _look_for_hidden(text: str, defects: DefectList) -> None:
    if text.isascii():
        return
    for position, character in hidden_in(text, most=MAX_LOGO_DEFECTS + 1):
        if character == "\r" or (position == 0 and character == "\ufeff"):
            continue
        message = f"holds {shown(character)}, which nobody can see; remove it"
        defects.add("svg-hidden-text", message, text.count("\n", 0, position) + 1)


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _read(data: bytes, defects: DefectList) -> Drawing:
    """Read the file, once more for each prefix that has no namespace: it is told and given one."""
    for _ in range(_PREFIXES):
        reading = _Reading(data, defects)
        again = reading.run()
        if again is None:
            return reading.drawing
        data = again
    return reading.drawing


class _Reading:
    """One pass of expat over a file without entities."""

    def __init__(self, data: bytes, defects: DefectList) -> None:
        self.data = data
        self.defects = defects
        self.scopes: Counter[str] = Counter({"xml": 1})
        self.parser = parser = expat.ParserCreate("UTF-8", " ")
        self.drawing = Drawing(defects.add, parser, has_references=b"&#" in data)
        parser.ordered_attributes = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self.drawing.start
        parser.EndElementHandler = self.drawing.end
        parser.CharacterDataHandler = self.drawing.characters
        parser.StartNamespaceDeclHandler = self.declared
        parser.EndNamespaceDeclHandler = self.undeclared
        parser.CommentHandler = self.comment
        parser.ProcessingInstructionHandler = self.instruction
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.doctype
        parser.EntityDeclHandler = self.entity

    def run(self) -> bytes | None:
        """Read; give the file with a missing namespace declared if it is worth another pass."""
        try:
            self.parser.Parse(self.data, True)  # noqa: FBT003 - positional only
            self.drawing.finish()
        except EnoughError:
            return None
        except expat.ExpatError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNBOUND_PREFIX]:
                return self.unbound(error)
            words = expat.errors.messages[error.code]
            message = f"is not well-formed: {words} in column {error.offset + 1}; {EXPORT}"
            self.defects.add("svg-broken", message, error.lineno)
        return None

    def unbound(self, error: expat.ExpatError) -> bytes | None:
        at = self.parser.ErrorByteIndex
        tag = _TAG.match(self.data, at)
        bare = _QUOTED.sub(b"", tag[0]) if tag else b""
        names = (name.decode(errors="replace") for name in _PREFIX.findall(bare))
        prefix = next((name for name in names if name != "xmlns" and not self.scopes[name]), None)
        known = _KNOWN_NAMESPACES.get(prefix or "", "…")
        message = (
            f"uses the prefix {quoted(prefix)} without saying what it stands for; add "
            f'`xmlns:{cut(prefix)}="{known}"` to `<svg>`, or remove what begins with it'
            if prefix
            else f"uses a prefix without saying what it stands for; {EXPORT}"
        )
        self.defects.add("svg-broken", message, error.lineno)
        root = _NAME.match(self.data, at if self.drawing.root is None else self.drawing.root_at)
        if not prefix or not root:
            return None
        declared = f' xmlns:{prefix}="{UNBOUND}"'.encode()
        return self.data[: root.end()] + declared + self.data[root.end() :]

    def declared(self, prefix: str | None, _uri: str) -> None:
        self.scopes[prefix or ""] += 1
        self.drawing.count_namespace()

    def undeclared(self, prefix: str | None) -> None:
        self.scopes[prefix or ""] -= 1

    def comment(self, text: str) -> None:
        line = self.parser.CurrentLineNumber
        if self.drawing.in_style:
            message = (
                "has a comment for XML inside its `<style>`; remove it, or write it as `/* */`"
            )
            self.defects.add("svg-css", message, line)
        if _TAG_LIKE.search(text):
            message = "has a comment that holds markup; remove the comment"
            self.defects.add("svg-hidden-text", message, line)

    def instruction(self, target: str, _data: str) -> None:
        message = (
            f"has the processing instruction {quoted('<?' + target)}, which a logo needs not; "
            "remove it, or run `rollkeeper fix --logos`"
        )
        self.defects.add("svg-entities", message, self.parser.CurrentLineNumber)

    def declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        if version != "1.0":
            message = f"says that it is XML {cut(version, 10)}; only version 1.0 is read"
            self.defects.add("svg-broken", message, self.parser.CurrentLineNumber)
        if encoding and encoding.lower() not in _ENCODINGS:
            message = (
                f"says that its encoding is {quoted(encoding)}; save it as UTF-8 and say "
                '`encoding="UTF-8"`'
            )
            self.defects.add("svg-broken", message, self.parser.CurrentLineNumber)

    def doctype(self, name: str, place: str | None, public: str | None, subset: int) -> None:
        line = self.parser.CurrentLineNumber
        if subset:
            message = (
                "has declarations of its own in its DOCTYPE; remove the part in `[ ]`, or "
                "run `rollkeeper fix --logos`"
            )
            self.defects.add("svg-entities", message, line)
        known = public in DOCTYPES and place is not None and _DTD_PLACE.fullmatch(place)
        if name.rpartition(":")[2] != "svg" or ((place or public) and not known):
            message = "has a DOCTYPE that is not one of SVG's own; remove the line"
            self.defects.add("svg-entities", message, line)
        used = _USED.search(_NOT_TEXT.sub("", self.data.decode())) if place and not subset else None
        if used:
            message = f"uses the entity {quoted(used[0])}, which it does not declare; {EXPORT}"
            self.defects.add("svg-entities", message, line)

    def entity(self, *_: object) -> None:
        """Stop at a declaration that slipped through: expat must never expand one."""
        message = f"declares entities; {EXPORT}"
        self.defects.add("svg-entities", message, self.parser.CurrentLineNumber)
        raise EnoughError
