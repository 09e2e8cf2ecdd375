"""Which fixes `rollkeeper fix` can make: a finding promises no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from rollkeeper.grammar.blocks import LayoutError, blocks_of
from rollkeeper.loading.tabs import without_tabs
from rollkeeper.model.report import Finding
from rollkeeper.model.roster import Fix, FixKind, Programme, Roster
from rollkeeper.model.tree import List, Map, follow, key_place_of, place_of

_MIXES_ENTRIES = frozenset(
    {"yaml-feature", "duplicate-key", "yaml-syntax", "yaml-tab", "yaml-limit"}
)
"""Defects with which moving an entry could change what another one means."""
_EXOTIC_LINE_ENDS = ("\x85", "\u2028", "\u2029")
"""What YAML takes for line ends and most editors do not, so that lines are counted differently."""


class Promises:
    """What can be fixed in the files of one programme's roster."""

    def __init__(self, programme: Programme) -> None:
        sources = programme.roster.sources
        self._files = {file.path: _FilePromises(programme, file) for file in sources}

    def kept(self, finding: Finding) -> Finding:
        """Return a finding without a fix that could not be made."""
        if finding.fix is None:
            return finding
        file = self._files.get(finding.path)
        return file.kept(finding, finding.fix) if file else replace(finding, fix=None)


class _FilePromises:
    """What can be fixed in one file; what takes long is found out once."""

    def __init__(self, programme: Programme, roster: Roster) -> None:
        self.programme = programme
        self.roster = roster
        self._has_said_why = False

    def kept(self, finding: Finding, fix: Fix) -> Finding:
        """Return a finding without a fix that could not be made."""
        possible: dict[FixKind, Callable[[], bool]] = {
            FixKind.SET: lambda: self._can_set(finding),
            FixKind.SORT: lambda: self._unsortable is None,
            FixKind.TRIM: lambda: self.roster.data is not None,
            FixKind.INDENT: lambda: self._has_clear_tabs,
        }
        # The places of values in a TOML file are not known.
        known = not self.roster.path.casefold().endswith(".toml")
        if known and possible[fix.kind]():
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
        path = self.programme.entries[finding.index].origin(finding.field)
        if path is None:
            return False
        value, place = follow(data, path), place_of(data, path)
        if value is None or isinstance(value, Map | List) or place in self._marked:
            return False
        # A character in a value has a place of its own.
        inside = place[:2] <= finding.place[:2] <= place[2:]
        return inside or finding.place == key_place_of(data, path)

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
        address = self.programme.policy.entries
        if not address.is_one_list or self.programme.roster.files:
            return "the entries are not in one list"
        entries = follow(self.roster.data, address.at)
        if not isinstance(entries, List) or not entries:
            return "there is no list of entries"
        try:
            blocks_of(self.roster.text, entries)
        except LayoutError as error:
            return str(error)
        return None
