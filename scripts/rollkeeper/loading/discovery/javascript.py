"""Arrays of objects in JavaScript and TypeScript, read as text: nothing is ever executed.

Only literals are taken, and names that an `import` or `require` binds to a file. A parser of the
whole language is not used: the ones that exist end the process on deeply nested input.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from rollkeeper.loading.discovery.lists import Document, NotUnderstood
from rollkeeper.model.limits import ROSTER
from rollkeeper.model.list_limits import MAX_SCRIPT_BYTES
from rollkeeper.model.tree import List, Map, Value

_TOKEN = re.compile(
    r"""(?P<space>\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)
    | (?P<text>"(?:[^"\\\n]|\\.)*+|'(?:[^'\\\n]|\\.)*+|`(?:[^`\\]|\\.)*+)
    | (?P<number>-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,15})?(?![\w.]))
    | (?P<name>[A-Za-z_$][\w$]*+)
    | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_FROM = re.compile(
    r"""import\s+(?:\*\s+as\s+)?([A-Za-z_$][\w$]*)\s+from\s+["']([^"'\n]+)["']
    | (?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*=\s*require\(\s*["']([^"'\n]+)["']\s*\)""",
    re.VERBOSE,
)
_NAMED = re.compile(
    r"(?:const|let|var|export\s+default)\s+([A-Za-z_$][\w$]*)\s*(?::[^=;{}]{0,200})?=\s*\Z"
)
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL
)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_OPENING = {"(": ")", "[": "]", "{": "}"}
_ENDING = frozenset({",", "]", "}", ")", ";"})
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None, "undefined": None}


class _NotLiteralError(Exception):
    """What stands here is no literal."""


@dataclass(slots=True)
class _Source:
    """A text as tokens, and how far it has been read."""

    path: str
    tokens: list[tuple[str, str, int]]
    starts: list[int]
    files: dict[str, str]
    at: int = 0
    not_understood: list[NotUnderstood] = field(default_factory=list)

    def line(self, at: int | None = None) -> int:
        number = min(self.at if at is None else at, len(self.tokens) - 1)
        return bisect_right(self.starts, self.tokens[number][2])

    def sign(self) -> str:
        """Return the sign that is next, empty for anything else."""
        kind, text, _ = self.tokens[self.at] if self.at < len(self.tokens) else ("", "", 0)
        return text if kind == "sign" else ""

    def skip(self) -> None:
        """Skip an expression: up to the comma or bracket that ends it."""
        open_brackets: list[str] = []
        while self.at < len(self.tokens):
            sign = self.sign()
            if not open_brackets and sign in _ENDING:
                return
            if sign in _OPENING:
                open_brackets.append(_OPENING[sign])
            elif open_brackets and sign == open_brackets[-1]:
                open_brackets.pop()
            self.at += 1


def read_javascript(path: str, data: bytes) -> Document:
    """Return the arrays of objects in a module, by the names of their constants."""
    if len(data) > MAX_SCRIPT_BYTES:
        reason = f"has more than {MAX_SCRIPT_BYTES:,} bytes and was not read"
        return Document(path, "JavaScript", None, not_understood=(NotUnderstood(path, 1, reason),))
    text = data.decode("utf-8", errors="replace")
    tokens = list(_tokens(text))
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    files = {
        name: _resolved(path, target)
        for first, target1, second, target2 in _FROM.findall(text)
        for name, target in ((first or second, target1 or target2),)
    }
    source = _Source(path, tokens, starts, files)
    arrays = Map()
    while source.at < len(tokens) - 1:
        if source.sign() == "[" and tokens[source.at + 1][1] == "{":
            start = source.at
            items = _value(source, 0)
            if isinstance(items, List) and items:
                before = text[max(0, tokens[start][2] - 300) : tokens[start][2]]
                name = _NAMED.search(before)
                key = name[1] if name else f"the array in line {source.line(start)}"
                if key not in arrays:
                    line, end = source.line(start), source.line(source.at - 1)
                    arrays[key] = items
                    arrays.key_places[key] = arrays.value_places[key] = (line, 1, end, 1)
        else:
            source.at += 1
    return Document(path, "JavaScript", arrays, not_understood=tuple(source.not_understood))


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Return the kind, text and position of each token; a quote that is never closed is a sign."""
    at = 0
    unclosed = dict.fromkeys("\"'`", 0)
    while at < len(text):
        first = text[at]
        found = _TOKEN.match(text, at) if at >= unclosed.get(first, 0) else None
        if found is not None and found.lastgroup == "text":
            if text.startswith(first, found.end()):
                yield "text", text[at : found.end() + 1], at
                at = found.end() + 1
                continue
            # No other quote before there closes it either: each stretch is read once.
            unclosed[first] = found.end()
            found = None
        if found is None or found.lastgroup is None:
            yield "sign", first, at
            at += 1
            continue
        if found.lastgroup != "space":
            yield found.lastgroup, found.group(), at
        at = found.end()


def _resolved(path: str, target: str) -> str:
    """Return the path in the repository of a module's relative import, else the target itself."""
    if not target.startswith("."):
        return target
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _value(source: _Source, depth: int) -> Value:
    """Read a literal, or note that there is none and skip it."""
    start = source.at
    value: Value = None
    literal = True
    try:
        value = _literal(source, depth)
    except _NotLiteralError:
        literal = False
    if literal and depth and source.at < len(source.tokens):
        # `as const` and `satisfies` of TypeScript say nothing of the value.
        if source.tokens[source.at][1] in {"as", "satisfies"}:
            source.skip()
        literal = source.sign() in _ENDING
    if not literal:
        shown = source.tokens[start][1][:40] if start < len(source.tokens) else ""
        reason = f"`{shown}` is an expression, not a literal, and was not read"
        source.not_understood.append(NotUnderstood(source.path, source.line(start), reason))
        source.at = start
        source.skip()
        return None
    return value


