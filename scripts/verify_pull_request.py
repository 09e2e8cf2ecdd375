"""Check the commit that a report is about, and pass on the verdict.

Reads which commit it is from TARGET, fetches what it would put on the rosters as data, and judges
it by this code and the policies of the checkout of the default branch in --root. Draws its logos
into previews/. Its token can write nothing.

Exit status: 0 checked, 2 a policy is wrong, 3 Rollkeeper crashed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.pull_requests import target as targets
from rollkeeper.jobs.pull_requests.verify import author_may_write, verify
from rollkeeper.loading.head import Source
from rollkeeper.model.status import Status
from rollkeeper.reports.json import verdict as verdict_json

PREVIEWS = Path("previews")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch, judge, and pass on the verdict."""
    job = jobs.begin(__doc__, arguments)
    # GitHub is not asked about accounts: the audit does that, and no change is to wait for it.
    actions, options = job.actions, replace(job.options, offline=False, github=None)
    target = targets.read(os.environ.get("TARGET", ""))
    source = Source.of(actions.server_url, actions.repository, actions.token)
    verified = verify(target, source, options, partial(author_may_write, actions, target))
    actions.emit(verified.message)
    job.show(verified.verdict.report)
    actions.set_output("verdict", verdict_json.packed(verified.verdict))
    if verified.previews is not None:
        PREVIEWS.mkdir(exist_ok=True)
        (PREVIEWS / "logos.png").write_bytes(verified.previews.png)
        actions.set_output("previews", value=True)
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
