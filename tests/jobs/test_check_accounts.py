"""`check_accounts.py`: what it needs, and how it ends."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import check_accounts
from asked_accounts import connected
from communities import TODAY, community
from rollkeeper.jobs import job
from rollkeeper.jobs.cli import main
from rollkeeper.jobs.github_api import github_api
from standin.graphql_api import Accounts

ROSTER = """\
- name: Octavia Example
  github: octo-old
  github_id: 1001
  profiles:
    github: https://github.com/octo-old
"""
TOKEN = "ghs_0123456789"  # noqa: S105 - no one's


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Accounts:
    """Return the accounts that are asked about, in place of those at github.com."""
    there = Accounts()
    monkeypatch.setattr(job, "github_api", lambda _: connected(there))
    monkeypatch.setattr("rollkeeper.jobs.check.github_api", lambda _: connected(there))
    return there


def arguments(root: Path) -> list[str]:
    return ["--root", str(root), "--today", str(TODAY)]


def test_it_ends_with_what_was_found(
    tmp_path: Path, github: Accounts, capsys: pytest.CaptureFixture[str]
) -> None:
    community(tmp_path, ROSTER)
    octo = github.add("octo-old")
    assert check_accounts.main(arguments(tmp_path)) == 0
    octo.login = "octo-new"
    assert check_accounts.main([*arguments(tmp_path), "--fail-on", "warning"]) == 1
    assert "called `octo-new` now" in capsys.readouterr().out
    github.add("octo-old")
    assert check_accounts.main(arguments(tmp_path)) == 1
    assert "account-taken" in capsys.readouterr().out
    github.down = True
    assert check_accounts.main(arguments(tmp_path)) == 3


def test_without_a_token_it_is_no_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    community(tmp_path, ROSTER)
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    assert check_accounts.main(arguments(tmp_path)) == 3
    assert "without a token of github.com" in capsys.readouterr().out
    # Of a check of everything it is only left out.
    assert main(["check", *arguments(tmp_path), "--ignore", "websites"]) == 0
    assert "accounts not checked (GitHub is not asked" in capsys.readouterr().out


def test_a_fix_writes_the_new_name_wherever_the_old_one_is(
    tmp_path: Path, github: Accounts, capsys: pytest.CaptureFixture[str]
) -> None:
    community(tmp_path, ROSTER)
    github.add("octo-old").login = "octo-new"
    assert main(["check", *arguments(tmp_path), "--select", "accounts"]) == 0
    assert "Run `rollkeeper fix --accounts` to fix this" in capsys.readouterr().out
    assert main(["fix", *arguments(tmp_path)]) == 0
    assert (tmp_path / "partners.yaml").read_text(encoding="utf-8") == ROSTER
    assert main(["fix", *arguments(tmp_path), "--accounts"]) == 0
    fixed = (tmp_path / "partners.yaml").read_text(encoding="utf-8")
    assert fixed == ROSTER.replace("octo-old", "octo-new")


def test_a_name_that_was_taken_is_left_as_it_is(tmp_path: Path, github: Accounts) -> None:
    community(tmp_path, ROSTER)
    github.add("octo-old").login = "octo-new"
    github.add("octo-old")
    assert main(["fix", *arguments(tmp_path), "--accounts"]) == 1
    assert (tmp_path / "partners.yaml").read_text(encoding="utf-8") == ROSTER


def test_only_the_token_of_github_com_is_used() -> None:
    assert github_api({}) is None
    elsewhere = {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "https://github.corp.example/api/v3"}
    assert github_api(elsewhere) is None
    ours = github_api({"GITHUB_TOKEN": TOKEN})
    assert pickle.loads(pickle.dumps(ours)) == ours  # noqa: S301 - our own
    assert TOKEN not in repr(ours)
