"""Requirements that ask about a whole roster: what each adds to `rollkeeper check --offline`.

20,000 partners and, as another programme, the same again. Each policy has one requirement; the
time of the same command without any is taken away.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from made import make
from measuring import DATA, ROLLKEEPER, in_turn, median

RUNS = 3
SIZE = 20_000
MOST_SECONDS = 2.0
ASKED = {
    "none": "",
    "unique": 'expect: unique("contact.github")',
    "unique, of the items of a list": 'expect: unique("members.*")',
    "count": 'expect: count("contact.github", entry.contact.github) == 1',
    "count in another roster": 'expect: count("others", "name", entry.name) == 1',
    "find in another roster": 'expect: find("others", "name", entry.name)[0].tier == entry.tier',
    "at most so many, of the roster": 'scope: roster\n    expect: count("tier", "gold") < 20000',
    "filter and map, of the roster": (
        'scope: roster\n    expect: roster.filter(e, e.tier == "gold").map(e, e.name).size() > 9'
    ),
    "filter, asked of each entry": (
        'expect: entry.tier != "x" || roster.filter(e, e.tier == "x").size() > 1'
    ),
    "all, of the roster": 'scope: roster\n    expect: roster.all(e, count("name", e.name) == 1)',
    "host and domain of an address": (
        'expect: domain(entry.website) != "rival.example" && host(entry.website) != ""'
    ),
}
POLICY = "roster: partners.yaml\n"


def community(name: str, asked: str) -> Path:
    """Write a community whose policy has one requirement, and another programme beside it."""
    folder = make(DATA / "requirements" / name.replace(" ", "-").replace(",", ""), SIZE)
    shutil.copyfile(folder / "partners.yaml", folder / "others.yaml")
    own = f"requirements:\n  - id: own\n    message: wrong\n    {asked}\n" if asked else ""
    (folder / "policies" / "partners.yaml").write_text(POLICY + own, encoding="utf-8")
    (folder / "policies" / "others.yaml").write_text("roster: others.yaml\n", encoding="utf-8")
    return folder


def main() -> int:
    """Measure and print; 1 where a requirement adds more than it may."""
    check = (*ROLLKEEPER, "check", "--offline", "--today", "2026-11-21", "--family", "requirements")
    commands = {name: (*check, "--root", community(name, asked)) for name, asked in ASKED.items()}
    results = in_turn(RUNS, **commands)
    before = results.pop("none")
    print(f"{SIZE:,} entries of each of two programmes, {RUNS} runs in turn")
    wall, cpu = median(before, "wall"), median(before, "cpu")
    print(f"without a requirement: {wall:.2f} s, {cpu:.2f} s CPU\n")
    print("| requirement | adds wall s | adds CPU s | exit |\n|---|---|---|---|")
    slow = False
    for name, runs in results.items():
        wall, cpu = (median(runs, key) - median(before, key) for key in ("wall", "cpu"))
        slow |= cpu > MOST_SECONDS
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {runs[-1].status} |")
    return int(slow)


if __name__ == "__main__":
    raise SystemExit(main())
