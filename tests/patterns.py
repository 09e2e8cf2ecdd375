"""Every regular expression of the package, found in its source so that none can be forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from re import _parser  # type: ignore[attr-defined] # what a pattern is made of has no other door
from typing import Any, NamedTuple

SCRIPTS = Path(__file__).parent.parent / "scripts"
_FUNCTIONS = frozenset(
    {"compile", "findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"}
)
_ANCHORED = frozenset({"match", "fullmatch"})
_REPRESENTATIVES = "aZ0_- .:/@#\n\t<>(['\"\\é"
"""One of each class of characters that patterns tell apart."""


class Use(NamedTuple):
    """Where a pattern is written, and the pattern: None where it is made while the program runs."""

    where: str
    pattern: re.Pattern[str] | re.Pattern[bytes] | None
    anchored: bool
    """Whether it is only tried at one place of a text, and not at each."""


@cache
def uses() -> tuple[Use, ...]:
    """Return every use of `re` in the package and its scripts, in the order of the files."""
    return tuple(use for file in sorted(SCRIPTS.rglob("*.py")) for use in _uses_in(file))


def _uses_in(file: Path) -> Iterator[Use]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    name = ".".join(file.relative_to(SCRIPTS).with_suffix("").parts).removeprefix("rollkeeper.")
    globals_of = {
        node.value: target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets[:1]
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and _is_of_re(node.func)):
            continue
        variable = globals_of.get(node)
        if variable is not None:
            pattern = getattr(import_module(f"rollkeeper.{name}"), variable)
            yield Use(f"{name}.{variable}", pattern, _methods(tree, variable) <= _ANCHORED)
            continue
        written = node.args[0]
        text: Any = written.value if isinstance(written, ast.Constant) else None
        if text is not None:
            anchored = isinstance(node.func, ast.Attribute) and node.func.attr in _ANCHORED
            yield Use(f"{name}: {text!r}", re.compile(text), anchored)
        else:
            yield Use(f"{name}: {ast.unparse(written)}", None, anchored=False)


def _methods(tree: ast.Module, variable: str) -> set[str]:
    """Return how a pattern is used in its module; `?` where it is only passed on."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == variable
    } or {"?"}


def _is_of_re(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
        and function.attr in _FUNCTIONS
    )


def characters_of(pattern: re.Pattern[Any]) -> list[str]:
    """Return characters that a pattern tells apart: its own, and one of each class."""
    source = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    )
    found: dict[str, None] = {}
    _collect(_parser.parse(source, pattern.flags), found)
    return list(found)


def _collect(node: Any, found: dict[str, None]) -> None:
    """Walk through a parsed pattern: literals as they are, of classes those that are in them."""
    if isinstance(node, _parser.SubPattern):
        for kind, value in node.data:
            name = str(kind)
            if name in {"LITERAL", "NOT_LITERAL"}:
                found[chr(value)] = None
            elif name == "ANY":
                found["a"] = None
            elif name == "IN":
                _collect_class(value, found)
            else:
                _collect(value, found)
    elif isinstance(node, (tuple, list)):
        for each in node:
            _collect(each, found)


def _collect_class(members: Any, found: dict[str, None]) -> None:
    kinds = {str(kind) for kind, _ in members}
    if kinds & {"NEGATE", "CATEGORY"}:
        found.update(dict.fromkeys(_REPRESENTATIVES))
    for kind, value in members:
        if str(kind) == "LITERAL":
            found[chr(value)] = None
        elif str(kind) == "RANGE":
            found[chr(value[0])] = None


def words_of(pattern: re.Pattern[Any]) -> list[str]:
    """Return the texts of at least two characters that are written out in a pattern."""
    source = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    )
    found: dict[str, None] = {}
    _collect_words(_parser.parse(source, pattern.flags), found)
    return list(found)


def _collect_words(node: Any, found: dict[str, None]) -> None:
    if isinstance(node, _parser.SubPattern):
        run = ""
        for kind, value in [*node.data, (None, None)]:
            if str(kind) == "LITERAL":
                run += chr(value)
                continue
            if len(run) > 1:
                found[run] = None
            run = ""
            _collect_words(value, found)
    elif isinstance(node, (tuple, list)):
        for each in node:
            _collect_words(each, found)
