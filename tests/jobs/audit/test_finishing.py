"""The end of an audit that left nothing to act on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rollkeeper.engine.run import Options
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.client import connect
from rollkeeper.jobs.audit import finishing
from rollkeeper.jobs.audit.acting import STEPS
from rollkeeper.jobs.audit.finishing import finish
from rollkeeper.jobs.audit.history import Recollection, keep_history
from rollkeeper.jobs.audit.night import AuditResult, packed
from rollkeeper.jobs.audit.plan import Plan
from rollkeeper.model.history import History, Night, NightKind
from rollkeeper.model.report import Report
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
    assert "The audit left no result that can be read: it could not be planned" in said
    assert ("would open the issue" in said) is dry_run
    assert ("Settings, General, Features, Issues" in said) is (not dry_run and not has_issues)
    assert [each["title"] for each in state.issues] == [
        "The rosters could not be audited" for _ in range(has_issues and not dry_run)
    ]
    assert (state.written() == []) is dry_run


@pytest.mark.parametrize(("later", "dry_run"), [(1, False), (0, False), (1, True)])
def test_an_old_audit_that_is_run_again_keeps_the_history_and_does_nothing_else(
    state: api.State,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    later: int,
    *,
    dry_run: bool,
) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "people.yaml").write_text("title: T\nroster: people.yaml\n", "utf-8")
    (tmp_path / "people.yaml").write_text("- name: Ada\n", "utf-8")
    now = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
    newest = History(night=Night(now.date() + timedelta(days=later), NightKind.COMPLETE))
    taken: list[object] = []
    monkeypatch.setattr(finishing, "remembered", lambda *_: Recollection(newest))
    monkeypatch.setattr(finishing, "act", lambda _, steps=STEPS: taken.extend(steps))
    report = Report(now.date(), ("people",), (), (), {})
    texts = json.dumps(Plan(now, 1).as_data()), packed(AuditResult(now, report, newest))
    summary = tmp_path / "summary.md"
    environ = {"GITHUB_REPOSITORY": state.repository, "GITHUB_STEP_SUMMARY": str(summary)}
    with connect(state.token, state.url, state.repository) as repository:
        actions = Actions.from_environ(environ)
        status = finish(Options(tmp_path), actions, repository, texts, dry_run=dry_run)
    old = bool(later) and not dry_run
    assert taken == ([keep_history] if old else [*STEPS])
    assert status is (Status.BROKEN if old else Status.CLEAN)
    said = "There has been a later audit" in summary.read_text("utf-8")
    assert said is old
