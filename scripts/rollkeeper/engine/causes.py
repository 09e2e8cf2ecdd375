"""One fault, one finding: where several rules find the same fault, only one of them is reported.

Rules are judged one after the other and never know of each other, so this is decided here, by what
they declare (`instead_of`) and by the values that their problems are about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any

from rollkeeper.model.policy import Policy, RuleSetting
from rollkeeper.model.report import Finding
from rollkeeper.model.rule import Catalogue, Rule
from rollkeeper.model.tree import FieldPath


class Causes:
    """The faults of one programme that were reported, by rule and value.

    Of two rules about one fault, the more severe is reported: what a policy has made a notice hides
    no error. Where both are as severe, it is the one that was declared in place of the other.
    """

    def __init__(self, rules: Catalogue, policy: Policy) -> None:
        self._ranks = {id_: _rank(rule, policy) for id_, rule in rules.items()}
        self._heights = _heights(rules)
        self._before: dict[str, set[str]] = defaultdict(set)
        """By rule those that are reported in its place."""
        for id_, rule in rules.items():
            for other in rule.instead_of & rules.keys():
                first, second = (
                    (id_, other) if self._ranks[id_] <= self._ranks[other] else (other, id_)
                )
                self._before[second].add(first)
                self._before.setdefault(first, set())
        self._said: dict[str, set[Hashable]] = defaultdict(set)

    def ordered(self, rules: Iterable[Rule[Any]]) -> list[Rule[Any]]:
        """Return rules so that each comes after those that are reported in its place."""
        return sorted(rules, key=lambda rule: (self._ranks[rule.id], -self._heights[rule.id]))

    def is_known(self, finding: Finding, about: Collection[FieldPath]) -> bool:
        """Return whether a fault was already reported by a better rule, and remember it."""
        better = self._before.get(finding.rule)
        if better is None:
            return False
        values = _values(finding, about)
        known = any(not values.isdisjoint(self._said[rule]) for rule in better)
        self._said[finding.rule] |= values
        return known


def _rank(rule: Rule[Any], policy: Policy) -> int:
    setting = policy.rules.get(rule.id, RuleSetting())
    return (setting.severity or rule.severity).rank


def _heights(rules: Catalogue) -> Mapping[str, int]:
    """Return by rule how long the longest chain of rules is that it is reported in place of."""
    heights: dict[str, int] = {}

    def height(id_: str) -> int:
        if id_ not in heights:
            below = rules[id_].instead_of & rules.keys()
            heights[id_] = 1 + max(map(height, below), default=0)
        return heights[id_]

    for id_ in rules:
        height(id_)
    return heights


def _values(finding: Finding, about: Collection[FieldPath]) -> set[Hashable]:
    """Return what tells the values apart that a finding is about; without an entry its place."""
    if finding.index is None:
        return {(finding.path, finding.place)}
    return {(finding.index, path) for path in (finding.field, *about)}
