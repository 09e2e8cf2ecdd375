"""Whether the visits of a run can be judged at all.

A run whose own network fails sees nothing but dead sites. So where more than a third of the visits
fail, the run reports that it could not check, and judges no one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from rollkeeper.model.visit import Visit, VisitFailure
from rollkeeper.probes import ProbeResult

FEWEST_VISITS = 6
"""Of fewer visits a third is one or two sites, which may well be gone at the same time."""
FEWEST_FAILING = 3
"""So many visits, and all of them failing, are our own fault in the likeliest case."""
_OURS = frozenset({
    VisitFailure.NO_SUCH_NAME, VisitFailure.NO_ADDRESS, VisitFailure.NAME_SERVER,
    VisitFailure.REFUSED, VisitFailure.RESET, VisitFailure.UNREACHABLE,
    VisitFailure.SILENT, VisitFailure.GARBAGE, VisitFailure.CERTIFICATE, VisitFailure.SELF_SIGNED,
    VisitFailure.TLS, VisitFailure.NETWORK_DOWN,
})  # fmt: skip
"""What a broken network, a firewall or a proxy between us and everyone looks like from here."""
_LEAST_ANSWERED = 500


def withhold_visits(result: ProbeResult) -> ProbeResult:
    """Return what a probe saw, without visits that say more of our network than of the sites."""
    visits = [
        visit
        for seen in result.seen.values()
        if not isinstance(seen, str)
        for visit in seen.get(Visit, ())
        if isinstance(visit, Visit)  # a text says why there are none
    ]
    reason = own_network_failed(visits)
    if reason is None:
        return result
    seen = dict.fromkeys(result.seen, reason)
    return replace(result, seen=seen, incomplete=result.incomplete or reason)


def own_network_failed(visits: Collection[Visit]) -> str | None:
    """Return that our own network failed, or None where the visits may be judged."""
    by_address = {visit.url: visit for visit in visits if visit.made}
    tried = len(by_address)
    failed = sum(map(_failed, by_address.values()))
    down = sum(visit.failure is VisitFailure.NETWORK_DOWN for visit in by_address.values())
    too_many = tried >= FEWEST_VISITS and failed * 3 > tried
    all_of_them = failed == tried >= FEWEST_FAILING
    if too_many or all_of_them or (tried and down == tried):
        return (
            f"{failed:,} of {tried:,} websites could not be checked, so it is probably our own "
            "network that fails: no website was judged"
        )
    return None


def _failed(visit: Visit) -> bool:
    if visit.status is not None:
        return visit.status >= _LEAST_ANSWERED and visit.wall is None
    return visit.failure in _OURS
