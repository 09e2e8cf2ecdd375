"""Each limit is there once: a second one of the same name would silently replace the first."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import rollkeeper

PACKAGE = Path(rollkeeper.__file__).parent
LIMITS = sorted((PACKAGE / "model").glob("*limits.py"))


def names(text: str) -> list[str]:
    """Return the names that a module gives a value at its top level, as often as it does."""
    found = []
    for node in ast.parse(text).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets += [node.target] if isinstance(node, ast.AnnAssign) else []
        found += [each.id for each in targets if isinstance(each, ast.Name)]
    return found


def repeated(found: list[str]) -> list[str]:
    return [name for name, number in Counter(found).items() if number > 1]


def test_a_second_value_is_found() -> None:
    assert repeated(names("A = 1\nB: int = 2\nA = 3\nB = 4\nC = 5\n")) == ["A", "B"]


def test_each_limit_has_one_value() -> None:
    assert len(LIMITS) == 3
    assert repeated([name for file in LIMITS for name in names(file.read_text("utf-8"))]) == []


def test_no_module_gives_a_name_a_second_value() -> None:
    twice = {
        str(file.relative_to(PACKAGE)): again
        for file in PACKAGE.rglob("*.py")
        if (again := repeated(names(file.read_text("utf-8"))))
    }
    assert twice == {}