def _literal(source: _Source, depth: int) -> Value:
    if source.at >= len(source.tokens) or depth > ROSTER["max_depth"]:
        raise _NotLiteralError
    kind, text, _ = source.tokens[source.at]
    if text in {"[", "{"} and kind == "sign":
        source.at += 1
        return _array(source, depth) if text == "[" else _object(source, depth)
    source.at += 1
    if kind == "text" and not (text[0] == "`" and "${" in text):
        return _unquoted(text)
    if kind == "number":
        return float(text) if "." in text else int(text)
    if kind == "name":
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if text == "require":
            return _required(source)
        if text in source.files:
            return source.files[text]
    raise _NotLiteralError


def _required(source: _Source) -> str:
    """Read `require("path")`, with `.default` behind it or without."""
    following = source.tokens[source.at : source.at + 3]
    if [text for kind, text, _ in following if kind == "sign"] != ["(", ")"]:
        raise _NotLiteralError
    if following[1][0] != "text":
        raise _NotLiteralError
    source.at += 3
    if [text for _, text, _ in source.tokens[source.at : source.at + 2]] == [".", "default"]:
        source.at += 2
    return _resolved(source.path, _unquoted(following[1][1]))


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(_unescaped, text[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        point = int(code, 16)
        return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"  # noqa: PLR2004 - Unicode's own bounds
    return "" if found[4] in {"\n", "\r\n"} else _ESCAPED.get(found[4], found[4])


def _array(source: _Source, depth: int) -> List:
    items = List()
    while source.at < len(source.tokens) and source.sign() != "]":
        if source.sign() == ",":
            source.at += 1
            continue
        line = source.line()
        value = _value(source, depth + 1)
        if source.sign() not in {",", "]"}:
            # Brackets that do not match: nothing from here on is known.
            raise _NotLiteralError
        items.append(value)
        items.item_places.append((line, 1, source.line(source.at - 1), 1))
    source.at += 1
    return items


def _object(source: _Source, depth: int) -> Map:
    mapping = Map()
    while source.at < len(source.tokens) and source.sign() != "}":
        if source.sign() == ",":
            source.at += 1
            continue
        kind, text, _ = source.tokens[source.at]
        line = source.line()
        source.at += 1
        if kind not in {"name", "text", "number"} or source.sign() != ":":
            if kind == "name" and source.sign() in {",", "}"} and text in source.files:
                _put(mapping, text, source.files[text], line)
                continue
            reason = f"`{text[:40]}` is no key with a value and was not read"
            source.not_understood.append(NotUnderstood(source.path, line, reason))
            source.skip()
            if source.sign() not in {",", "}"}:
                raise _NotLiteralError
            continue
        source.at += 1
        before = len(source.not_understood)
        value = _value(source, depth + 1)
        if source.sign() not in {",", "}"}:
            raise _NotLiteralError
        if len(source.not_understood) == before or value is not None:
            _put(mapping, _unquoted(text) if kind == "text" else text, value, line)
    source.at += 1
    return mapping


def _put(mapping: Map, key: str, value: Value, line: int) -> None:
    if key not in mapping:
        mapping[key] = value
        mapping.key_places[key] = mapping.value_places[key] = (line, 1, line, 1)
