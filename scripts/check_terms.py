"""Check the terms of office: dates, lengths, last days, and how many seats there are.

Exit status: 0 clean, 1 findings, 2 a policy is wrong, 3 Rollkeeper crashed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.jobs import job as jobs


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the terms as of today, and return the exit status."""
    return jobs.run_check(__doc__, arguments, "terms")


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
