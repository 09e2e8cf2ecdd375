"""Which findings a change introduces, and which were there before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from rollkeeper.engine.diff.matching import Counterparts
from rollkeeper.grammar.globs import matches
from rollkeeper.grammar.logo_paths import logo_path, normal_folder
from rollkeeper.model.change import Change
from rollkeeper.model.policy import Policy
from rollkeeper.model.report import Finding
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath, List, Map, follow

_DIGITS = re.compile(r"[0-9]+")

Content = Callable[[str], str | None]
"""Returns what tells the contents of files apart, by their paths."""
Contents = tuple[Content, Content]
"""The same for the files before a change, and after it."""


class Baseline:
    """The findings of an earlier state of a community, by which those of the change are marked.

    Both states must be judged by the same policies and the same code; `changes` leads from one to
    the other, by programme. A finding is matched by rule, entry and value, not by name or line: an
    entry that was renamed or moved and a file that was reformatted introduce nothing, but the
    author of a new value answers for it. Where a sum is wrong, a change that does not add to it
    introduces nothing either.

    `earlier` returns what one rule found in the earlier state. Rules that find nothing now are
    never asked about.
    """

    def __init__(
        self,
        earlier: Callable[[str], Iterable[Finding]],
        changes: Mapping[str, Change],
        contents: Contents,
    ) -> None:
        self._earlier = earlier
        self._keys = _Keys(changes, contents)
        self._asked: set[str] = set()
        self._before: Counter[Hashable] = Counter()
        self._sums: dict[tuple[str, str, str], int] = {}

    def _ask(self, rule: str) -> None:
        self._asked.add(rule)
        for finding in self._earlier(rule):
            self._before[self._keys.older(finding)] += 1
            if finding.tally is not None:
                self._sums[_sum(finding)] = finding.tally[1]

    def marked(self, finding: Finding) -> Finding:
        """Mark a finding that was already there; each earlier one excuses one and no more."""
        if finding.rule not in self._asked:
            self._ask(finding.rule)
        if finding.tally is not None:
            old = finding.tally[1] <= self._sums.get(_sum(finding), -1)
        else:
            key = self._keys.newer(finding)
            old = key is not None and self._before[key] > 0
            if old:
                self._before[key] -= 1
        return replace(finding, already_there=True) if old else finding


def _sum(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.programme, finding.tally[0] if finding.tally else ""


class _Keys:
    """What stays the same of a finding when its entry is moved, renamed or reformatted."""

    def __init__(self, changes: Mapping[str, Change], contents: Contents) -> None:
        self._changes = changes
        self._contents = contents
        self._moved = Counterparts()
        self._before = {name: _by_index(each.before) for name, each in changes.items()}
        self._after = {name: _by_index(each.after) for name, each in changes.items()}

    def older(self, finding: Finding) -> Hashable:
        """Return the key of a finding of the state before the change."""
        entry = self._before.get(finding.programme, {}).get(finding.index)
        if entry is None:
            return self._of_file(finding, self._contents[0])
        return self._of_entry(finding, entry, entry.index, finding.field, self._contents[0])

    def newer(self, finding: Finding) -> Hashable | None:
        """Return the key that the same finding had before; None where the change introduces it."""
        entry = self._after.get(finding.programme, {}).get(finding.index)
        if entry is None:
            return self._of_file(finding, self._contents[1])
        was = self._changes[finding.programme].same.get(entry.index)
        if was is None:
            return None
        old = self._before[finding.programme][was]
        field = self._moved.path(old.data, entry.data, finding.field)
        if field is None:
            return None
        return self._of_entry(finding, entry, was, field, self._contents[1])

    def _of_file(self, finding: Finding, content: Content) -> Hashable:
        change = self._changes.get(finding.programme)
        policy = change.after.policy if change is not None else None
        if policy is None or finding.path == policy.path or matches(policy.roster, finding.path):
            # The message without its numbers: lines shift.
            return *_rule(finding), finding.path, _DIGITS.sub("", finding.message)
        return *_rule(finding), finding.path, content(finding.path)

    def _of_entry(
        self, finding: Finding, entry: Entry, index: int, field: FieldPath, content: Content
    ) -> Hashable:
        """Return the key of a finding about an entry whose older index and field are given."""
        policy = self._changes[finding.programme].after.policy
        if finding.path == policy.path:
            return *_rule(finding), index, finding.message
        if finding.path != entry.path:
            # The same picture under another name introduces nothing.
            return *_rule(finding), index, content(finding.path)
        value = follow(entry.data, finding.field)
        plain = None if isinstance(value, Map | List) else " ".join(str(value).split())
        if plain and policy.logos and finding.field in _logo_fields(policy):
            folder = normal_folder(policy.logos)
            plain = content(f"{folder}/{logo_path(plain, folder, policy.logo_prefix)}") or plain
        return *_rule(finding), index, field, plain


def _logo_fields(policy: Policy) -> Iterator[FieldPath]:
    return chain.from_iterable(policy.roles.get(role, ()) for role in ("logo", "logo_dark"))


def _rule(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.programme


def _by_index(programme: Programme) -> dict[int | None, Entry]:
    return {entry.index: entry for entry in programme.entries}
