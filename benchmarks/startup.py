"""`rollkeeper --version` beside `python -c pass`, and `check` on the repository's own rosters."""

from __future__ import annotations

import sys

from measuring import ROLLKEEPER, ROOT, in_turn, median, table

RUNS = 21


def main() -> int:
    """Measure and print."""
    results = in_turn(
        RUNS,
        **{
            "python -c pass": (sys.executable, "-c", "pass"),
            "rollkeeper --version": (*ROLLKEEPER, "--version"),
            "rollkeeper check --offline, own rosters": (
                *ROLLKEEPER,
                "check",
                "--offline",
                "--root",
                ROOT,
            ),
        },
    )
    bare, version, check = results.values()
    print(f"{RUNS} runs in turn\n\n{table(results)}\n")
    print(
        f"--version over python: {median(version, 'wall') / median(bare, 'wall'):.2f} (at most 4)"
    )
    print(f"check on the own rosters: {median(check, 'wall'):.2f} s (at most 1)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
