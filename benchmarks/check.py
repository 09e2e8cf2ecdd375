"""20,000 partners: `rollkeeper check --offline` beside `check-jsonschema` on the same file.

Needs `make bench-peers`. Prints the medians, the ratios, and how the cost of an entry grows.
"""

from __future__ import annotations

from made import make
from measuring import DATA, PEERS, ROLLKEEPER, in_turn, median, table

RUNS = 3
SMALL, LARGE = 2_500, 20_000


def main() -> int:
    """Measure and print."""
    small, large = make(DATA / "small", SMALL), make(DATA / "large", LARGE)
    check = (*ROLLKEEPER, "check", "--offline", "--today", "2026-11-21", "--root")
    schema = large / "policies" / "partners.schema.json"
    peer = (PEERS / "check-jsonschema", "--schemafile", schema, large / "partners.yaml")
    results = in_turn(
        RUNS,
        **{
            "rollkeeper, 20,000 partners": (*check, large),
            "check-jsonschema, 20,000 partners": peer,
            "rollkeeper, 2,500 partners": (*check, small),
        },
    )
    ours, theirs, few = results.values()
    size = (large / "partners.yaml").stat().st_size / 1e6
    print(f"{size:.1f} MB of YAML, {RUNS} runs in turn\n\n{table(results)}\n")
    print(f"wall ratio: {median(ours, 'wall') / median(theirs, 'wall'):.3f} (at most 0.333)")
    print(f"memory ratio: {median(ours, 'peak') / median(theirs, 'peak'):.2f} (at most 1)")
    per_entry = (median(ours, "wall") / LARGE) / (median(few, "wall") / SMALL)
    print(f"time per entry at {LARGE:,} over that at {SMALL:,}: {per_entry:.2f} (at most 1.3)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
