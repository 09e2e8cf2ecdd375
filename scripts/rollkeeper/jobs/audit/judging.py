"""The judging job of an audit: all rules over what the shards and earlier nights saw."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rollkeeper.engine.history import Ledger
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.forge.actions import Actions
from rollkeeper.jobs.audit.history import Recollection, recall
from rollkeeper.jobs.audit.night import AuditResult
from rollkeeper.jobs.audit.notice import with_notice
from rollkeeper.jobs.audit.plan import Plan
from rollkeeper.jobs.audit.shards import merged
from rollkeeper.loading.community import Community
from rollkeeper.model.history import History
from rollkeeper.model.observations import Observations


def judge(options: Options, plan: Plan, folder: Path, before: History) -> AuditResult:
    """Judge what the shards left in a folder; raise as `run` does."""
    community = load_planned(options, plan)
    return judged(options, plan, community, merged(folder, plan, community), before)


def remembered(actions: Actions, plan: Plan) -> Recollection:
    """Return the history of earlier nights; an empty one where there is no repository.

    Raises HistoryUnavailableError where it is not known what there is.
    """
    if not actions.repository:
        return Recollection(History())
    remote = f"{actions.server_url}/{actions.repository}.git"
    return recall(remote, plan.now.date())


def load_planned(options: Options, plan: Plan) -> Community:
    """Load what an audit judges; raise PolicyError as `load_community` does."""
    community = load_community(options)
    return with_notice(community, plan.days) if plan.days else community


def judged(
    options: Options, plan: Plan, community: Community, seen: Observations, before: History
) -> AuditResult:
    """Return the report about what was seen, and what there is to remember of it."""
    ledger = Ledger(before, plan.now.date())
    report = run(replace(options, observed=seen), community=community, ledger=ledger)
    return AuditResult(plan.now, report, ledger.close(report))
