"""What `rollkeeper fix` does to one roster."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from rollkeeper.fixing.blocks import LayoutError, blocks_of
from rollkeeper.fixing.values import Offsets, TextEdit, applied, merged, same_but, text_at, why_not
from rollkeeper.grammar.lines import with_one_line_end, without_trailing_blanks
from rollkeeper.grammar.names import sort_key
from rollkeeper.grammar.wording import quoted
from rollkeeper.loading.schema.values import canonical
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.report import Finding
from rollkeeper.model.roster import FixKind, Programme, Roster
from rollkeeper.model.tree import FieldPath, List, Map, Value, follow, key_place_of, place_of

_MIXES_ENTRIES = frozenset({"yaml-feature", "duplicate-key", "yaml-syntax", "yaml-limit"})
"""Faults with which moving an entry could change what another one means."""


@dataclass(frozen=True, slots=True)
class RepairedRoster:
    """A roster's text after the repairs, what was done to it, and what is left to a person."""

    text: str
    done: tuple[str, ...]
    left: tuple[Finding, ...]


def repairs(programme: Programme, findings: Sequence[Finding]) -> RepairedRoster:
    """Make the repairs that are safe and that a finding about the programme's roster asks for.

    Findings that are waived or have no repair are left as they are; one whose repair was not safe
    is left with the reason in its message.
    """
    work = _Work(programme, programme.roster)
    wanted: dict[FixKind, list[Finding]] = {kind: [] for kind in FixKind}
    for finding in findings:
        here = finding.path == programme.roster.path and programme.roster.data is not None
        if finding.fix and here and finding.waiver is None:
            wanted[finding.fix.kind].append(finding)
        else:
            work.left.append(finding)
    if wanted[FixKind.SET]:
        _set(work, wanted[FixKind.SET])
    if wanted[FixKind.SORT]:
        _sort(work, wanted[FixKind.SORT])
    if wanted[FixKind.TRIM]:
        _trim(work, wanted[FixKind.TRIM])
    left = sorted(work.left, key=lambda finding: finding.order)
    return RepairedRoster(work.roster.text, tuple(work.done), tuple(left))


@dataclass
class _Work:
    """A roster under repair."""

    programme: Programme
    roster: Roster
    done: list[str] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)
    last: Roster | None = None

    @cached_property
    def starts(self) -> list[tuple[int, ...]]:
        """Where each entry starts: line and column."""
        return [tuple(entry.place()[:2]) for entry in self.programme.entries]

    def read(self, text: str) -> Roster:
        """Read a text as the roster would be read; the last one is remembered."""
        if self.last is None or self.last.text != text:
            limits = self.programme.policy.limits
            self.last = read_yaml(text.encode(), self.roster.path, limits)
        return self.last

    def leave(self, findings: Sequence[Finding], reason: str) -> None:
        """Leave findings to a person, and say why."""
        self.left.extend(
            replace(each, message=f"{each.message} (could not be repaired: {reason})")
            for each in findings
        )


def _set(work: _Work, findings: Sequence[Finding]) -> None:
    offsets = Offsets(work.roster.text)
    edits: dict[FieldPath, TextEdit] = {}
    for finding in findings:
        edit = _edit(work, finding, offsets)
        if edit is None:
            continue
        standing = edits.setdefault(edit.path, edit)
        both = edit.new if standing is edit else merged(edit.old, standing.new, edit.new)
        if both is None:
            work.leave([finding], "another repair changes the same words; run `fix` again")
            continue
        standing.new = both
        standing.findings.append(finding)
    safe = _safe(work, offsets, list(edits.values()))
    if not safe:
        return
    text = applied(work.roster.text, offsets, safe)
    work.roster = replace(work.roster, text=text, data=work.read(text).data)
    for edit in sorted(safe, key=lambda each: each.place):
        name = quoted(next((s for s in reversed(edit.path) if isinstance(s, str)), "value"))
        change = f"{name}: {quoted(edit.old)} is now {quoted(edit.new)}"
        if edit.old == edit.new:
            change = f"{name}: {quoted(edit.new)} is now in quotes"
        work.done.append(f"line {edit.place.line:,}: {change}")


def _edit(work: _Work, finding: Finding, offsets: Offsets) -> TextEdit | None:
    data = work.roster.data
    path = _path_of(work, finding)
    old = text_at(data, path) if path is not None else None
    if path is None or old is None or finding.fix is None or finding.fix.value is None:
        work.leave([finding], "its place in the file is not clear")
        return None
    place = place_of(data, path)
    reason = why_not(work.roster.text, offsets, place)
    if reason is not None:
        work.leave([finding], reason)
        return None
    return TextEdit(path, place, old, finding.fix.value)


