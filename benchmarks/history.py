"""What a year of nights takes in git: a commit a night on the branch of the history.

2,500 websites fail, come back, move and block, 500 accounts are renamed and go, findings come and
go. The real code counts each night and writes the files; git packs them as on a server.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from measuring import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from rollkeeper.engine.history import Ledger
from rollkeeper.engine.history_merge import merged
from rollkeeper.engine.run import Options, load_community
from rollkeeper.model.account import Account, AccountFacts
from rollkeeper.model.history import AccountState, History
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import Programme
from rollkeeper.model.tree import START
from rollkeeper.model.visit import Hop, Visit, VisitFailure
from rollkeeper.probes import ProbeResult
from rollkeeper.reports.history_files import files, names

SITES = 2_500
ACCOUNTS = 500
NIGHTS = 365
START_DAY = date(2026, 1, 1)
FAILS = 0.004
"""How likely a website is to begin to fail on a night: ten of them."""
COMES_BACK = 0.3
BLOCKS, MOVES, GONE = 0.08, 0.03, 0.01
"""Shares of the websites that always block programs, that have moved, that fail for good."""
FINDINGS = 250
BRANCH = "refs/heads/rollkeeper-history"


def address(number: int) -> str:
    """Return the website of an entry."""
    return f"https://www.partner-{number:04}.example/"


def programme() -> Programme:
    """Return a programme with a website for each entry."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "policies").mkdir()
        (root / "policies" / "partners.yaml").write_text("roster: partners.yaml\n")
        lines = (f"- name: Partner {each}\n  website: {address(each)}\n" for each in range(SITES))
        (root / "partners.yaml").write_text("".join(lines))
        return load_community(Options(root)).programmes[0]


class World:
    """The websites, the accounts and the findings, one night after the other."""

    def __init__(self, community: Programme) -> None:
        self._random = Random(1)
        self._community = community
        self._down: set[int] = set()
        shares = [self._random.random() for _ in range(SITES)]
        self._always = dict(enumerate(shares))
        self._findings = set(range(FINDINGS))

    def visits(self) -> Iterator[Visit]:
        """Return what is seen of each website on the next night."""
        for number, entry in enumerate(self._community.entries):
            share, url = self._always[number], address(number)
            if number in self._down:
                if self._random.random() < COMES_BACK:
                    self._down.discard(number)
            elif self._random.random() < FAILS:
                self._down.add(number)
            seen = Visit(url, 200, url, entry=entry, field=("website",))
            if share < GONE or number in self._down:
                seen = replace(seen, status=None, failure=VisitFailure.SILENT)
            elif share < GONE + BLOCKS:
                seen = replace(seen, status=403)
            elif share < GONE + BLOCKS + MOVES:
                new = f"{url}team"
                seen = replace(seen, final_url=new, hops=(Hop(301, new),))
            yield seen

    def accounts(self, night: int) -> Iterator[Account]:
        """Return the accounts: one is renamed every two weeks, one gone every month."""
        for number, entry in enumerate(self._community.entries[:ACCOUNTS]):
            known = 1000 + number
            facts = AccountFacts(
                f"person-{number}", id=known, state=AccountState.PERSON, number=known
            )
            lost = replace(facts, id=None, state=AccountState.MISSING)
            if number * 14 < night and number % 2:
                facts = replace(lost, renamed_to=f"renamed-{number}")
            elif number * 30 < night and number % 2 == 0:
                facts = replace(lost, gone=True)
            yield Account(entry, ("github",), facts)

    def report(self, day: date) -> Report:
        """Return the findings of a night: a few are new and a few are gone."""
        for _ in range(3):
            self._findings.discard(self._random.choice(sorted(self._findings)))
            self._findings.add(self._random.randrange(1_000_000))
        found = tuple(
            Finding(
                "website-form", Severity.WARNING, "is wrong", "partners.yaml", START, "partners",
                entry=f"Partner {each}",
            )
            for each in sorted(self._findings)
        )  # fmt: skip
        return Report(day, ("partners",), found, (), {})


def nights() -> Iterator[tuple[date, dict[str, str]]]:
    """Return the files of the branch after each night."""
    community = programme()
    world = World(community)
    history = History()
    there: dict[str, str] = {}
    for number in range(NIGHTS):
        day = START_DAY + timedelta(number)
        ledger = Ledger(history, day)
        seen = {Visit: tuple(world.visits()), Account: tuple(world.accounts(number))}
        ledger.enter([community], [ProbeResult({"partners": seen})])
        history = merged(ledger.close(world.report(day)), history)
        wanted = {name: there[name] for name in names(history) if name in there}
        there |= files(history, wanted, day).texts
        yield day, there


def stream() -> Iterator[str]:
    """Return the commits as `git fast-import` takes them."""
    for day, texts in nights():
        said = f"Record the audit of {day}\n"
        yield f"commit {BRANCH}\ncommitter Bot <bot@site.example> now\ndata {len(said)}\n{said}"
        for name, text in texts.items():
            yield f"M 100644 inline {name}\ndata {len(text.encode())}\n{text}\n"


def git(folder: Path, *arguments: str, data: bytes = b"") -> str:
    """Run git; the benchmark ends where it fails."""
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, input=data)
    return done.stdout.decode()


def main() -> int:
    """Make the year, pack it, and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        git(folder, "init", "--quiet", "--bare")
        data = "".join(stream()).encode()
        # Loose objects first, as pushes leave them: packed by git's own means, not in passing.
        loose = ("-c", "fastimport.unpackLimit=1000000")
        git(folder, *loose, "fast-import", "--quiet", "--date-format=now", data=data)
        git(folder, "gc", "--quiet")
        packs = sum(file.stat().st_size for file in (folder / "objects/pack").glob("*.pack"))
        commits = git(folder, "rev-list", "--count", BRANCH).strip()
        tree = git(folder, "ls-tree", "-r", "-l", BRANCH).splitlines()
    print(f"{SITES:,} websites, {ACCOUNTS:,} accounts, {commits} commits")
    print(f"git: {packs / 1e6:.2f} MB a year\n\n| file | kB |\n|---|---|")
    for line in tree:
        about, file = line.split("\t")
        print(f"| {file} | {int(about.split()[-1]) / 1e3:.1f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
