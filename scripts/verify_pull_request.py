"""Check the pull request that a finished run of Check was about, and pass on the verdict.

Trusts nothing of that run but its commit, which GitHub itself names: finds the open pull request
with that head (or the one in ORIGIN, after a command), fetches what it would put on the rosters as
data, and judges it by this checkout's code and policies. Draws its logos into previews/.

Exit status: 0 checked, or nothing to report; 2 a policy is wrong, 3 Rollkeeper crashed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rollkeeper.forge.client import connect
from rollkeeper.forge.pull_requests import origin_in_event
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests.verify import verify
from rollkeeper.loading.head import Source
from rollkeeper.reports.json import verdict as verdict_json

PREVIEWS = Path("previews")


def main(arguments: Sequence[str] | None = None) -> int:
    """Find, fetch, judge, and pass on the verdict."""
    job = jobs.begin(__doc__, arguments)
    actions, passed_on = job.actions, os.environ.get("ORIGIN", "")
    origin = origin_in_event(actions.event, passed_on)
    options = replace(job.options, offline=False)
    with connect(
        actions.token, actions.api_url, actions.repository, seconds_between_requests=0
    ) as repository:
        source = Source.of(actions.server_url, actions.repository, actions.token)
        verified = verify(repository, origin, source, options, again=bool(passed_on))
    actions.emit(verified.message)
    if verified.verdict is not None:
        job.show(verified.verdict.report)
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
