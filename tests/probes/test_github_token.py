"""Whether GitHub's API is asked, and what is said where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from communities import TODAY, community
from rollkeeper.engine.run import Options, run
from rollkeeper.forge.actions import github_token
from rollkeeper.model.report import Report
from rollkeeper.model.roster import Programme
from rollkeeper.model.visit import Visit
from rollkeeper.probes.web import websites

TOKEN = "ghs_0123456789"  # noqa: S105 - no one's
POLICY = "roster: partners.yaml\nfields: {website: website}\n"
RULES = {"github-archived", "github-renamed"}


def report(root: Path, monkeypatch: pytest.MonkeyPatch, url: str, token: str | None) -> Report:
    """Check a roster with one website, which is archived as far as GitHub's API knows."""

    def visited(programme: Programme, *, urls: Sequence[str], **_: Any) -> tuple[Visit, ...]:
        (entry,) = programme.entries
        asked = token is not None and "github.com" in url
        return tuple(
            Visit(each, 200, each, archived=asked, entry=entry, field=("website",)) for each in urls
        )

    monkeypatch.setattr(websites, "visit_websites", visited)
    community(root, f"- name: Alder\n  website: {url}\n", POLICY)
    options = Options(root, today=TODAY, families=("websites",), offline=False, github_token=token)
    return run(options)


def test_without_a_token_the_rules_that_need_the_api_are_skipped_and_say_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D22: at night nothing could be found archived or renamed, and nothing said so."""
    found = report(tmp_path, monkeypatch, "https://github.com/octo/rosters", None)
    assert {rule for rule in RULES if "without a token" in found.skipped.get(rule, "")} == RULES
    assert not RULES & set(found.ran)
    assert "website-unreachable" in found.ran


def test_with_a_token_they_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = report(tmp_path, monkeypatch, "https://github.com/octo/rosters", TOKEN)
    assert set(found.ran) >= RULES
    assert [each.rule for each in found.findings if each.rule in RULES] == ["github-archived"]


def test_where_no_address_is_of_github_nothing_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = report(tmp_path, monkeypatch, "https://alder.example/", None)
    assert set(found.ran) >= RULES
    assert not RULES & set(found.skipped)


@pytest.mark.parametrize(
    ("environ", "token"),
    [
        ({}, None),
        ({"GITHUB_TOKEN": ""}, None),
        ({"GITHUB_TOKEN": TOKEN}, TOKEN),
        ({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": ""}, TOKEN),
        ({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "https://api.github.com"}, TOKEN),
        ({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "https://api.github.com/"}, TOKEN),
        ({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "https://github.corp.example/api/v3"}, None),
        ({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "https://api.github.com.evil.example"}, None),
        ({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "http://api.github.com"}, None),
    ],
)
def test_the_token_of_another_github_is_not_sent_to_github_com(
    environ: dict[str, str], token: str | None
) -> None:
    """D39: on GitHub Enterprise, the instance's token went to api.github.com."""
    assert github_token(environ) == token
