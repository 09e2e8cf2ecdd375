"""Write the public pages from the rolls, or with --check say which are out of date.

Exit status: 0 up to date, 1 out of date, 2 a policy is wrong, 3 Rollkeeper broke.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper import cli, jobs


def main(arguments: Sequence[str] | None = None) -> int:
    """Render as the command line does, showing what changes."""
    job = jobs.begin(__doc__, arguments, flags=["check"])
    command = ["render", "--root", str(job.options.root)]
    if job.options.policies:
        command += ["--policies", str(job.options.policies)]
    if job.options.today:
        command += ["--today", job.options.today.isoformat()]
    with job.actions.verbatim():
        return cli.main([*command, *(f"--{flag}" for flag in job.flags)])


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
