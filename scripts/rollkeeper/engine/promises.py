"""Which fixes `rollkeeper fix` can make: a finding promises no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from rollkeeper.grammar.blocks import LayoutError, blocks_of
from rollkeeper.loading.tabs import without_tabs
from rollkeeper.model.report import Finding
from rollkeeper.model.roster import FixKind, Programme
from rollkeeper.model.tree import List, Map, follow, key_place_of, place_of

_MIXES_ENTRIES = frozenset({"yaml-feature", "duplicate-key", "yaml-syntax", "yaml-limit"})
"""Defects with which moving an entry could change what another one means."""
_EXOTIC_LINE_ENDS = ("\x85", "\u2028", "\u2029")
"""What YAML takes for line ends and most editors do not, so that lines are counted differently."""


class Promises:
    """What can be fixed in one programme's roster; what takes long is found out once."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.roster = programme.roster
        self._has_said_why = False

    def kept(self, finding: Finding) -> Finding:
        """Return a finding without a fix that could not be made."""
        fix = finding.fix
        if fix is None:
            return finding
        possible: dict[FixKind, Callable[[], bool]] = {
            FixKind.SET: lambda: self._can_set(finding),
            FixKind.SORT: lambda: self._unsortable is None,
            FixKind.TRIM: lambda: self.roster.data is not None,
            FixKind.INDENT: lambda: self._has_clear_tabs,
        }
        if finding.path == self.roster.path and possible[fix.kind]():
            return finding
        message = finding.message
        if fix.kind is FixKind.SORT and not self._has_said_why:
            self._has_said_why = True
            message += f"; `rollkeeper fix` cannot move it: {self._unsortable}"
        return replace(finding, fix=None, message=message)

    def _can_set(self, finding: Finding) -> bool:
        """Return whether the place of a finding has a value, with no anchor or tag before it."""
        data = self.roster.data
        if self._is_counted_differently or finding.index is None or not finding.field:
            return False
        path = (*self.programme.policy.entries, finding.index, *finding.field)
        value, place = follow(data, path), place_of(data, path)
        if value is None or isinstance(value, Map | List) or place in self._marked:
            return False
        return finding.place in (place, key_place_of(data, path))

    @cached_property
    def _marked(self) -> frozenset[object]:
        return frozenset(each.place for each in self.roster.defects if each.rule == "yaml-feature")

    @cached_property
    def _is_counted_differently(self) -> bool:
        return any(sign in self.roster.text for sign in _EXOTIC_LINE_ENDS)

    @cached_property
    def _has_clear_tabs(self) -> bool:
        return without_tabs(self.roster.text, self.programme.policy.limits) is not None

    @cached_property
    def _unsortable(self) -> str | None:
        """Return why entries cannot be moved, or None."""
        mixing = next((each for each in self.roster.defects if each.rule in _MIXES_ENTRIES), None)
        if mixing is not None:
            return f"fix line {mixing.place.line:,} first"
        entries = follow(self.roster.data, self.programme.policy.entries)
        if not isinstance(entries, List) or not entries:
            return "there is no list of entries"
        try:
            blocks_of(self.roster.text, entries)
        except LayoutError as error:
            return str(error)
        return None
