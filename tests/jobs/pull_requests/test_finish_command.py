"""The reaction to a `/recheck` that was carried out, or that broke."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

import finish_command
from forge.proposals import ROLL, Repository
from jobs.pull_requests.test_commands import EVENT
from standin import answers


@pytest.mark.parametrize(
    ("result", "reaction"),
    [
        ("success", ["rocket"]),
        ("failure", ["confused"]),
        ("cancelled", ["confused"]),
        ("skipped", ["confused"]),
        ("", ["confused"]),
    ],
)
def test_a_recheck_is_called_done_only_where_the_report_was_published(
    result: str,
    reaction: list[str],
    repository: Repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    github = repository.github
    repository.propose({"partners.yaml": ROLL})
    comment = github.add_comment(1, "/recheck", author="octo-dev")
    event = copy.deepcopy(EVENT)
    event["issue"]["number"] = 1
    event["comment"] |= {"id": comment["id"], "body": "/recheck"}
    assert answers.user("octo-dev")["login"] == event["comment"]["user"]["login"]
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event), encoding="utf-8")
    for name, value in {
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": github.repository,
        "GITHUB_TOKEN": github.token,
        "RESULT": result,
    }.items():
        monkeypatch.setenv(name, value)
    assert finish_command.main([]) == 0
    assert [each["content"] for each in github.reactions.values()] == reaction
    assert len(github.comments[1]) == 1
