"""Who is in two lists of a roster has two roles and is not on it twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import check, community, found

LISTS = """\
committee:
  - {name: Ada Example, github: ada-example}
members:
  - {name: Ada Example, github: ada-example}
  - {name: Bo Sample, github: bo-sample}
"""
POLICY = 'roster: partners.yaml\nentries: "*"\n'
RULES = ("duplicate-name", "near-duplicate-name", "duplicate-handle", "duplicate-website")


def reported(root: Path) -> list[str]:
    """Return the rules of who is on a roster twice that found something."""
    report = check(root)
    return [rule for rule in RULES if found(report, rule)]


def test_two_lists_may_name_one_person(tmp_path: Path) -> None:
    assert reported(community(tmp_path, LISTS, POLICY)) == []


def test_a_list_may_not_name_one_person_twice(tmp_path: Path) -> None:
    twice = LISTS + "  - {name: ada example, github: ada-example}\n"
    assert reported(community(tmp_path, twice, POLICY)) == ["duplicate-name"]


@pytest.mark.parametrize(
    ("second", "expected"), [("people/b.yaml", ["duplicate-name"]), ("past/a.yaml", [])]
)
def test_files_of_one_folder_are_one_list(second: str, expected: list[str], tmp_path: Path) -> None:
    root = community(tmp_path, "[]\n", "roster: '*/*.yaml'\n")
    (root / "policies/partners.yaml").write_text("roster: 'lists/*/*.yaml'\n", "utf-8")
    for path in ("people/a.yaml", second):
        file = root / "lists" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("name: Ada Example\n", "utf-8")
    assert reported(root) == expected
