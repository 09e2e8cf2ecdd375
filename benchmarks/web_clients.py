"""Our own client for websites beside libcurl and aiohttp, with the same guard and the same limits.

Each client dials public addresses only, stops at the same size of head and of page, has the same
time for a visit, tries a silent or a busy site a second time and reads the page. Where a library
has no such limit it goes without, and the table of the hostile farm shows what that costs: how many
sites it describes wrongly, and how often it connects where it has no business.

Needs `make bench-peers`, Linux, and the right to make namespaces: everything runs in a network of
its own (see `websites.py`); nothing leaves the machine.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from threading import Thread
from typing import Any

from measuring import ENVIRONMENT, HERE, PEERS, ROOT, Run, measure, median
from site_farm.ground import INSIDE, certificates, enter
from site_farm.sites import DEAD, make
from websites import farm as sites_of

sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]

from farm.case import SITE_4, Case, Seen
from farm.cases_redirects import to
from farm.ground import Farm
from farm.table import CASES
from rollkeeper.probes.web.targets import target_of

FOLDER = HERE / "site_farm"
OURS = "rollkeeper"
CLIENTS: Mapping[str, tuple[str | Path, ...]] = {
    OURS: (sys.executable, FOLDER / "visitor.py"),
    "libcurl (PycURL, multi)": (PEERS / "python", FOLDER / "with_curl.py"),
    "aiohttp": (PEERS / "python", FOLDER / "with_aiohttp.py"),
}
TRAP = "127.66.0.1"
"""An address that is not public, where every connection is counted."""


@dataclass(frozen=True)
class Outcome:
    """One run of one client: what it cost, and how many sites it described wrongly."""

    run: Run
    wrong: int


def visit(
    client: str, folder: Path, urls: Sequence[str], pin: Sequence[str], *book: Path
) -> tuple[Run, dict[str, Any]]:
    """Let a client visit addresses; return its cost and what it saw."""
    addresses, output = folder / "addresses.txt", folder / "output.json"
    output.unlink(missing_ok=True)
    addresses.write_text("\n".join(urls), "utf-8")
    authority = folder / "root.pem"
    run = measure([*pin, *CLIENTS[client], addresses, authority, output, *book])
    if run.status:
        message = f"{client} ended with {run.status}"
        raise RuntimeError(message)
    return run, json.loads(output.read_text("utf-8"))


class Bench:
    """Runs the clients against sites that no other run has met."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._label = 0

    def table(
        self, runs: int, count: int, pin: Sequence[str], *, scheme: str, instant: bool
    ) -> None:
        """Let the clients take turns, and print medians and ratios."""
        results: dict[str, list[Outcome]] = {client: [] for client in CLIENTS}
        for _ in range(runs):
            for client, outcomes in results.items():
                self._label += 1
                sites = make(count, f"{os.getpid()}c{self._label}", instant=instant)
                urls = [f"{scheme}://{site.host}/" for site in sites]
                run, seen = visit(client, self._folder, urls, pin)
                wrong = sum(
                    seen[url][0] != (None if site.habit in DEAD else 200)
                    for url, site in zip(urls, sites, strict=True)
                )
                outcomes.append(Outcome(run, wrong))
        print("| client | wall s | CPU s | our wall / its | our CPU / its | peak MiB | wrong |")
        print("|---|---|---|---|---|---|---|")
        wall, cpu = (_median(results[OURS], figure) for figure in ("wall", "cpu"))
        for client, outcomes in results.items():
            its_wall, its_cpu, peak = (_median(outcomes, name) for name in ("wall", "cpu", "peak"))
            wrong = ", ".join(str(outcome.wrong) for outcome in outcomes)
            print(
                f"| {client} | {its_wall:.2f} | {its_cpu:.2f} | {wall / its_wall:.2f} "
                f"| {cpu / its_cpu:.2f} | {peak:.0f} | {wrong} |", flush=True,
            )  # fmt: skip


def _median(outcomes: Sequence[Outcome], figure: str) -> float:
    return median([outcome.run for outcome in outcomes], figure)


