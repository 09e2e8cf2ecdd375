"""Check the rosters themselves: their form, who is on them, and the communities' own requirements.

Everything that can be judged from the rosters and policies alone; logos, terms and websites have
scripts of their own. Exit status: 0 clean, 1 findings, 2 a policy is wrong, 3 Rollkeeper crashed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.jobs import job as jobs


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the entries, and return the exit status."""
    return jobs.run_check(__doc__, arguments, "entries")


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
