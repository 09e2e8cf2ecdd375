"""Visits to thousands of sites beside `lychee`: how long, at what cost, and how often wrongly.

Needs `make bench-peers`, Linux, and the right to make namespaces: everything runs in a network of
its own, where a server plays all the sites and their name server. Both programs ask the system's
resolver for the same distinct names and connect to the same public-looking addresses, so that
neither needs a special setting; nothing leaves the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from measuring import ENVIRONMENT, HERE, PEERS, ROLLKEEPER, Run, measure, median
from site_farm.ground import INSIDE, certificates, enter
from site_farm.sites import DEAD, Habit, Site, make

FARM = HERE / "site_farm"
TIMEOUT = "10"
FAILURES = {
    Habit.SILENT: "SILENT",
    Habit.REFUSING: "REFUSED",
    Habit.NO_NAME: "NO_SUCH_NAME",
    Habit.NO_NAME_SERVER: "NAME_SERVER",
}
"""What we must say of those that are dead."""
FASTEST = ("--max-concurrency", "2000", "--max-retries", "0")
OURS, DEFAULTS, QUICK = "rollkeeper", "lychee, defaults", "lychee, fastest"
COMMAND = "`rollkeeper check`"
VISITORS, COMMANDS = (OURS, DEFAULTS, QUICK), (COMMAND, DEFAULTS, QUICK)


@dataclass(frozen=True)
class Outcome:
    """One run of one program: what it cost, and of how many sites it said what is not so."""

    run: Run
    wrong: int


class Bench:
    """Runs the programs against sites that no other run has met."""

    def __init__(self, folder: Path, pin: Sequence[str]) -> None:
        self._folder = folder
        self._pin = pin
        self._label = 0

    def once(self, program: str, count: int, *, scheme: str, instant: bool) -> Outcome:
        """Let one program visit `count` sites."""
        self._label += 1
        # The seed is the same for all, so that they meet the same mixture.
        plan = make(count, f"{os.getpid()}r{self._label}", instant=instant)
        addresses = self._folder / "addresses.txt"
        output = self._folder / "output.json"
        output.unlink(missing_ok=True)
        addresses.write_text("".join(f"{scheme}://{site.host}/\n" for site in plan), "utf-8")
        if program == COMMAND:
            self._community(plan, scheme)
        run = measure([*self._pin, *self._command(program, addresses, output)])
        judge = _JUDGES.get(program, _wrong_of_lychee)
        return Outcome(run, judge(plan, scheme, output))

    def _community(self, plan: Sequence[Site], scheme: str) -> None:
        """Write a roster with the sites, and its policy, which asks for nothing."""
        (self._folder / "policies").mkdir(exist_ok=True)
        (self._folder / "policies" / "partners.yaml").write_text("roster: partners.yaml\n", "utf-8")
        entries = (
            f"- name: {site.host.partition('.')[0]}\n  website: {scheme}://{site.host}/\n"
            for site in plan
        )
        (self._folder / "partners.yaml").write_text("".join(entries), "utf-8")

    def _command(self, program: str, addresses: Path, output: Path) -> list[str | Path]:
        if program == OURS:
            authority = self._folder / "root.pem"
            return [sys.executable, FARM / "visitor.py", addresses, authority, output]
        if program == COMMAND:
            form = ("--format", "json", "--output", output)
            return [*ROLLKEEPER, "check", "--root", self._folder, *form]
        quick = FASTEST if program == QUICK else ()
        options = ("--timeout", TIMEOUT, "--no-progress", "--format", "json", "--output", output)
        return [PEERS / "lychee", *options, *quick, addresses]


def _wrong_of_ours(plan: Sequence[Site], scheme: str, output: Path) -> int:
    seen = json.loads(output.read_text("utf-8"))
    wrong = 0
    for site in plan:
        status, failure = seen[f"{scheme}://{site.host}/"]
        right = (None, FAILURES[site.habit]) if site.habit in DEAD else (200, None)
        wrong += (status, failure) != right
    return wrong


def _wrong_of_command(plan: Sequence[Site], _: str, output: Path) -> int:
    found = json.loads(output.read_text("utf-8"))["findings"]
    bad = {each["entry"] for each in found if each["rule"] in _SAYING_DEAD}
    names = {site.host.partition(".")[0]: site for site in plan}
    return sum((name in bad) is not (site.habit in DEAD) for name, site in names.items())


def _wrong_of_lychee(plan: Sequence[Site], scheme: str, output: Path) -> int:
    told = json.loads(output.read_text("utf-8"))
    bad = {
        each["url"]
        for kind in ("error_map", "timeout_map")
        for of_file in told.get(kind, {}).values()
        for each in of_file
    }
    return sum((f"{scheme}://{site.host}/" in bad) is not (site.habit in DEAD) for site in plan)


_SAYING_DEAD = ("website-unreachable", "website-inconclusive")
"""Of a site whose name server is silent nothing is certain."""
_JUDGES = {OURS: _wrong_of_ours, COMMAND: _wrong_of_command}


@contextmanager
def farm(folder: Path, pin: Sequence[str]) -> Iterator[None]:
    """Run the server, on a processor of its own where `pin` says so."""
    command = [*pin, sys.executable, "-m", "site_farm.server"]
    with (
        subprocess.Popen(command, cwd=HERE) as names,
        subprocess.Popen([*command, folder], stdout=subprocess.PIPE, cwd=HERE) as server,
    ):
        if server.stdout is None or server.stdout.readline() != b"ready\n":
            message = "the server did not start"
            raise RuntimeError(message)
        try:
            yield
        finally:
            server.terminate()
            names.terminate()


def in_turn(  # noqa: PLR0913 - who, how often, and what they visit
    bench: Bench,
    runs: int,
    count: int,
    *,
    scheme: str,
    instant: bool,
    programs: Sequence[str] = VISITORS,
) -> dict[str, list[Outcome]]:
    """Let the programs take turns, and print the medians."""
    results: dict[str, list[Outcome]] = {program: [] for program in programs}
    for _ in range(runs):
        for program, outcomes in results.items():
            outcomes.append(bench.once(program, count, scheme=scheme, instant=instant))
    print("| program | wall s | CPU s | peak MiB | wrong, each run |\n|---|---|---|---|---|")
    for program, outcomes in results.items():
        wall, cpu, peak = (_median(outcomes, figure) for figure in ("wall", "cpu", "peak"))
        wrong = ", ".join(str(outcome.wrong) for outcome in outcomes)
        print(f"| {program} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {wrong} |", flush=True)
    return results


def _median(outcomes: Sequence[Outcome], figure: str) -> float:
    return median([outcome.run for outcome in outcomes], figure)


def ratio(results: dict[str, list[Outcome]], figure: str, to: str, most: float) -> None:
    """Print one of our figures over the peer's."""
    ours = next(iter(results.values()))
    value = _median(ours, figure) / _median(results[to], figure)
    print(f"{figure} over {to}: {value:.2f} (at most {most})", flush=True)


