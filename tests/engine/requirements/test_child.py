"""The process that judges costly requirements, called in this one with its limits recorded."""

from __future__ import annotations

import io
import json
import resource
import signal
import sys
from typing import Any

import pytest

from rollkeeper.engine.requirements import child

ROSTER = [
    {"name": "Ada", "state": "active", "end": "2026-12-01"},
    {"name": "Bo", "state": "alumni", "end": "2026-12-11"},
]
WORK: dict[str, Any] = {
    "requirements": [
        {"when": "active(entry)", "expect": "days_until(entry.end) == 10"},
        {"when": None, "expect": "size(roster) == 2"},
    ],
    "seen": {"roster": ROSTER, "status": [["state"]], "today": "2026-11-21"},
    "seconds": 5,
    "budget": 60,
    "bytes": 1 << 30,
}


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Record the limits, which would end the tests as well."""
    recorded: list[tuple[Any, ...]] = []
    for module, name in (
        (resource, "setrlimit"), (signal, "signal"), (signal, "setitimer"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, lambda *given, name=name: recorded.append((name, *given)))
    return recorded


def answers(work: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(work)))
    monkeypatch.setattr(sys, "stdout", written)
    try:
        child.main()
    finally:
        monkeypatch.undo()
    pairs = [json.loads(line) for line in written.getvalue().splitlines()]
    assert all(0 <= used < work["budget"] for used, _ in pairs)
    return [outcomes for _, outcomes in pairs]


@pytest.mark.usefixtures("limits")
def test_it_writes_a_line_for_each_requirement(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answers(WORK, monkeypatch) == [
        [["met", "", "", "", []], ["not asked", "", "", "", []]],
        [["met", "", "", "", []], ["met", "", "", "", []]],
    ]


def test_it_limits_its_memory_and_the_time_of_each_requirement(
    limits: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(WORK, monkeypatch)
    fixed = [
        ("setrlimit", resource.RLIMIT_AS, (1 << 30, 1 << 30)),
        ("setrlimit", resource.RLIMIT_CORE, (0, 0)),
        ("signal", signal.SIGPROF, signal.SIG_DFL),
    ]
    assert limits == [
        each
        for seconds in (0, 5, 5)
        for each in (*fixed, ("setitimer", signal.ITIMER_PROF, seconds))
    ]


@pytest.mark.usefixtures("limits")
def test_it_ends_with_a_status_of_its_own_when_the_time_is_used_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SystemExit) as ended:
        answers({**WORK, "seconds": 0}, monkeypatch)
    assert ended.value.code == 124
