"""The probe of outside lists of members: files in every run, addresses where websites are visited.

A list at an address is not asked for a change: its author waits, and the list is the same for all.
"""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.loading.files import read_inside
from rollkeeper.loading.member_list import MemberListError, names_in
from rollkeeper.model.limits import MAX_MEMBER_LIST_BYTES
from rollkeeper.model.members import Membership
from rollkeeper.model.policy import MemberSource
from rollkeeper.model.roster import Programme
from rollkeeper.probes import ProbeRequest, ProbeResult, probe


@probe(on=Membership)
def members(request: ProbeRequest) -> ProbeResult:
    """Read the list of members of each programme that has one."""
    lists: dict[str, bytes | str] = {}
    seen: dict[str, dict[type, tuple[Membership, ...]] | str] = {}
    for programme in request.programmes:
        source = programme.policy.members
        if source is None:
            seen[programme.name] = "the policy names no list of `members`"
        elif source.file is not None:
            data, why = read_inside(request.root, source.file, MAX_MEMBER_LIST_BYTES)
            seen[programme.name] = {Membership: (_membership(programme, source, data, why),)}
        elif (request.offline and request.observed is None) or request.before is not None:
            when = "offline" if request.offline else "for a change"
            seen[programme.name] = f"the list of members at {source.shown} is not read {when}"
        else:
            if source.shown not in lists:
                lists[source.shown] = _content(source.shown, request)
            got = lists[source.shown]
            if isinstance(got, str):
                why = f"the list of members at {source.shown} could not be read: {got}"
                seen[programme.name] = why
            else:
                seen[programme.name] = {Membership: (_membership(programme, source, got),)}
    return ProbeResult(seen)


def observe(programmes: Sequence[Programme]) -> dict[str, bytes | str]:
    """Fetch each list of members at an address; return it, or why there is none."""
    sources = [each.policy.members for each in programmes]
    named = {source.shown for source in sources if source is not None and source.file is None}
    return {address: _fetched(address) for address in sorted(named)}


def _fetched(address: str) -> bytes | str:
    from rollkeeper.probes.web.fetching import fetch  # noqa: PLC0415 - slow to import

    return fetch(address)


def _membership(
    programme: Programme, source: MemberSource, data: bytes | None, why: str = ""
) -> Membership:
    if data is None:
        return Membership(programme, source, fault=why)
    try:
        return Membership(programme, source, names_in(data, source))
    except MemberListError as error:
        return Membership(programme, source, fault=str(error))


def _content(address: str, request: ProbeRequest) -> bytes | str:
    """Return a list, or why there is none: as it was seen elsewhere, or else fetched."""
    if request.observed is not None:
        return request.observed.lists.get(address, "its shard left no result")
    return _fetched(address)