def _path_of(work: _Work, finding: Finding) -> FieldPath | None:
    """Find the value that a finding is about: its place says in which entry, its field where."""
    number = bisect_right(work.starts, tuple(finding.place[:2])) - 1
    if number < 0:
        return None
    path = work.programme.entries[number].at + finding.field
    data = work.roster.data
    fits = finding.place in (place_of(data, path), key_place_of(data, path))
    return path if fits and finding.field else None


def _safe(work: _Work, offsets: Offsets, edits: list[TextEdit]) -> list[TextEdit]:
    """Return the edits after which the file reads as before, but for what they change."""
    if not edits:
        return []
    read = work.read(applied(work.roster.text, offsets, edits))
    changed = {edit.path: edit.new for edit in edits}
    if same_but(work.roster.data, read.data, changed) and _no_new_defects(work, read):
        return edits
    if len(edits) == 1:
        work.leave(edits[0].findings, "the file would not read as before")
        return []
    half = len(edits) // 2
    safe = _safe(work, offsets, edits[:half]) + _safe(work, offsets, edits[half:])
    return safe if len(safe) == len(edits) else _safe(work, offsets, safe)


def _no_new_defects(work: _Work, read: Roster) -> bool:
    """Return whether reading finds nothing that it did not find before."""
    before = Counter(defect.rule for defect in work.programme.roster.defects)
    return not Counter(defect.rule for defect in read.defects) - before


def _sort(work: _Work, findings: Sequence[Finding]) -> None:
    entries_at = work.programme.policy.entries
    entries = follow(work.roster.data, entries_at)
    mixing = next((f for f in work.programme.roster.defects if f.rule in _MIXES_ENTRIES), None)
    if mixing is not None:
        work.leave(findings, f"line {mixing.place.line:,} has to be fixed first")
        return
    if not isinstance(entries, List) or not entries:
        work.leave(findings, "there is no list of entries")
        return
    try:
        blocks = blocks_of(work.roster.text, entries)
    except LayoutError as error:
        work.leave(findings, str(error))
        return
    order = _order(work, entries)
    text = blocks.arranged(order)
    read = work.read(text)
    sorted_entries = follow(read.data, entries_at)
    wanted = [canonical(entries[number]) for number in order]
    if not isinstance(sorted_entries, List) or [canonical(e) for e in sorted_entries] != wanted:
        work.leave(findings, "the entries would not read as before")
        return
    if not _same_around(work.roster.data, read.data, entries_at) or not _no_new_defects(work, read):
        work.leave(findings, "the rest of the file would not read as before")
        return
    moved = sum(number != place for place, number in enumerate(order))
    work.roster = replace(work.roster, text=text, data=read.data)
    work.done.append(f"sorted by name: {moved:,} entries stand in another place")


def _order(work: _Work, entries: List) -> list[int]:
    """Return the sorted order; what has no name keeps its place."""
    names: dict[int, str] = {}
    for entry in work.programme.entries:
        current = entries[entry.index] if entry.index < len(entries) else None
        if isinstance(current, Map):
            roster = work.roster
            found = next(replace(entry, data=current, roster=roster).texts("name"), None)
            if found is not None:
                names[entry.index] = found[1]
    ranked = iter(sorted(names, key=lambda number: (sort_key(names[number]), number)))
    return [next(ranked) if number in names else number for number in range(len(entries))]


def _same_around(old: Value, new: Value, entries_at: FieldPath) -> bool:
    """Return whether two rosters agree in everything but their entries."""
    for step in entries_at:
        if not isinstance(old, Map) or not isinstance(new, Map) or list(old) != list(new):
            return False
        if any(canonical(old[key]) != canonical(new[key]) for key in old if key != step):
            return False
        old, new = old[str(step)], new[str(step)]
    return True


def _trim(work: _Work, findings: Sequence[Finding]) -> None:
    text = without_trailing_blanks(with_one_line_end(work.roster.text), work.roster.data)
    read = work.read(text)
    if not same_but(work.roster.data, read.data, {}) or not _no_new_defects(work, read):
        work.leave(findings, "a value would not read as before")
        return
    work.roster = replace(work.roster, text=text, data=read.data)
    work.done.extend(dict.fromkeys(finding.fix.summary for finding in findings if finding.fix))
