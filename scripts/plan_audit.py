"""Plan an audit: hold its inputs against a grammar, and split the websites into shards.

Reads PROGRAMMES, TODAY, DRY_RUN, DAYS and SHARDS from the environment, all of which may be empty.
Passes on the plan for the other jobs, the numbers of the shards, the commit of the rosters, and
whether it is a dry run. Exit status: 0 planned, 2 an input or a policy is wrong, 3 Rollkeeper
crashed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from rollkeeper.jobs import job as jobs
from rollkeeper.jobs.audit.judging import load_planned
from rollkeeper.jobs.audit.plan import PlanError, plan_from
from rollkeeper.jobs.audit.shards import sites
from rollkeeper.loading.clock import moment
from rollkeeper.loading.community import read_policies
from rollkeeper.loading.git import checked_out
from rollkeeper.model.status import Status
from rollkeeper.rules import catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan, pass the plan on, and return the exit status."""
    job = jobs.begin(__doc__, arguments)
    root = job.options.root
    policies = read_policies(root, catalogue(), policies=job.options.policies)
    try:
        plan = plan_from(os.environ, [each.name for each in policies], moment())
    except PlanError as error:
        for message in error.messages:
            job.actions.error(message)
        return Status.WRONG_USE
    community = load_planned(plan.options(job.options), plan)
    plan = replace(plan.for_sites(sites(community)), commit=checked_out(root) or "")
    job.actions.set_output("plan", plan.as_data())
    job.actions.set_output("shards", list(range(1, plan.shards + 1)))
    job.actions.set_output("dry_run", plan.dry_run)
    return Status.CLEAN


if __name__ == "__main__":
    raise SystemExit(jobs.perform(main))
