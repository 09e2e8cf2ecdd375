"""Patterns of paths: what they match, that they are checked, and that they cost little."""

from __future__ import annotations

import pytest

from rollkeeper.grammar.globs import fixed_folder, matches, matches_any, why_no_glob


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a.yaml", "a.yaml", True),
        ("a.yaml", "b/a.yaml", False),
        ("p/*.yaml", "p/a.yaml", True),
        ("p/*.yaml", "p/.a.yaml", False),
        ("p/*.yaml", "p/a/b.yaml", False),
        ("p/*.yaml", "p/a.yml", False),
        ("p/a*a.yaml", "p/a.yaml", False),
        ("p/a*a.yaml", "p/aa.yaml", True),
        ("**/a.yaml", "a.yaml", True),
        ("**/a.yaml", "x/y/a.yaml", True),
        ("x/**/a.yaml", "a.yaml", False),
        ("x/**/y/a.yaml", "x/y/a.yaml", True),
        ("x/**/y/a.yaml", "x/a.yaml", False),
        ("x/**/a.yaml", "x/.git/a.yaml", False),
        ("x/*/a.yaml", "x/../a.yaml", False),
        ("x/**/a.yaml", "x/../a.yaml", False),
        (".x/*.yaml", ".x/a.yaml", True),
    ],
)
def test_what_a_pattern_matches(pattern: str, path: str, *, expected: bool) -> None:
    assert matches(pattern, path) is expected
    assert matches_any(("none", pattern), path) is expected


def test_where_a_pattern_begins() -> None:
    assert [fixed_folder(each) for each in ("a.yaml", "p/*.yaml", "p/q/**/r/x.yaml", "*/a")] == [
        "",
        "p",
        "p/q",
        "",
    ]


def test_a_long_path_costs_little() -> None:
    assert not matches("**/" + "*a/" * 500 + "x.yaml", "a/" * 200_000 + "y.yaml")


@pytest.mark.parametrize("pattern", ["a.yaml", "*.yaml", "a/**/b*.yaml", "**/a"])
def test_patterns_that_may_be(pattern: str) -> None:
    assert why_no_glob(pattern) is None
