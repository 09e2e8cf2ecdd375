"""The acting job of a busy night, to be run as often as needed from the same beginning."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import act_on_audit
from rollkeeper.jobs import job as jobs
from simulation.nights import Nights, quietly
from simulation.world import Size
from simulation.year import Simulation
from standin import api


@dataclass(frozen=True)
class Night:
    """A night whose acting job is next: `passed` is what the other jobs left for it."""

    number: int
    nights: Nights
    folder: Path
    passed: Mapping[str, str]

    @contextmanager
    def prepared(self) -> Iterator[tuple[dict[str, str], list[str]]]:
        """Return the environment and the arguments of the job, in a checkout of its own."""
        root = self.folder / "act"
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        environment = self.nights.environment("act", root) | dict(self.passed)
        with quietly(environment):
            self.nights.check_out(root / "community")
        yield environment, ["--root", str(root / "community")]

    def act(self) -> int:
        """Run the job in this process; return how it ended."""
        with self.prepared() as (environment, arguments), quietly(environment):
            return jobs.perform(partial(act_on_audit.main, arguments))


def busy_nights(folder: Path, github: api.State, first: int = 0) -> Iterator[Night]:
    """Yield the nights of a small community on which much is to be done, each before it is done.

    Whoever takes one leaves GitHub as the night has left it. Those before the `first` are only run.
    """
    size = Size(nights=90, partners=60, ambassadors=8, seed=3)
    simulation = Simulation(folder, github, size, shards=1)
    # Where audits were dropped for nine days, much is to be done at once.
    for number in range(0, size.nights, 9):
        for night in range(max(0, number - 8), number + 1):
            simulation.people(night)
        simulation.world.live(number)
        if number < first:
            simulation.nights.run(number)
            continue
        passed: dict[str, str] = {}
        simulation.nights.run(number, act=simulation.nights.keep(passed))
        kept = folder / f"night-{number}"
        shutil.copytree(simulation.nights.folder, kept, ignore=shutil.ignore_patterns("community"))
        passed["NIGHT"] = str(kept / "night.json")
        yield Night(number, simulation.nights, kept, passed)
