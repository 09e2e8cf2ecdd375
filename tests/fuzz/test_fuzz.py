"""The same few thousand mutants in each run; `make fuzz` tries a million."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fuzz import fuzzing

pytestmark = pytest.mark.untraced
"""Thousands of mutants cover no line that the other tests do not."""


def names() -> list[str]:
    return [
        "roster", "fix", "since", "since-older", "policy", "schema", "yaml", "svg", "cleaning", "png",
        "png with right checksums",
        "verdict", "report", "import", "page", "marker", "patch",
    ]  # fmt: skip


def test_every_target_is_named_here(tmp_path: Path) -> None:
    assert list(fuzzing.targets(tmp_path)) == names()


@pytest.mark.parametrize("name", names())
def test_no_mutant_raises_what_is_not_announced(name: str) -> None:
    assert list(fuzzing.failures([name], 30)) == []


def test_a_target_that_raises_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the test."""
    broken = fuzzing.Target((b"abc",), lambda data: data.decode("ascii"))
    monkeypatch.setattr(fuzzing, "targets", lambda _: {"broken": broken})
    found = list(fuzzing.failures([], 300))
    assert found
    assert all(error.startswith("UnicodeDecodeError") for _, _, error in found)


def test_mutants_are_the_same_in_each_run() -> None:
    first, second = (fuzzing.mutant(b"- name: Fir\n", random.Random(3)) for _ in range(2))
    assert first == second != b"- name: Fir\n"
