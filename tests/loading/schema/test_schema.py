"""What a schema finds in a roster: the words, the places, and what it refuses of a schema."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from patience import soon
from rollkeeper.loading.schema import SchemaError, compile_schema, defects
from rollkeeper.loading.schema.messages import described_errors
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.limits import MAX_ENTRY_DEFECTS, MAX_ROSTER_DEFECTS
from rollkeeper.model.roster import Defect
from rollkeeper.model.tree import START, List, Map

SCRIPTS = Path(__file__).parents[3] / "scripts"
Schema = dict[str, Any]


def judged(schema: Schema, text: str, entries_at: tuple[str, ...] = ()) -> list[Defect]:
    roster = read_yaml(text.encode(), "roster.yaml")
    assert not roster.defects
    return list(defects(compile_schema(schema), roster.data, entries_at))


def entry(**fields: Any) -> Schema:
    return {"type": "array", "items": {"type": "object", "properties": fields}}


def said(schema: Schema, text: str) -> list[str]:
    return [defect.message for defect in judged(schema, text)]


WORDS = [
    ({"enum": ["gold", "silver"]}, "x: gold_", "one of `gold` or `silver`; did you mean `gold`?"),
    ({"const": "gold"}, "x: lead", "`x` is `lead`, but must be `gold`"),
    ({"pattern": "^https?://"}, "x: ftp://a", "a web address, such as"),
    ({"pattern": "^[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}$"}, "x: a b", "GitHub handle"),
    ({"pattern": "^Q[0-9]$", "x-pattern-words": "Q and a digit"}, "x: R1", "must be Q and a digit"),
    ({"pattern": "^Q[0-9]$", "title": "Quarter"}, "x: R1", "describes it: Quarter"),
    ({"pattern": "^Q[0-9]$"}, "x: R1", "of the form that the schema asks for"),
    ({"type": "string", "format": "date"}, "x: 2025-1-5", "`x` is `2025-1-5`: write it `2025-01-05`"),
    ({"format": "date"}, "x: 2025-02-30", "a date written year-month-day"),
    ({"format": "email"}, "x: team@host", "an e-mail address"),
    ({"format": "uri"}, "x: cloud.example", "a full address"),
    ({"type": "string"}, "x: 360", 'is read as the number 360, not as text; write it in quotes: `"360"`'),
    ({"type": "string"}, "x: 1.5", 'write it in quotes: `"1.5"`'),
    ({"type": "string"}, "x: true", "is read as the truth value `true`"),
    ({"type": "string"}, "x: [a]", "is a list, but must be text; write one value"),
    ({"type": "string"}, "x: {a: b}", "must be in quotes"),
    ({"type": "integer"}, 'x: "3"', "must be a whole number; write it without quotes"),
    ({"type": "array"}, "x: a", "write each value on a line of its own"),
    ({"type": ["array", "object"]}, "x: a", "must be a list or a mapping of fields"),
    ({"type": "string"}, "x:", "`x` is empty; write its value, or delete the line"),
    ({"minLength": 3}, "x: ab", "2 characters, but 3 are needed"),
    ({"minLength": 3}, 'x: ""', "is blank"),
    ({"maxLength": 3}, "x: abcd", "has 4 characters (`abcd`), at most 3 are allowed"),
    ({"minItems": 2}, "x: [a]", "has 1 item, but must have at least 2"),
    ({"minItems": 2}, "x: []", "is empty; at least 2 items must be there"),
    ({"maxItems": 1}, "x: [a, b]", "has 2 items, but must have at most 1"),
    ({"minProperties": 2}, "x: {a: b}", "has 1 field, but must have at least 2"),
    ({"minimum": 1}, "x: 0", "must be at least 1"),
    ({"exclusiveMaximum": 1}, "x: 1", "must be less than 1"),
    ({"multipleOf": 5}, "x: 7", "must be a multiple of 5"),
    ({"uniqueItems": True}, "x: [a, b, a]", "item 3 of `x` is in `x` already: `a`; delete one"),
    ({"contains": {"const": "a"}}, "x: [b]", "has no item that is `a`; add one"),
    ({"not": {"const": "a"}}, "x: a", "must not be `a`"),
    ({"not": {"required": ["a", "b"]}}, "x: {a: 1, b: 2}", "`a` and `b` cannot be given together"),
    ({"propertyNames": {"pattern": "^[a-z-]+$"}}, "x: {B: 1}", "the key `B` must be lowercase letters"),
    ({"additionalProperties": False}, "x: {a: 1}", "the field `a` is not known; delete it"),
    (False, "x: a", "`x` cannot be given here; delete it"),
    ({"required": ["a"]}, "x: {b: 1}", "the field `a` is missing in `x`; add a line `a: …`"),
    ({"dependencies": {"a": ["b"]}}, "x: {a: 1}", "`b` is missing in `x`, and `a` needs it"),
    ({"anyOf": [{"type": "string"}, {"type": "array"}]}, "x: {}", "must be text or a list"),
    ({"anyOf": [{"format": "uri"}, {"format": "email"}]}, "x: a", "full address"),
    ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, "x: {c: 1}", "missing in `x`: `a` or `b`"),
    ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, "x: {a: 1, b: 2}", "only one of `a` and `b`"),
    ({"oneOf": [{"type": "string"}, {"maxLength": 9}]}, "x: a", "may match only one"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "text", "words"), WORDS)
def test_defect_in_words(part: Schema, text: str, words: str) -> None:
    found = said(entry(x=part), f"- {text}\n")
    assert len(found) == 1
    assert words in found[0]


def test_errors_of_the_library_are_left_as_they_are() -> None:
    schema = {"anyOf": [{"type": "string"}, {"type": ["array", "null"]}]}
    library = compile_schema(schema).whole.library
    errors = list(library.iter_errors({}))

    class Again:
        def iter_errors(self, _: object) -> list[Any]:
            return errors

    first, second = (list(described_errors(Again(), {})) for _ in range(2))
    assert first == second
    assert "must be text or a list" in first[0].message
    assert [each.validator_value for each in errors[0].context] == ["string", ["array", "null"]]


def test_the_form_that_was_meant_is_reported() -> None:
    site = {
        "properties": {"kind": {"const": "site"}, "url": {"format": "uri"}},
        "required": ["url"],
    }
    chat = {
        "properties": {"kind": {"const": "chat"}, "room": {"type": "string"}},
        "required": ["room"],
    }
    schema = entry(x={"anyOf": [site, chat]})
    assert said(schema, "- x: {kind: chat, rom: a}\n") == [
        "the field `room` is missing in `x`; add a line `room: …`"
    ]


def test_condition_says_why_it_applies() -> None:
    schema = entry(status={}, ended={})
    schema["items"] |= {
        "if": {"properties": {"status": {"enum": ["alumni", "withdrawn"]}}, "required": ["status"]},
        "then": {"required": ["ended"]},
        "else": {"not": {"required": ["ended"]}},
    }
    assert said(schema, "- status: alumni\n- status: active\n  ended: 2025-01-01\n") == [
        "the field `ended` is missing; add a line `ended: …`, because `status` is `alumni` or `withdrawn`",
        "`ended` cannot be given here; delete it",
    ]


def test_all_defects_of_all_entries_in_file_order() -> None:
    schema = entry(name={"type": "string"}, tier={"enum": ["gold"]})
    schema["items"] |= {"required": ["name"], "additionalProperties": False}
    text = "- tier: gld\n  nme: a\n- name: a\n  tier: gold\n- name: ' '\n  tear: b\n  tier: x\n"
    found = judged(schema, text)
    assert [(f.rule, f.entry, f.field, f.place.line, f.place.column) for f in found] == [
        ("missing-field", 0, ("name",), 1, 3),
        ("wrong-value", 0, ("tier",), 1, 9),
        ("unknown-field", 0, ("nme",), 2, 3),
        ("empty-value", 2, ("name",), 5, 9),
        ("unknown-field", 2, ("tear",), 6, 3),
        ("wrong-value", 2, ("tier",), 7, 9),
    ]


def test_entries_below_a_key_and_defects_around_them() -> None:
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["title"],
        "properties": {"sigs": {**entry(name={"type": "string"}), "maxItems": 1}, "title": {}},
    }
    found = judged(schema, "sigs:\n  - name: 1\n  - name: a\nother: b\n", ("sigs",))
    assert [(f.rule, f.entry, f.field, f.place.line) for f in found] == [
        ("missing-field", None, (), 1),
        ("wrong-value", None, (), 2),
        ("wrong-type", 0, ("name",), 2),
        ("unknown-field", None, (), 4),
    ]


def test_entries_that_the_schema_does_not_point_to_plainly_are_validated_as_well() -> None:
    schema = {
        "$ref": "#/definitions/roster",
        "definitions": {"roster": entry(name={"type": "string"})},
    }
    found = judged(schema, "- name: a\n- name: 2\n")
    assert [(f.rule, f.entry, f.field) for f in found] == [("wrong-type", 1, ("name",))]


@pytest.mark.parametrize(
    "schema",
    [
        {"items": {"type": "array"}},
        {"items": {"anyOf": [{"type": "array"}, {"type": "string"}]}},
        {"items": {"oneOf": [{"type": "array"}]}},
        {"items": {"allOf": [{"type": "string"}]}},
        {"items": {"if": {}, "then": {"type": "string"}}},
        {"$ref": "#/definitions/roster", "definitions": {"roster": {"items": {"type": "null"}}}},
    ],
)
def test_entry_of_another_kind_than_the_schema_asks_for_is_reported(schema: Schema) -> None:
    found = judged(schema, "- name: a\n")
    assert [(each.rule, each.entry) for each in found] == [("wrong-type", 0)]


def test_field_beside_the_entries_of_another_kind_is_reported() -> None:
    schema = {"properties": {"sigs": entry(), "title": {"type": "string"}}}
    found = judged(schema, "sigs:\n  - name: a\ntitle: 5\n", ("sigs",))
    assert [(each.rule, each.field) for each in found] == [("wrong-type", ())]


def test_shape_of_the_roster_is_left_to_the_reader() -> None:
    assert judged(entry(name={}), "name: a\n") == []
    assert judged(entry(name={}), "- a\n- name: b\n") == []


def test_a_blank_value_counts_as_missing_everywhere() -> None:
    schema = entry(mail={"type": "string"}, handle={"type": "string"})
    schema["items"]["anyOf"] = [{"required": ["mail"]}, {"required": ["handle"]}]
    assert said(schema, '- mail: ""\n- handle: octocat\n  mail: ""\n') == [
        "one of these fields is missing: `mail` or `handle`; add it"
    ]


def test_a_value_that_is_not_there_is_not_blamed_for_its_form() -> None:
    schema = entry(name={"type": "string", "pattern": "^[A-Z]", "minLength": 3, "format": "uri"})
    schema["items"]["required"] = ["name"]
    found = judged(schema, '- name: ""\n- name: "  "\n- name:\n')
    assert [f.rule for f in found] == ["empty-value"] * 3


def test_null_that_the_schema_allows_is_a_value() -> None:
    schema = entry(left={"type": ["string", "null"]})
    schema["items"]["required"] = ["left"]
    assert said(schema, "- left: null\n- left: ~\n") == []


def test_repairs_are_offered_only_where_there_is_no_doubt() -> None:
    schema = entry(
        name={"type": "string"}, tier={"enum": ["gold", "Silver"]}, since={"format": "date"}
    )
    text = (
        "- {name: 360, tier: GOLD, since: 2025/1/5}\n- {name: true, tier: gol, since: 5/1/2025}\n"
    )
    fixes = [f.fix.value if f.fix else None for f in judged(schema, text)]
    assert fixes == ["360", "gold", "2025-01-05", None, None, None]


def test_long_and_odd_values_are_cut_in_messages() -> None:
    text = f"- x: {'ab c' * 5000}\n- {'k' * 900}: 1\n"
    schema = entry(x={"enum": ["a"]})
    schema["items"]["additionalProperties"] = False
    found = said(schema, text)
    assert len(found) == 2
    assert max(map(len, found)) < 250


@pytest.mark.parametrize(
    ("schema", "words", "path"),
    [
        ({"type": "strin"}, "strin", ("type",)),
        ({"properties": {"a": {"pattern": "("}}}, "cannot be read", ("properties", "a", "pattern")),
        ({"patternProperties": {"[": {}}}, "cannot be read", ("patternProperties", "[")),
        ({"$ref": "https://schemas.example/a.json"}, "nothing is fetched", ("$ref",)),
        ({"items": {"$ref": "other.json#/a"}}, "leads out of the schema", ("items", "$ref")),
        ({"items": {"$ref": "#/definitions/a"}}, "leads nowhere", ("items", "$ref")),
        ({"$ref": "#/required", "required": ["a"]}, "does not lead to a schema", ("$ref",)),
        ({"$ref": "#"}, "without end", ()),
        ({"anyOf": [{"not": {"$ref": "#"}}]}, "without end", ()),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema"}, "draft-07", ("$schema",)),
    ],
)
def test_broken_schema_says_where(schema: Schema, words: str, path: tuple[str, ...]) -> None:
    with pytest.raises(SchemaError) as caught:
        compile_schema(schema)
    assert words in caught.value.message
    assert caught.value.path == path
    assert "/".join(path) in str(caught.value)


def test_schema_nested_too_deep_is_a_mistake() -> None:
    schema: Schema = {}
    for _ in range(500):
        schema = {"not": schema}
    with pytest.raises(SchemaError, match="nested deeper"):
        compile_schema(schema)


def test_schema_may_refer_to_itself_for_a_part() -> None:
    schema = entry(parts={"$ref": "#"}, name={"type": "string"})
    assert said(schema, "- parts: [{parts: [{name: a}]}]\n") == []
    assert len(said(schema, "- parts: [{parts: [{name: 1}]}]\n")) == 1


def test_field_called_like_a_keyword_is_a_field() -> None:
    schema = entry(
        **{"$ref": {"type": "string"}, "$id": {"enum": ["a"]}, "pattern": {}, "items": {}}
    )
    assert said(schema, '- {"$ref": a, "$id": a, pattern: "(", items: 1}\n') == []
    assert len(said(schema, '- {"$ref": 1, "$id": b}\n')) == 2


def test_hostile_rosters_cost_little_and_are_reported_in_part() -> None:
    schema = entry(name={"type": "string"}, x={"uniqueItems": True})
    schema["items"]["additionalProperties"] = False
    many = Map()
    many.update({f"key{number}": "a" for number in range(100_000)})
    pairs = List()
    for number in range(50_000):
        item = Map()
        item["a"] = number
        pairs.append(item)
        pairs.item_places.append((1, 1, 1, 1))
    roster = List()
    held = Map()
    held["x"] = pairs
    roster.extend([many, held])
    roster.item_places.extend([(1, 1, 1, 1)] * 2)
    with soon():
        found = list(defects(compile_schema(schema), roster))
    assert 1 <= len(found) <= MAX_ENTRY_DEFECTS + 1


def test_defects_of_a_whole_roster_are_limited_and_the_rest_is_named() -> None:
    roster = List()
    for number in range(MAX_ROSTER_DEFECTS + 10):
        item = Map()
        item["name"] = number
        roster.append(item)
        roster.item_places.append((number + 1, 1, number + 1, 2))
    found = list(defects(compile_schema(entry(name={"type": "string"})), roster))
    assert len(found) == MAX_ROSTER_DEFECTS + 1
    assert "was not checked" in found[0].message
    assert found[0].place == START


def test_library_that_words_refusals_is_not_loaded_for_a_valid_roster() -> None:
    code = (
        "import sys; from rollkeeper.loading.schema import compile_schema, defects;"
        "schema = compile_schema({'type': 'array', 'items': {'required': ['a']}});"
        "assert not list(defects(schema, [{'a': 1}]));"
        "print('jsonschema' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
