"""The `jsonschema` library's draft-07 validator, with the few keywords that must act otherwise.

They differ where values come from strangers (patterns within a time limit, equal items found
without comparing all pairs, no more faults of one value than anyone reads), and in that a blank
value is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from jsonschema import Draft7Validator, ValidationError, validators
from jsonschema.exceptions import best_match

from rollkeeper.loading.schema.fast_check import Json, is_given, repeated
from rollkeeper.loading.schema.formats import check_of
from rollkeeper.loading.schema.patterns import matches
from rollkeeper.model.limits import MAX_ENTRY_DEFECTS

Errors = Iterator[ValidationError]


def _required(_: Json, names: list[str], instance: Json, schema: Mapping[str, Any]) -> Errors:
    if not isinstance(instance, dict):
        return
    fields = schema.get("properties", {})
    if any(not is_given(instance.get(name), _if_there(instance, fields, name)) for name in names):
        yield ValidationError("a field that is required is missing or blank")


def _if_there(instance: Json, fields: Mapping[str, Any], name: str) -> Json:
    """Return the schema of a field that stands in the entry: one that does not is never given."""
    return fields.get(name) if name in instance else None


def _dependencies(
    validator: Json, wanted: Mapping[str, Any], instance: Json, schema: Json
) -> Errors:
    if not isinstance(instance, dict):
        return
    for name, part in wanted.items():
        if name not in instance:
            continue
        if isinstance(part, list):
            yield from _required(validator, part, instance, schema)
        else:
            yield from validator.descend(instance, part, schema_path=name)


def _pattern(_: Json, pattern: str, instance: Json, __: Json) -> Errors:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError("the text does not have the form that is asked for")


def _format(_: Json, name: str, instance: Json, __: Json) -> Errors:
    check = check_of(name)
    if check and isinstance(instance, str) and not check(instance):
        yield ValidationError("the text does not have the format that is asked for")


def _pattern_properties(
    validator: Json, wanted: Mapping[str, Any], instance: Json, _: Json
) -> Errors:
    if isinstance(instance, dict):
        for pattern, schema in wanted.items():
            for name, value in instance.items():
                if matches(pattern, name):
                    yield from validator.descend(value, schema, path=name, schema_path=pattern)


def extra_names(instance: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """Return the keys that neither `properties` nor `patternProperties` speak of."""
    known = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    for name in instance:
        if name not in known and not any(matches(pattern, name) for pattern in patterns):
            yield name


def _additional(validator: Json, wanted: Json, instance: Json, schema: Mapping[str, Any]) -> Errors:
    if not isinstance(instance, dict):
        return
    for name in extra_names(instance, schema):
        if wanted is False:
            yield ValidationError("there are fields that are not known")
            return
        yield from validator.descend(instance[name], wanted, path=name)


def _unique(_: Json, wanted: bool, instance: Json, __: Json) -> Errors:  # noqa: FBT001 - the library's form of a keyword
    if wanted and isinstance(instance, list) and repeated(instance):
        yield ValidationError("the list holds a value twice")


def _property_names(validator: Json, wanted: Json, instance: Json, _: Json) -> Errors:
    if isinstance(instance, dict):
        judge = validator.evolve(schema=wanted)
        for name in instance:
            if not judge.is_valid(name):
                yield ValidationError("the key is not allowed", path=[name], instance=name)


def _if(validator: Json, condition: Json, instance: Json, schema: Mapping[str, Any]) -> Errors:
    """Keep the faults of `then` and `else` together, so that the message can say why they apply."""
    branch = "then" if validator.evolve(schema=condition).is_valid(instance) else "else"
    if branch in schema:
        found = list(_some(validator.descend(instance, schema[branch], schema_path=branch)))
        if found:
            yield ValidationError(branch, context=found)


def _any_of(validator: Json, wanted: list[Any], instance: Json, _: Json) -> Errors:
    found: list[ValidationError] = []
    for number, part in enumerate(wanted):
        defects = list(_some(validator.descend(instance, part, schema_path=number)))
        if not defects:
            return
        found.extend(defects)
    yield ValidationError("none of the forms that are allowed", context=found)


def _one_of(validator: Json, wanted: list[Any], instance: Json, schema: Json) -> Errors:
    fitting = sum(validator.evolve(schema=part).is_valid(instance) for part in wanted)
    if fitting == 0:
        yield from _any_of(validator, wanted, instance, schema)
    elif fitting > 1:
        yield ValidationError("more than one of the forms that are allowed")


def schema_error(schema: Json) -> ValidationError | None:
    """Return what is most wrong with a schema as such, or None."""
    errors = Draft7Validator(Draft7Validator.META_SCHEMA).iter_errors(schema)
    worst: ValidationError | None = best_match(errors)
    return worst


def _some(errors: Errors) -> Errors:
    return islice(errors, MAX_ENTRY_DEFECTS)


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
