"""How messages name values, count things and propose a word."""

from __future__ import annotations

import pytest

from rollkeeper.grammar.wording import above, counted, cut, listed, nearest, quoted


@pytest.mark.parametrize(
    ("value", "limit", "form", "words"),
    [
        (0.85, 0.6, "%", "85%"),
        (0.604, 0.6, "%", "60.4%"),
        (0.6001, 0.6, "%", "60.01%"),
        (0.6000000001, 0.6, "%", "just over 60%"),
        (40, 20, "f", "40"),
        (20.04, 20, "f", "20.04"),
        (20.00001, 20, "f", "just over 20"),
    ],
)
def test_a_number_above_a_limit_never_looks_like_it(
    value: float, limit: float, form: str, words: str
) -> None:
    assert above(value, limit, form) == words


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (1, "entry", "1 entry"),
        (0, "entry", "0 entries"),
        (1234, "error", "1,234 errors"),
        (2, "more entry", "2 more entries"),
        (2, "day", "2 days"),
    ],
)
def test_counted(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words


@pytest.mark.parametrize(
    ("given", "known", "meant"),
    [
        ("nmae", ("name", "tier"), "name"),
        ("Git-Hub", ("git_hub", "name"), "git_hub"),
        (" GOLD ", ("Gold", "Silver"), "Gold"),
        ("zzz", ("name", "tier"), None),
        ("twitter", ("tier",), None),
        ("descr", ("description",), "description"),
        ("name", (), None),
        ("n" * 100_000, ("name",), None),
    ],
)
def test_nearest(given: str, known: tuple[str, ...], meant: str | None) -> None:
    assert nearest(given, known) == meant


def test_long_and_blank_values_are_named_on_one_line() -> None:
    assert cut("a\n b" * 1000, 10) == "a ba ba b…"
    assert quoted("  ") == "a blank value"
    assert listed(range(30), most=2) == "`0`, `1` and 28 more"
