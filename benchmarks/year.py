"""Run a simulated year of nightly audits, and assert what they did.

    python benchmarks/year.py [--nights 365] [--partners 2500] [--ambassadors 25] [--seed 10]

The real jobs run beside the stand-in for GitHub, each with a token of its own; visits are simulated
at the probe's boundary. What is really the matter with each website and each person follows from
the seed. Prints the table of `docs/audit.md`, and exits with 1 where something was not as it should
be.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from measuring import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
sys.path.insert(0, str(ROOT / "tests"))

from simulation.nights import without_pauses
from simulation.world import Size
from simulation.year import Simulation
from standin import api


def main() -> int:
    """Run it, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in {"nights": 365, "partners": 2500, "ambassadors": 25, "seed": 10}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    size = Size(**vars(parser.parse_args()))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, api.serve() as github, without_pauses():
        simulation = Simulation(
            Path(folder), github, size, told=lambda line: print(line[:2_000], flush=True)
        )
        wrong = simulation.run()
        for name, figure in simulation.figures():
            print(f"| {name} | {figure} |")
    for sentence in wrong:
        print(f"WRONG {sentence[:2_000]}")
    seconds = time.perf_counter() - began
    print(f"{len(wrong)} things were not as they should be; {seconds:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
