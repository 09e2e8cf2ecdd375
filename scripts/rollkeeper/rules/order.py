"""The order of the entries of a roster, where a community wants one."""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.grammar.collation import Locale
from rollkeeper.grammar.ordering import Order, arranged, to_move
from rollkeeper.grammar.wording import quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Fix, FixKind, Programme
from rollkeeper.rules.declaring import Problems, rule


@rule("unsorted", on=Programme, severity=Severity.ERROR, only_if_asked=True)
def unsorted(  # noqa: PLR0913 - each is an option of a policy
    programme: Programme,
    *,
    by: tuple[str, ...] = ("name",),
    order: tuple[str, ...] = (),
    locale: Locale | None = None,
    groups: str | None = None,
    leave: tuple[str, ...] = (),
    most: int = 20,
) -> Problems:
    """An entry is not in the order that the policy asks for.

    In a sorted roster, entries are easy to find, no entry is favoured, and two changes rarely
    conflict. Move the entry as the message says, or run `rollkeeper fix`.

    `by` lists roles or fields: `[tier, name]` sorts by tier and within a tier by name, `[-since]`
    puts the newest first. The values of the first of them are in the order that `order` lists, or
    else the schema. Entries are compared only within one value of the field `groups`, and those
    with a value in `leave` stay where they are. Without a `locale`, accents and letter case decide
    only between names that are otherwise equal; with one, the letters of a language are where its
    alphabet has them (`pl`, `sv`), and Chinese names are sorted by Pinyin (`zh`).

    The rule reports the smallest set of entries that would have to move, and names at most `most`
    of them.
    """
    wanted = Order(by, order, locale, groups, leave)
    fix = Fix(FixKind.SORT, f"sort the entries by {wanted.in_words}")
    entries = programme.entries
    found = [
        (position, group)
        for group in arranged(entries, wanted, programme.policy.schema)
        for position in to_move(group)
    ]
    found.sort(key=lambda each: each[0])
    for position, group in found[:most]:
        entry = entries[position]
        message = _belongs(entry, [entries[each] for _, each in group], top=group[0][0] == 0)
        path = next((path for path, _ in entry.texts("name")), ())
        message = f"{message}: entries are sorted by {wanted.in_words}"
        yield Problem(message, path, entry, fix)
    if len(found) > most:
        entry = entries[found[most][0]]
        message = (
            f"{len(found) - most:,} more entries from here on are out of order: "
            "run `rollkeeper fix`"
        )
        yield Problem(message, entry=entry, fix=fix)


def _belongs(entry: Entry, ranked: Sequence[Entry], *, top: bool) -> str:
    rank = next(number for number, each in enumerate(ranked) if each is entry)
    if rank:
        return f"{quoted(entry.name)} belongs after {quoted(ranked[rank - 1].name)}"
    where = "at the top, before" if top else "before"
    return f"{quoted(entry.name)} belongs {where} {quoted(ranked[1].name)}"
