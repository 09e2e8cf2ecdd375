"""Check a community's rosters for another repository's workflow, as the inputs of the action ask.

Reads the inputs from the environment (INPUT_ROOT and so on; action.yml says what they mean), and
writes the report to the file that REPORT names. Exit status: 0 nothing at or above the threshold,
1 findings, 2 an input or a policy is wrong, 3 Rollkeeper broke or could look at nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rollkeeper.jobs import action_inputs as inputs
from rollkeeper.jobs import job as jobs
from rollkeeper.model.policy import Severity
from rollkeeper.model.status import Status
from rollkeeper.reports.rendering import RenderSettings, render
from rollkeeper.rules import catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, tell, leave the report and the figures behind, and say how it ended."""
    job = jobs.begin(__doc__, arguments)
    try:
        asked = inputs.read_inputs(os.environ)
    except inputs.InputError as error:
        job.actions.emit(str(error))
        return Status.WRONG_USE
    job = jobs.begin(__doc__, asked.arguments)
    job = replace(job, options=replace(job.options, programmes=asked.programmes))
    found = job.check(asked.families, offline="websites" not in asked.checks)
    report = inputs.seen_from_the_repository(found, job.options.root)
    job.actions.set_output("findings", sum(finding.counts for finding in report.findings))
    job.actions.set_output("errors", report.count(Severity.ERROR))
    if os.environ.get("REPORT"):
        text = render(report, asked.format, RenderSettings(catalogue=catalogue()))
        Path(os.environ["REPORT"]).write_text(text, encoding="utf-8")
    if job.idle(report):
        return Status.CLEAN
    job.tell(report)
    return job.exit_status(report)


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
