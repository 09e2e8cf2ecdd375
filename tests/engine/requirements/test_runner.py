"""What comes of one expression for one entry."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rollkeeper.engine.requirements.expressions import Expression, compile_expression
from rollkeeper.engine.requirements.runner import Result, Runner, Seen, Truth

TODAY = date(2026, 11, 21)
STATUS = (("state",), ("more", "status"))
ENTRY: dict[str, Any] = {
    "name": "Ada",
    "count": 3,
    "members": [{"github": "a"}],
    "contact": {"email": "ada@site.example", "office": {}},
    "links": ["https://meet.site.example/1", "none"],
    "state": " ",
}


def run(source: str, entry: dict[str, Any] | None = None) -> Result:
    expression = compile_expression(source)
    assert isinstance(expression, Expression)
    return Runner(Seen([ENTRY if entry is None else entry], TODAY, STATUS)).run(expression, 0)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("entry.members[5].github == ''", "index beyond the end of a list"),
        ("entry.count / 0 == 1", "division by zero"),
        ("9223372036854775807 + entry.count > 1", "a number is too large"),
        ("entry.count > 'a'", "a value has the wrong type for this operation"),
        ("size(entry.count) > 1", "`size` is called with a value of the wrong type"),
        ("entry.members.all(m, true) && m == 1", "unknown variable `m`"),
        ("active(entry.name)", "active() takes an entry, as in active(entry)"),
        ("evidence(entry.name) > 1", "evidence() takes a mapping or a list of criteria with links"),
        (
            "days_until(entry.count) > 1",
            "`3` is not a date: write the year, or year-month-day, such as 2025 or 2025-01-05",
        ),
        ("entry.name", "the result is a text, not true or false"),
        (
            "int(entry.name) > 1",
            "Function 'int' error: string parse error: invalid digit found in string",
        ),
    ],
)
def test_an_expression_that_breaks_says_why(source: str, reason: str) -> None:
    assert run(source) == (Truth.BROKEN, reason)


def test_a_long_reason_of_the_library_is_cut() -> None:
    (truth, reason) = run(f"entry.name.matches('({'x' * 300}')")
    assert truth is Truth.BROKEN
    assert reason.startswith("Function 'matches' error: '(xxxx")
    assert (len(reason), reason[-1]) == (160, "…")


def test_one_refusal_is_not_taken_for_that_of_the_next_run() -> None:
    runner = Runner(Seen([ENTRY], TODAY, STATUS))
    refused, divided = map(compile_expression, ("evidence(entry.name) > 1", "entry.count / 0 == 1"))
    assert isinstance(refused, Expression)
    assert isinstance(divided, Expression)
    assert runner.run(refused, 0).detail.startswith("evidence() takes")
    assert runner.run(divided, 0) == (Truth.BROKEN, "division by zero")


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("entry.website != ''", "`website`"),
        ("entry.contact.github != ''", "`contact.github`"),
        ("entry.contact.office.city != ''", "`contact.office.city`"),
        ("entry.contact.office.email != ''", "`contact.office.email`"),
        ("entry.contact.email != '' && entry.office.city != ''", "`office`"),
        ("entry['website'] != ''", "`website`"),
        ("entry.members.all(m, m.profile != '')", "`profile`"),
    ],
)
def test_a_missing_field_is_named_as_the_expression_names_it(source: str, missing: str) -> None:
    assert run(source) == (Truth.MISSING, missing)


@pytest.mark.parametrize(
    ("source", "truth"),
    [
        ("entry.name == 'Ada'", Truth.TRUE),
        ("entry.name == 'Bo'", Truth.FALSE),
        ("today == '2026-11-21'", Truth.TRUE),
        ("days_until('2026-11-24') == entry.count", Truth.TRUE),
        ("days_since('2026-11-18') == entry.count", Truth.TRUE),
        ("evidence(entry.links) == 1", Truth.TRUE),
        ("evidence({'a': entry.links, 'b': 'none'}) == 1", Truth.TRUE),
        ("size(roster) == 1 && roster[0].name == entry.name", Truth.TRUE),
    ],
)
def test_an_expression_is_true_or_false(source: str, truth: Truth) -> None:
    assert run(source) == (truth, "")


@pytest.mark.parametrize(
    ("entry", "truth"),
    [
        ({}, Truth.TRUE),
        ({"state": "active"}, Truth.TRUE),
        ({"state": " Withdrawn "}, Truth.FALSE),
        ({"state": " ", "more": {"status": "ALUMNI"}}, Truth.FALSE),
        ({"state": "active", "more": {"status": "alumni"}}, Truth.TRUE),
        ({"state": 3, "more": "alumni"}, Truth.TRUE),
    ],
)
def test_an_entry_is_active_by_its_first_status(entry: dict[str, Any], truth: Truth) -> None:
    assert run("active(entry)", entry) == (truth, "")
    assert run("active(entry) && size(entry) >= 0", entry) == (truth, "")
