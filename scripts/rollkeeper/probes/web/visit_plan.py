"""Which websites a run visits, and for how long; what was left out of the visits."""

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
from rollkeeper.probes.web.splitting import shard_of

_MOST_NAMED = 3


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
    done = len({visit.url for visit in visits if visit.made})
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


Share = dict[str, tuple[str, ...]]
"""The addresses of each programme that one shard visits."""


def shares(the_plan: Plan, shards: int) -> tuple[Share, ...]:
    """Split the visits of a plan between so many shards; the same on every machine."""
    split: list[dict[str, list[str]]] = [
        {each.programme.name: [] for each in the_plan.rounds} for _ in range(shards)
    ]
    for each in the_plan.rounds:
        for address in each.addresses:
            split[shard_of(address, shards) - 1][each.programme.name].append(address)
    return tuple({name: tuple(chosen) for name, chosen in share.items()} for share in split)


def only(the_plan: Plan, share: Share) -> Plan:
    """Return the plan with the visits of one share."""
    rounds = (replace(each, addresses=share[each.programme.name]) for each in the_plan.rounds)
    return replace(the_plan, rounds=tuple(rounds))
