"""The garbage collector belongs to the process: only its entry points switch it off."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from communities import community
from rollkeeper.jobs import cli
from rollkeeper.jobs.job import perform


def test_a_command_called_as_a_function_leaves_the_collector_alone(tmp_path: Path) -> None:
    root = community(tmp_path, "- name: Fir\n")
    assert cli.main(["check", "--offline", "--root", str(root)]) == 0
    assert gc.isenabled()


def test_a_script_runs_without_the_collector_and_gives_it_back() -> None:
    enabled: list[bool] = []

    def story() -> int:
        enabled.append(gc.isenabled())
        return 0

    def crash() -> int:
        story()
        raise ValueError

    assert [perform(story), perform(crash)] == [0, 3]
    assert enabled == [False, False]
    assert gc.isenabled()


def test_the_command_line_runs_without_the_collector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = community(tmp_path, "- name: Fir\n")
    disabled: list[bool] = []
    monkeypatch.setattr(gc, "disable", lambda: disabled.append(True))
    monkeypatch.setattr("sys.argv", ["rollkeeper", "check", "--offline", "--root", str(root)])
    assert cli.console() == 0
    assert disabled == [True]
