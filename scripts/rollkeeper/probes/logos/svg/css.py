"""CSS of a logo: which of it is plain styling, and what it refers to.

Values without brackets, quotes or escapes are only searched for numbers; the rest is read by
tinycss2, after its nesting was bounded, since the tokeniser calls itself for every bracket.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2  # type: ignore[import-untyped]  # it ships no types

from rollkeeper.grammar.wording import quoted
from rollkeeper.model.logo import LogoDefect
from rollkeeper.model.logo_limits import (
    MAX_CSS_CHARACTERS,
    MAX_CSS_DEPTH,
    MAX_CSS_RULES,
    MAX_SVG_BLUR,
    MAX_SVG_NUMBER,
    MIN_SVG_DASH,
)
from rollkeeper.probes.logos.svg.names import INHERITED
from rollkeeper.probes.logos.svg.weights import LAYERED, SelectorWork, layers

CSS = "svg-css"
OUTSIDE = "svg-external-reference"
COMPLEX = "svg-too-complex"

_FUNCTION_NAMES = """rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark
    matrix matrix3d translate translatex translatey translatez translate3d scale scalex scaley
    scalez scale3d rotate rotatex rotatey rotatez rotate3d skew skewx skewy perspective
    calc min max clamp blur brightness contrast drop-shadow grayscale hue-rotate invert opacity
    saturate sepia rect inset circle ellipse polygon path
    not is where nth-child nth-last-child nth-of-type nth-last-of-type lang"""
_FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_FETCHING = frozenset({"image", "image-set", "-webkit-image-set", "src", "cross-fade", "element"})
_BLURRING = frozenset({"blur", "drop-shadow"})
_DENIED = re.compile(
    r"(?:-\w+-)?(?:behavior|binding|position|cursor|content|animation.*|transition.*)",
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"[()\\{}@\"'`<]|/\*")
_LINE_END = re.compile(r"\r\n|[\n\r\f]")
_BRACKET = re.compile(r"[()\[\]{}]")
_HUGE = re.compile(r"\d{10}|\d\.?[eE]\+?\d")
_NUMBER = re.compile(r"(?:#[\w-]+)|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
"""A number, or a colour or id, which may look like one and is passed over."""
_DIGITS = 400
_ENDLESS = re.compile(rf"(?<!\d)\d{{{_DIGITS}}}")
"""A number that Python may refuse to read; a float's largest has 309 digits."""
_SHOWN = 40
"""Characters of an address that a message shows."""
_CACHED = 400
"""Longer texts are not worth the memory of remembering what was read in them."""


class CssReference(NamedTuple):
    """An id that a style refers to; `each` as in a graph's reference."""

    name: str
    each: bool


@dataclass(frozen=True, slots=True, eq=False)
class CssEffect:
    """What a rule does to each element that it applies to.

    One object stands for all selectors of a rule, which may have thousands of both; it is compared
    by identity, since comparing its targets takes as long as there are.
    """

    targets: tuple[CssReference, ...]
    passes: float
    opacity: float


@dataclass(slots=True)
class Styles:
    """What a piece of CSS holds: defects, ids it refers to, and in a sheet for which elements.

    The line of a defect is counted from the start of the text. `by_key` goes by the last part of a
    selector: `.class`, `#id`, an element's name or `*`.
    """

    defects: list[LogoDefect] = field(default_factory=list)
    targets: list[CssReference] = field(default_factory=list)
    by_key: dict[str, dict[CssEffect, None]] = field(default_factory=dict)
    passes: float = 0.0
    """Passes over the canvas that the properties add to what they are set on."""
    opacity: float = 0.0
    """The same of its opacity, which costs a single shape nothing."""
    dash: float = math.inf
    """The shortest pattern of dashes, in user units."""
    selectors: SelectorWork = field(default_factory=SelectorWork)
    rules: int = 0
    tokenised: int = 0
    """Characters that had to be split into tokens, which is slow."""

    def add(self, rule: str, message: str, line: int = 0) -> None:
        """Note a defect."""
        self.defects.append(LogoDefect(rule, message, line))

    def weigh(self, name: str, values: Iterable[Any]) -> None:
        """Count the passes of a property."""
        if name == "opacity":
            self.opacity += layers(name, values)
        elif name in LAYERED:
            self.passes += layers(name, values)

    def take_effects(self, other: Styles) -> None:
        """Add what the rules of another sheet do."""
        self.dash = min(self.dash, other.dash)
        for key, effects in other.by_key.items():
            self.by_key.setdefault(key, {}).update(effects)

    def add_at(self, token: Any, rule: str, message: str) -> None:  # noqa: ANN401 - tinycss2 has no types
        """Note a defect at the line of a token."""
        self.add(rule, message, token.source_line - 1)


