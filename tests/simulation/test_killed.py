"""A night that is ended at any point, and run again, ends as one that nobody disturbed."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.killed import busy_nights
from simulation.killing import KilledError, interrupted
from simulation.nights import without_pauses
from simulation.snapshot import Snapshot, held
from standin import api

STEP = 6
"""Of all points every so manieth is tried here; `benchmarks/kill.py` tries them all."""
FIRST = 18
"""The first night on which much is to be done."""


def test_a_night_that_is_ended_and_run_again_ends_as_an_undisturbed_one(
    tmp_path: Path, github: api.State
) -> None:
    with without_pauses():
        night = next(busy_nights(tmp_path, github, FIRST))
        before = Snapshot.of(github, tmp_path / "before")
        with interrupted(github, None) as points:
            assert night.act() == 0
        undisturbed = held(github)
        assert points.passed > 20
        for point in range(3, points.passed + 1, STEP):
            before.put_back(github)
            with interrupted(github, point) as reached, pytest.raises(KilledError):
                night.act()
            assert reached.dead
            assert night.act() == 0
            assert held(github) == undisturbed, f"killed at point {point}"
