"""Which entities real logos declare, and how many refused logos `fix --logos` can clean.

    python benchmarks/entities.py FOLDER...

Each folder is a collection of logos, such as a checkout of `cncf/landscape`; `make bench-peers`
installs two more below `benchmarks/data/node_modules`. Nothing in them is changed.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from measuring import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from rollkeeper.fixing.logos import TOLERATED, CleanedLogo, offer
from rollkeeper.model.logo_limits import MAX_SVG_BYTES
from rollkeeper.probes.logos.rendering.renderer import Renderer
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

ILLUSTRATOR = re.compile(rb"Adobe Illustrator|ns\.adobe\.com")
DECLARED = re.compile(rb"<!ENTITY\s+(%?\s*\S+)")
COLUMNS = (
    "logos",
    "from Illustrator",
    "with entities",
    "refused",
    "cleaned",
    "cleaned with entities",
)


def logos(folder: Path, known: set[bytes]) -> Iterator[bytes]:
    """Return each different SVG below a folder that is small enough to be read."""
    for file in sorted(folder.rglob("*.svg")):
        if file.is_file() and not file.is_symlink() and file.stat().st_size <= MAX_SVG_BYTES:
            data = file.read_bytes()
            digest = sha256(data).digest()
            if digest not in known:
                known.add(digest)
                yield data


def count(folder: Path, known: set[bytes], renderer: Renderer, names: Counter[str]) -> Counter[str]:
    """Count what there is in one collection."""
    counts: Counter[str] = Counter()
    for data in logos(folder, known):
        declared = [name.decode() for name in DECLARED.findall(data)]
        refused = any(each.rule not in TOLERATED for each in inspect_svg(data).defects)
        cleaned = refused and isinstance(offer(data, renderer), CleanedLogo)
        names.update(declared)
        counts["logos"] += 1
        counts["from Illustrator"] += bool(ILLUSTRATOR.search(data))
        counts["with entities"] += bool(declared)
        counts["refused"] += refused
        counts["cleaned"] += cleaned
        counts["cleaned with entities"] += cleaned and bool(declared)
    return counts


def main(folders: list[str]) -> int:
    """Count and print."""
    known: set[bytes] = set()
    names: Counter[str] = Counter()
    total: Counter[str] = Counter()
    print(f"| collection | {' | '.join(COLUMNS)} |\n|---|---|---|---|---|---|---|")
    with Renderer(processes=1) as renderer:
        for folder in folders:
            counts = count(Path(folder), known, renderer, names)
            total += counts
            print(row(Path(folder).name, counts))
    print(row("all", total))
    print("\nentities:", ", ".join(f"{name} {times}" for name, times in names.most_common()))
    return 0


def row(name: str, counts: Counter[str]) -> str:
    """Return one line of the table."""
    return f"| {' | '.join((name, *(f'{counts[column]:,}' for column in COLUMNS)))} |"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
