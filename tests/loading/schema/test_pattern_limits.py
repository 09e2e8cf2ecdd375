"""A pattern that runs out of steps: a finding of its own, whatever keyword is around it."""

from __future__ import annotations

from typing import Any

import pytest

from rollkeeper.loading.schema import compile_schema, defects
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.roster import Defect

PATTERN = {"pattern": "^(?:a(?=a)|a)+b$"}
"""With lookaround, so that it cannot be matched in linear time."""
LONG = "a" * 60_000


def found(field: dict[str, Any], *values: str) -> list[Defect]:
    items = {"type": "object", "properties": {"tier": field}}
    schema = {"type": "array", "items": items}
    roster = read_yaml("".join(f"- tier: {each}\n" for each in values).encode(), "x.yaml")
    return list(defects(compile_schema(schema), roster.data))


def tried(defect: Defect) -> bool:
    return "takes too many steps" not in defect.message


@pytest.mark.parametrize(
    ("field", "refused"),
    [
        (PATTERN, False),
        ({"not": PATTERN}, True),
        ({"not": {"anyOf": [PATTERN]}}, True),
        ({"not": {"not": PATTERN}}, False),
        ({"if": PATTERN, "then": {"maxLength": 2}}, True),
        ({"if": PATTERN, "else": {"maxLength": 9}}, False),
        ({"anyOf": [PATTERN, {"const": "x"}]}, False),
        ({"oneOf": [PATTERN, {"type": "string"}]}, True),
        ({"allOf": [{"not": PATTERN}]}, True),
    ],
)
def test_one_that_runs_out_of_steps_is_neither_a_pass_nor_a_refusal_of_others(
    field: dict[str, Any],
    refused: bool,  # noqa: FBT001 - a column of the table
) -> None:
    every = found(field, LONG, LONG, "aaab", "aaab")
    assert [(each.entry, tried(each)) for each in every] == [
        (0, False), (1, False), *([(2, True), (3, True)] if refused else [])
    ]  # fmt: skip


def test_the_name_of_a_field_can_be_what_the_pattern_cannot_be_tried_on() -> None:
    schema = {"items": {"patternProperties": {PATTERN["pattern"]: {"maxLength": 1}}}}
    roster = read_yaml(f"- {{? {LONG} : xx}}\n- {{aaab: xx}}\n".encode(), "x.yaml")
    first, second = defects(compile_schema(schema), roster.data)
    assert (tried(first), tried(second)) == (False, True)
    assert second.entry == 1
