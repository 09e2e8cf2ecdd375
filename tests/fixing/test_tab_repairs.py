"""Tabs in an indentation become spaces where they can mean only one thing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fixing.repaired import programme_of
from rollkeeper.engine.judging import ProgrammeCase, judge
from rollkeeper.engine.run import Options
from rollkeeper.fixing.run import fix
from rollkeeper.rules import catalogue


def fixed_text(root: Path, roster: str) -> str:
    """Return the roster after all rounds."""
    programme_of(root, roster, "")
    rosters = fix(Options(root, today=date(2026, 11, 21))).rosters
    return next(iter(rosters.values())).after if rosters else roster


@pytest.mark.parametrize(
    ("roster", "wanted"),
    [
        ("- name: A\n\ttier: gold\n", "- name: A\n  tier: gold\n"),
        ("- name: A\n  tags:\n  \t- a\n  \t- b\n", "- name: A\n  tags:\n    - a\n    - b\n"),
        ("- name: A\n  tags:\n\tblog: a\n", None),
        ("- name: A\n\ttier: [gold\n", None),
        ("- name: A\n  about: >-\n\t\ta\n\t\tb\n", "- name: A\n  about: >-\n    a\n    b\n"),
    ],
)
def test_tabs_become_spaces_where_they_mean_one_thing(
    roster: str, wanted: str | None, tmp_path: Path
) -> None:
    programme = programme_of(tmp_path, roster)
    (found,) = judge(
        [ProgrammeCase(programme, date(2026, 11, 21))], {"yaml-tab": catalogue()["yaml-tab"]}
    ).findings
    assert (found.fix is None) is (wanted is None)
    assert fixed_text(tmp_path, roster) == (wanted or roster)
