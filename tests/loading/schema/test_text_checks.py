"""Patterns and formats: what they mean, and what a hostile value can make of them."""

from __future__ import annotations

from typing import Any

import pytest

from patience import soon
from rollkeeper.loading.schema import compile_schema, defects
from rollkeeper.loading.schema.text_checks import has_format, matches
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.roster import Defect

Schema = dict[str, Any]


def judged(schema: Schema, text: str) -> list[Defect]:
    roster = read_yaml(text.encode(), "roster.yaml")
    assert not roster.defects
    return list(defects(compile_schema(schema), roster.data))


def entry(**fields: Any) -> Schema:
    return {"type": "array", "items": {"type": "object", "properties": fields}}


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        (r"^\d{4}$", "2025", True),
        (r"^\d{4}$", "\u0662\u0660\u0662\u0665", False),
        (r"^[\d-]+$", "20-25", True),
        (r"^[\d-]+$", "\u0662", False),
        (r"^(a$|b)", "a\n", False),
        (r"^[$]\$$", "$$", True),
        (r"^\p{Lu}", "\u00c4", True),
        (r"^[\]\d]$", "]", True),
    ],
)
def test_patterns_mean_what_they_mean_in_an_editor(
    pattern: str, text: str, *, is_match: bool
) -> None:
    assert matches(pattern, text) is is_match


def test_pattern_that_is_slow_elsewhere_takes_linear_time() -> None:
    schema = entry(x={"pattern": "^(a|aa)+$"})
    text = "".join(f"- x: {'a' * 4000}{number}\n" for number in range(200))
    with soon():
        found = [each.message for each in judged(schema, text)]
    assert len(found) == 200
    assert all("of the form that the schema asks for" in message for message in found)


SLOW = "^(a|aa)+(?=b)b$"
HOSTILE = "a" * 60


@pytest.mark.parametrize(
    "part",
    [
        {"pattern": SLOW},
        {"not": {"pattern": SLOW}},
        {"if": {"pattern": SLOW}, "then": {"maxLength": 1}},
        {"if": {"pattern": SLOW}, "else": {"maxLength": 100}},
        {"anyOf": [{"pattern": SLOW}, {"type": "string"}]},
        {"oneOf": [{"pattern": SLOW}, {"type": "string"}]},
        {"not": {"allOf": [{"pattern": SLOW}, {"type": "string"}]}},
    ],
)
def test_pattern_without_an_answer_is_reported_and_no_entry_passes_by_it(part: Schema) -> None:
    with soon():
        found = judged(entry(x=part), f"- x: {HOSTILE}\n- x: {HOSTILE}\n- x: {HOSTILE}\n")
    assert [(each.rule, each.entry) for each in found] == [("wrong-value", n) for n in range(3)]
    assert all("takes too many steps on `aaa" in each.message for each in found)


def test_pattern_without_an_answer_for_a_key_is_reported() -> None:
    schema = entry()
    schema["items"]["patternProperties"] = {SLOW: {"type": "string"}}
    found = judged(schema, f"- name: a\n- {HOSTILE}: 1\n- aab: 1\n")
    assert [(each.rule, each.entry) for each in found] == [("wrong-value", 1), ("wrong-type", 2)]
    assert "takes too many steps" in found[0].message


def test_hostile_entries_switch_no_pattern_off_for_others() -> None:
    schema = entry(x={"not": {"pattern": "^(a|aa)+(?=b)|evil"}})
    found = judged(schema, f"- x: {HOSTILE}\n- x: {HOSTILE}\n- x: {HOSTILE}\n- x: evil\n- x: b\n")
    assert [each.entry for each in found] == [0, 1, 2, 3]
    assert "must not be" in found[3].message


def test_other_defects_of_an_entry_with_a_hostile_value_are_kept() -> None:
    schema = entry(a={"type": "string"}, x={"pattern": SLOW})
    found = judged(schema, f"- a: 1\n  x: {HOSTILE}\n")
    assert sorted(each.rule for each in found) == ["wrong-type", "wrong-value"]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("email", "no-reply@cloud.example", "team[at]cloud.example"),
        ("uri", "https://cloud.example/", "https://cloud.example:https/"),
        ("uri", "geo:52.5,13.4", "cloud.example"),
        ("date", "2024-02-29", "2023-02-29"),
        ("date", "2025-01-05", "\u0662\u0660\u0662\u0665-\u0660\u0661-\u0660\u0665"),
        ("date-time", "2025-01-05T09:30:00Z", "2025-01-05 09:30"),
        ("time", "09:30:00Z", "24:00:00"),
        ("email", "a.b+c@cloud.example", "a@b@cloud.example"),
        ("idn-email", "büro@wolke.example", "büro(at)wolke.example"),
        ("uri", "https://cloud.example/a?b#c", "https://"),
        ("uri", "mailto:a@cloud.example", "https://a b.example"),
        ("uri-reference", "../a", "a b"),
        ("hostname", "cloud.example", "-a.example"),
        ("ipv4", "192.0.2.1", "192.0.2.256"),
        ("ipv6", "2001:db8::1", "fe80::1%eth0"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
    ],
)
def test_formats(name: str, good: str, bad: str) -> None:
    assert has_format(name, good)
    assert not has_format(name, bad)
