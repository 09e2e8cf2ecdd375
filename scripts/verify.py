"""Check the pull request that a finished run of Check was about, and hand the verdict over.

Trusts nothing of that run but GitHub's word for its commit: finds the open pull request with that
head (or that ORIGIN names, after a command), fetches what it would put on the rosters as data, and
judges it by this checkout's code and policies. Draws its logos into previews/. Exit status: 0
looked, or nothing is to be told; 2 a policy is wrong, 3 Rollkeeper broke.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rollkeeper.forge.client import connect
from rollkeeper.forge.pull_requests import origin_of
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests.verify import verify
from rollkeeper.reports.json import verdict as verdict_json

PREVIEWS = Path("previews")


def main(arguments: Sequence[str] | None = None) -> int:
    """Find, fetch, judge and hand over."""
    job = jobs.begin(__doc__, arguments)
    actions, told = job.actions, os.environ.get("ORIGIN", "")
    origin, options = origin_of(actions.event, told), replace(job.options, offline=False)
    with connect(actions.token, actions.api_url, seconds_between_requests=0) as client:
        verified = verify(client, actions.repository, origin, options, again=bool(told))
    actions.emit(verified.words)
    if verified.verdict is not None:
        job.tell(verified.verdict.report)
        actions.set_output("verdict", verdict_json.packed(verified.verdict))
    if verified.turn is not None:
        actions.set_output("turn", [verified.turn.comment, verified.turn.hold])
    if verified.previews is not None:
        PREVIEWS.mkdir(exist_ok=True)
        (PREVIEWS / "logos.png").write_bytes(verified.previews.png)
        actions.set_output("previews", value=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
