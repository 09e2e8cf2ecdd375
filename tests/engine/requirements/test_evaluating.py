"""How the end of the process that judges costly requirements is explained."""

from __future__ import annotations

import signal
import subprocess
from typing import Any

import pytest

from engine.requirements.cases import ADA, programme, requirement, states
from rollkeeper.engine.requirements import evaluating as requirements
from rollkeeper.engine.requirements.outcomes import RequirementState


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        (requirements.TIMED_OUT, "it took longer than 3 seconds"),
        (-signal.SIGPROF, "it took longer than 3 seconds"),
        (1, "its process ended with status 1; it may use "),
        (signal.SIGPROF, f"its process ended with status {signal.SIGPROF:d}; it may use "),
    ],
    ids=["too late", "out of time", "broken", "a status like the signal"],
)
def test_the_end_of_its_process_is_explained(
    monkeypatch: pytest.MonkeyPatch, status: int, detail: str
) -> None:
    monkeypatch.setattr(requirements, "_ask_child", lambda *_: (b"", status))
    costly = requirement("entry.members.all(m, true)")
    [(state, said)] = states(programme(ADA), costly, seconds=3)
    assert state is RequirementState.NOT_JUDGED
    assert said.startswith(detail)


def test_its_process_is_given_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token in the environment is no business of what a policy computes."""
    monkeypatch.setenv("GITHUB_TOKEN", "made-up")
    given: list[dict[str, str]] = []
    real = subprocess.run

    def noted(command: list[str], **more: Any) -> subprocess.CompletedProcess[bytes]:
        given.append(more["env"])
        return real(command, **more)

    monkeypatch.setattr("rollkeeper.engine.requirements.evaluating.subprocess.run", noted)
    [(state, _)] = states(programme(ADA), requirement("size(roster) == 1"))
    assert state is RequirementState.MET
    assert given == [{}]