def read_value(name: str, text: str) -> Styles:
    """Read the value of one attribute or property named `name`."""
    return (_cached_value if len(text) <= _CACHED else _read_value)(name, text)


def read_declarations(text: str) -> Styles:
    """Read a `style` attribute."""
    return (_cached_declarations if len(text) <= _CACHED else _read_declarations)(text)


def _read_value(name: str, text: str) -> Styles:
    styles = Styles()
    _check_numbers(text, styles)
    if name.lower() == "stroke-dasharray":
        _check_dashes(text, styles)
    if (name in LAYERED or _SPECIAL.search(text)) and _fits(text, styles):
        each = name.lower().startswith(INHERITED)
        tokens = tinycss2.parse_component_value_list(text)
        styles.weigh(name, tokens)
        _read_tokens(tokens, styles, each=each)
    return styles


def _read_declarations(text: str) -> Styles:
    styles = Styles()
    if _fits(text, styles):
        _read_block(tinycss2.parse_blocks_contents(text, skip_comments=True), styles)
    return styles


_cached_value = lru_cache(maxsize=4096)(_read_value)
_cached_declarations = lru_cache(maxsize=4096)(_read_declarations)


def read_sheet(text: str) -> Styles:
    """Read the content of a `style` element."""
    styles = Styles()
    if "<" in text:
        message = "has `<` in its style sheet, where it can only hide markup; remove it"
        styles.add(CSS, message, text[: text.index("<")].count("\n"))
    if _fits(text, styles):
        _read_rules(
            tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), styles
        )
    return styles


