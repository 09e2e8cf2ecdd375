"""The settings that docs/terms.md gives for the rules of a programme can be copied."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from communities import community, loaded

TEXT = (Path(__file__).parents[2] / "docs" / "terms.md").read_text(encoding="utf-8")
TABLE = TEXT.partition("| the programme says | the policy |\n")[2].partition("\n\n")[0]
SETTINGS = re.findall(r"`((?:rules|editions): \{.*?\})`", TABLE)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_for_a_rule_of_a_programme_is_one(tmp_path: Path, setting: str) -> None:
    policy = f"roster: partners.yaml\n{setting}\n"
    (programme,) = loaded(community(tmp_path, "- name: Ada\n", policy)).programmes
    assert programme.policy.rules or programme.policy.editions


def test_every_row_has_a_setting_or_says_that_none_is_needed() -> None:
    rows = TABLE.splitlines()[1:]
    assert len(rows) > 10
    assert len(SETTINGS) >= len([row for row in rows if "| nothing: " not in row])
