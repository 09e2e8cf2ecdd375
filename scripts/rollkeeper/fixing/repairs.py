"""What `rollkeeper fix` does to one roster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rollkeeper.fixing.blocks import LayoutError, blocks_of
from rollkeeper.fixing.values import Offsets, ValueEdit, applied, reads_as, text_at, why_not
from rollkeeper.grammar.lines import with_one_line_end, without_trailing_blanks
from rollkeeper.grammar.names import sort_key
from rollkeeper.grammar.wording import counted, quoted
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.report import Finding
from rollkeeper.model.roster import FixKind, Programme, Roster
from rollkeeper.model.tree import FieldPath, List, Map, follow, key_place_of, place_of

_MIXES_ENTRIES = frozenset(
    {"yaml-feature", "duplicate-key", "yaml-syntax", "yaml-tab", "yaml-limit"}
)
"""Defects with which moving an entry could change what another one means."""


@dataclass(frozen=True, slots=True)
class RepairedRoster:
    """A roster's text after the fixes, what was done, and what cannot be fixed automatically."""

    text: str
    done: tuple[str, ...]
    left: tuple[Finding, ...]


def repairs(programme: Programme, findings: Sequence[Finding]) -> RepairedRoster:
    """Make the fixes that are safe and that findings about the programme's roster ask for.

    Findings that are waived or have no fix are left as they are; one whose fix is not safe is left
    with the reason in its message. Of two fixes of one value the first is made: the other is for
    the next round.
    """
    work = _RosterWork(programme, programme.roster)
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
class _RosterWork:
    """A roster while it is being fixed."""

    programme: Programme
    roster: Roster
    done: list[str] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)
    last: Roster | None = None

    def read(self, text: str) -> Roster:
        """Read a text as the roster is read; the last one is remembered."""
        if self.last is None or self.last.text != text:
            limits = self.programme.policy.limits
            self.last = read_yaml(text.encode(), self.roster.path, limits)
        return self.last

    def safe(self, read: Roster, changed: Mapping[FieldPath, object]) -> bool:
        """Return whether a text read again differs in what was changed and has no new defects."""
        before = Counter(defect.rule for defect in self.programme.roster.defects)
        more = Counter(defect.rule for defect in read.defects) - before
        return not more and reads_as(self.roster.data, read.data, changed)

    def leave(self, findings: Sequence[Finding], reason: str) -> None:
        """Leave findings as they are, with the reason."""
        self.left.extend(
            replace(each, message=f"{each.message} (not fixed: {reason})") for each in findings
        )


def _set(work: _RosterWork, findings: Sequence[Finding]) -> None:
    offsets = Offsets(work.roster.text)
    edits: dict[FieldPath, ValueEdit] = {}
    for finding in findings:
        edit = _edit(work, finding, offsets)
        if edit is None:
            continue
        first = edits.setdefault(edit.path, edit)
        if first.new == edit.new:
            first.findings.append(finding)
        else:
            work.leave([finding], "another fix changes the same value; run `fix` again")
    safe = _safe(work, offsets, list(edits.values()))
    if not safe:
        return
    text = applied(work.roster.text, offsets, safe)
    work.roster = replace(work.roster, text=text, data=work.read(text).data)
    for edit in sorted(safe, key=lambda each: each.place):
        name = quoted(next((s for s in reversed(edit.path) if isinstance(s, str)), "value"))
        old, new = quoted(edit.old), quoted(edit.new)
        change = f"{name}: {old} is now {new}"
        if old == new:
            how = "in quotes" if edit.old == edit.new else "without stray blanks"
            change = f"{name}: {new} is now {how}"
        work.done.append(f"line {edit.place.line:,}: {change}")


def _edit(work: _RosterWork, finding: Finding, offsets: Offsets) -> ValueEdit | None:
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
    return ValueEdit(path, place, old, finding.fix.value)


def _path_of(work: _RosterWork, finding: Finding) -> FieldPath | None:
    """Return the path of the value that a finding is about, where its place agrees."""
    if finding.index is None or not finding.field:
        return None
    path = (*work.programme.policy.entries, finding.index, *finding.field)
    data = work.roster.data
    return path if finding.place in (place_of(data, path), key_place_of(data, path)) else None


def _safe(work: _RosterWork, offsets: Offsets, edits: list[ValueEdit]) -> list[ValueEdit]:
    """Return the edits after which the file reads as before, except for what they change."""
    if not edits:
        return []
    read = work.read(applied(work.roster.text, offsets, edits))
    changed = {edit.path: edit.new for edit in edits}
    if work.safe(read, changed):
        return edits
    if len(edits) == 1:
        work.leave(edits[0].findings, "the file would not read as before")
        return []
    half = len(edits) // 2
    safe = _safe(work, offsets, edits[:half]) + _safe(work, offsets, edits[half:])
    return safe if len(safe) == len(edits) else _safe(work, offsets, safe)


def _sort(work: _RosterWork, findings: Sequence[Finding]) -> None:
    entries_at = work.programme.policy.entries
    entries = follow(work.roster.data, entries_at)
    mixing = next((f for f in work.programme.roster.defects if f.rule in _MIXES_ENTRIES), None)
    if mixing is not None:
        work.leave(findings, f"fix line {mixing.place.line:,} first")
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
    arranged = [entries[number] for number in order]
    if not work.safe(read, {entries_at: arranged}):
        work.leave(findings, "the file would not read as before")
        return
    moved = sum(number != place for place, number in enumerate(order))
    work.roster = replace(work.roster, text=text, data=read.data)
    work.done.append(f"sorted by name: {counted(moved, 'entry')} moved")


def _order(work: _RosterWork, entries: List) -> list[int]:
    """Return the sorted order; an entry without a name keeps its place."""
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


def _trim(work: _RosterWork, findings: Sequence[Finding]) -> None:
    text = without_trailing_blanks(with_one_line_end(work.roster.text), work.roster.data)
    read = work.read(text)
    if not work.safe(read, {}):
        work.leave(findings, "a value would not read as before")
        return
    work.roster = replace(work.roster, text=text, data=read.data)
    work.done.extend(dict.fromkeys(finding.fix.summary for finding in findings if finding.fix))
