"""What Rollkeeper, yamllint and check-jsonschema say of each fault of a roster.

Needs `make bench-peers`. Each fault is written into a roster of five invented partners, and every
tool is run on it. What a tool says is judged by patterns that are the same for all: whether it
names the line, the column, the cause and what to do, and in how many messages. Prints the table of
docs/benchmarks.md, and ends with status 1 where a peer is better at a fault.

With `--show` what each tool says is printed as well.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from measuring import ENVIRONMENT, PEERS, ROLLKEEPER
from message_faults import BASE, FAULTS, POLICY, SCHEMA, YAMLLINT, Fault


class Heard(NamedTuple):
    """What a tool made clear of a fault, and in how many messages."""

    line: bool
    column: bool
    cause: bool
    remedy: bool
    messages: int

    @property
    def points(self) -> int:
        """How much of it is clear."""
        return sum(self[:4])


def outputs(folder: Path) -> Mapping[str, str]:
    """Run each tool on the roster of a folder; return what it says, by its name."""
    roster, schema = folder / "partners.yaml", folder / "policies" / "partners.schema.json"
    commands = {
        "Rollkeeper": (
            *(*ROLLKEEPER, "check", "--offline", "--today", "2026-11-21", "--root", folder),
            *("--format", "concise", "--quiet"),
        ),
        "yamllint": (PEERS / "yamllint", "-f", "parsable", "-d", YAMLLINT, roster),
        "check-jsonschema": (PEERS / "check-jsonschema", "--schemafile", schema, roster),
    }
    said = {}
    for name, command in commands.items():
        done = subprocess.run(
            [str(part) for part in command],
            env=ENVIRONMENT,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        said[name] = (done.stdout + done.stderr).replace(str(folder), "")
    return said


def heard(fault: Fault, text: str, output: str) -> Heard:
    """Judge what a tool says of a fault: what it says of other places does not count."""
    lines = [line for line in output.splitlines() if line.strip()]
    messages = [line for line in lines if not re.match(r"(Schema validation errors|ok )", line)]
    third = BASE.index("- name: Cedar Cloud")
    start = max(0, text.find(fault.at, third) if fault.at in text[third:] else text.find(fault.at))
    number = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    places = re.findall(r"(?::|line )(\d+)(?::|, column )(\d+)", output)
    there = [int(at) for line, at in places if int(line) == number]
    whole = "\n".join(messages)
    return Heard(
        line=bool(there) or (not fault.at and bool(messages)),
        column=any(column <= at <= column + len(fault.at) for at in there)
        or (not fault.at and bool(messages)),
        cause=bool(re.search(fault.cause, whole)),
        remedy=bool(re.search(fault.remedy, whole)),
        messages=len(messages),
    )


def mark(found: Heard) -> str:
    """Write what was clear in a cell: `LCWF 1` has line, column, what and how to fix it."""
    letters = zip("LCWF", found[:4], strict=True)
    return f"{''.join(each if known else '-' for each, known in letters)} {found.messages}"


def main(arguments: list[str]) -> int:
    """Print the table; return 1 where a peer makes more of a fault clear."""
    print("| fault | Rollkeeper | yamllint | check-jsonschema | clearest |\n|---|---|---|---|---|")
    counts = {"Rollkeeper": 0, "even": 0, "a peer": 0}
    for fault in FAULTS:
        made = fault.make(BASE)
        text = made if isinstance(made, str) else BASE
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "policies").mkdir()
            (folder / "policies" / "partners.yaml").write_text(POLICY, "utf-8")
            (folder / "policies" / "partners.schema.json").write_text(json.dumps(SCHEMA), "utf-8")
            data = made if isinstance(made, bytes) else made.encode()
            (folder / "partners.yaml").write_bytes(data)
            said = outputs(folder)
        results = {tool: heard(fault, text, output) for tool, output in said.items()}
        ours, *theirs = (found.points for found in results.values())
        best = "Rollkeeper" if ours > max(theirs) else "even" if ours == max(theirs) else "a peer"
        counts[best] += 1
        cells = " | ".join(map(mark, results.values()))
        print(f"| {fault.name} | {cells} | {best} |", flush=True)
        if "--show" in arguments:
            for tool, output in said.items():
                print(f"    {tool}:", *output.strip().splitlines()[:9], sep="\n      ")
    print(f"\n{len(FAULTS)} faults: " + ", ".join(f"{name} {n}" for name, n in counts.items()))
    return int(counts["a peer"] > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
