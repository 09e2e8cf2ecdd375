"""`anyOf` and `oneOf` told in words: of all the forms allowed, the one that was probably meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rollkeeper.grammar.wording import listed
from rollkeeper.loading.schema.case import Mismatch, SchemaDefect
from rollkeeper.loading.schema.describing import described
from rollkeeper.loading.schema.fast_check import Json


def told_branches(case: Mismatch) -> Iterator[SchemaDefect]:
    """Tell why a value has none of the forms allowed, or has several where one is allowed."""
    groups: dict[Any, list[Any]] = {}
    for error in case.error.context or ():
        groups.setdefault(error.schema_path[0] if error.schema_path else 0, []).append(error)
    if not groups:
        yield from _too_many(case)
    elif all(_only(errors, "required") for errors in groups.values()):
        yield from _one_is_needed(case)
    else:
        yield from _best(case, groups)


def _only(errors: list[Any], keyword: str) -> bool:
    return all(error.validator == keyword and not error.path for error in errors)


def _too_many(case: Mismatch) -> Iterator[SchemaDefect]:
    fits = [part for part in case.wanted if case.validator.evolve(schema=part).is_valid(case.value)]
    names = [name for part in fits if isinstance(part, dict) for name in part.get("required", ())]
    if names and isinstance(case.value, dict):
        message = f"only one of {listed(dict.fromkeys(names))} can be given; delete the others"
        yield SchemaDefect("wrong-value", message, (*case.path, names[-1]), on_key=True)
        return
    words = [text for text in map(described, fits) if text]
    several = f": {' and '.join(words)}" if len(words) > 1 else ""
    yield case.told(
        "wrong-value", f"fits more than one of the forms of which it may have one{several}"
    )


def _one_is_needed(case: Mismatch) -> Iterator[SchemaDefect]:
    """Each form fails only for a field that is missing: name the choice."""
    sets = [listed(part["required"]) for part in case.wanted if "required" in part]
    holder = f" in {case.name}" if case.path else ""
    choice = " or ".join(dict.fromkeys(sets))
    yield SchemaDefect(
        "missing-field", f"one of these fields is missing{holder}: {choice}; add it", case.path
    )


def _best(case: Mismatch, groups: dict[Json, list[Any]]) -> Iterator[SchemaDefect]:
    """Tell the faults of the form that is nearest; where all are as far, name them all."""
    of_kind = {key: errors for key, errors in groups.items() if not _fails_at_once(errors, "type")}
    if not of_kind and case.value is not None:
        kinds: dict[str, None] = {}
        for errors in groups.values():
            wanted = next(e.validator_value for e in errors if e.validator == "type" and not e.path)
            kinds.update(dict.fromkeys([wanted] if isinstance(wanted, str) else wanted))
        first = next(e for e in next(iter(groups.values())) if e.validator == "type" and not e.path)
        first.validator_value = list(kinds)
        yield from case.describe(first, case.validator)
        return
    candidates = of_kind or groups
    if len(candidates) > 1 and not isinstance(case.value, (dict, list)):
        words = [described(case.wanted[key]) for key in candidates]
        if all(words):
            yield case.told("wrong-value", f"is {_value(case)}, but must be {' or '.join(words)}")
            return
    nearest = min(candidates.values(), key=_distance)
    for error in nearest:
        yield from case.describe(error, case.validator)


def _value(case: Mismatch) -> str:
    return listed([case.value])


def _fails_at_once(errors: list[Any], keyword: str) -> bool:
    return any(error.validator == keyword and not error.path for error in errors)


def _distance(errors: list[Any]) -> tuple[int, int, int]:
    """Count first what sets forms apart (a fixed value), then unknown fields, then all faults."""
    apart = sum(error.validator in {"const", "enum"} for error in errors)
    unknown = sum(error.validator == "additionalProperties" for error in errors)
    return apart, unknown, len(errors)
