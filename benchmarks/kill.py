"""Kill the acting job of an audit with SIGKILL at every point, run it again, and compare.

    python benchmarks/kill.py [--points 200]

A point is the moment before a request or a push is carried out at GitHub, or the moment after. Some
busy nights of a simulated community are taken. For each point GitHub is put back to how it was
before the night, the job runs in a process of its own and is killed there, and then runs once more.
What GitHub holds in the end has to be what it holds after a night that nobody disturbed: issues,
comments, pull requests, branches, statuses, and the history. Exits with 1 where it is not.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
sys.path.insert(0, str(ROOT / "tests"))

from simulation import killing
from simulation.killed import Night, busy_nights
from simulation.nights import without_pauses
from simulation.snapshot import Snapshot, held
from standin import api

ACT = """
import sys
sys.path[:0] = [{tests!r}, {scripts!r}]
from functools import partial
import act_on_audit
from rollkeeper.jobs.job import perform
from simulation.nights import without_pauses
with without_pauses():
    raise SystemExit(perform(partial(act_on_audit.main, sys.argv[1:])))
"""


def main() -> int:
    """Kill, run again, compare; print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=200, help="how many points at least (200)")
    wanted = parser.parse_args().points
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    tried, differing = 0, 0
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, api.serve() as github, without_pauses():
        for night in busy_nights(Path(folder), github):
            before = Snapshot.of(github, Path(folder) / f"before-{night.number}")
            with killing.counted(github, lambda: None) as points:
                night.act()
            undisturbed = held(github)
            print(f"night {night.number}: {points.passed} points", flush=True)
            for point in range(1, points.passed + 1):
                before.put_back(github)
                killed(night, github, point)
                night.act()
                tried += 1
                if held(github) != undisturbed:
                    differing += 1
                    print(f"  killed at point {point}: {difference(undisturbed, held(github))}")
            if tried >= wanted:
                break
    seconds = time.perf_counter() - began
    print(f"{tried} points, {differing} of them with another end, in {seconds:.0f} s")
    return 1 if differing or tried < wanted else 0


def killed(night: Night, github: api.State, point: int) -> None:
    """Run the acting job in a process of its own, and kill it at a point."""
    code = ACT.format(tests=str(ROOT / "tests"), scripts=str(ROOT / "scripts"))
    with night.prepared() as (environment, arguments):
        running = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

        def kill() -> None:
            # Its git is killed with it, as where a runner is lost.
            os.killpg(running.pid, signal.SIGKILL)

        with killing.counted(github, kill, point) as points:
            status = running.wait()
    if not points.dead or status != -signal.SIGKILL:
        message = f"point {point} was not reached: the job ended with {status}"
        raise RuntimeError(message)


def difference(wanted: dict[str, Any], found: dict[str, Any]) -> str:
    """Return where what GitHub holds first differs."""
    for part, value in wanted.items():
        ours, theirs = (json.dumps(each, indent=1).splitlines() for each in (value, found[part]))
        for one, other in zip(ours, theirs, strict=False):
            if one != other:
                return f"{part}: {one.strip()[:200]} is {other.strip()[:200]}"
        if len(ours) != len(theirs):
            return f"{part}: {len(ours)} lines are {len(theirs)}"
    return "nothing"


if __name__ == "__main__":
    raise SystemExit(main())
