"""A night that is ended at any point, and run again, ends as one that nobody disturbed."""

from __future__ import annotations

from pathlib import Path

from simulation.killed import busy_nights
from simulation.killing import KilledError, interrupted
from simulation.nights import without_pauses
from simulation.snapshot import Snapshot, held
from standin import api

STEP, WANTED = 5, 8
"""Of all points every so manieth is tried here; `benchmarks/kill.py` tries them all."""


def test_a_night_that_is_ended_and_run_again_ends_as_an_undisturbed_one(
    tmp_path: Path, github: api.State
) -> None:
    tried = 0
    with without_pauses():
        for night in busy_nights(tmp_path, github):
            before = Snapshot.of(github, tmp_path / f"before-{night.number}")
            with interrupted(github, None) as points:
                assert night.act() == 0
            undisturbed = held(github)
            for point in range(1 + night.number % STEP, points.passed + 1, STEP):
                before.put_back(github)
                with interrupted(github, point) as reached:
                    try:
                        night.act()
                    except KilledError:
                        tried += 1
                assert reached.dead
                assert night.act() == 0
                assert held(github) == undisturbed, f"killed at point {point}"
            if tried >= WANTED:
                break
    assert tried >= WANTED
