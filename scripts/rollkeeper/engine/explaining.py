"""What a policy means for its roster: which field plays which role, which rules judge, and why not.

Nothing is judged and nothing is visited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from rollkeeper.engine.judging import not_asked
from rollkeeper.engine.run import Options, load_community
from rollkeeper.model.change import Authorship, Change, Proposal, TouchedFiles
from rollkeeper.model.members import Membership
from rollkeeper.model.policy import Policy, RuleSetting
from rollkeeper.model.role_use import RoleUse, role_use, unread_keys
from rollkeeper.model.roster import Entry, Programme, Roster, Term
from rollkeeper.model.rule import Rule
from rollkeeper.rules import catalogue
from rollkeeper.rules.policy import why_idle

_ALWAYS = (Entry, Programme, Roster, Term)
_OF_A_CHANGE = (Authorship, Change, Proposal, TouchedFiles)
"""What rules about a change are about."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One programme: its policy, its roster, and what each of them does for the other.

    `rules` has the ids of the rules that judge, and `idle` those that do not, by the reason.
    """

    policy: Policy
    unreadable: str | None
    entries: int
    roles: tuple[RoleUse, ...]
    unread_keys: Mapping[str, int]
    rules: tuple[str, ...]
    idle: Mapping[str, tuple[str, ...]]


def explain(options: Options) -> tuple[Explanation, ...]:
    """Explain each programme of a community.

    Raises PolicyError when a policy or a schema cannot be used.
    """
    return tuple(map(_explanation, load_community(options).programmes))


def _explanation(programme: Programme) -> Explanation:
    policy = programme.policy
    rules: list[str] = []
    idle: defaultdict[str, list[str]] = defaultdict(list)
    for rule in catalogue().values():
        reason = why_not_asked(rule, programme)
        if reason is None:
            rules.append(rule.id)
        else:
            idle[reason].append(rule.id)
    unread = programme.roster.unread
    return Explanation(
        policy=policy,
        unreadable=f"line {unread.place.line}: {unread.message}" if unread else None,
        entries=len(programme.entries),
        roles=tuple(role_use(programme, role) for role in policy.roles),
        unread_keys=unread_keys(programme),
        rules=(*rules, *(requirement.id for requirement in policy.requirements)),
        idle={reason: tuple(ids) for reason, ids in idle.items()},
    )


def why_not_asked(rule: Rule[object], programme: Programme) -> str | None:
    """Return why a rule judges nothing, or None where it does."""
    policy = programme.policy
    setting = policy.rules.get(rule.id, RuleSetting(enabled=not rule.only_if_asked))
    if (reason := not_asked(rule, setting, policy)) is not None:
        return reason
    if rule.on in _OF_A_CHANGE and rule.needs is None:
        return "only for a change"
    if rule.on is Membership and policy.members is None:
        return "the policy names no list of `members`"
    if rule.on not in _ALWAYS and rule.family == "websites" and not policy.websites.roles:
        return "the policy visits no addresses"
    return why_idle(programme, rule, setting.options)
