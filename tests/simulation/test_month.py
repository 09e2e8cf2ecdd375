"""A simulated month of nightly audits; `benchmarks/year.py` runs a year of a large community."""

from __future__ import annotations

from pathlib import Path

from simulation.nights import without_pauses
from simulation.world import Size
from simulation.year import Simulation
from standin import api


def test_a_month_of_nights_does_what_the_truth_asks_for(tmp_path: Path, github: api.State) -> None:
    size = Size(nights=18, partners=60, ambassadors=4)
    with without_pauses():
        simulation = Simulation(tmp_path, github, size, shards=1, renders=9, https=False)
        assert simulation.run() == []
    reported, _, never = simulation.ledger.outages()
    assert reported >= 1
    assert never >= 3
    assert len(simulation.ledger.counted) >= 9
