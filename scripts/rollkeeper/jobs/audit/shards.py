"""The shards of an audit: what each sees, and all of it merged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from rollkeeper.engine.run import Options
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs.audit.plan import Plan
from rollkeeper.loading.clock import today_in
from rollkeeper.loading.community import Community
from rollkeeper.loading.files import read_inside
from rollkeeper.model.account import AccountKey
from rollkeeper.model.history import AccountRecord
from rollkeeper.model.limits import MAX_ALL_OBSERVATIONS_BYTES, MAX_OBSERVATIONS_BYTES
from rollkeeper.model.observations import Observations, Shard
from rollkeeper.model.visit import Observation
from rollkeeper.probes import ProbeRequest, Progress, accounts, members, websites
from rollkeeper.probes.web import visit_plan
from rollkeeper.reports.json import observations as written

FIRST = 1
"""The shard that asks about accounts and fetches outside lists: both are a few requests in all."""


def file_of(shard: int) -> str:
    """Return the name of the file with what a shard saw."""
    return f"observations-{shard}.json"


def sites(community: Community) -> int:
    """Return how many websites an audit visits."""
    plan = visit_plan.plan(community.programmes)
    return len({address for each in plan.rounds for address in each.addresses})


def observe(
    options: Options,
    community: Community,
    shard: Shard,
    progress: Progress | None = None,
    records: Mapping[str, AccountRecord] | None = None,
) -> Observations:
    """Return what one shard sees of its share of the websites; the first has all the rest too.

    `records` are what earlier audits saw of accounts.
    """
    request = ProbeRequest(
        options.root,
        community.programmes,
        github_token=options.github_token,
        github=options.github,
        accounts=records,
        today=options.today or today_in(None, options.now),
        progress=progress,
    )
    seen = websites.observe(request, shard)
    if shard.number != FIRST:
        return seen
    lists = members.observe(community.programmes)
    return replace(seen, accounts=accounts.observe(request), lists=lists)


def merged(folder: Path, plan: Plan, community: Community) -> Observations:
    """Return what all shards saw, from their files; what is not among it is named as missing.

    A file that is damaged, is of another run or another shard, or does not hold exactly the
    websites of its shard says nothing: they count as not checked.
    """
    visits: dict[str, dict[str, Observation]] = {each.name: {} for each in community.programmes}
    whole = Observations(visits, shards=plan.shards)
    missing: dict[int, str] = {}
    asked = frozenset(each.key for each in accounts.questions(community.programmes))
    shares = visit_plan.shares(visit_plan.plan(community.programmes), plan.shards)
    room = MAX_ALL_OBSERVATIONS_BYTES
    for number, share in enumerate(shares, start=1):
        data, _ = read_inside(folder, file_of(number), min(room, MAX_OBSERVATIONS_BYTES))
        if data is None:
            missing[number] = "it left no result"
            continue
        room -= len(data)
        try:
            seen = _read(data, Shard(number, plan.shards), plan, share)
            _require_accounts(seen, asked, number)
        except ReportError as error:
            missing[number] = f"its result cannot be used, because {error}"
            continue
        for name, found in seen.visits.items():
            visits[name].update(found)
        if number == FIRST:
            whole = replace(whole, accounts=seen.accounts, lists=seen.lists)
        whole = replace(
            whole,
            obstacle=whole.obstacle or seen.obstacle,
            asked_github=whole.asked_github or seen.asked_github,
        )
    return replace(whole, missing=missing)


def _read(data: bytes, shard: Shard, plan: Plan, share: visit_plan.Share) -> Observations:
    """Read the file of a shard; raise ReportError where it is not wholly that."""
    try:
        text = data.decode()
    except UnicodeDecodeError as wrong:
        message = "it is not UTF-8"
        raise ReportError(message) from wrong
    found, seen = written.read(text, plan.shards, plan.now)
    if found != shard:
        message = f"it is that of {found}"
        raise ReportError(message)
    # Where nothing could be visited there is nothing to hold, of this shard or of another.
    if _addresses(seen.visits) != ({} if seen.obstacle is not None else _addresses(share)):
        message = "it does not hold exactly the websites of its shard"
        raise ReportError(message)
    if seen.lists and shard.number != FIRST:
        message = "it holds lists, which another shard reads"
        raise ReportError(message)
    return seen


def _require_accounts(seen: Observations, asked: Collection[AccountKey], number: int) -> None:
    if seen.accounts is None:  # without a token no one is asked about
        return
    if number != FIRST or seen.accounts.keys() != asked:
        message = "it does not hold exactly the accounts of its shard"
        raise ReportError(message)


def _addresses(visits: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Return the addresses of each programme that has some."""
    return {name: set(each) for name, each in visits.items() if each}