def realistic(folder: Path, runs: int) -> None:
    """Measure 2,000 https sites as a night has them; server and client on a processor each."""
    print(f"\n2,000 https sites as a night has them, {runs} runs in turn\n")
    with farm(folder, ("taskset", "-c", "1")):
        bench = Bench(folder, ("taskset", "-c", "0"))
        results = in_turn(bench, runs, 2_000, scheme="https", instant=False)
    print()
    ratio(results, "wall", DEFAULTS, 0.22)
    ratio(results, "wall", QUICK, 1.0)
    ratio(results, "cpu", DEFAULTS, 2.5)


def instant(folder: Path, runs: int) -> None:
    """Measure sites that answer at once; everybody uses all processors."""
    for scheme, count, most in (("http", 5_000, 0.8), ("https", 2_000, 1.3)):
        print(f"\n{count:,} {scheme} sites that answer at once, {runs} runs in turn\n")
        with farm(folder, ()):
            bench = Bench(folder, ())
            results = in_turn(bench, runs, count, scheme=scheme, instant=True)
        print()
        ratio(results, "wall", DEFAULTS, most)
        ratio(results, "wall", QUICK, most)


def command(folder: Path, runs: int) -> None:
    """Measure the whole command that users run; everybody uses all processors."""
    cases = ((5_000, "http", True, 0.8), (2_000, "https", True, 1.0), (2_000, "https", False, 1.0))
    for count, scheme, at_once, most in cases:
        kind = "that answer at once" if at_once else "as a night has them"
        print(f"\n{count:,} {scheme} sites {kind}, {runs} runs of each command in turn\n")
        with farm(folder, ()):
            bench = Bench(folder, ())
            results = in_turn(bench, runs, count, scheme=scheme, instant=at_once, programs=COMMANDS)
        print()
        for peer in (DEFAULTS, QUICK):
            ratio(results, "wall", peer, most)


def growth(folder: Path, runs: int) -> None:
    """Measure what one more visit costs, between few and many."""
    counts = (500, 2_000, 20_000)
    print(f"\nCost of a visit, https sites that answer at once, {runs} runs in turn\n")
    print("| sites | CPU ms a visit | wall ms a visit | peak MiB |\n|---|---|---|---|")
    with farm(folder, ("taskset", "-c", "1")):
        bench = Bench(folder, ("taskset", "-c", "0"))
        start = [bench.once(OURS, 1, scheme="https", instant=True) for _ in range(runs)]
        for count in counts:
            found = [bench.once(OURS, count, scheme="https", instant=True) for _ in range(runs)]
            cpu, wall = (
                (_median(found, figure) - _median(start, figure)) / count * 1000
                for figure in ("cpu", "wall")
            )
            peak = _median(found, "peak")
            print(f"| {count:,} | {cpu:.2f} | {wall:.2f} | {peak:.0f} |", flush=True)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parts = {"realistic": realistic, "instant": instant, "growth": growth, "command": command}
    parser.add_argument("--only", choices=parts, action="append")
    arguments = parser.parse_args()
    if INSIDE not in os.environ:
        return enter(Path(__file__), sys.argv[1:])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        certificates(folder)
        ENVIRONMENT["SSL_CERT_FILE"] = str(folder / "root.pem")
        for part in arguments.only or parts:
            parts[part](folder, arguments.runs)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
