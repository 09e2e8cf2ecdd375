"""The probe of websites: those on the rosters, or of a change those that it introduces."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace

from rollkeeper.grammar.handles import HOSTS
from rollkeeper.grammar.urls import Url, parse
from rollkeeper.model.observations import Observations, Shard
from rollkeeper.model.visit import GitHubVisit, Visit, missed, visit_of
from rollkeeper.probes import ProbeRequest, ProbeResult, probe
from rollkeeper.probes.web import visit_plan

_NOT_ASKED = "GitHub's API is not asked without a token of github.com (GITHUB_TOKEN)"


@probe(on=(Visit, GitHubVisit), network=True)
def websites(request: ProbeRequest) -> ProbeResult:
    """Visit the websites of each programme."""
    known = None if request.before is None else visit_plan.known_addresses(request.before)
    plan = visit_plan.plan(request.programmes, known)
    if known is not None and not any(each.addresses for each in plan.rounds):
        note = visit_plan.notes(plan, ())
        reason = "the change introduces no website"
        return ProbeResult.nothing(request.programmes, reason, note)
    observed = request.observed
    if any(each.addresses for each in plan.rounds):
        blocked = _obstacle() if observed is None else observed.obstacle
        if blocked is not None:
            nothing = ProbeResult.nothing(request.programmes, blocked)
            return replace(nothing, incomplete=f"websites could not be visited: {blocked}")
    if observed is None:
        visits, interrupted = _visit(plan, request)
    else:
        visits, interrupted = _observed(plan, observed), False
    made = [visit for each in visits.values() for visit in each]
    seen: dict[str, dict[type, tuple[Visit, ...] | str] | str] = {}
    for name, each in visits.items():
        answered = tuple(visit for visit in each if visit.made)
        if answered:
            asked = _asks_github(request) or not any(map(_is_of_github, answered))
            seen[name] = {Visit: answered, GitHubVisit: answered if asked else _NOT_ASKED}
        else:
            seen[name] = "no website was to be visited"
    return ProbeResult(
        seen,
        note=visit_plan.notes(plan, made),
        incomplete=_incomplete(plan, made, request, interrupted=interrupted),
        interrupted=interrupted,
    )


def _incomplete(
    plan: visit_plan.Plan, made: Sequence[Visit], request: ProbeRequest, *, interrupted: bool
) -> str | None:
    if interrupted:
        return visit_plan.interruption(plan, made)
    return request.observed.incomplete if request.observed is not None else None


def observe(request: ProbeRequest, shard: Shard) -> Observations:
    """Visit the share of a shard; return what was seen of each of its addresses."""
    plan = visit_plan.plan(request.programmes)
    share = visit_plan.shares(plan, shard.of)[shard.number - 1]
    asked = _asks_github(request)
    if any(share.values()) and (blocked := _obstacle()) is not None:
        return Observations(obstacle=blocked, asked_github=asked, shards=shard.of)
    visits, interrupted = _visit(visit_plan.only(plan, share), request)
    if interrupted:
        raise KeyboardInterrupt
    seen = {name: {visit.url: visit for visit in each} for name, each in visits.items()}
    return Observations(seen, asked_github=asked, shards=shard.of)


def _obstacle() -> str | None:
    from rollkeeper.probes.web.environment import obstacle  # noqa: PLC0415 - ssl takes 20 ms

    return obstacle(os.environ)


def _asks_github(request: ProbeRequest) -> bool:
    if request.observed is not None:
        return request.observed.asked_github
    return request.github_token is not None


def _is_of_github(visit: Visit) -> bool:
    url = parse(visit.url)
    return isinstance(url, Url) and url.host in HOSTS


def _observed(plan: visit_plan.Plan, observed: Observations) -> dict[str, tuple[Visit, ...]]:
    """Return as visits what was seen elsewhere; what is not among it was not visited."""
    visits = {}
    for each in plan.rounds:
        found, wanted = observed.visits.get(each.programme.name, {}), frozenset(each.addresses)
        visits[each.programme.name] = tuple(
            visit_of(found.get(address) or missed(address), entry, path)
            for entry, path, address in visit_plan.addresses(each.programme, each.settings.roles)
            if address in wanted
        )
    return visits


def _visit(
    plan: visit_plan.Plan, request: ProbeRequest
) -> tuple[dict[str, tuple[Visit, ...]], bool]:
    """Visit the websites of each programme in turn; what was seen is kept on Ctrl-C."""
    from rollkeeper.probes.web import websites as web  # noqa: PLC0415 - slow to import

    started = time.monotonic()
    visits: dict[str, tuple[Visit, ...]] = {}
    interrupted = False
    for each in plan.rounds:
        name = each.programme.name
        if interrupted or not each.addresses:
            visits[name] = ()
            continue
        ours = each.settings
        settings = web.WebSettings(
            connect_seconds=ours.connect,
            total_seconds=ours.timeout,
            run_seconds=max(0.0, ours.deadline - (time.monotonic() - started)),
            at_once=ours.at_once,
            mentions=ours.words,
            github_token=request.github_token,
            processes=request.processes,
        )
        try:
            visits[name] = web.visit_websites(
                each.programme,
                progress=request.progress,
                settings=settings,
                urls=each.addresses,
                roles=ours.roles,
            )
        except web.VisitsInterruptedError as stopped:
            visits[name] = stopped.visits
            interrupted = True
    return visits, interrupted
