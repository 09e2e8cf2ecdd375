"""Act on what an audit found: issues, pull requests, and the history.

Reads the plan (PLAN) and the file with the result (NIGHT) as untrusted input, and visits nothing.
With --dry-run it writes nothing and prints what it would write.

Exit status: 0 done, 3 the audit left no result (the issue says so), something could not be done, or
Rollkeeper crashed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rollkeeper.forge.client import connect
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.audit.finishing import finish
from rollkeeper.loading.files import read_inside
from rollkeeper.model.limits import MAX_NIGHT_BYTES


def main(arguments: Sequence[str] | None = None) -> int:
    """Act, say what was done, and return the exit status."""
    job = jobs.begin(__doc__, arguments, flags=["dry-run"])
    actions = job.actions
    file = Path(os.environ.get("NIGHT", "night.json"))
    data, _ = read_inside(file.parent, file.name, MAX_NIGHT_BYTES)
    texts = os.environ.get("PLAN", ""), (data or b"").decode(errors="replace")
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        dry_run = "dry-run" in job.flags
        return finish(job.options, actions, repository, texts, dry_run=dry_run)


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
