"""Which rules a run asks: all of them, those of some families, or those that the user chooses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from rollkeeper.loading.policy.sections import unknown
from rollkeeper.model.rule import Catalogue
from rollkeeper.rules import catalogue

READING = "reading"
"""The family of rules about what keeps a roster from being read."""
REQUIREMENTS = "requirements"
"""The family to which the communities' own requirements belong."""


class UnknownFamilyError(ValueError):
    """There is no such rule or family of rules; the message names the word and what was meant."""


def family_of(rule_id: str) -> str:
    """Return the family of a rule; empty for a community's own requirement."""
    rule = catalogue().get(rule_id)
    return rule.family if rule else ""


def families(*, without: Collection[str] = ()) -> frozenset[str]:
    """Return the names of all families, or of all but some; raise UnknownFamilyError."""
    every = frozenset(rule.family for rule in catalogue().values())
    for name in without:
        if name not in every:
            raise UnknownFamilyError(unknown("family of rules", name, sorted(every)))
    return every.difference(without)


def rules_of(names: Collection[str] = ()) -> Catalogue:
    """Return the rules of some families, or every rule where none is named.

    A family is a file or a folder below `rules`, by its exact name. Raises UnknownFamilyError.
    """
    left_out = families(without=names) if names else frozenset[str]()
    return {id_: rule for id_, rule in catalogue().items() if rule.family not in left_out}


def chosen(
    rules: Catalogue, own: Collection[str], select: Collection[str], ignore: Collection[str]
) -> tuple[Catalogue, frozenset[str]]:
    """Return those of `rules` and of the communities' `own` requirements that the user chooses.

    `select` and `ignore` name rules, requirements and families; nothing selected means all.
    Raises UnknownFamilyError.
    """
    members: dict[str, set[str]] = defaultdict(set)
    for rule in catalogue().values():
        members[rule.family].add(rule.id)
        members[rule.id].add(rule.id)
    for id_ in own:
        members[REQUIREMENTS].add(id_)
        members[id_].add(id_)
    for name in (*select, *ignore):
        if name not in members:
            raise UnknownFamilyError(unknown("rule or family of rules", name, sorted(members)))
    wanted = frozenset({*rules, *own})
    if select:
        wanted &= frozenset().union(*(members[name] for name in select))
    wanted = wanted.difference(*(members[name] for name in ignore))
    return {id_: rule for id_, rule in rules.items() if id_ in wanted}, wanted.intersection(own)
