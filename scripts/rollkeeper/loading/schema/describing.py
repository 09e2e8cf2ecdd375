"""Parts of a schema in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from rollkeeper.grammar.handles import is_handle
from rollkeeper.grammar.wording import cut, listed, quoted
from rollkeeper.loading.schema.text_checks import PatternLimitError, format_words, matches
from rollkeeper.loading.schema.values import Json
from rollkeeper.model.limits import MAX_HANDLE, MAX_SCHEMA_WORDS

_KINDS = MappingProxyType(
    {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "`true` or `false`",
        "array": "a list",
        "object": "a mapping of fields",
        "null": "nothing",
    }
)
_FORMS = MappingProxyType(
    {
        "^https://": "an address that starts with `https://`",
        "^https?://": "a web address, such as `https://cloud.example/`",
        r"\S": "a value that is not empty",
        r"^\S+$": "one word, without spaces",
        "^[A-Z]{2}$": "two capital letters, such as `DE`",
        r"^\d+$": "digits only",
        r"^\d{4}$": "a year of four digits",
        r"^\d{4}-\d{2}$": "a month written year-month, such as `2025-01`",
        r"^\d{4}-\d{2}-\d{2}$": format_words("date"),
        "^[a-z-]+$": "lowercase letters and hyphens only",
        "^[a-z0-9-]+$": "lowercase letters, digits and hyphens only",
        "^[a-z0-9_]+$": "lowercase letters, digits and underscores only",
        r"\.svg$": "a file name that ends in `.svg`",
        r"\.(png|svg)$": "a file name that ends in `.png` or `.svg`",
    }
)
"""Patterns that many schemas have, in words; a `description` in the schema comes first."""
_HANDLES = ("a", "a-b", "A1", "a" * MAX_HANDLE)
_NO_HANDLES = ("", "-a", "a b", "@a", "a/b", "a" * (MAX_HANDLE + 1))


def own_words(schema: Json) -> str:
    """Return what the schema's author wrote about a field for a reader, on one line."""
    if not isinstance(schema, Mapping):
        return ""
    texts = (schema.get(key) for key in ("x-pattern-words", "description", "title"))
    found = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    return cut(found, MAX_SCHEMA_WORDS).rstrip(".")


def field_words(schema: Json) -> str:
    """Return, to follow a message, what a field is for or what it must be; or nothing."""
    own = own_words(schema)
    if own:
        return f": {own}"
    if isinstance(schema, Mapping) and schema.keys() & {"const", "enum", "pattern", "format"}:
        return f"; write {described(schema)}"
    return ""


def form_words(schema: Mapping[str, Any]) -> str:
    """Return in words what a pattern asks for; the pattern alone helps no one."""
    pattern = str(schema.get("pattern", ""))
    words = schema.get("x-pattern-words")
    if isinstance(words, str) and words.strip():
        return cut(words, MAX_SCHEMA_WORDS)
    known = _FORMS.get(pattern.replace("[0-9]", r"\d").replace(r"\-", "-"))
    if known:
        return known
    if _is_for_handles(pattern):
        return "a GitHub handle: up to 39 letters, digits and single hyphens, without `@`"
    own = own_words(schema)
    if own:
        return f"as the schema describes it: {own}"
    return f"of the form that the schema asks for (as a pattern: {quoted(pattern, 100)})"


def _is_for_handles(pattern: str) -> bool:
    """Return whether a pattern tells handles from other texts, however it is written."""
    try:
        return all(matches(pattern, text) is is_handle(text) for text in _HANDLES + _NO_HANDLES)
    except PatternLimitError:
        return False


def a_kind(value: Json) -> str:
    """Return of what kind a value is."""
    if isinstance(value, bool):
        return f"the truth value `{str(value).lower()}`"
    if isinstance(value, (int, float)):
        return f"the number {cut(str(value))}"
    if isinstance(value, dict):
        return "a mapping of fields"
    return "text" if isinstance(value, str) else "a list"


def kinds_words(kinds: str | list[str]) -> str:
    """Name the kinds that are allowed."""
    kinds = [kinds] if isinstance(kinds, str) else kinds
    names = [_KINDS.get(kind, kind) for kind in kinds if kind != "null" or len(kinds) == 1]
    return " or ".join(names)


_KEYWORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        "const": lambda schema: quoted(schema["const"]),
        "enum": lambda schema: f"one of {listed(schema['enum'], 'or')}",
        "pattern": form_words,
        "format": lambda schema: format_words(schema["format"]),
        "required": lambda schema: f"a mapping with {listed(schema['required'])}",
        "properties": lambda schema: f"a mapping with {listed(schema['properties'])}",
        "type": lambda schema: kinds_words(schema["type"]),
    }
)
"""How each keyword is put into words, the most specific first."""


def described(schema: Json) -> str:
    """Return what a schema asks for; empty where it would take more than a clause."""
    if not isinstance(schema, Mapping):
        return ""
    own = own_words(schema)
    return own or next((words(schema) for key, words in _KEYWORDS.items() if schema.get(key)), "")


def condition_words(schema: Json, value: Json) -> str:
    """Return why a condition holds for a value: `status` is `active`, or is not given at all."""
    if not isinstance(schema, Mapping):
        return ""
    clauses = []
    fields = schema.get("properties", {})
    for name, part in fields.items():
        if isinstance(value, Mapping) and name not in value:
            clauses.append(f"{quoted(name)} is not given")
        elif isinstance(part, Mapping) and "const" in part:
            clauses.append(f"{quoted(name)} is {quoted(part['const'])}")
        elif isinstance(part, Mapping) and "enum" in part:
            clauses.append(f"{quoted(name)} is {listed(part['enum'], 'or')}")
    names = [name for name in schema.get("required", ()) if name not in fields]
    if names:
        clauses.append(f"{listed(names)} {'is' if len(names) == 1 else 'are'} given")
    return " and ".join(clauses)
