"""The end of an audit that left nothing to act on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rollkeeper.engine.run import Options
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.client import connect
from rollkeeper.jobs.audit.finishing import finish
from rollkeeper.model.status import Status
from standin import api


@pytest.fixture(scope="module")
def state() -> Iterator[api.State]:
    with api.serve() as state:
        yield state
        assert state.complaints == []


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("has_issues", [True, False])
def test_an_audit_without_a_result_fails_and_says_so_where_it_can(
    state: api.State, tmp_path: Path, *, has_issues: bool, dry_run: bool
) -> None:
    state.issues.clear()
    state.requests.clear()
    state.has_issues = has_issues
    summary = tmp_path / "summary.md"
    environ = {"GITHUB_REPOSITORY": state.repository, "GITHUB_STEP_SUMMARY": str(summary)}
    pauses = {"seconds_between_requests": 0, "seconds_between_writes": 0, "backoff": 0}
    with connect(state.token, state.url, state.repository, **pauses) as repository:
        actions = Actions.from_environ(environ)
        status = finish(Options(tmp_path), actions, repository, ("", ""), dry_run=dry_run)
    assert status is Status.BROKEN
    said = summary.read_text("utf-8")
    assert "The audit left no result that can be read" in said
    assert ("would open the issue" in said) is dry_run
    assert ("Settings, General, Features, Issues" in said) is (not dry_run and not has_issues)
    assert [each["title"] for each in state.issues] == [
        "The rosters could not be audited" for _ in range(has_issues and not dry_run)
    ]
    assert (state.written() == []) is dry_run
