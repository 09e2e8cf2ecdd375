"""Visit the websites on the rosters and report which cannot be reached.

The only check that uses the network, and only public addresses of it. With --since only those that
a change introduces are visited. Exit status: 0 clean, 1 findings, 2 a policy is wrong, 3 Rollkeeper
crashed or could not check, 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.jobs import job as jobs


def main(arguments: Sequence[str] | None = None) -> int:
    """Visit every website, and return the exit status."""
    return jobs.run_check(__doc__, arguments, "websites")


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
