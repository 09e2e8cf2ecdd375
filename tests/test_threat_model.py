"""The threat model names what shows each answer: what it names must be there."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent
TEXT = (TESTS.parent / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`((?:\w+/)*\w+\.py)(?:::(\w+))?`")
OURS = re.compile(r"`((?:\w+/)*test_\w+\.py)(?:::(\w+))?`")


def test_every_test_that_is_named_is_there() -> None:
    named = OURS.findall(TEXT)
    assert len(named) > 20
    for file, name in named:
        text = (TESTS / file).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in text, f"{file}::{name}"


def test_every_threat_has_a_test_or_says_why_not() -> None:
    rows = [line for line in TEXT.splitlines() if re.match(r"\| W\d+ \|", line)]
    assert [row.split("|")[1].strip() for row in rows] == [f"W{n}" for n in range(1, 16)]
    for row in rows:
        shown = row.split("|")[-2]
        assert NAMED.search(shown) or "no test" in shown, row
