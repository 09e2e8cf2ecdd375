"""CSS of a logo: which of it is plain styling, and what it refers to.

What is simple is recognised by pattern, as nearly all of it is; the rest goes through tinycss2,
after its nesting was bounded, for the tokeniser calls itself for every bracket.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2  # type: ignore[import-untyped]  # it ships no types

from rollkeeper.grammar.wording import quoted
from rollkeeper.model.limits import (
    MAX_CSS_CHARACTERS,
    MAX_CSS_DEPTH,
    MAX_CSS_RULES,
    MAX_SVG_BLUR,
    MAX_SVG_NUMBER,
    MIN_SVG_DASH,
)
from rollkeeper.probes.logos.svg.names import INHERITED

CSS = "svg-css"
OUTSIDE = "svg-external-reference"
COMPLEX = "svg-too-complex"

_FUNCTION_NAMES = """rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark
    matrix matrix3d translate translatex translatey translatez translate3d scale scalex scaley
    scalez scale3d rotate rotatex rotatey rotatez rotate3d skew skewx skewy perspective
    calc min max clamp blur brightness contrast drop-shadow grayscale hue-rotate invert opacity
    saturate sepia rect inset circle ellipse polygon path
    not is where nth-child nth-last-child nth-of-type nth-last-of-type lang"""
FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_FETCHING = frozenset({"image", "image-set", "-webkit-image-set", "src", "cross-fade", "element"})
_BLURRING = frozenset({"blur", "drop-shadow"})
_DENIED = re.compile(
    r"(?:-\w+-)?(?:behavior|binding|position|cursor|content|animation.*|transition.*)",
    re.IGNORECASE,
)
"""Properties that run, move or fetch something, whatever their value."""

_URL = re.compile(
    r"""url\(\s*(?:"#(?P<a>[^"'()\\<>`;{}\n]+)"|'#(?P<b>[^"'()\\<>`;{}\n]+)'"""
    r"""|#(?P<c>[^\s"'()\\<>`;{}]+))\s*\)""",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"(?<![\w-])(?:rgba?|hsla?|matrix|translate[xy]?|scale[xy]?|rotate|skew[xy])"
    r"\([\d\s.,%+eE-]*\)",
    re.IGNORECASE,
)
_STRING = re.compile(r"'[\w\s,.-]*'|\"[\w\s,.-]*\"")
_SPECIAL = re.compile(r"[()\\{}@\"'`<]|/\*")
_BRACKET = re.compile(r"[()\[\]{}]")
_HUGE = re.compile(r"\d{10}|\d\.?[eE]\+?\d")
_NUMBER = re.compile(r"(?:#[\w-]+)|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
"""A number, or a colour or id, which may look like one and is passed over."""
_WORDS = 40
_CACHED = 400
"""Longer texts are not worth the memory of remembering what was read in them."""


class CssDefect(NamedTuple):
    """What is wrong with CSS: the rule it breaks, and how many lines below the start it stands."""

    rule: str
    words: str
    line: int = 0


class CssReference(NamedTuple):
    """An id that a style refers to; `each` as in a graph's reference."""

    name: str
    each: bool


@dataclass(slots=True)
class Styles:
    """What a piece of CSS holds: faults, ids it refers to, and in a sheet for which elements.

    `by_key` goes by the last part of a selector: `.class`, `#id`, an element's name or `*`.
    """

    defects: list[CssDefect] = field(default_factory=list)
    targets: list[CssReference] = field(default_factory=list)
    by_key: dict[str, dict[CssReference, None]] = field(default_factory=dict)
    rules: int = 0
    tokenised: int = 0
    """Characters that had to be taken apart into tokens, which is slow."""


def huge_number(text: str) -> CssDefect | None:
    """Look for a number that no renderer can reckon with."""
    if not _HUGE.search(text):
        return None
    for found in _NUMBER.finditer(text):
        if found[0][0] != "#" and abs(float(found[0])) > MAX_SVG_NUMBER:
            words = f"holds the number {quoted(found[0])}; {MAX_SVG_NUMBER:,.0f} is the largest"
            return CssDefect(COMPLEX, words)
    return None


def dashes(text: str) -> CssDefect | None:
    """Look for a pattern of dashes so short that drawing it takes for ever."""
    total = sum(abs(float(n[0])) for n in _NUMBER.finditer(text) if n[0][0] != "#")
    if total == 0 or total >= MIN_SVG_DASH:
        return None
    return CssDefect(
        COMPLEX, f"has dashes of {total:g} units; {MIN_SVG_DASH} is the shortest allowed"
    )


def read_value(name: str, text: str) -> Styles:
    """Read the value of one attribute or property named `name`."""
    return (_cached_value if len(text) <= _CACHED else _read_value)(name, text)


def read_declarations(text: str) -> Styles:
    """Read a `style` attribute."""
    return (_cached_declarations if len(text) <= _CACHED else _read_declarations)(text)


def _read_value(name: str, text: str) -> Styles:
    styles = Styles()
    each = name.lower().startswith(INHERITED)
    _add(styles.defects, huge_number(text))
    if name.lower() == "stroke-dasharray":
        _add(styles.defects, dashes(text))
    if _SPECIAL.search(_without_simple(text)):
        if _fits(text, styles):
            _read_tokens(tinycss2.parse_component_value_list(text), styles, each=each)
    else:
        styles.targets.extend(_simple_targets(text, each=each))
    return styles


def _read_declarations(text: str) -> Styles:
    styles = Styles()
    if _SPECIAL.search(_without_simple(text)):
        if _fits(text, styles):
            _read_block(tinycss2.parse_blocks_contents(text, skip_comments=True), styles)
        return styles
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        styles.defects.extend(_denied(name.strip(), 0))
        read = read_value(name.strip(), value)
        styles.defects += read.defects
        styles.targets += read.targets
        styles.tokenised += read.tokenised
    return styles


_cached_value = lru_cache(maxsize=4096)(_read_value)
_cached_declarations = lru_cache(maxsize=4096)(_read_declarations)


def read_sheet(text: str) -> Styles:
    """Read the content of a `style` element."""
    styles = Styles()
    if "<" in text:
        words = "has `<` in its style sheet, where it can only hide markup; remove it"
        styles.defects.append(CssDefect(CSS, words, text[: text.index("<")].count("\n")))
    if _fits(text, styles):
        _read_rules(
            tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), styles
        )
    return styles


def _without_simple(text: str) -> str:
    if "(" in text:
        text = _CALL.sub(" ", _URL.sub(" ", text))
    return _STRING.sub(" ", text) if "'" in text or '"' in text else text


def _simple_targets(text: str, *, each: bool) -> Iterator[CssReference]:
    if "(" in text:
        for found in _URL.finditer(text):
            yield CssReference(found["a"] or found["b"] or found["c"], each)


def _fits(text: str, styles: Styles) -> bool:
    """Refuse what the tokeniser must not see: escapes, which hide words, and too much of it."""
    if "\\" in text:
        words = "has a backslash in its CSS, which can hide any word; write it without escapes"
        styles.defects.append(CssDefect(CSS, words, text[: text.index("\\")].count("\n")))
        return False
    if len(text) > MAX_CSS_CHARACTERS:
        words = f"has more than {MAX_CSS_CHARACTERS:,} characters of CSS; simplify it"
        styles.defects.append(CssDefect(COMPLEX, words))
        return False
    styles.tokenised += len(text)
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "([{" else -1
        if depth > MAX_CSS_DEPTH:
            words = f"has CSS with more than {MAX_CSS_DEPTH} brackets inside one another"
            styles.defects.append(CssDefect(COMPLEX, words, text[: bracket.start()].count("\n")))
            return False
        depth = max(depth, 0)
    return True


def _read_rules(rules: Iterable[Any], styles: Styles) -> None:
    for rule in rules:
        styles.rules += 1
        if styles.rules > MAX_CSS_RULES:
            words = f"has more than {MAX_CSS_RULES:,} CSS rules; simplify it"
            styles.defects.append(CssDefect(COMPLEX, words, _line(rule)))
            return
        if rule.type == "qualified-rule":
            _read_rule(rule, styles)
        elif rule.type == "at-rule":
            _read_at_rule(rule, styles)
        else:
            styles.defects.append(_unreadable(rule))


def _read_rule(rule: Any, styles: Styles) -> None:  # noqa: ANN401 - tinycss2 has no types
    inner = Styles(rules=styles.rules)
    _read_tokens(rule.prelude, inner, each=False)
    _read_block(tinycss2.parse_blocks_contents(rule.content, skip_comments=True), inner)
    styles.defects += inner.defects
    styles.rules = inner.rules
    if inner.targets:
        for key in _keys(rule.prelude):
            styles.by_key.setdefault(key, {}).update(dict.fromkeys(inner.targets))


def _read_at_rule(rule: Any, styles: Styles) -> None:  # noqa: ANN401 - tinycss2 has no types
    name = rule.lower_at_keyword
    if name in {"media", "supports"} and rule.content is not None:
        _read_tokens(rule.prelude, styles, each=False)
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        _read_rules(inner, styles)
    elif name == "charset" and tinycss2.serialize(rule.prelude).strip().lower() in {
        '"utf-8"',
        "'utf-8'",
    }:
        return
    elif name in {"import", "font-face", "namespace"}:
        words = (
            f"has {quoted('@' + name)} in its CSS, which takes part of the picture from elsewhere; "
            "convert text to outlines and remove it, or run `rollkeeper fix --logos`"
        )
        styles.defects.append(CssDefect(OUTSIDE, words, _line(rule)))
    else:
        words = f"has {quoted('@' + name)} in its CSS; only `@media` and `@supports` are allowed"
        styles.defects.append(CssDefect(CSS, words, _line(rule)))


def _read_block(items: Iterable[Any], styles: Styles) -> None:
    for item in items:
        if item.type == "declaration":
            styles.defects.extend(_denied(item.name, _line(item)))
            _read_declared(item, styles)
        elif item.type == "qualified-rule":
            nested = Styles(rules=styles.rules)
            _read_rules([item], nested)
            styles.defects += nested.defects
            styles.rules = nested.rules
            styles.targets += [target for some in nested.by_key.values() for target in some]
        elif item.type == "at-rule":
            _read_at_rule(item, styles)
        elif item.type == "error":
            styles.defects.append(_unreadable(item))


def _read_declared(item: Any, styles: Styles) -> None:  # noqa: ANN401 - tinycss2 has no types
    _read_tokens(item.value, styles, each=item.lower_name.startswith(INHERITED))
    if item.lower_name == "stroke-dasharray":
        defect = dashes(tinycss2.serialize(item.value))
        _add(styles.defects, defect._replace(line=_line(item)) if defect else None)


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
            styles.defects.append(_unreadable(token))
        elif kind in {"number", "dimension", "percentage"} and abs(token.value) > MAX_SVG_NUMBER:
            words = f"holds the number {quoted(token.representation)} in its CSS"
            styles.defects.append(CssDefect(COMPLEX, words, _line(token)))


def _read_function(token: Any, styles: Styles, *, each: bool) -> None:  # noqa: ANN401 - tinycss2 has no types
    name = token.lower_name
    if name == "url":
        text = "".join(part.value for part in token.arguments if part.type == "string")
        _read_url(text, token, styles, each=each)
    elif name in _FETCHING:
        words = f"has {quoted(name + '()')} in its CSS, which fetches another file; remove it"
        styles.defects.append(CssDefect(OUTSIDE, words, _line(token)))
    elif name not in FUNCTIONS:
        words = f"has {quoted(name + '()')} in its CSS, which a logo may not use; write a value"
        styles.defects.append(CssDefect(CSS, words, _line(token)))
    elif name in _BLURRING:
        lengths = (part.value for part in token.arguments if part.type in {"dimension", "number"})
        if any(abs(length) > MAX_SVG_BLUR for length in lengths):
            words = f"blurs by more than {MAX_SVG_BLUR} units; lower it"
            styles.defects.append(CssDefect(COMPLEX, words, _line(token)))


def _read_url(url: str, token: Any, styles: Styles, *, each: bool) -> None:  # noqa: ANN401 - tinycss2 has no types
    if url.startswith("#") and not set(url) & set("\"'<>&`()\\"):
        styles.targets.append(CssReference(url[1:], each))
    else:
        styles.defects.append(CssDefect(OUTSIDE, outside(url), _line(token)))


def outside(url: str) -> str:
    """Return that something is taken from another file."""
    return (
        f"refers to {quoted(url, _WORDS)}, outside itself; export it with everything inside, "
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


def _denied(name: str, line: int) -> Iterator[CssDefect]:
    if _DENIED.fullmatch(name):
        words = f"sets {quoted(name.lower())} in its CSS, which a logo may not; remove it"
        yield CssDefect(CSS, words, line)


def _unreadable(token: Any) -> CssDefect:  # noqa: ANN401 - tinycss2 has no types
    return CssDefect(
        CSS, f"has CSS that cannot be read ({token.message}); correct it", _line(token)
    )


def _line(token: Any) -> int:  # noqa: ANN401 - tinycss2 has no types
    return int(token.source_line) - 1


def _add(defects: list[CssDefect], defect: CssDefect | None) -> None:
    if defect:
        defects.append(defect)