def realistic(folder: Path, runs: int) -> None:
    """Measure 2,000 https sites as a night has them; server and client on a processor each."""
    print(f"\n2,000 https sites as a night has them, {runs} runs in turn\n")
    with sites_of(folder, ("taskset", "-c", "1")):
        Bench(folder).table(runs, 2_000, ("taskset", "-c", "0"), scheme="https", instant=False)


def instant(folder: Path, runs: int) -> None:
    """Measure sites that answer at once; server and client on a processor each."""
    for scheme, count in (("http", 5_000), ("https", 2_000)):
        print(f"\n{count:,} {scheme} sites that answer at once, {runs} runs in turn\n")
        with sites_of(folder, ("taskset", "-c", "1")):
            bench = Bench(folder)
            bench.table(runs, count, ("taskset", "-c", "0"), scheme=scheme, instant=True)


def hostile(folder: Path, _runs: int) -> None:
    """Visit the farm of the tests, whose table says how each site must be described."""
    inside = (
        Case("to-trap", to(f"http://{TRAP}/"), Seen(None), ("http",)),
        Case("to-trap-by-name", to("http://trap.example/"), Seen(None), ("http",)),
        Case("to-trap-mapped", to(f"http://[::ffff:{TRAP}]/"), Seen(None), ("http",)),
    )
    # What only a name server of the test's own can play, and IPv6, are left out.
    cases = [each for each in (*CASES, *inside) if _plays(each)]
    sites = [site for case in cases for site in case.sites]
    # In the form that a browser sends: not every client knows names beyond ASCII.
    wanted = {target.url: site.case for site in sites if (target := target_of(site.url))}
    print(f"\n{len(sites)} sites of the tests' farm, malformed, slow, endless or lying\n")
    print("| client | wall s | CPU s | peak MiB | described wrongly | connections inside |")
    print("|---|---|---|---|---|---|")
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # of visitors that leave in haste
    missed: dict[str, list[str]] = {}
    with (
        tempfile.TemporaryDirectory() as name,
        Farm(sites, Path(name)) as running,
        trap() as caught,
    ):
        book = _book(running, folder)
        (folder / "root.pem").write_bytes(running.authority.bundle.read_bytes())
        for client in CLIENTS:
            running.forget()
            before = len(caught)
            run, seen = visit(client, folder, list(wanted), (), book)
            wrong = [case.name for url, case in wanted.items() if seen[url][0] != case.seen.status]
            missed[client] = list(dict.fromkeys(wrong))
            print(
                f"| {client} | {run.wall:.1f} | {run.cpu:.2f} | {run.peak:.0f} | {len(wrong)} "
                f"| {len(caught) - before} |", flush=True,
            )  # fmt: skip
    for client, names in missed.items():
        print(f"\n{client}, described wrongly: {', '.join(names) or 'none'}")


def _plays(case: Case) -> bool:
    return case.lookup_fails is None and case.addresses == (SITE_4,) and case.serve is not None


def _book(running: Farm, folder: Path) -> Path:
    book = running.book()
    for place, address in list(book["addresses"].items()):
        for name in ("www", "shop", "an_odd_one"):  # where some sites send their visitors
            book["addresses"][f"{name}.{place}"] = address
    book["addresses"]["trap.example:80"] = [TRAP, 80]
    book["allowed"] = [running.ip]
    file = folder / "book.json"
    file.write_text(json.dumps(book), "utf-8")
    return file


@contextmanager
def trap() -> Iterator[list[str]]:
    """Count the connections to an address that must not be dialled."""
    caught: list[str] = []
    with create_server((TRAP, 80)) as server:

        def count() -> None:
            while True:
                try:
                    sock, peer = server.accept()
                except OSError:
                    return
                caught.append(str(peer))
                sock.close()

        Thread(target=count, daemon=True).start()
        yield caught


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parts = {"realistic": realistic, "instant": instant, "hostile": hostile}
    parser.add_argument("--only", choices=parts, action="append")
    arguments = parser.parse_args()
    if INSIDE not in os.environ:
        return enter(Path(__file__), sys.argv[1:])
    ENVIRONMENT["PYTHONPATH"] += f"{os.pathsep}{HERE}"
    for part in arguments.only or parts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            certificates(folder)
            parts[part](folder, arguments.runs)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
