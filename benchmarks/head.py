"""A pull request fetched and read by git: 12 new logos, a link, a rename and a file of 100 MB.

The repository is on this machine, so what is measured is the work and not the network. Prints how
long it takes to fetch the head and to lay out both states, what the whole verdict takes, and how
many bytes the store has in the end: that the large file is not among them is checked.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import made

sys.path[:0] = [str(Path(__file__).parents[1] / name) for name in ("tests", "scripts")]

from loading.hosted import BASES, Hosted, git  # noqa: E402 - the tests' own folders are on the path only now
from rollkeeper.engine.run import Options  # noqa: E402
from rollkeeper.jobs.pull_requests.checkout import States, lay_out  # noqa: E402
from rollkeeper.jobs.pull_requests.head_files import Scope, choose_files  # noqa: E402
from rollkeeper.jobs.pull_requests.judges import base_policies  # noqa: E402
from rollkeeper.jobs.pull_requests.target import Target  # noqa: E402
from rollkeeper.jobs.pull_requests.verify import verify  # noqa: E402
from rollkeeper.loading.head import fetch_head  # noqa: E402

SIZES = (2_500, 19_900)
"""With its new logos, the larger one stays below the most files that are read of a folder."""
RUNS = 3
LARGE = 100 * 1024 * 1024
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h{}v8H0z"/></svg>\n'


def community(folder: Path, size: int) -> tuple[Hosted, str]:
    """Host a community of `size` partners, and a pull request to it; return its head."""
    hosted = Hosted(folder)
    rosters = made.make(folder / "rosters", size)
    roster = (rosters / "partners.yaml").read_text(encoding="utf-8")
    files: dict[str, str | bytes | None] = {
        "partners.yaml": roster,
        "policies/partners.yaml": made.POLICY.format(logos="logos: logos\n"),
        "policies/partners.schema.json": json.dumps(made.SCHEMA),
        "logos/alder.svg": None,
    }
    for number in range(size):
        files[f"logos/logo-{number}.svg"] = LOGO.format(f"{number % 9}.{number}")
    hosted.commit(files)
    git(hosted.work, "checkout", "--quiet", "-B", "1")
    for number in range(12):
        (hosted.work / f"logos/new-{number}.svg").write_text(LOGO.format(f"8.{number}7"))
    (hosted.work / "logos/link.svg").symlink_to("/etc/passwd")
    git(hosted.work, "mv", "logos/logo-7.svg", "logos/renamed.svg")
    (hosted.work / "large.bin").write_bytes(os.urandom(LARGE))
    (hosted.work / "partners.yaml").write_text(roster.replace("tier: gold", "tier: silver", 1))
    git(hosted.work, "add", "--all")
    return hosted, hosted.record("1")


@contextmanager
def timed(figures: list[float]) -> Iterator[None]:
    """Add the seconds that something takes."""
    started = time.perf_counter()
    yield
    figures.append(time.perf_counter() - started)


def read(hosted: Hosted, base: Path, head: str, fetches: list[float], reads: list[float]) -> int:
    """Fetch and lay out once; return the bytes that the store has."""
    tip = git(base, "rev-parse", "HEAD")
    scope = Scope(base_policies(base))
    started = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        fetch_head(base, hosted.source, head, since=tip, largest=scope.largest) as fetched,
    ):
        fetches.append(time.perf_counter() - started)
        with timed(reads):
            changes = fetched.changes()
            choice = choose_files(fetched, changes, scope)
            states = States(Path(folder, "head"), Path(folder, "before"), base, tip)
            lay_out(fetched, changes, choice, scope, states)
        files = (file for file in fetched.folder.rglob("*") if file.is_file())
        return sum(file.stat().st_size for file in files)


def main() -> int:
    """Measure and print."""
    print("| partners | checkout of the base | fetch s | read s | verdict s | bytes of the store |")
    print("|---|---|---|---|---|---|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            hosted, head = community(Path(folder), size)
            for name in ("whole", "shallow"):
                base = hosted.clone(*BASES[name], name=name)
                fetches: list[float] = []
                reads: list[float] = []
                whole: list[float] = []
                stored = max(read(hosted, base, head, fetches, reads) for _ in range(RUNS))
                if stored > LARGE // 2:
                    print("the large file was fetched")
                    return 1
                for _ in range(RUNS):
                    with timed(whole):
                        target = Target(head=head, base_ref="main", default_branch="main")
                        verify(target, hosted.source, Options(base))
                medians = (f"{statistics.median(each):.2f}" for each in (fetches, reads, whole))
                print(f"| {size:,} | {name} | {' | '.join(medians)} | {stored:,} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
