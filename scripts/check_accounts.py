"""Ask GitHub about the accounts on the rosters and report which are gone, renamed or taken.

Needs a token of github.com that may read (GITHUB_TOKEN). With --since only the accounts that a
change introduces are asked about. Exit status: 0 clean, 1 findings, 2 a policy is wrong,
3 Rollkeeper crashed or could not check, 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.jobs import job as jobs


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask about every account, and return the exit status."""
    return jobs.run_check(__doc__, arguments, "accounts")


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
