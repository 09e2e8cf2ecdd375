"""The `jsonschema` library's draft-07 validator, with the keywords that must act differently here.

A blank value is no value; texts have one judgement (`text_checks`); equal items are found without
comparing all pairs; no more errors of one value are collected than are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from jsonschema import Draft7Validator, ValidationError, validators
from jsonschema.exceptions import best_match

from rollkeeper.loading.schema.text_checks import has_format, matches
from rollkeeper.loading.schema.values import Json, is_given, repeated
from rollkeeper.model.limits import MAX_ENTRY_DEFECTS

Errors = Iterator[ValidationError]


def _required(_: Json, names: list[str], instance: Json, schema: Mapping[str, Any]) -> Errors:
    fields = schema.get("properties", {})
    if isinstance(instance, dict) and not all(is_given(instance, each, fields) for each in names):
        yield ValidationError("a required field is missing or blank")


def _dependencies(
    validator: Json, wanted: Mapping[str, Any], instance: Json, schema: Json
) -> Errors:
    for name, part in wanted.items() if isinstance(instance, dict) else ():
        if name in instance and isinstance(part, list):
            yield from _required(validator, part, instance, schema)
        elif name in instance:
            yield from validator.descend(instance, part, schema_path=name)


def _pattern(_: Json, pattern: str, instance: Json, __: Json) -> Errors:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError("the text does not match the pattern")


def _format(_: Json, name: str, instance: Json, __: Json) -> Errors:
    if isinstance(instance, str) and not has_format(name, instance):
        yield ValidationError("the text does not have the format")


def _pattern_properties(
    validator: Json, wanted: Mapping[str, Any], instance: Json, _: Json
) -> Errors:
    for pattern, schema in wanted.items() if isinstance(instance, dict) else ():
        for name, value in instance.items():
            if matches(pattern, name):
                yield from validator.descend(value, schema, path=name, schema_path=pattern)


def extra_names(instance: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """Return the keys that neither `properties` nor `patternProperties` mention."""
    known = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    for name in instance:
        if name not in known and not any(matches(pattern, name) for pattern in patterns):
            yield name


def _additional(validator: Json, wanted: Json, instance: Json, schema: Mapping[str, Any]) -> Errors:
    for name in extra_names(instance, schema) if isinstance(instance, dict) else ():
        if wanted is False:
            yield ValidationError("there are unknown fields")
            return
        yield from validator.descend(instance[name], wanted, path=name)


def _unique(_: Json, wanted: bool, instance: Json, __: Json) -> Errors:  # noqa: FBT001 - the library's form of a keyword
    if wanted and isinstance(instance, list) and repeated(instance):
        yield ValidationError("the list holds a value twice")


def _property_names(validator: Json, wanted: Json, instance: Json, _: Json) -> Errors:
    names = validator.evolve(schema=wanted)
    for name in instance if isinstance(instance, dict) else ():
        if not names.is_valid(name):
            yield ValidationError("the key is not allowed", path=[name], instance=name)


def _if(validator: Json, condition: Json, instance: Json, schema: Mapping[str, Any]) -> Errors:
    """Keep the errors of `then` and `else` together, so that the message can say why they apply."""
    branch = "then" if validator.evolve(schema=condition).is_valid(instance) else "else"
    found = list(_first(validator.descend(instance, schema.get(branch, True), schema_path=branch)))
    if found:
        yield ValidationError(branch, context=found)


def _any_of(validator: Json, wanted: list[Any], instance: Json, _: Json) -> Errors:
    found: list[ValidationError] = []
    for number, part in enumerate(wanted):
        errors = list(_first(validator.descend(instance, part, schema_path=number)))
        if not errors:
            return
        found.extend(errors)
    yield ValidationError("none of the allowed forms", context=found)


def _one_of(validator: Json, wanted: list[Any], instance: Json, schema: Json) -> Errors:
    fitting = sum(validator.evolve(schema=part).is_valid(instance) for part in wanted)
    if fitting == 0:
        yield from _any_of(validator, wanted, instance, schema)
    elif fitting > 1:
        yield ValidationError("more than one of the allowed forms")


def _first(errors: Errors) -> Errors:
    return islice(errors, MAX_ENTRY_DEFECTS)


def schema_error(schema: Json) -> ValidationError | None:
    """Return what is most wrong with a schema as such, or None."""
    errors = Draft7Validator(Draft7Validator.META_SCHEMA).iter_errors(schema)
    worst: ValidationError | None = best_match(errors)
    return worst


Draft07: Any = validators.extend(  # type: ignore[no-untyped-call] # the stubs leave it out
    Draft7Validator,
    {
        "required": _required,
        "dependencies": _dependencies,
        "pattern": _pattern,
        "format": _format,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional,
        "propertyNames": _property_names,
        "uniqueItems": _unique,
        "if": _if,
        "anyOf": _any_of,
        "oneOf": _one_of,
    },
)
"""The validator class; its schemas must hold no `$schema`, which would call for another class."""
