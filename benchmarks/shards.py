"""Many websites in many shards: what the job that judges takes, and what an entry costs in it.

The websites are simulated at the probe's boundary: what each answers depends on its address alone.
What the shards saw is written as they write it; the judging job runs as its workflow runs it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from measuring import ENVIRONMENT, HERE, Run, measure, median

sys.path.insert(0, str(HERE.parent / "tests"))

from observed import answer
from rollkeeper.engine.run import Options
from rollkeeper.jobs.audit.judging import load_planned
from rollkeeper.jobs.audit.plan import Plan
from rollkeeper.jobs.audit.shards import file_of
from rollkeeper.model.observations import Observations, Shard
from rollkeeper.probes.web import visit_plan
from rollkeeper.reports.json.observations import packed

NOW = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
ENTRIES_OF_A_ROSTER = 25_000
COUNTS = (1_000, 10_000, 100_000)
MOST_SECONDS, MOST_MIB = 60.0, 1_024.0
JUDGE = HERE.parent / "scripts" / "judge_audit.py"
ENTRY = """\
- name: Partner {n:06} Cloud
  website: https://www.partner-{n:06}.example/
  github: partner-{n:06}
  description: Runs clusters for partner {n:06}
"""


def lay_out(root: Path, count: int) -> None:
    """Write a community with so many partners, in as many programmes as it takes."""
    (root / "policies").mkdir(parents=True)
    for number, first in enumerate(range(0, count, ENTRIES_OF_A_ROSTER)):
        name = f"partners-{number}"
        (root / "policies" / f"{name}.yaml").write_text(f"roster: {name}.yaml\n", "utf-8")
        entries = range(first, min(first + ENTRIES_OF_A_ROSTER, count))
        text = "".join(ENTRY.format(n=n) for n in entries)
        (root / f"{name}.yaml").write_text(text, "utf-8")


def visit(root: Path, plan: Plan, folder: Path) -> int:
    """Leave what each shard would see; return the bytes of all."""
    community = load_planned(plan.options(Options(root)), plan)
    visits = visit_plan.plan(community.programmes)
    total = 0
    for number, share in enumerate(visit_plan.shares(visits, plan.shards), start=1):
        seen = Observations(
            {name: {url: answer(url) for url in urls} for name, urls in share.items()},
            shards=plan.shards,
        )
        data = packed(seen, Shard(number, plan.shards), plan.now).encode()
        (folder / file_of(number)).write_bytes(data)
        total += len(data)
    return total


def judge(root: Path, plan: Plan, folder: Path, runs: int) -> Sequence[Run]:
    """Run the judging job so many times."""
    more = {
        "PLAN": json.dumps(plan.as_data()),
        "OBSERVATIONS": str(folder),
        "NIGHT": str(root / "night.json"),
    }
    ENVIRONMENT.update(more)
    done = [measure([sys.executable, JUDGE, "--root", root]) for _ in range(runs)]
    night = json.loads((root / "night.json").read_text("utf-8"))
    if night["report"].get("incomplete"):
        message = f"not everything was judged: {night['report']['incomplete']}"
        raise RuntimeError(message)
    return done


def main() -> int:
    """Measure and print; the exit status says whether the largest stays within its limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--count", type=int, action="append")
    arguments = parser.parse_args()
    for name in ("GITHUB_ACTIONS", "GITHUB_REPOSITORY", "GITHUB_STEP_SUMMARY"):
        os.environ.pop(name, None)
        ENVIRONMENT.pop(name, None)
    print("| websites | shards | seen MB | wall s | CPU s | peak MiB | CPU ms an entry |")
    print("|---|---|---|---|---|---|---|")
    within = True
    for count in arguments.count or COUNTS:
        with tempfile.TemporaryDirectory() as name:
            root, folder = Path(name) / "community", Path(name) / "seen"
            folder.mkdir()
            lay_out(root, count)
            plan = Plan(NOW).for_sites(count)
            size = visit(root, plan, folder)
            done = judge(root, plan, folder, arguments.runs)
            wall, cpu, peak = (median(done, figure) for figure in ("wall", "cpu", "peak"))
            print(
                f"| {count:,} | {plan.shards} | {size / 1e6:.0f} | {wall:.1f} | {cpu:.1f} | "
                f"{peak:.0f} | {cpu / count * 1000:.2f} |",
                flush=True,
            )
            within = wall <= MOST_SECONDS and peak <= MOST_MIB
    return not within


if __name__ == "__main__":
    raise SystemExit(main())
