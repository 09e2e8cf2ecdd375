"""The parts of an SVG as expat meets them, each checked against the lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NoReturn

from rollkeeper.grammar.characters import hidden_in, shown
from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.model.logo_limits import (
    MAX_CSS_CHARACTERS,
    MAX_CSS_RULES,
    MAX_CSS_STEPS,
    MAX_SVG_ATTRIBUTE,
    MAX_SVG_ATTRIBUTES,
    MAX_SVG_DEPTH,
    MAX_SVG_ELEMENTS,
    MAX_SVG_FILTER_NUMBERS,
    MAX_SVG_FILTERS,
    MAX_SVG_NAMESPACES,
    MAX_SVG_REFERENCES,
)
from rollkeeper.probes.logos.svg.css import (
    CssReference,
    Styles,
    outside,
    read_declarations,
    read_sheet,
    read_value,
)
from rollkeeper.probes.logos.svg.elements import HREFS, refused_element
from rollkeeper.probes.logos.svg.leftovers import (
    Leftovers,
    Program,
    illustrators_copy,
    is_diagrams_copy,
    is_flowed_text,
)
from rollkeeper.probes.logos.svg.names import (
    ATTRIBUTES,
    ELEMENTS,
    EXPORT,
    FILTER_PRIMITIVES,
    GRADIENTS,
    OTHERWISE,
    SVG,
    TEXT_ATTRIBUTES,
    TEXT_ELEMENTS,
    XLINK,
    XML,
)
from rollkeeper.probes.logos.svg.references import Graph, Reference
from rollkeeper.probes.logos.svg.sizes import Add, shorter_side
from rollkeeper.probes.logos.svg.unlisted import may_hold_brackets, refused
from rollkeeper.probes.logos.svg.weights import GEOMETRY, LAYERED, primitive

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

_SUSPECT = re.compile(r"[(\\<@]|\d{10}|\d\.?[eE]\+?\d")
_ID = re.compile(r"[^\"'<>&`]*")
_SCRIPT_URL = re.compile(r"(?:java|vb|live)script:", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20]+")
_NUMBERS = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_NESTED_CLIP = 10
_ADDRESSES = frozenset({"src", "srcset", "poster", "action", "formaction", "background", "ping"})
_SPECIAL = (
    frozenset({"style", "id", "href", "type", "stroke-dasharray", "class", f"{XLINK} href"})
    | MAX_SVG_FILTER_NUMBERS.keys()
    | LAYERED
)


_STYLE, _CLIP_PATH = f"{SVG} style", f"{SVG} clipPath"
_XLINKS = frozenset({"href", "type", "title", "show", "actuate"})


class EnoughError(Exception):
    """A limit was exceeded: reading on would only take time."""


class Drawing:
    """What was read of one file; defects go to `add` with their line."""

    def __init__(
        self, add: Add, parser: XMLParserType, leftovers: Leftovers, *, has_references: bool
    ) -> None:
        """Start before the root; `has_references` says that characters are written by number."""
        self.add = add
        self.parser = parser
        self.leftovers = leftovers
        self.has_references = has_references
        self.root: dict[str, str] | None = None
        self.root_line = 1
        self.side = 1.0
        self.graph = Graph()
        self.open: list[int] = []
        self.keys: list[tuple[str, str]] = []
        self.sheets = Styles()
        self.style: list[str] | None = None
        self.style_line = 0
        self.css_characters = 0
        self.private = 0
        self.text_line = 0
        self.markers: dict[str, int] = {}
        self.filters = 0
        self.filter: int | None = None
        self.clips = 0
        self.depth = 0
        self.namespaces = 0

    @property
    def in_style(self) -> bool:
        """Whether the content of a `style` element is being read."""
        return self.style is not None

    def count_namespace(self, *_: object) -> None:
        """Note that a prefix was declared."""
        self.namespaces += 1
        if self.namespaces > MAX_SVG_NAMESPACES:
            message = f"declares more than {MAX_SVG_NAMESPACES} namespaces; {EXPORT}"
            self._stop(message)

    def start(self, name: str, attributes: list[str]) -> None:
        """Take the start of an element; `attributes` are names and values in turn."""
        line = self.parser.CurrentLineNumber
        number = self.graph.open(line)
        self.open.append(number)
        if number >= MAX_SVG_ELEMENTS:
            self._stop(f"has more than {MAX_SVG_ELEMENTS:,} elements; simplify it")
        self.depth = max(self.depth, len(self.open))
        if len(self.open) > MAX_SVG_DEPTH:
            self._stop(f"has elements more than {MAX_SVG_DEPTH} deep; ungroup or simplify it")
        if len(attributes) > 2 * MAX_SVG_ATTRIBUTES:
            self._stop(f"has an element with more than {MAX_SVG_ATTRIBUTES} attributes; {EXPORT}")
        namespace, _, local = name.rpartition(" ")
        if self.root is None:
            self._start_root(namespace, local, attributes)
        if self.style is not None:
            message = "has an element inside its `<style>`; only CSS may be there: remove it"
            self.add("svg-css", message, line)
        drawn = namespace == SVG
        within_copy = drawn and self._start_leftover(local, attributes, line)
        if drawn and not self.private and local in ELEMENTS:
            self._start_drawn(number, local, attributes)
        elif within_copy or (drawn and is_flowed_text(local)):
            pass  # reported once, with all that the program left
        elif found := refused_element(namespace, local, attributes, private=bool(self.private)):
            self.add(*found, line)
        if self.private or local == "metadata" or not drawn or within_copy:
            self.private += 1
        self._take_attributes(number, local if drawn else "", attributes, line)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        number = self.open.pop()
        self.graph.close(number)
        if number == self.filter:
            self.filter = None
        self.clips -= name == _CLIP_PATH
        self.private -= bool(self.private)
        if name == _STYLE and self.style is not None:
            self._read_sheet("".join(self.style))
            self.style = None

    def characters(self, text: str) -> None:
        """Take text between elements."""
        if self.style is not None:
            if not self.style:
                self.style_line = self.parser.CurrentLineNumber
            self.style.append(text)
        elif self.keys[self.open[-1]][0] in TEXT_ELEMENTS and not text.isspace():
            self.text_line = self.text_line or self.graph.lines[self.open[-1]]
        if self.style is None and "<" in text:
            message = "contains `<` in its text, where it can only hide markup; remove it"
            self.add("svg-hidden-text", message, self.parser.CurrentLineNumber)
        if self.has_references:
            self._find_hidden(text, self.parser.CurrentLineNumber)

    def finish(self) -> None:
        """Check the drawing as a whole, after its end."""
        if self.text_line:
            message = (
                "has live text, which looks different on every machine; convert it to outlines "
                "(Inkscape: Path > Object to Path; Illustrator: Type > Create Outlines)"
            )
            self.add("svg-live-text", message, self.text_line)
        self._match_sheets()
        for target in {
            reference.target for reference in self.graph.references
        } & self.markers.keys():
            message = f"draws the marker {quoted('#' + target)} at each corner; convert it to paths"
            self.add(OTHERWISE.rule, message, self.markers[target])
        if self.sheets.selectors.steps(len(self.graph.ends), self.depth) > MAX_CSS_STEPS:
            message = (
                "has CSS selectors that take a browser too long to match with its elements; use "
                "plain classes"
            )
            self.add("svg-too-complex", message, self.root_line)
        for message, line in self.graph.defects():
            self.add("svg-too-complex", message, line)

    def _start_leftover(self, local: str, attributes: list[str], line: int) -> bool:
        """Note what a program left; return whether it begins a copy that only the program reads."""
        if is_flowed_text(local):
            self.leftovers.add(Program.INKSCAPE, line)
        if local != "foreignObject" or not self.keys:
            return False
        parent = self.keys[self.open[-2]][0]
        if not illustrators_copy(dict(_pairs(attributes)), parent):
            return False
        self.leftovers.add(Program.ILLUSTRATOR, line)
        return True

    def _stop(self, message: str) -> NoReturn:
        self.add("svg-too-complex", message, self.parser.CurrentLineNumber)
        raise EnoughError

    def _start_root(self, namespace: str, local: str, attributes: list[str]) -> None:
        self.root = dict(zip(attributes[::2], attributes[1::2], strict=True))
        self.root_line = self.parser.CurrentLineNumber
        self.side = shorter_side(self.root)
        if local == "svg" and not namespace:
            message = f'is not declared as SVG; add `xmlns="{SVG}"` to `<svg>`'
            self.add("svg-broken", message, self.root_line)
        elif namespace != SVG or local != "svg":
            message = f"is not SVG: it begins with `<{cut(local)}>`, not `<svg>`; {EXPORT}"
            self.add("svg-broken", message, self.root_line)

    def _start_drawn(self, number: int, local: str, attributes: list[str]) -> None:
        if local == "style":
            self.style = []
        elif local in GRADIENTS:
            self.graph.gradients.add(number)
        elif local == "clipPath":
            self.clips += 1
        elif local == "marker":
            name = dict(_pairs(attributes)).get("id")
            self.markers.setdefault(name or "", self.parser.CurrentLineNumber)
        elif local == "filter":
            self.filter = number
            self.graph.filters[number] = 0.0
        elif local in FILTER_PRIMITIVES:
            self.filters += 1
            if self.filter is not None:
                step = primitive(local, dict(_pairs(attributes)), self.side)
                self.graph.filters[self.filter] += step
            if self.filters == MAX_SVG_FILTERS + 1:
                message = f"has more than {MAX_SVG_FILTERS} filter steps; simplify it"
                self.add("svg-too-complex", message, self.parser.CurrentLineNumber)

    def _take_attributes(self, number: int, local: str, attributes: list[str], line: int) -> None:
        classes = ""
        for name, value in _pairs(attributes):
            if self.has_references:
                self._find_hidden(value, line)
            if len(value) > MAX_SVG_ATTRIBUTE:
                message = f"has more than {MAX_SVG_ATTRIBUTE:,} characters in {quoted(name)}"
                self.add("svg-too-complex", f"{message}; simplify it", line)
            if not local or name not in ATTRIBUTES:
                self._take_other(local, name, value, line)
            elif name in _SPECIAL or _SUSPECT.search(value):
                self._take_listed(number, local, name, value, line)
            if local and name == "class":
                classes = value
            elif local and name in GEOMETRY:
                self.graph.outlines.append((number, value))
        self.keys.append((local, classes))

    def _take_listed(self, number: int, local: str, name: str, value: str, line: int) -> None:
        if "<" in value and name != "id":
            self._report_markup(name, line)
        if name == "id":
            self.graph.by_id.setdefault(value, []).append(number)
            if not _ID.fullmatch(value) and not may_hold_brackets(name, value):
                message = f"has the id {quoted(value)} with a quote, `<` or `&` in it; rename it"
                self.add("svg-hidden-text", message, line)
        elif name == "style":
            self._take_styles(number, self._counted(read_declarations(value)), line)
        elif name in HREFS:
            self._take_href(number, local, value, line)
        elif name == "type" and local == "style":
            if value.strip().lower() not in {"", "text/css"}:
                message = f"has a `<style>` of the type {quoted(value)}; only `text/css` is read"
                self.add("svg-css", message, line)
        elif name not in TEXT_ATTRIBUTES and " " not in name:
            largest = MAX_SVG_FILTER_NUMBERS.get(name)
            if largest and any(float(n[0]) > largest for n in _NUMBERS.finditer(value)):
                message = f"has {quoted(value)} as {quoted(name)}; {largest} is the most: lower it"
                self.add("svg-too-complex", message, line)
            self._take_styles(number, self._counted(read_value(name, value)), line)

    def _take_href(self, number: int, local: str, value: str, line: int) -> None:
        if _SCRIPT_URL.match(_BLANKS.sub("", value)):
            message = f"has {quoted(value)} as a link, which runs code; remove it"
            self.add("svg-script", message, line)
        elif not value.startswith("#") or not _ID.fullmatch(value):
            if local != "image":  # reported with the element
                self.add("svg-external-reference", outside(value), line)
        else:
            self._refer(number, [CssReference(value[1:], each=False)], line)

    def _report_markup(self, name: str, line: int) -> None:
        message = f"contains `<` in {quoted(name)}, where it can only hide markup; remove it"
        self.add("svg-hidden-text", message, line)

    def _take_other(self, local: str, name: str, value: str, line: int) -> None:
        """Take an attribute that is not on the list, or any of an editor's element."""
        namespace, _, own = name.rpartition(" ")
        if own.lower().startswith("on"):
            message = f"has {quoted(own)}, which would run code; remove it"
            self.add("svg-script", message, line)
        elif _SCRIPT_URL.match(_BLANKS.sub("", value)):
            message = f"has {quoted(value)} in {quoted(own)}, which runs code; remove it"
            self.add("svg-script", message, line)
        elif is_diagrams_copy(local, name, value):
            self.leftovers.add(Program.DIAGRAMS, line)
        elif "<" in value:
            if not may_hold_brackets(own, value):
                self._report_markup(own, line)
        elif (namespace == XML and own == "base") or own.lower() in _ADDRESSES:
            self.add("svg-external-reference", f"has {quoted(own)}: it {outside(value)}", line)
        elif namespace == XLINK:
            within = own == "href" and value.startswith("#") and not local
            if not within and (own not in _XLINKS or not local):
                message = f"has {quoted('xlink:' + own)}: it {outside(value)}"
                self.add("svg-external-reference", message, line)
        elif local and (refusal := refused(namespace, own, value)):
            self.add(*refusal, line)

    def _take_styles(self, number: int, styles: Styles, line: int) -> None:
        for defect in styles.defects:
            self.add(defect.rule, defect.message, line + (defect.line or 0))
        self._refer(number, styles.targets, line)
        self._weigh(number, styles.passes, styles.opacity)
        self.graph.dash = min(self.graph.dash, styles.dash)

    def _weigh(self, number: int, passes: float, opacity: float) -> None:
        # A clip of a clip is drawn aside, as a mask is.
        self.graph.passes[number] += passes * (_NESTED_CLIP if self.clips else 1)
        self.graph.opacity[number] += opacity

    def _refer(self, number: int, targets: Iterable[CssReference], line: int) -> None:
        for name, each in targets:
            self.graph.references.append(Reference(number, name, each, line))
        if len(self.graph.references) > MAX_SVG_REFERENCES:
            self._stop(f"refers to its own parts more than {MAX_SVG_REFERENCES:,} times")

    def _counted(self, styles: Styles) -> Styles:
        """Stop at too much CSS: splitting it into tokens is slow."""
        self.css_characters += styles.tokenised
        if self.css_characters > MAX_CSS_CHARACTERS:
            self._stop(f"has more than {MAX_CSS_CHARACTERS:,} characters of CSS; simplify it")
        return styles

    def _read_sheet(self, text: str) -> None:
        styles = self._counted(read_sheet(text))
        self.sheets.selectors.merge(styles.selectors)
        self.sheets.rules += styles.rules
        if self.sheets.rules > MAX_CSS_RULES:
            self._stop(f"has more than {MAX_CSS_RULES:,} CSS rules; simplify it")
        for defect in styles.defects:
            self.add(defect.rule, defect.message, self.style_line + (defect.line or 0))
        self.sheets.take_effects(styles)
        self.graph.dash = min(self.graph.dash, styles.dash)

    def _match_sheets(self) -> None:
        """Add to each element the references of the style sheets' rules that may apply to it."""
        by_key = self.sheets.by_key
        if not by_key:
            return
        ids = {number: f"#{name}" for name, some in self.graph.by_id.items() for number in some}
        for number, (local, classes) in enumerate(self.keys):
            keys = {"*", local, ids.get(number, "*"), *(f".{name}" for name in classes.split())}
            effects = dict.fromkeys(one for key in keys & by_key.keys() for one in by_key[key])
            targets = dict.fromkeys(target for effect in effects for target in effect.targets)
            self._refer(number, targets, self.graph.lines[number])
            for effect in effects:
                self._weigh(number, effect.passes, effect.opacity)

    def _find_hidden(self, text: str, line: int) -> None:
        for _, character in hidden_in(text, most=1):
            message = f"contains {shown(character)}, which no one can see; remove it"
            self.add("svg-hidden-text", message, line)


def _pairs(attributes: list[str]) -> Iterator[tuple[str, str]]:
    return zip(attributes[::2], attributes[1::2], strict=True)
