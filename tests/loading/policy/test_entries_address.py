"""Mistakes in `entries` and in the pattern of a roster, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import community
from rollkeeper.loading.community import load, read_policies
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.policy import EntriesAddress
from rollkeeper.rules import catalogue

ONE = "roster: partners.yaml\n"


@pytest.mark.parametrize(
    ("policy", "line", "words"),
    [
        (f"{ONE}entries: 3\n", 2, "`entries` must be a path such as"),
        (f"{ONE}entries: a..b\n", 2, "`entries` must be a path such as"),
        (f"{ONE}entries: a.?\n", 2, "`entries` must be a path such as"),
        (f"{ONE}entries: {'a.' * 40}b\n", 2, "of at most 32 steps"),
        (f"{ONE}entries:\n  at: [a]\n", 3, "`at` must be a path such as"),
        (f"{ONE}entries:\n  at: a\n  text: name\n", 4, "did you mean `text_as`?"),
        (f"{ONE}entries:\n  text_as: a.b\n", 3, "`text_as` must be the name of a field"),
        (f"{ONE}entries:\n  key_as: 3\n", 3, "`key_as` must be the name of a field"),
        (f"{ONE}entries: {{text_as: name, key_as: name}}\n", 2, "set the same field"),
        (f"{ONE}entries:\n  file_as: id\n", 3, "`file_as` is for a roster of several files"),
        (f"{ONE}entries:\n  at: a.*.b\n  inherit: [a]\n", 4, "`inherit` must be a mapping"),
        (f"{ONE}entries:\n  at: a.*.b\n  inherit:\n    c: 3\n", 5, "`c` must be a field"),
        (f"{ONE}entries:\n  at: a.*.b\n  inherit: {{c: x.*.d}}\n", 4, "`x.*` does not begin `at`"),
        ("roster: a/*b*.yaml\n", 1, "a name in it can have one `*`"),
        ("roster: a**/b.yaml\n", 1, "a name in it can have one `*`"),
        ("roster: a/**/**/b.yaml\n", 1, "it can have `**` once"),
        ("roster: a/**\n", 1, "must end in the name of a file"),
        ("roster: ../*/a.yaml\n", 1, "inside the community's folder"),
        ("roster: policies/people-*.yaml\n", 1, "also matches what is in policies/"),
        ("roster: '*/*.yaml'\n", 1, "also matches what is in policies/"),
        ("roster: '**/people.yaml'\n", 1, "also matches what is in policies/"),
        ("roster: none/*.yaml\n", 1, "no file matches the roster none/*.yaml"),
    ],
)
def test_mistakes_are_told_with_their_line(
    tmp_path: Path, policy: str, line: int, words: str
) -> None:
    community(tmp_path, "- name: Fir\n", policy)
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, read_policies(tmp_path, catalogue()))
    (error,) = caught.value.errors
    assert error.place.line == line
    assert words in error.message


def test_a_policy_has_its_own_entries_or_those_of_its_preset(tmp_path: Path) -> None:
    community(tmp_path, "- name: Fir\n", f"{ONE}extends: karmada\nentries: a.b?.*.c\n")
    (policy,) = read_policies(tmp_path, catalogue())
    assert policy.entries == EntriesAddress(("a", "b", "*", "c"), optional=frozenset({1}))
    community(tmp_path, "- name: Fir\n", f"{ONE}extends: karmada\n")
    (policy,) = read_policies(tmp_path, catalogue())
    assert policy.entries.is_one_list
