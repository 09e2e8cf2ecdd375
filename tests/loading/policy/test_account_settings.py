"""`accounts` of a policy: every mistake is reported with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import community, loaded
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.policy import AccountSettings


def settings(root: Path, text: str) -> AccountSettings:
    policy = f"roster: partners.yaml\n{text}"
    (programme,) = loaded(community(root, "- name: Fir\n", policy)).programmes
    return programme.policy.accounts


def test_what_a_policy_asks_for_is_read(tmp_path: Path) -> None:
    assert settings(tmp_path, "") == AccountSettings()
    text = "accounts:\n  organisation: octo-org\n  contributions: {months: 12, organisation: Fir}\n"
    assert settings(tmp_path, text) == AccountSettings("octo-org", 12, "Fir")
    text = "accounts: {contributions: {months: 24}}\n"
    assert settings(tmp_path, text) == AccountSettings(None, 24, None)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("accounts: octo-org\n", 2, "`accounts` must be a mapping"),
        ("accounts:\n  organization: octo-org\n", 3, "did you mean `organisation`?"),
        ("accounts:\n  organisation: 7\n", 3, "must be the name of an organisation on GitHub"),
        ("accounts:\n  organisation: https://github.com/octo\n", 3, "must be the name"),
        ("accounts:\n  organisation: octo_corp\n", 3, "must be the name"),
        ("accounts:\n  contributions: 12\n", 3, "`contributions` must be a mapping"),
        ("accounts:\n  contributions: {}\n", 3, "`months` is missing"),
        ("accounts:\n  contributions:\n    months: 0\n", 4, "from 1 to 24"),
        ("accounts:\n  contributions:\n    months: 25\n", 4, "from 1 to 24"),
        ("accounts:\n  contributions:\n    months: true\n", 4, "from 1 to 24"),
        ("accounts:\n  contributions:\n    months: 6.0\n", 4, "from 1 to 24"),
        ("accounts:\n  contributions:\n    months: 6\n    since: 2026\n", 5, "unknown key `since`"),
        ("accounts:\n  contributions:\n    months: 6\n    organisation: [x]\n", 5, "must be the"),
    ],
)
def test_a_mistake_is_reported_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        settings(tmp_path, text)
    (error,) = caught.value.errors
    assert error.place.line == line
    assert words in error.message


def test_settings_are_laid_over_those_of_a_base(tmp_path: Path) -> None:
    base = "accounts:\n  organisation: octo-org\n  contributions: {months: 12, organisation: Fir}\n"
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "_base.yaml").write_text(base, encoding="utf-8")
    text = "extends: ./_base.yaml\naccounts: {contributions: {months: 6}}\n"
    assert settings(tmp_path, text) == AccountSettings("octo-org", 6, None)