def at_rules(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    """Return where the at-rules with these names begin and end in a sheet, in bytes of UTF-8.

    Those inside other rules are passed over, and so is a sheet too large or too deep to be read.
    """
    if not _fits(text, Styles()):
        return []
    lines = [0, *(found.end() for found in _LINE_END.finditer(text))]
    found = []
    end, place = len(text), len(text.encode())
    for node in reversed(tinycss2.parse_stylesheet(text)):
        start = lines[node.source_line - 1] + node.source_column - 1
        begin = place - len(text[start:end].encode())
        if node.type == "at-rule" and node.lower_at_keyword in names:
            found.append((begin, place))
        end, place = start, begin
    return found


def _check_numbers(text: str, styles: Styles) -> None:
    """Report a number that no renderer can handle."""
    if _HUGE.search(text):
        for found in _NUMBER.finditer(text):
            if found[0][0] != "#" and abs(float(found[0])) > MAX_SVG_NUMBER:
                largest = f"{MAX_SVG_NUMBER:,.0f} is the largest"
                styles.add(COMPLEX, f"contains the number {quoted(found[0])}; {largest}")
                return


def _check_dashes(text: str, styles: Styles, line: int = 0) -> None:
    """Report a pattern of dashes so short that drawing it takes minutes."""
    total = sum(abs(float(n[0])) for n in _NUMBER.finditer(text) if n[0][0] != "#")
    styles.dash = min(styles.dash, total or styles.dash)
    if 0 < total < MIN_SVG_DASH:
        message = f"has dashes of {total:g} units; use at least {MIN_SVG_DASH}"
        styles.add(COMPLEX, message, line)


def is_denied(name: str) -> bool:
    """Return whether a property runs, moves or fetches something, whatever its value."""
    return _DENIED.fullmatch(name) is not None


def _check_property(name: str, styles: Styles, line: int) -> None:
    if is_denied(name):
        message = f"sets {quoted(name.lower())} in its CSS, which a logo may not; remove it"
        styles.add(CSS, message, line)


def _fits(text: str, styles: Styles) -> bool:
    """Refuse what the tokeniser must not see: escapes, which hide words, and too much of it."""
    if "\\" in text:
        message = "has a backslash in its CSS, which can hide any word; write it without escapes"
        styles.add(CSS, message, text[: text.index("\\")].count("\n"))
        return False
    if len(text) > MAX_CSS_CHARACTERS:
        styles.add(COMPLEX, f"has more than {MAX_CSS_CHARACTERS:,} characters of CSS; simplify it")
        return False
    if _ENDLESS.search(text):
        styles.add(COMPLEX, f"has a number of more than {_DIGITS} digits in its CSS; shorten it")
        return False
    styles.tokenised += len(text)
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = max(0, depth + (1 if bracket[0] in "([{" else -1))
        if depth > MAX_CSS_DEPTH:
            message = f"has CSS with more than {MAX_CSS_DEPTH} brackets inside one another"
            styles.add(COMPLEX, message, text[: bracket.start()].count("\n"))
            return False
    return True


def _read_rules(rules: Iterable[Any], styles: Styles, *, nested: bool = False) -> None:
    for rule in rules:
        styles.rules += 1
        if styles.rules > MAX_CSS_RULES:
            message = f"has more than {MAX_CSS_RULES:,} CSS rules; simplify it"
            styles.add_at(rule, COMPLEX, message)
            return
        if rule.type == "qualified-rule":
            _read_rule(rule, styles, nested=nested)
        elif rule.type == "at-rule":
            _read_at_rule(rule, styles)
        else:
            _report_unreadable(rule, styles, "a rule without its `{ }`")


def _read_rule(rule: Any, styles: Styles, *, nested: bool) -> None:  # noqa: ANN401 - tinycss2 has no types
    inner = Styles(rules=styles.rules, selectors=styles.selectors)
    inner.selectors.add(rule.prelude, nested=nested)
    _read_tokens(rule.prelude, inner, each=False)
    _read_block(tinycss2.parse_blocks_contents(rule.content, skip_comments=True), inner)
    styles.defects += inner.defects
    styles.rules = inner.rules
    styles.take_effects(inner)
    if inner.targets or inner.passes or inner.opacity:
        effect = CssEffect(tuple(dict.fromkeys(inner.targets)), inner.passes, inner.opacity)
        for key in _keys(rule.prelude):
            styles.by_key.setdefault(key, {})[effect] = None


def _read_at_rule(rule: Any, styles: Styles) -> None:  # noqa: ANN401 - tinycss2 has no types
    name = rule.lower_at_keyword
    if name in {"media", "supports"} and rule.content is not None:
        _read_tokens(rule.prelude, styles, each=False)
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        _read_rules(inner, styles)
    elif name in {"import", "font-face", "namespace"}:
        message = (
            f"has {quoted('@' + name)} in its CSS, which takes part of the picture from elsewhere; "
            "convert text to outlines and remove it, or run `rollkeeper fix --logos`"
        )
        styles.add_at(rule, OUTSIDE, message)
    elif name != "charset" or tinycss2.serialize(rule.prelude).strip(" \"'").lower() != "utf-8":
        message = f"has {quoted('@' + name)} in its CSS; only `@media` and `@supports` are allowed"
        styles.add_at(rule, CSS, message)


def _read_block(items: Iterable[Any], styles: Styles) -> None:
    for item in items:
        if item.type == "declaration":
            _check_property(item.name, styles, item.source_line - 1)
            _read_tokens(item.value, styles, each=item.lower_name.startswith(INHERITED))
            styles.weigh(item.lower_name, item.value)
            if item.lower_name == "stroke-dasharray":
                _check_dashes(tinycss2.serialize(item.value), styles, item.source_line - 1)
        elif item.type == "qualified-rule":
            nested = Styles(rules=styles.rules, selectors=styles.selectors)
            _read_rules([item], nested, nested=True)
            styles.defects += nested.defects
            styles.rules = nested.rules
            styles.take_effects(nested)
        elif item.type == "at-rule":
            _read_at_rule(item, styles)
        elif item.type == "error":
            _report_unreadable(item, styles, "a declaration that is not `property: value`")


def _read_tokens(tokens: Iterable[Any], styles: Styles, *, each: bool) -> None:
    waiting = list(tokens)[::-1]
    while waiting:
        token = waiting.pop()
        kind = token.type
        if kind == "url":
            _read_url(token.value, token, styles, each=each)
        elif kind == "function":
            _read_function(token, styles, each=each)
            waiting.extend(token.arguments[::-1])
        elif kind in {"() block", "[] block", "{} block"}:
            waiting.extend(token.content[::-1])
        elif kind == "error":
            _report_unreadable(token, styles, "a value that cannot be read")
        elif kind in {"number", "dimension", "percentage"} and abs(token.value) > MAX_SVG_NUMBER:
            message = f"contains the number {quoted(token.representation)} in its CSS"
            styles.add_at(token, COMPLEX, message)


def _read_function(token: Any, styles: Styles, *, each: bool) -> None:  # noqa: ANN401 - tinycss2 has no types
    name = token.lower_name
    if name == "url":
        text = "".join(part.value for part in token.arguments if part.type == "string")
        _read_url(text, token, styles, each=each)
    elif name in _FETCHING:
        message = f"has {quoted(name + '()')} in its CSS, which fetches another file; remove it"
        styles.add_at(token, OUTSIDE, message)
    elif name not in _FUNCTIONS:
        message = f"has {quoted(name + '()')} in its CSS, which a logo may not use; write a value"
        styles.add_at(token, CSS, message)
    elif name in _BLURRING:
        lengths = (part.value for part in token.arguments if part.type in {"dimension", "number"})
        if any(abs(length) > MAX_SVG_BLUR for length in lengths):
            message = f"blurs by more than {MAX_SVG_BLUR} units; lower it"
            styles.add_at(token, COMPLEX, message)


def _read_url(url: str, token: Any, styles: Styles, *, each: bool) -> None:  # noqa: ANN401 - tinycss2 has no types
    if url.startswith("#") and not set(url) & set("\"'<>&`()\\"):
        styles.targets.append(CssReference(url[1:], each))
    else:
        styles.add_at(token, OUTSIDE, outside(url))


def outside(url: str) -> str:
    """Return the message for something that is taken from another file."""
    return (
        f"refers to {quoted(url, _SHOWN)}, outside itself; export it with everything inside, "
        "only `#id` is allowed"
    )


def _keys(prelude: Iterable[Any]) -> set[str]:
    """Name the last part of each selector: what an element must have for the rule to apply."""
    keys: set[str] = set()
    compound: set[str] = set()
    over, before = False, ""
    for token in prelude:
        literal = token.value if token.type == "literal" else ""
        if literal == ",":
            keys |= compound or {"*"}
            compound, over = set(), False
        elif token.type == "whitespace" or literal in {">", "+", "~"}:
            over = True
        else:
            compound = set() if over else compound
            over = False
            if token.type == "hash":
                compound.add("#" + token.value)
            elif token.type == "ident" and before != ":":
                compound.add(("." if before == "." else "") + token.value)
        before = literal
    return keys | (compound or {"*"})


_UNREADABLE = {
    "bad-string": "a quote that is not closed",
    "eof-in-string": "a quote that is not closed",
    "bad-url": "a `url()` with a quote, blank or bracket inside its address",
    "eof-in-url": "a `url()` that is not closed",
    **{bracket: f"a `{bracket}` that closes nothing" for bracket in ")]}"},
}
"""What the tokeniser could not read, by its own name for it."""


def _report_unreadable(token: Any, styles: Styles, otherwise: str) -> None:  # noqa: ANN401 - tinycss2 has no types
    what = _UNREADABLE.get(token.kind, otherwise)
    styles.add_at(token, CSS, f"has {what} in its CSS; correct it")
