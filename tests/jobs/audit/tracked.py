"""One night after the other for the issues of programmes, on a stand-in of GitHub."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from communities import POLICY, community
from jobs.audit.scenes import cleared, night
from rollkeeper.engine.run import Options, run
from rollkeeper.jobs.audit.issues.tracking import keep_issues
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.model.report import Report
from rollkeeper.reports.publishing import published
from standin import api

OK = "- name: Alder Cloud\n  website: https://alder.example/\n"
ENDED = "- name: Ada Ash\n  terms: [{start: 2023-05-01, end: 2024-04-30}]\n"
ENDED_TOO = "- name: Bo Birch\n  terms: [{start: 2023-05-01, end: 2024-04-30}]\n"
GAP = (
    "- name: Cy Cedar\n  terms:\n"
    "    - {start: 2025-05-01, end: 2025-12-31}\n    - {start: 2026-05-01, end: 2028-04-30}\n"
)
"""A notice, and nothing else."""
OLD = (
    "People's own words.\r\n<!-- rollkeeper:audit sha256={} -->\nOne error.\n"
    "<!-- rollkeeper:audit end -->\n\nA note.\r\n"
).format("0" * 64)

Audit = Callable[..., Scene]


@pytest.fixture(scope="module")
def server() -> Iterator[api.State]:
    with api.serve() as state:
        yield state


@pytest.fixture
def state(server: api.State) -> Iterator[api.State]:
    server.has_issues = True
    yield cleared(server)
    assert server.complaints == []


@pytest.fixture
def audit(state: api.State, tmp_path: Path) -> Audit:
    """One night: the roster, the day, and what is changed in the report or the scene."""

    def audit(day: str, roster: str | None = None, **more: Any) -> Scene:
        if roster is not None:
            community(tmp_path, roster, more.pop("policy", POLICY))
        state.now = f"{day}T12:00:00Z"
        options = Options(tmp_path, today=date.fromisoformat(day))
        change: Callable[[Report], Report] = more.pop("change", lambda report: report)
        prepare: Callable[[Scene], None] = more.pop("prepare", lambda _scene: None)
        report = change(published(run(options)))
        with night(state, tmp_path, day, report=report, **more) as scene:
            prepare(scene)
            before = len(state.requests)
            keep_issues(scene)
            scene.say(f"requests: {len(state.requests) - before}")
        return scene

    return audit


def texts(state: api.State) -> list[tuple[str, str]]:
    return [(each["state"], each["body"]) for each in state.issues]


def said(state: api.State, number: int = 1) -> list[str]:
    return [each["body"].partition("\n")[2] for each in state.comments.get(number, [])]


def our_text(state: api.State, number: int = 1) -> str:
    body = state.issues[number - 1]["body"]
    return re.sub(r"<!-- rollkeeper:memory \w+ -->", "", body)
