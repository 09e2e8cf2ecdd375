"""Differences between a roster and the lists that others keep of the same entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rollkeeper.grammar.handles import bare
from rollkeeper.grammar.hosts import InvalidHost
from rollkeeper.grammar.names import key
from rollkeeper.grammar.urls import normalised, parse
from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.model.members import ListComparison, ListItem
from rollkeeper.model.policy import Absence, OutsideList, Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roles import DEFAULT_ROLES
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath, field_path
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.members import keys_of

_LOGOS = frozenset({"logo", "logo_dark"})
_WEBSITE = "website"
_HERE = frozenset({Absence.BOTH, Absence.HERE})
_THERE = frozenset({Absence.BOTH, Absence.THERE})


@rule("differs-from-list", on=ListComparison, severity=Severity.NOTICE, whole=True)
def differs_from_list(comparison: ListComparison) -> Problems:
    """The roster and a list that others keep say different things.

    The policy names such `lists`, for example a landscape or the data of a website. What is only on
    one of them, and what both have and write differently, is one notice each, in the audit and in
    `rollkeeper check`. It is never more than a notice, and never compared for a change. Correct the
    one that is wrong, or name under `except` what need not be on both. Names are compared as in
    `not-a-member`, and an item of another name is recognised by its website if that is compared.
    """
    outside, policy = comparison.outside, comparison.programme.policy
    if comparison.fault:
        message = f"the list {outside.shown} cannot be used: {comparison.fault}"
        yield Problem(message, path=policy.path, place=outside.source.place)
        return
    left_out = {key(name) for name in outside.leaves_out}
    pairing = _Pairing(comparison)
    for entry in comparison.programme.entries:
        item = pairing.item_of(entry)
        if left_out.isdisjoint(keys_of(entry.name)):
            yield from _of_entry(comparison.outside, entry, item)
    if outside.missing not in _HERE:
        return
    for item in pairing.unpaired:
        if left_out.isdisjoint(each for name in item.names for each in keys_of(name)):
            message = f"{quoted(item.names[0])} is on the list {outside.shown} and not here"
            message += "; add it to the roster, or name it under `except`"
            yield Problem(message, path=policy.path, place=outside.source.place)


def _of_entry(outside: OutsideList, entry: Entry, item: ListItem | None) -> Problems:
    """Return what is to be said of one entry beside its item."""
    name = quoted(entry.name)
    if item is None:
        if entry.active and outside.missing in _THERE:
            message = f"{name} is not on the list {outside.shown}; have it added there"
            yield Problem(message, _first(entry, "name"), entry)
    elif entry.active:
        yield from _differences(outside, entry, item)
    elif outside.missing in _HERE:
        status = quoted(entry.text("status") or "")
        message = f"{name} is {status} here, and still on the list {outside.shown}"
        yield Problem(f"{message}; have it removed there", _first(entry, "status"), entry)


def _first(entry: Entry, role: str) -> FieldPath:
    return next((path for path, _ in entry.texts(role)), ())


class _Pairing:
    """Which item of a list is which entry: by name, else by website where that is compared."""

    def __init__(self, comparison: ListComparison) -> None:
        self._items = comparison.items
        self._by_name: dict[str, int] = {}
        self._by_website: dict[str, int] = {}
        for number, item in enumerate(comparison.items):
            for name in item.names:
                for each in keys_of(name):
                    self._by_name.setdefault(each, number)
            for address in item.values.get(_WEBSITE, ()):
                self._by_website.setdefault(_same(_WEBSITE, address), number)
        self._paired: set[int] = set()
        self._named = self._with_names(comparison.programme.entries)

    def _with_names(self, entries: Sequence[Entry]) -> Mapping[int, int]:
        """Pair by name, those first that are active: a name can be on the roster twice."""
        found: dict[int, int] = {}
        for entry in sorted(entries, key=lambda each: not each.active):
            keys = (each for _, name in entry.texts("name") for each in keys_of(name))
            number = next((self._by_name[each] for each in keys if each in self._by_name), None)
            if number is not None and (entry.active or number not in self._paired):
                found[entry.index] = number
                self._paired.add(number)
        return found

    def item_of(self, entry: Entry) -> ListItem | None:
        """Return the item of an entry, None where the list has none."""
        number = self._named.get(entry.index)
        if number is None and entry.active:
            addresses = (_same(_WEBSITE, text) for _, text in entry.texts(_WEBSITE))
            there = (self._by_website.get(each) for each in addresses)
            number = next((each for each in there if each is not None), None)
            if number in self._paired:
                number = None
            elif number is not None:
                self._paired.add(number)
        return None if number is None else self._items[number]

    @property
    def unpaired(self) -> Iterator[ListItem]:
        """The items that are no entry's."""
        return (item for number, item in enumerate(self._items) if number not in self._paired)


def _differences(outside: OutsideList, entry: Entry, item: ListItem) -> Problems:
    """Return what both have of one entry and write differently."""
    names = {each for name in item.names for each in keys_of(name)}
    if names.isdisjoint(each for _, name in entry.texts("name") for each in keys_of(name)):
        message = f"{quoted(entry.name)} is called {quoted(item.names[0])} on the list"
        message += f" {outside.shown}, and has the same website"
        yield Problem(message, _first(entry, "name"), entry)
    for what, there in item.values.items():
        here = list(_values(entry, what))
        if not here or not there:
            continue
        same = {_same(what, text) for _, text in here}
        if same.isdisjoint(_same(what, text) for text in there):
            message = (
                f"the {what} of {quoted(entry.name)} is {listed((text for _, text in here), 'or')} "
                f"here, and {listed(there, 'or')} on the list {outside.shown}"
            )
            yield Problem(message, here[0][0], entry)


def _values(entry: Entry, what: str) -> Iterator[tuple[FieldPath, str]]:
    """Return the values of a role, or of a field of the roster, as texts."""
    if what in DEFAULT_ROLES:
        yield from entry.texts(what)
        return
    for path, value in entry.located(field_path(what)):
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            yield path, str(value)


def _same(what: str, text: str) -> str:
    """Return a key that is equal for values that mean the same."""
    if what in _LOGOS:
        return text.partition("?")[0].rpartition("/")[2].casefold()
    if what == "handle":
        return bare(text).casefold()
    if what == "name":
        return key(text)
    url = parse(text.strip()) if "://" in text else None
    if url is not None and not isinstance(url, InvalidHost):
        return normalised(url)
    return " ".join(text.split()).casefold()
