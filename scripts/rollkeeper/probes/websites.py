"""The probe of websites: those on the rosters, or of a change those that it introduces."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from rollkeeper.grammar.handles import HOSTS
from rollkeeper.grammar.urls import Url, parse
from rollkeeper.model.visit import GitHubVisit, Visit
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
    if any(each.addresses for each in plan.rounds):
        from rollkeeper.probes.web.environment import obstacle  # noqa: PLC0415 - ssl takes 20 ms

        blocked = obstacle(os.environ)
        if blocked is not None:
            nothing = ProbeResult.nothing(request.programmes, blocked)
            return replace(nothing, incomplete=f"websites could not be visited: {blocked}")
    visits, interrupted = _visit(plan, request)
    made = [visit for each in visits.values() for visit in each]
    seen: dict[str, dict[type, tuple[Visit, ...] | str] | str] = {}
    for name, each in visits.items():
        answered = tuple(visit for visit in each if visit.made)
        if answered:
            asked = request.github_token is not None or not any(map(_is_of_github, answered))
            seen[name] = {Visit: answered, GitHubVisit: answered if asked else _NOT_ASKED}
        else:
            seen[name] = "no website was to be visited"
    return ProbeResult(
        seen,
        note=visit_plan.notes(plan, made),
        incomplete=visit_plan.interruption(plan, made) if interrupted else None,
        interrupted=interrupted,
    )


def _is_of_github(visit: Visit) -> bool:
    url = parse(visit.url)
    return isinstance(url, Url) and url.host in HOSTS


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
