"""Which entry of an older roster is which of a newer one, at the limits of each step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from communities import community, loaded
from engine.diff.test_changes import written
from rollkeeper.engine.diff.matching import differences, match
from rollkeeper.model.roster import Entry

Data = dict[str, Any]


def entries(root: Path, roster: list[Data]) -> tuple[Entry, ...]:
    return loaded(community(root, written(roster))).programmes[0].entries


def pairs(root: Path, before: list[Data], after: list[Data]) -> dict[int, int]:
    """Return the older position of each newer entry that was there before."""
    return match(entries(root, before), entries(root, after))


def named(*names: str, **more: Any) -> list[Data]:
    return [{"name": name, **more} for name in names]


FIRS = [{"name": "Fir", "tier": tier} for tier in ("gold", "silver", "bronze", "iron", "tin")]
GOLD, SILVER, BRONZE, IRON, TIN = FIRS


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([GOLD, SILVER], [BRONZE, IRON], {0: 0, 1: 1}),
        ([GOLD, SILVER], [IRON, GOLD], {0: 1, 1: 0}),
        ([GOLD, SILVER, BRONZE], [IRON, TIN], {0: 0, 1: 1}),
        ([GOLD, SILVER], [BRONZE, IRON, TIN], {0: 0, 1: 1}),
        ([GOLD, GOLD], [GOLD, GOLD], {0: 0, 1: 1}),
        ([GOLD, GOLD, SILVER], [SILVER, GOLD, GOLD], {0: 2, 1: 0, 2: 1}),
    ],
)
def test_entries_of_one_name_are_paired_by_content_and_then_in_order(
    tmp_path: Path, before: list[Data], after: list[Data], expected: dict[int, int]
) -> None:
    assert pairs(tmp_path, before, after) == expected


@pytest.mark.parametrize(("shared", "expected"), [(2, {0: 0}), (1, {})])
def test_an_entry_with_another_name_is_the_same_with_half_of_its_fields(
    tmp_path: Path, shared: int, expected: dict[int, int]
) -> None:
    same = {"tier": "gold", "since": 2020}
    others = {"place": "Oslo", "land": "NO"} if shared == 2 else {"place": "Oslo", "since": 2021}
    before = {"name": "Alder", **same, "motto": "Up"}
    after = {"name": "Quince", **(same if shared == 2 else {"tier": "gold"}), **others}
    after.pop("land", None)
    assert pairs(tmp_path, [before], [after]) == expected


TREES = ("Alder", "Birch", "Cedar", "Elm", "Yew")


@pytest.mark.parametrize(("holders", "expected"), [(4, {0: 0}), (5, {})])
def test_a_value_that_many_share_does_not_identify_an_entry(
    tmp_path: Path, holders: int, expected: dict[int, int]
) -> None:
    before = named(*TREES[:holders], tier="gold")
    assert pairs(tmp_path, before, named("Quince", tier="gold")) == expected


@pytest.mark.parametrize(("name", "expected"), [("Aldex", {0: 0}), ("Aldxy", {})])
def test_names_alike_by_four_fifths_are_one(
    tmp_path: Path, name: str, expected: dict[int, int]
) -> None:
    assert pairs(tmp_path, named("Alder"), named(name)) == expected


@pytest.mark.parametrize(("rest", "expected"), [(29, {0: 0}), (30, {})])
def test_names_are_compared_where_few_entries_are_left(
    tmp_path: Path, rest: int, expected: dict[int, int]
) -> None:
    fillers = [f"{number:03}" for number in range(rest)]
    assert pairs(tmp_path, named("Alder Works", *fillers), named("Alder Work")) == expected
    assert pairs(tmp_path, named("Alder Works"), named("Alder Work", *fillers)) == expected


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({}, {"a": {"b": {"c": 1, "d": 2}}}, [("a", "b", "c"), ("a", "b", "d")]),
        ({}, {"a": [[1, 2], {"b": 3}]}, [("a", 0, 0), ("a", 0, 1), ("a", 1, "b")]),
        ({"a": []}, {"a": [{"b": [1, 2]}]}, [("a", 0, "b", 0), ("a", 0, "b", 1)]),
        ({"a": ["x", "y"]}, {"a": ["z", "w"]}, [("a", 0), ("a", 1)]),
        ({"a": ["x", "y"]}, {"a": ["z"]}, [("a", 0), ("a",)]),
        ({"a": [1, 1, 2]}, {"a": [1, 1]}, [("a",)]),
        ({"a": [1, 1]}, {"a": [1, 1, 1]}, [("a", 2)]),
        ({"a": [{"name": "x", "b": 1}, {"name": "y"}]}, {"a": [{"name": "y"}, {"name": "x", "b": 2}]}, [("a", 1, "b"), ("a",)]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [("a", 0, "b")]),
        ({"a": "x\n"}, {"a": "x"}, []),
        ({"a": "x"}, {"a": ["x"]}, [("a",)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, [("a", "b"), ("a", "c")]),
    ],
)  # fmt: skip
def test_differences_name_the_innermost_values(
    tmp_path: Path, before: Data, after: Data, paths: list[Any]
) -> None:
    ((old,), (new,)) = (entries(tmp_path, [{"name": "Fir", **data}]) for data in (before, after))
    assert list(differences(old.data, new.data)) == paths
