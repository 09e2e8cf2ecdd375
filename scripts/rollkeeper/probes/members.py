"""The probe of outside lists: files in every run, addresses where websites are visited.

A list at an address is not asked for a change: its author waits, and the list is the same for all.
Lists that others keep are not compared for a change at all, because no change is to fail by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rollkeeper.loading.files import read_inside
from rollkeeper.loading.member_list import MemberListError, items_in, names_in
from rollkeeper.model.limits import MAX_MEMBER_LIST_BYTES
from rollkeeper.model.members import ListComparison, Membership
from rollkeeper.model.policy import MemberSource, OutsideList
from rollkeeper.model.roster import Programme
from rollkeeper.probes import ProbeRequest, ProbeResult, Subjects, probe


@probe(on=(Membership, ListComparison))
def members(request: ProbeRequest) -> ProbeResult:
    """Read the list of members and the lists of others, of each programme that has some."""
    reading = _Reading(request)
    seen: dict[str, Subjects] = {
        each.name: {
            Membership: reading.membership(each),
            ListComparison: reading.comparisons(each),
        }
        for each in request.programmes
    }
    return ProbeResult(seen)


@dataclass(frozen=True, slots=True)
class _ListFault:
    """Why the content of a list is not known; a file that cannot be read is the policy's fault."""

    why: str
    of_policy: bool


@dataclass(frozen=True)
class _Reading:
    """The lists that were read, each address once."""

    request: ProbeRequest
    fetched: dict[str, bytes | str] = field(default_factory=dict)

    def membership(self, programme: Programme) -> tuple[Membership, ...] | str:
        """Return what is known of the members of a programme, or why nothing is."""
        source = programme.policy.members
        if source is None:
            return "the policy names no list of `members`"
        if self.request.before is not None and source.file is None and not self.request.offline:
            return f"the list of members at {source.shown} is not read for a change"
        data = self._content(source, "the list of members")
        if isinstance(data, _ListFault):
            return (Membership(programme, source, fault=data.why),) if data.of_policy else data.why
        try:
            return (Membership(programme, source, names_in(data, source)),)
        except MemberListError as error:
            return (Membership(programme, source, fault=str(error)),)

    def comparisons(self, programme: Programme) -> tuple[ListComparison, ...] | str:
        """Return the lists of others that a programme is compared with, or why with none.

        Where one could not be read none is compared, so that no difference seems to be gone.
        """
        lists = programme.policy.lists
        if not lists:
            return "the policy names no `lists`"
        if self.request.before is not None:
            return "lists that others keep are not compared for a change"
        if programme.roster.unread is not None:
            return "a part of the roster could not be read"
        found: list[ListComparison] = []
        unread: list[str] = []
        for each in lists:
            made = self._comparison(programme, each)
            if isinstance(made, str):
                unread.append(made)
            else:
                found.append(made)
        return "; ".join(unread) if unread else tuple(found)

    def _comparison(self, programme: Programme, outside: OutsideList) -> ListComparison | str:
        data = self._content(outside.source, f"the list {outside.name}")
        if isinstance(data, _ListFault):
            if data.of_policy:
                return ListComparison(programme, outside, fault=data.why)
            return data.why
        try:
            items = items_in(data, outside.source, outside.compared)
        except MemberListError as error:
            return ListComparison(programme, outside, fault=str(error))
        return ListComparison(programme, outside, items)

    def _content(self, source: MemberSource, what: str) -> bytes | _ListFault:
        """Return a list as it is, whole; an address is asked once, whoever names it."""
        if source.file is not None:
            data, why = read_inside(self.request.root, source.file, MAX_MEMBER_LIST_BYTES)
            return _ListFault(why, of_policy=True) if data is None else data
        at = f"{what} at {source.shown}"
        if self.request.offline:
            return _ListFault(f"{at} is not read offline", of_policy=False)
        if source.shown not in self.fetched:
            self.fetched[source.shown] = _seen(source.shown, self.request)
        got = self.fetched[source.shown]
        if isinstance(got, str):
            return _ListFault(f"{at} could not be read: {got}", of_policy=False)
        return got


def _seen(address: str, request: ProbeRequest) -> bytes | str:
    """Return a list, or why there is none: as it was seen elsewhere, or else fetched."""
    if request.observed is not None:
        return request.observed.lists.get(address, "its shard left no result")
    return _fetched(address)


def observe(programmes: Sequence[Programme]) -> dict[str, bytes | str]:
    """Fetch each list that a policy names at an address; return it, or why there is none."""
    policies = [each.policy for each in programmes]
    sources = [each.members for each in policies if each.members is not None]
    sources += [outside.source for each in policies for outside in each.lists]
    named = {source.shown for source in sources if source.file is None}
    return {address: _fetched(address) for address in sorted(named)}


def _fetched(address: str) -> bytes | str:
    from rollkeeper.probes.web.fetching import fetch  # noqa: PLC0415 - slow to import

    return fetch(address)
