"""What a change does, entry by entry, and the same in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from rollkeeper.engine.diff.matching import differences, match
from rollkeeper.grammar.ordering import outside_longest_run
from rollkeeper.grammar.wording import counted, cut
from rollkeeper.model.change import Change, EntryChange, Move
from rollkeeper.model.limits import MAX_CHANGES
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath
from rollkeeper.rules.tenures import seated

_MOST_FIELDS = 4
"""Fields that one sentence names before it says how many more there are."""
_SEATS = "seats-exceeded"
"""The rule whose option says how many seats a programme has."""


def understand(before: Programme, after: Programme) -> Change:
    """Return what leads from one state of a programme to another.

    The entries that differ come in their new order, and then those that were removed. An entry is
    moved only if it passed another one: not if others came or went before it, nor if the file was
    written in another way.
    """
    same = match(before.entries, after.entries)
    return Change(before, after, tuple(_entry_changes(before, after, same)), same)


def fresh(change: Change) -> frozenset[tuple[int, FieldPath]]:
    """Return what a change introduces, as `Programme.fresh` has it."""
    return frozenset(
        (each.after.index, path)
        for each in change.entries
        if each.after is not None
        for path in (each.fields if each.before is not None else ((),))
    )


def _entry_changes(
    before: Programme, after: Programme, same: Mapping[int, int]
) -> Iterator[EntryChange]:
    old = {entry.index: entry for entry in before.entries}
    stayed = [entry.index for entry in after.entries if entry.index in same]
    moved = outside_longest_run([same[index] for index in stayed])
    passed = {stayed[position] for position in moved}
    for entry in after.entries:
        was = old.pop(same[entry.index]) if entry.index in same else None
        if was is None:
            yield EntryChange(Move.ADDED, None, entry)
            continue
        fields = tuple(differences(was.data, entry.data)) if was.data != entry.data else ()
        if was.text("name") != entry.text("name"):
            yield EntryChange(Move.RENAMED, was, entry, fields)
        elif fields:
            yield EntryChange(Move.CHANGED, was, entry, fields)
        elif entry.index in passed:
            yield EntryChange(Move.MOVED, was, entry)
    for was in old.values():
        yield EntryChange(Move.REMOVED, was, None)


def sentences(change: Change, today: date) -> tuple[str, ...]:
    """Return what a change does in plain words; each part begins with a verb and has no full stop.

    The last one counts the seats, where the policy says how many there are. Values of the roster
    are cut and on one line, but as they are written there: reports escape them.
    """
    last_days = _last_days(change.before), _last_days(change.after)
    parts = [words for each in change.entries for words in _words(each, last_days)]
    moved = [each.after for each in change.entries if each.move is Move.MOVED]
    if moved:
        what = _name(moved[0]) if len(moved) == 1 else counted(len(moved), "entry")
        parts.append(f"moves {what} to another place of the list")
    if len(parts) > MAX_CHANGES:
        parts[MAX_CHANGES:] = [f"and {counted(len(parts) - MAX_CHANGES, 'more change')}"]
    setting = change.after.policy.rules.get(_SEATS)
    seats = setting.options.get("seats") if setting is not None and setting.enabled else None
    if change.entries and seats is not None:
        parts.append(f"seats {len(seated(change.after, today)):,} of {seats:,}")
    return tuple(parts)


def _name(entry: Entry | None) -> str:
    return cut(entry.name) if entry is not None else ""


_LastDays = Mapping[int, date]


def _words(each: EntryChange, last_days: tuple[_LastDays, _LastDays]) -> Iterator[str]:
    """Return what a change does to an entry; nothing for one that only moved."""
    before, after = each.before, each.after
    if before is None:
        yield f"adds {_name(after)}"
        return
    if after is None:
        yield f"removes {_name(before)}"
        return
    if each.move is Move.RENAMED:
        yield f"renames {_name(before)} to {_name(after)}"
    said = {"name"}
    if before.active != after.active:
        said |= {"status", "date"}
        yield _status(after)
    was, now = last_days[0].get(before.index), last_days[1].get(after.index)
    if now is not None and now != was:
        said.add("terms")
        yield _term(_name(after), was, now)
    fields = _labels(each, after, said)
    if fields:
        yield f"changes {_joined(fields)} of {_name(after)}"


def _status(after: Entry) -> str:
    name = _name(after)
    if after.active:
        return f"brings {name} back"
    status = (after.text("status") or "").strip().casefold()
    if status == "withdrawn":
        return f"withdraws {name}"
    return f"moves {name} to the {'emeriti' if status.startswith('emerit') else 'alumni'}"


def _term(name: str, was: date | None, now: date) -> str:
    if was is None:
        return f"gives {name} a term to {now}"
    return f"renews {name} to {now}" if now > was else f"ends the term of {name} on {now}"


def _last_days(programme: Programme) -> _LastDays:
    """Return the last day of the last term of each entry, by its index."""
    return {term.entry.index: term.end for term in programme.terms if term.last and term.end}


def _labels(each: EntryChange, entry: Entry, said: Collection[str]) -> list[str]:
    """Name the fields that differ, except those of roles about which something was said."""
    left_out = {path[0] for role in said for path in entry.roles.get(role, ())}
    names = dict.fromkeys(str(path[0]) for path in each.fields if path and path[0] not in left_out)
    return [f"the {cut(name.replace('_', ' '), 40)}" for name in names]


def _joined(labels: list[str]) -> str:
    shown, more = labels[:_MOST_FIELDS], len(labels) - _MOST_FIELDS
    if more > 0:
        shown.append(counted(more, "more field"))
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
