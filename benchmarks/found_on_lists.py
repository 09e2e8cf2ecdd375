"""Check the lists of real communities and count what is found on each.

    python benchmarks/found_on_lists.py FOLDER [FOLDER ...] [--findings]

Each FOLDER has a community's lists and a folder `policies` for them. The table has the lines of the
longest policy, the entries, the findings, and for every ten entries the warnings and notices.
Whether a finding is true, and whether a maintainer there would act on it, a person has to judge:
`--findings` prints them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from measuring import ENVIRONMENT, ROLLKEEPER

CHECK = ("check", "--offline", "--format", "json")
HEAD = "| list | policy lines | entries | errors | warnings | notices | in ten | rules |"


def checked(folder: Path) -> Mapping[str, Any] | str:
    """Return the report on a community, or what the command said instead of one."""
    command = [*ROLLKEEPER, *CHECK]
    done = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    try:
        report: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        return done.stderr.strip() or f"exit status {done.returncode}"
    return report


def policy_lines(folder: Path) -> int:
    """Return the lines of the longest policy of a community, comments and blank lines left out."""
    texts = [file.read_text("utf-8") for file in sorted((folder / "policies").glob("*.y*ml"))]
    return max(
        (sum(line.strip()[:1] not in {"", "#"} for line in text.splitlines()) for text in texts),
        default=0,
    )


def row(folder: Path, report: Mapping[str, Any]) -> str:
    """Return a row of the table for one community."""
    found = Counter(finding["severity"] for finding in report["findings"])
    rules = Counter(finding["rule"] for finding in report["findings"])
    entries = report["counts"]["entries"]
    in_ten = 10 * (found["warning"] + found["notice"]) / max(entries, 1)
    listed = ", ".join(f"{count} {rule}" for rule, count in rules.most_common())
    severities = " | ".join(str(found[each]) for each in ("error", "warning", "notice"))
    lines = policy_lines(folder)
    return f"| {folder.name} | {lines} | {entries:,} | {severities} | {in_ten:.2f} | {listed} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 where a community could not be checked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--findings", action="store_true", help="print every finding")
    parsed = parser.parse_args(arguments)
    failed = 0
    sys.stdout.write(f"{HEAD}\n{'|---' * HEAD.count(' | ')}|---|\n")
    for folder in parsed.folders:
        report = checked(folder)
        if isinstance(report, str):
            sys.stdout.write(f"| {folder.name} | not checked: {report} |\n")
            failed = 1
            continue
        sys.stdout.write(f"{row(folder, report)}\n")
        for finding in report["findings"] if parsed.findings else ():
            place = f"{finding['path']}:{finding['line']}"
            what = f"{finding['severity']} {finding['rule']}: {finding['message']}"
            sys.stdout.write(f"    {place}: {what}\n")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
