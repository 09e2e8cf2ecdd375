"""SVG logos without what a logo may not have, where removing it changes nothing that is seen.

The source text is cut, never written again: every byte that stays is the byte that was there. What
is offered has passed the same static check as any logo and is rendered, pixel for pixel, as before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

from rollkeeper.model.logo import LogoDefect
from rollkeeper.model.logo_limits import COMPARED_SIDE, MAX_SVG_BYTES, MAX_SVG_DEPTH
from rollkeeper.probes.logos.rendering.renderer import Renderer, RenderFailure
from rollkeeper.probes.logos.svg.css import at_rules
from rollkeeper.probes.logos.svg.entities import UnresolvableError, written_out
from rollkeeper.probes.logos.svg.inspecting import inspect_svg
from rollkeeper.probes.logos.svg.names import FOREIGN_NAMESPACES, SVG, is_editors
from rollkeeper.probes.logos.svg.unlisted import is_superfluous

TOLERATED = frozenset({"svg-live-text", "svg-no-viewbox"})
"""Defects that cleaning does not touch and that do not prevent it."""

_TAG = re.compile(rb"""<(?:[^"'<>]++|"[^"]*+"|'[^']*+')*+>""")
_ATTRIBUTE = re.compile(rb"""(?<!\s)\s++([^\s=<>/"']++)\s*+=\s*+("[^"]*+"|'[^']*+')""")
_TAG_LIKE = re.compile(r"<[a-zA-Z!/?]|^-?>")
_ADDRESS = re.compile(r"//|\b(?:javascript|vbscript|data|file|blob):", re.IGNORECASE)
_LINKED = frozenset({"import", "font-face"})
"""At-rules that take a part of the picture from elsewhere."""
_STYLE_TAG = re.compile(rb"<(?:\w++:)?+style\b[^>]*+>", re.IGNORECASE)
_BY_ORDER = re.compile(rb"[+~]|:(?:first|last|only|nth|empty|not|is|where|has)", re.IGNORECASE)
"""Selectors that depend on an element's neighbours: the renderer does not know all of them."""
_CDATA = re.compile(rb"\s*+<!\[CDATA\[(.*)\]\]>\s*+", re.DOTALL)
_REFERRED = re.compile(rb"""#([^"'()<>\s]++)""")
"""Whatever may refer to a part of the drawing."""
_ENCODING = re.compile(rb"""(?<!\s)\s++encoding\s*+=\s*+(?:"[^"]*+"|'[^']*+')""")
_PROGRAMS = frozenset({"script", "handler", "listener"})
_METADATA, _STYLE, _SWITCH = (f"{SVG} {name}" for name in ("metadata", "style", "switch"))


@dataclass(frozen=True, slots=True)
class CleanedLogo:
    """A copy that passes the check and looks the same; `removed` says in words what it lacks."""

    data: bytes
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CleaningRefusal:
    """Why no cleaned copy is offered."""

    reason: str


def offer(data: bytes, renderer: Renderer) -> CleanedLogo | CleaningRefusal:
    """Clean an SVG and offer the copy if it passes the check and is rendered as before.

    Only defects that count as errors are removed; a file without any comes back as it is. Never
    raises for what the bytes hold.
    """
    if len(data) > MAX_SVG_BYTES:
        return CleaningRefusal(f"it is larger than {MAX_SVG_BYTES:,} bytes")
    if not _errors(data):
        return CleanedLogo(data)
    try:
        plain = without_entities(data)
        cleaned = clean_svg(plain)
        left = _errors(cleaned)
        if left:
            cleaned = clean_svg(plain, private_data=True)
            left = _errors(cleaned)
    except UnresolvableError as error:
        return CleaningRefusal(f"it cannot be cleaned safely: {error}")
    if left:
        return CleaningRefusal(f"even when cleaned it {left[0].message}")
    return _compared(plain, cleaned, renderer)


def without_entities(data: bytes) -> bytes:
    """Write out the entities of a file, if it has any; raises UnresolvableError."""
    return written_out(data, keep_lines=False) if b"<!ENTITY" in data else data


def clean_svg(data: bytes, *, private_data: bool = False) -> bytes:
    """Remove programs, handlers, instructions, hidden markup, private data and linked fonts.

    Nothing that may be seen is removed: pictures and pages inside the drawing stay. `private_data`
    removes metadata and editors' own data too, which is inert but may hold markup.
    Raises UnresolvableError for a file that is not well-formed or declares entities.
    """
    cuts = _Cuts(data, private_data=private_data)
    kept = bytearray()
    position = 0
    for start, end in sorted(cuts.ranges):
        kept += data[position : max(start, position)]
        position = max(position, end)
    kept += data[position:]
    return bytes(kept)


def _errors(data: bytes) -> list[LogoDefect]:
    return [defect for defect in inspect_svg(data).defects if defect.rule not in TOLERATED]


def _compared(plain: bytes, cleaned: bytes, renderer: Renderer) -> CleanedLogo | CleaningRefusal:
    """Render both and compare.

    The original is not clean, but it has no entity, and the renderer's process opens no file.
    """
    for defect in inspect_svg(plain).defects:
        if defect.rule == "svg-too-complex":
            return CleaningRefusal(f"it is not safe to render for comparison: it {defect.message}")
        if defect.rule == "svg-live-text":
            return CleaningRefusal(
                "it has live text, whose look cannot be compared; convert it to outlines first"
            )
    if _depends_on_order(cleaned):
        return CleaningRefusal(
            "its style sheet depends on the order of elements, which cleaning would change"
        )
    before = renderer.render_pixels(plain, side=COMPARED_SIDE)
    after = renderer.render_pixels(cleaned, side=COMPARED_SIDE)
    for rendered in (before, after):
        if isinstance(rendered, RenderFailure):
            return CleaningRefusal(f"it could not be rendered for comparison: {rendered.reason}")
    if before != after:
        return CleaningRefusal("the cleaned copy would not look the same")
    return CleanedLogo(cleaned)


def _depends_on_order(data: bytes) -> bool:
    """Return whether a style sheet of a well-formed file has selectors that go by neighbours."""
    for tag in _STYLE_TAG.finditer(data):
        end = data.find(b"</", tag.end())
        if _BY_ORDER.search(data, tag.end(), end if end >= 0 else len(data)):
            return True
    return False


@dataclass(slots=True)
class _Element:
    """An element whose end is still to come: where it starts, its name, and whether it is cut."""

    start: int
    name: str
    cut: bool


class _Cuts:
    """The ranges of bytes to cut from a file, collected in one pass of expat."""

    def __init__(self, data: bytes, *, private_data: bool) -> None:
        self.data = data
        self.private_data = private_data
        self.ranges: list[tuple[int, int]] = []
        self.open: list[_Element] = []
        self.referred = frozenset(_REFERRED.findall(data))
        self.parser = parser = expat.ParserCreate("UTF-8", " ")
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CommentHandler = self.comment
        parser.ProcessingInstructionHandler = lambda *_: self.cut_to(b"?>")
        parser.EntityDeclHandler = self.entity
        parser.XmlDeclHandler = self.declaration
        try:
            parser.Parse(data, True)  # noqa: FBT003 - positional only
        except expat.ExpatError as error:
            message = f"it is not well-formed on line {error.lineno}"
            raise UnresolvableError(message) from error

    def entity(self, *_: object) -> None:
        message = "it declares entities"
        raise UnresolvableError(message)

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        """Cut the name of another encoding where the bytes mean the same in every one of them."""
        written = _ENCODING.search(self.data)
        other = encoding is not None and encoding.lower() not in {"utf-8", "utf8"}
        if written and other and self.data.isascii():
            self.ranges.append(written.span())

    def comment(self, text: str) -> None:
        in_style = bool(self.open) and self.open[-1].name == _STYLE
        if in_style or _TAG_LIKE.search(text):
            self.cut_to(b"-->")

    def cut_to(self, last: bytes) -> None:
        start = self.parser.CurrentByteIndex
        self.ranges.append((start, self.data.index(last, start) + len(last)))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) > MAX_SVG_DEPTH * 2:
            message = "its elements are nested too deep"
            raise UnresolvableError(message)
        inside_cut = bool(self.open) and self.open[-1].cut
        cut = inside_cut or self.removable(name, attributes)
        self.open.append(_Element(self.parser.CurrentByteIndex, name, cut))
        if not cut:
            self.cut_attributes(attributes, drawn=name.startswith(f"{SVG} "))

    def end(self, _name: str) -> None:
        element = self.open.pop()
        at = self.parser.CurrentByteIndex
        opened = _TAG.match(self.data, element.start)
        begin = opened.end() if opened else at
        if element.cut and not (self.open and self.open[-1].cut):
            empty = self.data[begin - 2 : begin] == b"/>"
            closing = None if empty else _TAG.match(self.data, at)
            self.ranges.append((element.start, closing.end() if closing else begin))
        elif element.name == _STYLE and not element.cut:
            inside = _CDATA.fullmatch(self.data, begin, at)
            first, last = inside.span(1) if inside else (begin, at)
            spans = at_rules(self.data[first:last].decode(), _LINKED)
            self.ranges.extend((first + start, first + end) for start, end in spans)

    def removable(self, name: str, attributes: dict[str, str]) -> bool:
        """Return whether an element can go: a program, private data, or what no browser draws."""
        namespace, _, local = name.rpartition(" ")
        if local.lower() in _PROGRAMS:
            return True
        if namespace == SVG and local == "foreignObject":
            # Illustrator keeps a copy for itself, for programs with an extension that none has.
            in_switch = bool(self.open) and self.open[-1].name == _SWITCH
            return in_switch and bool(attributes.get("requiredExtensions"))
        if namespace == SVG and local == "marker":
            return attributes.get("id", "").encode() not in self.referred
        if namespace == SVG:
            return local == "flowRoot" or (self.private_data and local == "metadata")
        if namespace in FOREIGN_NAMESPACES or not self.open:
            return False
        in_metadata = any(each.name == _METADATA for each in self.open)
        return self.private_data or not (in_metadata or is_editors(namespace))

    def cut_attributes(self, attributes: dict[str, str], *, drawn: bool) -> None:
        """Cut handlers, addresses or markup in `data-`, and what browsers ignore in a drawing.

        Expat says which, the source where. Namespace declarations are in the source only, so they
        are passed over there.
        """
        tag = _TAG.match(self.data, self.parser.CurrentByteIndex)
        found = _ATTRIBUTE.finditer(self.data, *tag.span()) if tag else ()
        written = [each for each in found if not re.match(rb"xmlns(?::|$)", each[1])]
        if len(written) != len(attributes):
            return
        for source, (name, value) in zip(written, attributes.items(), strict=True):
            hidden = name.startswith("data-") and (_ADDRESS.search(value) or "<" in value)
            if (
                hidden
                or (drawn and is_superfluous(name))
                or name.rpartition(" ")[2].lower().startswith("on")
            ):
                self.ranges.append(source.span())
