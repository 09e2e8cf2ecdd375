"""SVG logos freed of what a logo may not have, when that changes nothing that is seen.

The source text is cut, never written again: every byte that stays is the byte that was there. What
is offered has passed the same static check as any logo and is drawn, pixel for pixel, as before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from rollkeeper.model.limits import COMPARED_SIDE, MAX_SVG_BYTES, MAX_SVG_DEPTH
from rollkeeper.model.logo import LogoDefect
from rollkeeper.probes.logos.rendering.renderer import Renderer, RenderFailure
from rollkeeper.probes.logos.svg.entities import UnresolvableError, written_out
from rollkeeper.probes.logos.svg.inspecting import inspect_svg
from rollkeeper.probes.logos.svg.names import FOREIGN_NAMESPACES, SVG, XLINK, is_editors

TOLERATED = frozenset({"svg-live-text", "svg-no-viewbox", "svg-extreme-aspect"})
"""Flaws that cleaning does not touch and that do not stand in its way."""

_TAG = re.compile(rb"""<(?:[^"'<>]|"[^"]*"|'[^']*')*+>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=<>/"']+)\s*=\s*("[^"]*"|'[^']*')""")
_TAG_LIKE = re.compile(r"<[a-zA-Z!/?]|^-?>")
_ADDRESS = re.compile(rb"//|\b(?:javascript|vbscript|data|file|blob):", re.IGNORECASE)
_AT_RULES = re.compile(
    rb"@import\b[^;{}\"']*(?:\"[^\"{}]*\"|'[^'{}]*')?[^;{}\"']*;|@font-face\s*\{[^{}]*\}",
    re.IGNORECASE,
)
_BY_ORDER = re.compile(
    rb"<(?:\w+:)?style\b[^>]*>\s*(?:<!\[CDATA\[)?[^<]*"
    rb"(?:[+~]|:(?:first|last|only|nth|empty|not|is|where|has))",
    re.IGNORECASE,
)
"""Selectors that go by an element's neighbours: browsers know more of them than the renderer."""
_PROGRAMS = frozenset({"script", "handler", "listener"})
_LINK, _METADATA, _STYLE, _SWITCH = (
    f"{SVG} {name}" for name in ("a", "metadata", "style", "switch")
)


@dataclass(frozen=True, slots=True)
class CleanedLogo:
    """A copy that passes the check and looks the same."""

    data: bytes


@dataclass(frozen=True, slots=True)
class CleaningRefusal:
    """Why no cleaned copy is offered."""

    reason: str


def offer(data: bytes, renderer: Renderer) -> CleanedLogo | CleaningRefusal:
    """Clean an SVG and offer the copy if it passes the check and is drawn as before.

    Only flaws that count as errors are worked on; a file without any comes back as it is. Never
    raises for what the bytes hold.
    """
    if len(data) > MAX_SVG_BYTES:
        return CleaningRefusal(f"it is larger than {MAX_SVG_BYTES:,} bytes")
    if not _errors(data):
        return CleanedLogo(data)
    try:
        plain = written_out(data)
        cleaned = clean_svg(data)
        left = _errors(cleaned)
        if left:
            cleaned = clean_svg(data, private_data=True)
            left = _errors(cleaned)
    except UnresolvableError as error:
        return CleaningRefusal(f"it cannot be taken apart safely: {error}")
    if left:
        return CleaningRefusal(f"even when cleaned it {left[0].message}")
    return _compared(plain, cleaned, renderer)


def clean_svg(data: bytes, *, private_data: bool = False) -> bytes:
    """Cut out programs, handlers, links, instructions, hidden markup and foreign fonts.

    Entities that stand for simple text are written out and the document type is dropped with them.
    Nothing that may be seen is cut: pictures, links' content and pages inside the drawing stay.
    `private_data` cuts metadata and editors' own data too, which is inert but may hold markup.
    Raises UnresolvableError for a file that is not well-formed or whose entities are not simple.
    """
    entities = any(defect.rule == "svg-entities" for defect in inspect_svg(data).defects)
    plain = written_out(data, keep_lines=False) if entities else data
    cuts = _Cuts(plain, private_data=private_data)
    cuts.run()
    kept = bytearray()
    position = 0
    for start, end in sorted(cuts.ranges):
        kept += plain[position : max(start, position)]
        position = max(position, end)
    kept += plain[position:]
    return bytes(kept)


def _errors(data: bytes) -> list[LogoDefect]:
    return [defect for defect in inspect_svg(data).defects if defect.rule not in TOLERATED]


def _compared(plain: bytes, cleaned: bytes, renderer: Renderer) -> CleanedLogo | CleaningRefusal:
    """Draw both and compare.

    The original is not clean, but it holds no entity, and the renderer's process opens no file.
    """
    defects = inspect_svg(plain).defects
    for defect in defects:
        if defect.rule == "svg-too-complex":
            return CleaningRefusal(f"it is not safe to draw for comparison: it {defect.message}")
    if any(defect.rule == "svg-live-text" for defect in defects):
        return CleaningRefusal(
            "it has live text, whose look cannot be compared; convert the text to outlines first"
        )
    if _BY_ORDER.search(plain):
        return CleaningRefusal(
            "its style sheet goes by the order of elements, which cleaning would change"
        )
    before = renderer.render_pixels(plain, side=COMPARED_SIDE)
    after = renderer.render_pixels(cleaned, side=COMPARED_SIDE)
    for seen in (before, after):
        if isinstance(seen, RenderFailure):
            return CleaningRefusal(f"it could not be drawn for comparison: {seen.reason}")
    if before != after:
        return CleaningRefusal("the cleaned copy would not look the same")
    return CleanedLogo(cleaned)


