"""2,500 partners with 2,500 SVG logos, and every logo of two collections checked.

Needs `make bench-peers`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

from made import make
from measuring import DATA, ENVIRONMENT, ROLLKEEPER, in_turn, median, table

RUNS = 3
SIZE = 2_500
REFUSES = "error"


def collected() -> list[Path]:
    """List the SVG files of both collections."""
    found = sorted((DATA / "node_modules" / "simple-icons" / "icons").glob("*.svg"))
    return found + sorted((DATA / "node_modules" / "devicon" / "icons").glob("*/*.svg"))


def main() -> int:
    """Measure and print."""
    logos = collected()
    community = make(DATA / "logos", SIZE, logos)
    check = (*ROLLKEEPER, "check", "--offline", "--today", "2026-11-21", "--root", community)
    results = in_turn(RUNS, **{"rollkeeper, 2,500 partners with logos": check})
    (ours,) = results.values()
    print(f"{RUNS} runs\n\n{table(results)}\n\nwall: {median(ours, 'wall'):.2f} s (at most 4)\n")
    everything = make(DATA / "all-logos", len(logos), logos)
    before = digest(everything)
    done = subprocess.run(
        [*ROLLKEEPER, "check", "--offline", "--root", everything, "--format", "json"],
        capture_output=True, check=False, env=ENVIRONMENT,
    )  # fmt: skip
    findings = json.loads(done.stdout)["findings"]
    about_logos = [f for f in findings if f["rule"].startswith(("svg-", "logo-", "png-"))]
    refused = {f["entry"]: f["rule"] for f in about_logos if f["severity"] == REFUSES}
    share = 100 * (1 - len(refused) / len(logos))
    print(f"{len(logos):,} logos, {len(refused)} refused: {share:.2f} % accepted (at least 99.9)")
    for name, rule in sorted(refused.items()):
        print(f"  {logos[int(name[1:6])].relative_to(DATA)}: {rule}")
    warned = Counter(f["rule"] for f in about_logos if f["severity"] != REFUSES)
    print(f"warnings and notices: {dict(warned.most_common())}")
    print(f"files changed: {'none' if digest(everything) == before else 'SOME'}")
    return 0


def digest(community: Path) -> str:
    """Return one digest of all logos of a community."""
    whole = sha256()
    for file in sorted((community / "logos").iterdir()):
        whole.update(file.read_bytes())
    return whole.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
