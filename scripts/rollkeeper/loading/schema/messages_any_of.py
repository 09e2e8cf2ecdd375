"""`anyOf` and `oneOf` in words: of all the allowed forms, the one that was probably meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from rollkeeper.grammar.wording import listed
from rollkeeper.loading.schema.case import Mismatch, SchemaDefect
from rollkeeper.loading.schema.describing import described

if TYPE_CHECKING:
    from jsonschema import ValidationError

    Forms = Mapping[int, list[ValidationError]]
    """The errors of each form, by its position."""


def describe_forms(case: Mismatch) -> Iterator[SchemaDefect]:
    """Return why a value has none of the allowed forms, or has several where one is allowed."""
    forms: dict[int, list[ValidationError]] = {}
    for error in case.error.context or ():
        forms.setdefault(int(error.schema_path[0]), []).append(error)
    errors = [error for errors in forms.values() for error in errors]
    if not forms:
        yield _too_many(case)
    elif all(_is_of_value(error, "required") for error in errors):
        holder = f" in {case.name}" if case.path else ""
        choice = " or ".join(dict.fromkeys(listed(case.of(error).wanted) for error in errors))
        message = f"one of these fields is missing{holder}: {choice}; add it"
        names = dict.fromkeys(name for error in errors for name in case.of(error).wanted)
        path, *others = ((*case.path, name) for name in names)
        yield SchemaDefect("missing-field", message, path, absent=True, about=tuple(others))
    else:
        yield from _nearest(case, forms)


def _is_of_value(error: ValidationError, keyword: str) -> bool:
    return error.validator == keyword and not error.path


def _too_many(case: Mismatch) -> SchemaDefect:
    fits = [part for part in case.wanted if case.validator.evolve(schema=part).is_valid(case.value)]
    names = [name for part in fits if isinstance(part, dict) for name in part.get("required", ())]
    if names and isinstance(case.value, dict):
        message = f"only one of {listed(dict.fromkeys(names))} can be given; delete the others"
        return SchemaDefect("wrong-value", message, (*case.path, names[-1]), on_key=True)
    words = [text for text in map(described, fits) if text]
    several = f": {' and '.join(words)}" if len(words) > 1 else ""
    return case.defect("wrong-value", f"matches several forms, but may match only one{several}")


def _nearest(case: Mismatch, forms: Forms) -> Iterator[SchemaDefect]:
    """Return the defects of the nearest form; where all are as far, name them all."""
    kinds = [e for errors in forms.values() for e in errors if _is_of_value(e, "type")]
    of_kind = {
        key: errors
        for key, errors in forms.items()
        if not any(_is_of_value(error, "type") for error in errors)
    }
    if not of_kind and case.value is not None:
        wanted = [case.of(each).wanted for each in kinds]
        names = [name for each in wanted for name in ([each] if isinstance(each, str) else each)]
        yield from case.describe(replace(case.of(kinds[0]), wanted=list(dict.fromkeys(names))))
        return
    candidates = of_kind or forms
    if len(candidates) > 1 and not isinstance(case.value, (dict, list)):
        words = [described(case.wanted[key]) for key in candidates]
        if all(words):
            choice = " or ".join(words)
            yield case.defect("wrong-value", f"is {listed([case.value])}, but must be {choice}")
            return
    for error in min(candidates.values(), key=_distance):
        yield from case.describe(case.of(error))


def _distance(errors: list[ValidationError]) -> tuple[int, int, int]:
    """Count first what sets forms apart (a fixed value), then unknown fields, then all errors."""
    apart = sum(error.validator in {"const", "enum"} for error in errors)
    unknown = sum(error.validator == "additionalProperties" for error in errors)
    return apart, unknown, len(errors)
