"""Which rules a run asks: all of them, or those of some families."""

from __future__ import annotations

from collections.abc import Collection

from rollkeeper.loading.policy.sections import unknown
from rollkeeper.model.rule import Catalogue
from rollkeeper.rules import catalogue

READING = "reading"
"""The family of rules about what keeps a roster from being read."""
REQUIREMENTS = "requirements"
"""The family to which the communities' own requirements belong."""


class UnknownFamilyError(ValueError):
    """There is no such family of rules; the message names the word and those that there are."""


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