@dataclass(slots=True)
class _Open:
    """An element that has begun: where, its name, and whether it is being cut out."""

    start: int
    name: str
    cut: bool


@dataclass(slots=True)
class _Cuts:
    """One pass over a file without entities that collects the ranges of bytes to cut."""

    data: bytes
    private_data: bool
    ranges: list[tuple[int, int]] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def run(self) -> None:
        parser = expat.ParserCreate("UTF-8", " ")
        parser.ordered_attributes = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

        def start(name: str, attributes: list[str]) -> None:
            self.start(parser.CurrentByteIndex, name, attributes)

        def end(_name: str) -> None:
            self.end(parser.CurrentByteIndex)

        def comment(text: str) -> None:
            in_style = bool(self.open) and self.open[-1].name == _STYLE
            if in_style or _TAG_LIKE.search(text):
                self.cut_to(parser.CurrentByteIndex, b"-->")

        def instruction(_target: str, _text: str) -> None:
            self.cut_to(parser.CurrentByteIndex, b"?>")

        def entity(*_: object) -> None:
            message = "it declares entities"
            raise UnresolvableError(message)

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CommentHandler = comment
        parser.ProcessingInstructionHandler = instruction
        parser.EntityDeclHandler = entity
        try:
            parser.Parse(self.data, True)  # noqa: FBT003 - positional only
        except expat.ExpatError as error:
            message = f"it is not well-formed on line {error.lineno}"
            raise UnresolvableError(message) from error

    def cut_to(self, start: int, last: bytes) -> None:
        self.ranges.append((start, self.data.index(last, start) + len(last)))

    def cut_tag(self, at: int) -> None:
        tag = _TAG.match(self.data, at)
        if tag:
            self.ranges.append(tag.span())

    def start(self, at: int, name: str, attributes: list[str]) -> None:
        if len(self.open) > MAX_SVG_DEPTH * 2:
            message = "its elements are too deep inside one another"
            raise UnresolvableError(message)
        inside_cut = bool(self.open) and self.open[-1].cut
        removed = inside_cut or self.removable(name, attributes)
        self.open.append(_Open(at, name, cut=removed))
        if name == _LINK and not removed:
            self.cut_tag(at)
        elif not removed:
            self.look_at_attributes(at, attributes)

    def end(self, at: int) -> None:
        element = self.open.pop()
        opened = _TAG.match(self.data, element.start)
        begin = opened.end() if opened else at
        empty = self.data[begin - 2 : begin] == b"/>"
        closing = None if empty else _TAG.match(self.data, at)
        if element.cut and not (self.open and self.open[-1].cut):
            self.ranges.append((element.start, closing.end() if closing else begin))
        elif element.name == _LINK and not element.cut and closing:
            self.ranges.append(closing.span())
        elif element.name == _STYLE and not element.cut:
            rules = _AT_RULES.finditer(self.data[begin:at])
            self.ranges.extend((begin + rule.start(), begin + rule.end()) for rule in rules)

    def removable(self, name: str, attributes: list[str]) -> bool:
        """Return whether an element can go: a program, private data, or what no browser draws."""
        namespace, _, local = name.rpartition(" ")
        if local.lower() in _PROGRAMS:
            return True
        if namespace == SVG and local == "foreignObject":
            # Illustrator keeps a copy for itself, for programs with an extension that none has.
            values = dict(zip(attributes[::2], attributes[1::2], strict=True))
            return self.open[-1].name == _SWITCH and bool(values.get("requiredExtensions"))
        if namespace == SVG:
            return self.private_data and local == "metadata"
        if namespace in FOREIGN_NAMESPACES or not self.open:
            return False
        in_metadata = any(each.name == _METADATA for each in self.open)
        return self.private_data or not (in_metadata or is_editors(namespace))

    def look_at_attributes(self, at: int, attributes: list[str]) -> None:
        """Cut attributes: the parsed names say which, the source says where.

        Namespace declarations are in the source only, so they are passed over there.
        """
        tag = _TAG.match(self.data, at)
        if tag is None:
            return
        written = [
            found
            for found in _ATTRIBUTE.finditer(self.data, at, tag.end())
            if not re.match(rb"xmlns(?::|$)", found[1])
        ]
        if len(written) * 2 != len(attributes):
            return
        for found, name in zip(written, attributes[::2], strict=True):
            if _needless(name, found[2]):
                self.ranges.append((found.start(), found.end()))


def _needless(name: str, source: bytes) -> bool:
    """Return whether an attribute can go."""
    namespace, _, local = name.rpartition(" ")
    if local.lower().startswith("on"):
        return True
    if not namespace and local.startswith("data-"):
        return bool(_ADDRESS.search(source)) or b"<" in source or b"&lt;" in source
    if namespace == XLINK:
        return local in {"role", "arcrole"}
    return bool(namespace) and is_editors(namespace) and b"&lt;" in source
