"""Check a community's rosters for another repository's workflow, as the inputs of the action ask.

Reads the inputs from the environment (INPUT_ROOT and so on; action.yml says what they mean), and
writes the report to the file that REPORT names. Exit status: 0 nothing at or above the threshold,
1 findings, 2 an input or a policy is wrong, 3 Rollkeeper crashed or could check nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rollkeeper.jobs import action_inputs as inputs
from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.folders import with_repository_paths
from rollkeeper.model.policy import Severity
from rollkeeper.model.status import Status
from rollkeeper.reports.rendering import RenderSettings, render
from rollkeeper.rules import catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, write the report and the outputs, and return the exit status."""
    job = jobs.begin(__doc__, arguments)
    try:
        asked = inputs.read_inputs(os.environ)
    except inputs.InputError as error:
        job.actions.emit(str(error))
        return Status.WRONG_USE
    job = jobs.begin(__doc__, asked.arguments)
    if asked.first_time:
        job.actions.notice(inputs.FIRST_TIME)
    job = replace(job, options=replace(job.options, programmes=asked.programmes))
    found = job.check(asked.families, offline=jobs.ONLINE.isdisjoint(asked.checks))
    report = with_repository_paths(found, job.options.root)
    job.actions.set_output("findings", report.count())
    job.actions.set_output("errors", report.count(Severity.ERROR))
    if os.environ.get("REPORT"):
        text = render(report, asked.format, RenderSettings(catalogue=catalogue(), public=True))
        Path(os.environ["REPORT"]).write_text(text, encoding="utf-8")
    return job.finish(report)


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
