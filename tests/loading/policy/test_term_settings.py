"""`editions` and `groups` of a policy: every mistake is reported with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from communities import community, loaded
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.policy import Edition, Policy


def policy(root: Path, text: str) -> Policy:
    (programme,) = loaded(
        community(root, "- name: Fir\n", f"roster: partners.yaml\n{text}")
    ).programmes
    return programme.policy


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("editions: [2026]\n", 2, "`editions` must be a mapping"),
        ('editions:\n  "2026": 2026-01-01\n', 3, "must be a mapping with `start` and `end`"),
        ('editions:\n  "2026": {start: 2026-01-01}\n', 3, "`end` is missing"),
        ('editions:\n  "2026": {start: 2026-1-1, end: 2026-12-31}\n', 3, "`start`: "),
        ('editions:\n  "2026": {start: 2026-01-01, end: 2025-12-31}\n', 3,
         "the edition `2026` starts on 2026-01-01, after its end 2025-12-31"),
        ('editions:\n  "2026": {start: 2026-01-01, end: 2026-12-31, seats: 3}\n', 3,
         "unknown key `seats`"),
        ("groups: Alder\n", 2, "`groups` must be a mapping"),
        ("groups:\n  Alder Holding: Alder\n", 3, "must be a list of organisations"),
        ("groups:\n  Alder Holding: [Alder, 3]\n", 3, "must be a list of organisations"),
        ("groups:\n  A: [Alder, Birch]\n  B: [Birch Inc.]\n", 4,
         "`Birch Inc.` is in the groups `A` and `B`; leave it in one of them"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        policy(tmp_path, text)
    [error] = caught.value.errors
    assert error.place.line == line
    assert words in error.message


def test_editions_and_groups_of_a_base_are_kept(tmp_path: Path) -> None:
    base = 'editions:\n  "2026": {start: 2026-01-01, end: 2026-12-31}\ngroups:\n  A: [Alder, Ash]\n'
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "_base.yaml").write_text(base, encoding="utf-8")
    own = 'extends: ./_base.yaml\neditions:\n  "2027": {start: 2027-01-01, end: 2027-12-31}\n'
    read = policy(tmp_path, own + "groups:\n  B: [Birch]\n")
    assert read.editions == {
        year: Edition(year, date(int(year), 1, 1), date(int(year), 12, 31))
        for year in ("2026", "2027")
    }
    assert read.groups == {"A": ("Alder", "Ash"), "B": ("Birch",)}
