"""Check the logos: that each is there, is what its name says, is safe, and can be seen.

Exit status: 0 clean, 1 findings, 2 a policy is wrong, 3 Rollkeeper crashed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.jobs import job as jobs


def main(arguments: Sequence[str] | None = None) -> int:
    """Check every logo, and return the exit status."""
    return jobs.run_check(__doc__, arguments, "logos")


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
