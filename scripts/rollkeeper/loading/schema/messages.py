"""One error of the `jsonschema` library put into words: which rule, where, and what to do.

Each keyword has a function of its own. It goes by the value rather than by the library's sentence,
so that every missing and every unknown field is named, and the nearest valid one with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from rollkeeper.grammar.dates import meant_date
from rollkeeper.grammar.wording import counted, cut, in_full, listed, nearest, quoted
from rollkeeper.loading.schema.case import Mismatch, SchemaDefect, named
from rollkeeper.loading.schema.describing import (
    a_kind,
    condition_words,
    described,
    field_words,
    form_words,
    kinds_words,
)
from rollkeeper.loading.schema.keywords import extra_names
from rollkeeper.loading.schema.messages_any_of import describe_forms
from rollkeeper.loading.schema.text_checks import DATE_FORMATS, format_reason, format_words
from rollkeeper.loading.schema.values import Json, is_given, repeated
from rollkeeper.model.limits import MAX_ENTRY_DEFECTS
from rollkeeper.model.roster import Fix, FixKind

if TYPE_CHECKING:
    from jsonschema import ValidationError


_SCHEME = re.compile(r"^[A-Za-z]{3,6}://")


def described_errors(validator: Any, value: Json) -> Iterator[SchemaDefect]:  # noqa: ANN401 - the library's class is made at run time
    """Return all that a validator refuses in a value, in words."""
    error: ValidationError
    for error in validator.iter_errors(value):
        yield from _describe(Mismatch(error, error.validator_value, validator, _describe))


def _describe(case: Mismatch) -> Iterator[SchemaDefect]:
    yield from _DESCRIPTIONS.get(case.keyword, _other)(case)


def _missing(case: Mismatch) -> Iterator[SchemaDefect]:
    fields = case.schema.get("properties", {})
    yield from _absent(case, case.wanted, fields, "")


def _absent(
    case: Mismatch, names: list[str], fields: Mapping[str, Any], because: str
) -> Iterator[SchemaDefect]:
    for name in names:
        words = field_words(fields.get(name))
        if name not in case.value:
            holder = f" in {case.name}" if case.path else ""
            advice = words or f"; add a line `{cut(name)}: …`"
            message = f"the field {quoted(name)} is missing{holder}{because}{advice}"
            yield SchemaDefect("missing-field", message, (*case.path, name), absent=True)
        elif not is_given(case.value, name, fields):
            advice = words or "; write its value"
            message = f"the field {quoted(name)} is empty{because}{advice}"
            yield SchemaDefect("empty-value", message, (*case.path, name))


def _dependencies(case: Mismatch) -> Iterator[SchemaDefect]:
    fields = case.schema.get("properties", {})
    for name, needed in case.wanted.items():
        if isinstance(needed, list) and name in case.value:
            yield from _absent(case, needed, fields, f", and {quoted(name)} needs it")


def _unknown(case: Mismatch) -> Iterator[SchemaDefect]:
    known = tuple(case.schema.get("properties", {}))
    extras = list(islice(extra_names(case.value, case.schema), MAX_ENTRY_DEFECTS))
    for name in extras:
        near = nearest(name, known)
        if near:
            advice = f"; did you mean {quoted(near)}?"
        elif known:
            free = [each for each in known if each not in case.value] or list(known)
            advice = f"; delete it, or use one of {listed(free, 'or')}"
        else:
            advice = "; delete it"
        message = f"the field {quoted(name)} is not known{advice}"
        about = ((*case.path, near),) if near else ()
        path = (*case.path, name)
        yield SchemaDefect("unknown-field", message, path, on_key=True, about=about)


def _kind(case: Mismatch) -> Iterator[SchemaDefect]:
    kinds = [case.wanted] if isinstance(case.wanted, str) else list(case.wanted)
    value = case.value
    if value is None:
        words = field_words(case.schema)
        advice = words or "; write its value, or delete the line"
        yield case.defect("empty-value", f"is empty{advice}")
        return
    if "string" in kinds and isinstance(value, (bool, int, float)):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        fix = None if isinstance(value, bool) else Fix(FixKind.SET, "write it in quotes", text)
        words = f'is read as {a_kind(value)}, not as text; write it in quotes: `"{cut(text)}"`'
        yield case.defect("wrong-type", words, fix=fix)
        return
    words = f"is {a_kind(value)}{_shown(value)}, but must be {kinds_words(kinds)}"
    yield case.defect("wrong-type", words + _kind_advice(kinds, value))


def _shown(value: Json) -> str:
    return f" ({quoted(value)})" if isinstance(value, (str, int, float)) else ""


def _kind_advice(kinds: list[str], value: Json) -> str:
    if "array" in kinds and not isinstance(value, dict):
        return "; write each value on a line of its own after `- `"
    if "object" in kinds and isinstance(value, str):
        return "; write its fields as `name: value`, one to a line"
    if {"integer", "number"} & set(kinds) and isinstance(value, str):
        digits = value.strip().lstrip("-").replace(".", "", 1).isdigit()
        return "; write it without quotes" if digits else ""
    if "string" in kinds and isinstance(value, dict):
        return "; a text with `: ` or braces in it must be in quotes"
    return "; write one value" if "string" in kinds and isinstance(value, list) else ""


def _choice(case: Mismatch) -> Iterator[SchemaDefect]:
    allowed = [case.wanted] if case.keyword == "const" else list(case.wanted)
    if case.value is None:
        yield case.defect("empty-value", f"is empty; write {listed(allowed, 'or')}")
        return
    texts = tuple(each for each in allowed if isinstance(each, str))
    fix, advice = None, ""
    if isinstance(case.value, str):
        wanted = case.value.strip().casefold()
        same = [each for each in texts if each.casefold() == wanted]
        near = same[0] if same else nearest(case.value, texts)
        if len(same) == 1:
            fix = Fix(FixKind.SET, f"write {quoted(same[0])}", same[0])
        if near and len(allowed) > 1:
            advice = f"; did you mean {quoted(near)}?"
    one_of = "one of " if len(allowed) > 1 else ""
    words = f"is {quoted(case.value)}, but must be {one_of}{listed(allowed, 'or')}{advice}"
    yield case.defect("wrong-value", words, fix=fix)


def _pattern(case: Mismatch) -> Iterator[SchemaDefect]:
    text = case.value
    low = _SCHEME.sub(lambda found: found[0].lower(), text.strip())
    if low != text and case.of_text(low):
        fix = Fix(FixKind.SET, f"write {quoted(low)}", low)
        yield case.defect("wrong-value", f"is {quoted(text)}: write {in_full(low)}", fix=fix)
        return
    words = f"is {quoted(text)}, but must be {form_words(case.schema)}"
    yield case.defect("wrong-value", words)


def _format(case: Mismatch) -> Iterator[SchemaDefect]:
    text = case.value
    meant = meant_date(text) if case.wanted in DATE_FORMATS.values() else None
    if meant is not None:
        day = meant.isoformat()
        fix = Fix(FixKind.SET, f"write {quoted(day)}", day)
        yield case.defect("wrong-value", f"is {quoted(text)}: write it {quoted(day)}", fix=fix)
        return
    words = f"{format_words(case.wanted)}{format_reason(case.wanted, text)}"
    yield case.defect("wrong-value", f"is {quoted(text)}, but must be {words}")


def _length(case: Mismatch) -> Iterator[SchemaDefect]:
    size, limit = len(case.value), case.wanted
    if case.keyword == "minLength":
        if not case.value.strip():
            yield case.defect("empty-value", "is blank; write its value, or delete the line")
            return
        words = f"is {quoted(case.value)}: {counted(size, 'character')}, but {limit:,} are needed"
    else:
        shown = quoted(case.value, 30)
        words = f"has {counted(size, 'character')} ({shown}), at most {limit:,} are allowed"
    yield case.defect("wrong-value", words)


def _size(case: Mismatch) -> Iterator[SchemaDefect]:
    size, limit = len(case.value), case.wanted
    what = "item" if isinstance(case.value, list) else "field"
    bound = "at least" if case.keyword.startswith("min") else "at most"
    if not size:
        yield case.defect("empty-value", f"is empty; {bound} {counted(limit, what)} must be there")
        return
    yield case.defect("wrong-value", f"has {counted(size, what)}, but must have {bound} {limit:,}")


_BOUNDS = {
    "minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than", "multipleOf": "a multiple of",
}  # fmt: skip


def _number(case: Mismatch) -> Iterator[SchemaDefect]:
    bound = _BOUNDS[case.keyword]
    yield case.defect("wrong-value", f"is {quoted(case.value)}, but must be {bound} {case.wanted}")


def _twice(case: Mismatch) -> Iterator[SchemaDefect]:
    for position in islice(repeated(case.value), MAX_ENTRY_DEFECTS):
        item = case.value[position]
        path = (*case.path, position)
        words = f"is in {case.name} already: {quoted(item)}; delete one"
        yield SchemaDefect("wrong-value", f"{named(path)} {words}", path)


def _contains(case: Mismatch) -> Iterator[SchemaDefect]:
    words = described(case.wanted) or "of the kind that the schema asks for"
    yield case.defect("wrong-value", f"has no item that is {words}; add one")


def _not(case: Mismatch) -> Iterator[SchemaDefect]:
    refused = case.wanted if isinstance(case.wanted, dict) else {}
    if not refused:
        yield from _never(case)
        return
    fields = case.value if isinstance(case.value, dict) else {}
    names = [name for name in refused.get("required", ()) if name in fields]
    if names:
        words = f"{listed(names)} cannot be given {'together' if len(names) > 1 else 'here'}"
        yield SchemaDefect(
            "wrong-value",
            f"{words}; delete {'one' if len(names) > 1 else 'it'}",
            (*case.path, names[-1]),
            on_key=True,
        )
        return
    words = described(refused) or "what the schema excludes here"
    yield case.defect("wrong-value", f"is {quoted(case.value)}, but must not be {words}")


def _names(case: Mismatch) -> Iterator[SchemaDefect]:
    words = described(case.wanted) or "of the form that the schema asks for"
    message = f"the key {quoted(case.value)} must be {words}"
    yield SchemaDefect("wrong-value", message, case.path, on_key=True)


def _never(case: Mismatch) -> Iterator[SchemaDefect]:
    yield SchemaDefect(
        "unknown-field", f"{case.name} cannot be given here; delete it", case.path, on_key=True
    )


def _other(case: Mismatch) -> Iterator[SchemaDefect]:
    yield case.defect("wrong-value", f"is {quoted(case.value)}, which the schema does not allow")


def _inner(case: Mismatch) -> Iterator[SchemaDefect]:
    """Return the defects of `then` or `else`, with what makes them apply."""
    condition = condition_words(case.wanted, case.value)
    because = f", because {condition}" if condition and case.error.message == "then" else ""
    for error in case.error.context or ():
        for each in _describe(case.of(error)):
            yield replace(each, message=each.message + because)


_DESCRIPTIONS: Mapping[str, Callable[[Mismatch], Iterator[SchemaDefect]]] = {
    "required": _missing,
    "dependencies": _dependencies,
    "additionalProperties": _unknown,
    "type": _kind,
    "enum": _choice,
    "const": _choice,
    "pattern": _pattern,
    "format": _format,
    "minLength": _length,
    "maxLength": _length,
    "minItems": _size,
    "maxItems": _size,
    "minProperties": _size,
    "maxProperties": _size,
    **dict.fromkeys(_BOUNDS, _number),
    "uniqueItems": _twice,
    "contains": _contains,
    "not": _not,
    "propertyNames": _names,
    "if": _inner,
    "anyOf": describe_forms,
    "oneOf": describe_forms,
}
