"""What is known of an expression before it runs."""

from __future__ import annotations

import pytest

from rollkeeper.engine.requirements import expressions
from rollkeeper.engine.requirements.expressions import Expression, compile_expression


def compiled(source: str) -> Expression:
    made = compile_expression(source)
    assert isinstance(made, Expression)
    return made


@pytest.mark.parametrize(
    ("source", "chains", "whole"),
    [
        ("true", [], False),
        ("entry.a.b == entry.c", [("a", "b"), ("c",)], False),
        ("entry.a.size() > 1 && has(entry.b)", [("a",), ("b",)], False),
        ("size(entry) > 1 && entry.a", [(), ("a",)], True),
        ("entry.all(k, true)", [()], True),
        ("entry.all // each\n (k, true)", [()], True),
        ("active(entry)", [], False),
        ("active(entry) && entry == {}", [()], True),
        ("'entry.a' == ''", [("a",)], False),
    ],
)
def test_the_fields_that_it_names(
    source: str,
    chains: list[tuple[str, ...]],
    whole: bool,  # noqa: FBT001 - a column of the table
) -> None:
    made = compiled(source)
    assert list(made.chains) == chains
    assert made.uses_whole is whole
    assert made.uses_active is ("active(" in source)


@pytest.mark.parametrize(
    ("source", "costly", "roster"),
    [
        ("entry.a + 'x' == 'y' && entry.b in ['c']", False, False),
        ("active(entry)", False, False),
        ("entry.a.matches('x')", True, False),
        ("entry.a.exists_one(m, true)", True, False),
        ("roster == []", True, True),
        ("[[1]].all(roster, roster == [1])", True, True),
    ],
)
def test_what_it_may_cost(
    source: str,
    costly: bool,  # noqa: FBT001 - a column of the table
    roster: bool,  # noqa: FBT001 - a column of the table
) -> None:
    made = compiled(source)
    assert (made.costly, made.uses_roster) == (costly, roster)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("'" + "x" * 1_999 + "'", "2,001 characters long; at most 2,000 are allowed"),
        ("entri == 1", "unknown variable `entri`; did you mean `entry`?"),
        (
            "x == 1",
            "unknown variable `x`; known are `entry`, `old`, `roster`, `rosters` and `today`",
        ),
        (
            "y == x",
            "unknown variable `x`; known are `entry`, `old`, `roster`, `rosters` and `today`",
        ),
        ("activ(entry)", "unknown function `activ`; did you mean `active`?"),
    ],
)
def test_what_is_wrong_with_it(source: str, error: str) -> None:
    assert compile_expression(source) == error


def test_all_functions_are_listed_where_none_is_near() -> None:
    said = compile_expression("xyz(entry)")
    assert isinstance(said, str)
    assert said.startswith("unknown function `xyz`; known are `active`, `add_months`, `charAt`")
    assert said.endswith("`timestamp`, `type` and `uint`")
    assert said.count("`") == 2 * (1 + len(expressions.FUNCTIONS) + len(expressions.BUILT_IN))


def test_the_longest_expression_is_taken() -> None:
    assert isinstance(compile_expression("'" + "x" * 1_989 + "' != ''"), Expression)


@pytest.mark.parametrize(
    ("source", "place"),
    [("entry..name", ", at character 7"), ("true &&\nentry..name", ", at character 7 of line 2")],
)
def test_an_error_of_the_parser_has_its_place(source: str, place: str) -> None:
    error = compile_expression(source)
    assert isinstance(error, str)
    assert error.startswith("not a CEL expression: Syntax error: ")
    assert error.endswith(place)


def test_a_long_error_of_the_parser_is_cut() -> None:
    error = compile_expression("'" + "x" * 1_000)
    assert isinstance(error, str)
    message, _, place = error.removeprefix("not a CEL expression: ").rpartition(", at ")
    assert place == "character 1"
    assert (len(message), message[-1]) == (200, "…")


def test_an_error_without_a_place_is_cut() -> None:
    error = compile_expression("[" * 900)
    assert isinstance(error, str)
    assert len(error.removeprefix("not a CEL expression: ")) <= 200
