"""What `rollkeeper fix` does to one roster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from rollkeeper.fixing.values import Offsets, ValueEdit, applied, reads_as
from rollkeeper.grammar.blocks import blocks_of
from rollkeeper.grammar.lines import with_one_line_end, without_trailing_blanks
from rollkeeper.grammar.ordering import Order, arranged, to_move
from rollkeeper.grammar.wording import counted
from rollkeeper.loading.roster_files import read_roster_file
from rollkeeper.loading.tabs import without_tabs
from rollkeeper.model.policy import Policy, RuleSetting
from rollkeeper.model.report import Finding
from rollkeeper.model.roster import FixKind, Programme, Roster
from rollkeeper.model.tree import FieldPath, List, Map, follow, place_of


@dataclass(frozen=True, slots=True)
class Unmade:
    """A fix that was promised and not made, because the file would not have read as before."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class RepairedRoster:
    """A roster's text after the fixes, how many were made, and what is left for a person.

    `notes` tell of fixes that a diff of the text does not explain.
    """

    text: str
    made: int
    notes: tuple[str, ...]
    left: tuple[Finding, ...]
    unmade: tuple[Unmade, ...]


def repairs(
    programme: Programme, findings: Sequence[Finding], roster: Roster | None = None
) -> RepairedRoster:
    """Make the fixes that findings about the programme's roster ask for.

    `roster` is the file to fix, where the roster has several. Findings that are waived or have no
    fix are left as they are. Of two fixes of one value the first is made: the other is for the next
    round.
    """
    roster = roster or programme.roster
    work = _RosterWork(programme, roster, roster)
    wanted: dict[FixKind, list[Finding]] = {kind: [] for kind in FixKind}
    for finding in findings:
        here = finding.path == roster.path
        if finding.fix and here and finding.waiver is None:
            wanted[finding.fix.kind].append(finding)
        else:
            work.left.append(finding)
    steps = {FixKind.INDENT: _indent, FixKind.SET: _set, FixKind.SORT: _sort, FixKind.TRIM: _trim}
    for kind, step in steps.items():
        if wanted[kind]:
            step(work, wanted[kind])
    left = sorted(work.left, key=lambda finding: finding.order)
    return RepairedRoster(
        work.roster.text, work.made, tuple(work.notes), tuple(left), tuple(work.unmade)
    )


@dataclass
class _RosterWork:
    """A file of a roster while it is being fixed; `original` is what it was."""

    programme: Programme
    original: Roster
    roster: Roster
    made: int = 0
    notes: list[str] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)
    unmade: list[Unmade] = field(default_factory=list)
    last: Roster | None = None

    def read(self, text: str) -> Roster:
        """Read a text as the roster is read; the last one is remembered."""
        if self.last is None or self.last.text != text:
            limits = self.programme.policy.limits
            self.last = read_roster_file(text.encode(), self.roster.path, limits)
        return self.last

    def safe(self, read: Roster, changed: Mapping[FieldPath, object]) -> bool:
        """Return whether a text read again differs in what was changed and has no new defects."""
        before = Counter(defect.rule for defect in self.original.defects)
        more = Counter(defect.rule for defect in read.defects) - before
        return not more and reads_as(self.roster.data, read.data, changed)

    def leave(self, findings: Sequence[Finding], reason: str) -> None:
        """Leave findings as they are, with the reason."""
        self.left.extend(findings)
        self.unmade.extend(Unmade(finding, reason) for finding in findings)

    def take(self, text: str, made: int) -> None:
        """Go on with a text in which so many fixes were made."""
        self.roster = replace(self.roster, text=text, data=self.read(text).data)
        self.made += made


def _indent(work: _RosterWork, findings: Sequence[Finding]) -> None:
    """Write spaces for tabs; what that makes readable is for the next round."""
    text = without_tabs(work.roster.text, work.programme.policy.limits)
    if text is None:
        work.leave(findings, "the tabs can mean more than one indentation")
    else:
        work.take(text, 1)


def _set(work: _RosterWork, findings: Sequence[Finding]) -> None:
    edits: dict[FieldPath, ValueEdit] = {}
    for finding in findings:
        edit = _edit(work, finding)
        if edit is None or edits.setdefault(edit.path, edit).new != edit.new:
            work.left.append(finding)
        else:
            edits[edit.path].findings.append(finding)
    offsets = Offsets(work.roster.text)
    safe = _safe(work, offsets, list(edits.values()))
    if safe:
        work.take(applied(work.roster.text, offsets, safe), len(safe))


def _edit(work: _RosterWork, finding: Finding) -> ValueEdit | None:
    fix = finding.fix
    if fix is None or fix.value is None or finding.index is None:
        return None
    path = work.programme.entries[finding.index].origin(finding.field)
    return ValueEdit(path, place_of(work.roster.data, path), fix.value) if path else None


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
    entries_at = work.programme.policy.entries.at
    entries = follow(work.roster.data, entries_at)
    if not isinstance(entries, List):
        return
    blocks = blocks_of(work.roster.text, entries)
    order = _order(work.programme.policy)
    positions, moved = _sorted(work, entries, order)
    text = blocks.arranged(positions)
    read = work.read(text)
    arranged_entries = [entries[number] for number in positions]
    if not work.safe(read, {entries_at: arranged_entries}):
        work.leave(findings, "the file would not read as before")
        return
    work.take(text, 1)
    work.notes.append(f"sorted by {order.in_words}: {counted(moved, 'entry')} moved")


def _order(policy: Policy) -> Order:
    """Return the order that a policy asks for; the rule's other options are not about it."""
    options = policy.rules.get("unsorted", RuleSetting()).options
    names = {each.name for each in fields(Order)}
    return Order(**{name: value for name, value in options.items() if name in names})


def _sorted(work: _RosterWork, entries: List, order: Order) -> tuple[list[int], int]:
    """Return the number of the entry that belongs at each place, and how many have to move."""
    numbers = {entry.index: entry.at[-1] for entry in work.programme.entries if entry.at}
    current = [
        (number, replace(entry, data=data, roster=work.roster))
        for entry in work.programme.entries
        if isinstance(number := numbers.get(entry.index), int)
        and isinstance(data := follow(entries, (number,)), Map)
    ]
    positions, moved = list(range(len(entries))), 0
    for group in arranged([entry for _, entry in current], order, work.programme.policy.schema):
        moved += len(to_move(group))
        for place, position in group:
            positions[current[place][0]] = current[position][0]
    return positions, moved


def _trim(work: _RosterWork, findings: Sequence[Finding]) -> None:
    text = without_trailing_blanks(with_one_line_end(work.roster.text), work.roster.data)
    read = work.read(text)
    if not work.safe(read, {}):
        work.leave(findings, "a value would not read as before")
        return
    work.take(text, len({finding.fix for finding in findings}))
    if any(finding.rule == "byte-order-mark" for finding in findings):
        work.notes.append("removed the byte order mark")
