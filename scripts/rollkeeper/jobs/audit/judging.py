"""The judging job of an audit: all rules over what the shards and earlier nights saw."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rollkeeper.engine.history import Ledger
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.client import connect
from rollkeeper.jobs.audit.history import Recollection, recall
from rollkeeper.jobs.audit.night import AuditResult
from rollkeeper.jobs.audit.notice import with_notice
from rollkeeper.jobs.audit.open_pull_requests import with_open_pull_requests
from rollkeeper.jobs.audit.plan import Plan
from rollkeeper.jobs.audit.shards import merged
from rollkeeper.loading.community import Community
from rollkeeper.loading.head import Source
from rollkeeper.model.history import History
from rollkeeper.model.observations import Observations


def judge(
    options: Options, plan: Plan, folder: Path, before: History, actions: Actions | None = None
) -> AuditResult:
    """Judge what the shards left in a folder; raise as `run` does.

    Where the run has a repository, the seats that open pull requests would fill are counted.
    """
    community = load_planned(options, plan)
    seen = merged(folder, plan, community)
    if actions is not None and actions.repository and actions.token:
        source = Source.of(actions.server_url, actions.repository, actions.token)
        with connect(actions.token, actions.api_url, actions.repository) as repository:
            community = with_open_pull_requests(community, options, repository, source)
    return judged(options, plan, community, seen, before)


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
    # Who asks for another day tries something out: no night is counted by it.
    day = plan.now.date()
    ledger = Ledger(before, day, whole=plan.today in {None, day})
    report = run(replace(options, observed=seen), community=community, ledger=ledger)
    return AuditResult(plan.now, report, ledger.close(report))
