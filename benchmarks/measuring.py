"""Whole commands measured: wall and CPU seconds and peak memory, side by side and in turn."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
DATA = HERE / "data"
PEERS = DATA / "peers" / "bin"
ROLLKEEPER = (sys.executable, "-m", "rollkeeper.jobs.cli")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}


@dataclass(frozen=True)
class Run:
    """One finished command: seconds, MiB, and its exit status."""

    wall: float
    cpu: float
    peak: float
    status: int


def measure(command: Sequence[str | Path]) -> Run:
    """Run a command once; its output is thrown away."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode)


def in_turn(runs: int, **commands: Sequence[str | Path]) -> dict[str, list[Run]]:
    """Run commands in turn, A B A B, so that a change of the machine's speed meets them alike."""
    results: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            results[name].append(measure(command))
    return results


def median(runs: Sequence[Run], figure: str) -> float:
    """Return the median of one figure over several runs."""
    return float(statistics.median(getattr(run, figure) for run in runs))


def table(results: dict[str, list[Run]]) -> str:
    """Return the medians as a Markdown table."""
    lines = ["| command | wall s | CPU s | peak MiB | exit |", "|---|---|---|---|---|"]
    for name, runs in results.items():
        figures = (median(runs, figure) for figure in ("wall", "cpu", "peak"))
        wall, cpu, peak = figures
        lines.append(f"| {name} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {runs[-1].status} |")
    return "\n".join(lines)
