"""A change understood by entry: what it adds, renews, renames and withdraws, and that in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise

from rollkeeper.engine.diff.matching import differences, match
from rollkeeper.grammar.ordering import outside_longest_run
from rollkeeper.grammar.wording import counted, cut
from rollkeeper.model.change import Change, EntryChange, Move
from rollkeeper.model.limits import MAX_CHANGES
from rollkeeper.model.policy import Policy
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath
from rollkeeper.rules.seats import seated

_MOST_FIELDS = 4
"""Fields that one sentence names before it says how many more there are."""
_SEATS = "seats-exceeded"
"""The rule whose option says how many seats a programme has."""


def understand(before: Programme, after: Programme) -> Change:
    """Return what leads from one state of a programme to another, entry by entry."""
    same = match(before.entries, after.entries)
    return Change(before, after, tuple(_entry_changes(before, after, same)), same)


def compare(before: Programme, after: Programme) -> tuple[EntryChange, ...]:
    """Return the entries that differ, in their new order, and then those that have gone.

    Where an entry stands is a change only if it passed another one: not where others came or went
    before it, nor where the file was written in another way.
    """
    return understand(before, after).entries


def fresh(change: Change) -> frozenset[tuple[int, FieldPath]]:
    """Return what a change brings in, as `Programme.fresh` has it."""
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
    stayed = [entry for entry in after.entries if entry.index in same]
    passed = {
        stayed[position].index
        for position in _out_of_order([same[entry.index] for entry in stayed])
    }
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


def _out_of_order(places: list[int]) -> list[int]:
    if all(first < second for first, second in pairwise(places)):
        return []
    return outside_longest_run(places)


def sentences(change: Change, today: date | None = None) -> tuple[str, ...]:
    """Say in plain words what a change does; each part begins with a verb and has no full stop.

    With `today` the last one counts the seats, where the policy says how many there are. What the
    roster says is in them as it stands, but cut and on one line: reports escape it.
    """
    telling = _Telling(change)
    told = [words for each in change.entries for words in telling.words(each)]
    moved = [each for each in change.entries if each.move is Move.MOVED]
    if len(moved) == 1:
        told.append(f"moves {_name(moved[0].after)} to another place of the list")
    elif moved:
        told.append(f"moves {len(moved):,} entries to another place of the list")
    if len(told) > MAX_CHANGES:
        rest = len(told) - MAX_CHANGES
        told[MAX_CHANGES:] = [f"and {counted(rest, 'more change')}"]
    seats = _seats(change, today) if change.entries and today is not None else None
    return (*told, seats) if seats is not None else tuple(told)


def _seats(change: Change, today: date) -> str | None:
    setting = change.after.policy.rules.get(_SEATS)
    seats = setting.options.get("seats") if setting is not None and setting.enabled else None
    if seats is None:
        return None
    return f"seats {len(seated(change.after, today)):,} of {seats:,}"


def noun(policy: Policy) -> str:
    """Return what an entry of a programme is called: `partner` where the policy is `partners`."""
    name = policy.name.replace("-", " ").replace("_", " ")
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith("s") and not name.endswith("ss"):
        return name[:-1]
    return "entry"


def _name(entry: Entry | None) -> str:
    return cut(entry.name) if entry is not None else ""


class _Telling:
    """Words for what a change does to one entry."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self._before = _last_days(change.before)
        self._after = _last_days(change.after)

    def words(self, each: EntryChange) -> Iterator[str]:
        """Return what a change does to an entry; nothing of what only moved."""
        what = noun(self.change.after.policy)
        if each.before is None:
            yield f"adds the {what} {_name(each.after)}"
            return
        if each.after is None:
            yield f"removes the {what} {_name(each.before)}"
            return
        if each.move is Move.RENAMED:
            yield f"renames {_name(each.before)} to {_name(each.after)}"
        told: set[str] = {"name"}
        who = f"the {what} {_name(each.after)}"
        for roles, words in (
            (("status", "date"), _status(each.before, each.after, who)),
            (("terms",), self._terms(each.before, each.after, who)),
        ):
            if words is not None:
                told.update(roles)
                yield words
        fields = list(_labels(each, told))
        if fields:
            yield f"changes {_joined(fields)} of {_name(each.after)}"

    def _terms(self, before: Entry, after: Entry, who: str) -> str | None:
        was, now = self._before.get(before.index), self._after.get(after.index)
        if now is None or now == was:
            return None
        if was is None:
            return f"gives {who} a term to {now}"
        return f"renews {who} to {now}" if now > was else f"ends the term of {who} on {now}"


def _status(before: Entry, after: Entry, who: str) -> str | None:
    if before.active == after.active:
        return None
    if after.active:
        return f"brings {who} back"
    status = (after.text("status") or "").strip().casefold()
    if status == "withdrawn":
        return f"withdraws {who}"
    return f"moves {who} to the {'emeriti' if status.startswith('emerit') else 'alumni'}"


def _last_days(programme: Programme) -> dict[int, date]:
    """Return the last day of the last term of each entry, by its index."""
    days: dict[int, date] = {}
    for term in programme.terms:
        if term.end is not None:
            index = term.entry.index
            days[index] = max(days.get(index, term.end), term.end)
    return days


def _labels(each: EntryChange, told: Iterable[str]) -> Iterator[str]:
    """Name the fields that differ and of which nothing was said yet."""
    entry = each.after or each.before
    roles = entry.roles if entry is not None else {}
    said = {path[0] for role in told for path in roles.get(role, ())}
    labels = dict.fromkeys(str(path[0]) for path in each.fields if path and path[0] not in said)
    for label in labels:
        yield f"the {cut(label.replace('_', ' '), 40)}"


def _joined(labels: list[str]) -> str:
    shown, more = labels[:_MOST_FIELDS], len(labels) - _MOST_FIELDS
    if more > 0:
        shown.append(counted(more, "more field"))
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
