"""One partner of 2,500 changed, from the event to the comment and the status, under act.

The report's own workflow runs on a stand-in for GitHub on loopback, which also answers git. Prints
the requests to its API, the whole time, and what Rollkeeper's own three scripts took of it.
"""

from __future__ import annotations

import json
import logging
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import made

sys.path[:0] = [str(Path(__file__).parents[1] / name) for name in ("tests", "scripts")]

from standin import api, pulls  # noqa: E402 - the tests' own folders are on the path only now
from standin.statuses import newest  # noqa: E402
from workflows.acting import REPOSITORY, Community, pull_request_event  # noqa: E402

logging.getLogger("werkzeug").setLevel(logging.ERROR)

SIZES = (2_500, 20_000)
RUNS = 3
OWN_STEPS = {"Begin the report", "Judge the change", "Publish the report"}
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h{}v8H0z"/></svg>\n'


@dataclass
class Measured:
    """What one event took, in seconds, and how many requests."""

    whole: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)


def community(folder: Path, github: api.State, size: int) -> Community:
    """Lay out a community of `size` partners, each with a logo of its own."""
    rosters = made.make(folder / "rosters", size)
    holder = Community(folder, github)
    files = {
        "partners.yaml": (rosters / "partners.yaml").read_text(encoding="utf-8"),
        "policies/partners.yaml": made.POLICY.format(logos="logos: logos\n"),
        "policies/partners.schema.json": json.dumps(made.SCHEMA),
    }
    for number in range(size):
        files[f"logos/logo-{number}.svg"] = LOGO.format(f"{number % 9}.{number}")
    holder.commit(files)
    return holder


def propose(holder: Community, github: api.State, number: int) -> dict[str, Any]:
    """Open a pull request that changes one partner and its logo."""
    holder.git("checkout", "--quiet", "main")
    base = holder.git("rev-parse", "main")
    roster = (holder.work / "partners.yaml").read_text(encoding="utf-8")
    changed = re.sub(
        "(?<=  country: )..|  status: active\n", "  status: pending\n", roster, count=1
    )
    files = {"partners.yaml": changed, f"logos/logo-{number}.svg": LOGO.format(f"8.{number}5")}
    head = holder.commit(files, branch=f"change-{number}")
    holder.git("checkout", "--quiet", "main")
    return pulls.pull(github, head=head, base=base, branch=f"change-{number}")


def measure(size: int) -> Measured:
    """Report on a pull request, each time in a new repository: a runner of GitHub's is new too."""
    figures = Measured()
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder, api.serve(REPOSITORY) as github:
            _measure(Path(folder), github, size, figures)
    return figures


def _measure(folder: Path, github: api.State, size: int, figures: Measured) -> None:
    holder = community(folder, github, size)
    pull = propose(holder, github, 0)
    github.requests.clear()
    started = time.perf_counter()
    outcome = holder.act(
        "rosters.yml",
        "pull_request_target",
        payload=pull_request_event(pull),
        ref="main",
        GITHUB_RUN_ID="1",
        STANDIN_ARTIFACTS=str(folder / "artifacts"),
    )
    figures.whole.append(time.perf_counter() - started)
    status = newest(github, pull["head"]["sha"]).get("Rollkeeper", {})
    if outcome.status or "#issuecomment-" not in (status.get("target_url") or ""):
        raise SystemExit(outcome.log)
    figures.requests.append(len(github.requests))
    figures.own.append(_own(outcome.records))


def _own(records: list[dict[str, Any]]) -> float:
    """Add up what the steps took that run our scripts, in seconds."""
    took: dict[tuple[str, str], float] = {
        (each["jobID"], each["step"]): each["executionTime"] / 1e9
        for each in records
        if "executionTime" in each and each.get("step") in OWN_STEPS
    }
    return sum(took.values())


def main() -> int:
    """Measure and print."""
    for size in SIZES:
        figures = measure(size)
        print(
            f"{size:,} partners: event to comment {statistics.median(figures.whole):.1f} s, "
            f"of which our own {statistics.median(figures.own):.1f} s; "
            f"{max(figures.requests)} requests"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
