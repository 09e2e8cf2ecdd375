"""Where each attack that was ever tried is shown: here by its id, or in a test beside what it is about."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
ATTACKS = re.findall(
    r"\S+",
    "A1 A1b A1d A2 A3 A4 A5a A5b A5c A6a A6b A7 A8 A8b A9 A12a A12b A13 A14a A14b A14c A17 A21 A24 "
    "A34 A40 A41 A46 E1 F1 F2 F3 F4 F5 F6 F8 F9 F10 F11 F12 F13 F14 F15 F16 M1 M2 M3 N2 P1 P2 RACE",
)
ELSEWHERE = {
    "A17": "farm/test_inside.py::test_addresses_on_a_roster_lead_nobody_inside",
    "P1": "test_action_isolated.py::test_no_module_of_the_judged_tree_runs_while_the_action_installs",
    "P2": "test_action_isolated.py::test_no_module_of_the_judged_tree_runs_while_the_action_checks",
    "RACE": "forge/test_comment_turns.py::test_every_order_leaves_one_comment_with_the_newest_word",
}
"""Attacks on what is not the way of a pull request through the report."""
_NAMED = re.compile(r"def test_((?:[a-z]\d+[a-d]?_)+)")
_CASE = re.compile(r'id="([a-z]\d+[a-d]?)-')


def test_every_attack_has_its_test() -> None:
    shown = set(ELSEWHERE)
    for file in Path(__file__).parent.glob("test_attack_*.py"):
        text = file.read_text(encoding="utf-8")
        for found in _NAMED.finditer(text):
            shown.update(found[1].strip("_").split("_"))
        shown.update(_CASE.findall(text))
    assert {each.lower() for each in ATTACKS} - {each.lower() for each in shown} == set()


def test_the_tests_elsewhere_are_there() -> None:
    for where in ELSEWHERE.values():
        file, _, name = where.partition("::")
        assert f"def {name}(" in (TESTS / file).read_text(encoding="utf-8"), where
