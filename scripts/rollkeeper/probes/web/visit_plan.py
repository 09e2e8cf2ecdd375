"""Which websites a run visits, for how long, and whether the visits can be judged at all.

A run whose own network fails sees nothing but dead sites. So where more than a third of the visits
fail, the run reports that it could not check, and judges no one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rollkeeper.grammar.social_networks import judged_by_form
from rollkeeper.grammar.urls import Url, parse
from rollkeeper.grammar.wording import listed
from rollkeeper.model.limits import CHANGE_SECONDS, CHANGE_VISITS
from rollkeeper.model.policy import VisitSettings
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath
from rollkeeper.model.visit import Visit, VisitFailure

FEWEST_VISITS = 6
"""Of fewer visits a third is one or two sites, which may well be gone at the same time."""
FEWEST_FAILING = 3
"""So many visits, and all of them failing, are our own fault in the likeliest case."""
_MOST_NAMED = 3

_OURS = frozenset({
    VisitFailure.NO_SUCH_NAME, VisitFailure.NO_ADDRESS, VisitFailure.NAME_SERVER,
    VisitFailure.REFUSED, VisitFailure.RESET, VisitFailure.UNREACHABLE,
    VisitFailure.SILENT, VisitFailure.GARBAGE, VisitFailure.CERTIFICATE, VisitFailure.SELF_SIGNED,
    VisitFailure.TLS, VisitFailure.NETWORK_DOWN,
})  # fmt: skip
"""What a broken network, a firewall or a proxy between us and everyone looks like from here."""
_LEAST_ANSWERED = 500


@dataclass(frozen=True, slots=True)
class Round:
    """The visits to make for one programme, each address once and in the order of the roster."""

    programme: Programme
    settings: VisitSettings
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The visits to make in one run, and what is left out of it."""

    rounds: tuple[Round, ...]
    left_out: tuple[str, ...] = ()
    """Addresses that a change introduces beyond those that are visited."""
    by_form: tuple[str, ...] = ()
    """Addresses on sites that answer every program alike."""


def plan(programmes: Iterable[Programme], known: Collection[str] | None = None) -> Plan:
    """Choose the addresses to visit.

    `known` are those that were on the rosters before a change: where it is given only others are
    visited, few enough not to keep anyone waiting.
    """
    rounds: list[Round] = []
    taken: set[str] = set()
    left: dict[str, None] = {}
    by_form: dict[str, None] = {}
    for programme in programmes:
        settings = programme.policy.websites
        chosen: dict[str, None] = {}
        for _, _, address in addresses(programme, settings.roles):
            if known is not None and address in known:
                continue
            if _by_form(address):
                by_form[address] = None
            elif known is None or address in taken or len(taken) < CHANGE_VISITS:
                taken.add(address)
                chosen[address] = None
            else:
                left[address] = None
        if known is not None:
            settings = replace(settings, deadline=min(settings.deadline, CHANGE_SECONDS))
        rounds.append(Round(programme, settings, tuple(chosen)))
    return Plan(tuple(rounds), tuple(left), tuple(by_form))


def _by_form(address: str) -> bool:
    url = parse(address)
    return isinstance(url, Url) and judged_by_form(url) is not None


def made(visits: Iterable[Visit]) -> tuple[Visit, ...]:
    """Return the visits that were made: the others are mentioned by a note, not judged."""
    return tuple(visit for visit in visits if visit.failure is not VisitFailure.NOT_VISITED)


def own_network_failed(visits: Collection[Visit]) -> str | None:
    """Return that our own network failed, or None where the visits may be judged."""
    by_address = {visit.url: visit for visit in made(visits)}
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


def notes(the_plan: Plan, visits: Collection[Visit]) -> str | None:
    """Return which addresses were not visited and why, or None where all were."""
    late = dict.fromkeys(v.url for v in visits if v.failure is VisitFailure.NOT_VISITED)
    reasons = (
        (tuple(late), "not visited before the run ended"),
        (the_plan.left_out, f"not visited: of one change only the first {CHANGE_VISITS} are"),
        (the_plan.by_form, "judged by form only, because their sites answer every program alike"),
    )
    return "; ".join(_said(each, words) for each, words in reasons if each) or None


def _said(each: Sequence[str], words: str) -> str:
    number = f"{len(each):,} addresses were" if len(each) > 1 else "1 address was"
    return f"{number} {words} ({listed(each, most=_MOST_NAMED)})"


def interruption(the_plan: Plan, visits: Iterable[Visit]) -> str:
    """Return how far a run came that was interrupted."""
    done = len({visit.url for visit in made(visits)})
    every = len({address for each in the_plan.rounds for address in each.addresses})
    return f"it was interrupted when {done:,} of {every:,} websites had been visited"


def known_addresses(programmes: Iterable[Programme]) -> frozenset[str]:
    """Return the web addresses that are on some rosters already."""
    return frozenset(
        address
        for programme in programmes
        for _, _, address in addresses(programme, programme.policy.websites.roles)
    )


def addresses(
    programme: Programme, roles: Collection[str]
) -> Iterator[tuple[Entry, FieldPath, str]]:
    """Return the addresses of active entries, in the order of the roster, with their places.

    What is no web address is left to the rules that judge addresses.
    """
    for entry in programme.entries:
        if entry.active:
            for role in roles:
                for path, text in entry.texts(role):
                    if isinstance(parse(text), Url):
                        yield entry, path, text
