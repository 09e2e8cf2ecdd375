"""Hostile input of twice the size takes at most about twice the time, whatever kind it is."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from doubling import Kind, ids, too_much

pytestmark = pytest.mark.untraced
"""What is timed here runs without the tracer, which would double its time."""

MODULES = sorted(file.stem for file in Path(__file__).parent.glob("doubling_*.py"))
KINDS = [kind for name in MODULES for kind in import_module(name).KINDS]


@pytest.mark.parametrize("kind", KINDS, ids=ids(KINDS))
def test_twice_the_input_takes_twice_the_time(kind: Kind) -> None:
    assert too_much(kind) == ""


def test_there_are_many_kinds_and_no_two_share_a_name() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 40


def test_what_grows_with_the_square_is_found() -> None:
    """The test of the test."""
    backtracking = re.compile(" *x")
    kind = Kind("blanks", lambda size: " " * size, backtracking.search)
    assert "blanks: " in too_much(kind)
