"""Entries by the value that they have in a field, so that a whole roster is read once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from rollkeeper.engine.requirements.functions import RefusedError
from rollkeeper.grammar.wording import quoted
from rollkeeper.model.limits import MAX_FOUND
from rollkeeper.model.tree import FieldPath, field_path, values_at

Entries = Sequence[Mapping[str, Any]]
_LIKENESS = 0.75
"""How alike two keys are, 0 to 1, of which one is a slip; `github` and `gitlab` are not."""


def meant(key: str, known: Sequence[str]) -> str | None:
    """Return the key that a misspelt one was probably meant to be."""
    return next(iter(get_close_matches(key, known, n=1, cutoff=_LIKENESS)), None)


def keys_in(value: object) -> Iterator[str]:
    """Return every key of a value and of what it holds."""
    if isinstance(value, Mapping):
        yield from value
        for item in value.values():
            yield from keys_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys_in(item)


def _group(value: object) -> Hashable:
    """Return a key that is equal for values that CEL takes for equal."""
    if isinstance(value, str | int | float):
        return isinstance(value, bool), value
    return json.dumps(value, sort_keys=True, default=str)


class Lookups:
    """The entries of a programme's own roster, and of others by their names."""

    def __init__(self, own: Entries, others: Mapping[str, Entries]) -> None:
        self._own = own
        self._others = others
        self._made: dict[tuple[str | None, str], dict[Hashable, list[int]]] = {}

    def shared(self, field: object, index: int) -> list[Mapping[str, Any]]:
        """Return other entries that have the value of an entry in a field; the first hundred."""
        path, groups = self._groups(None, field)
        found: dict[int, None] = {}
        for value in values_at(self._own[index], path):
            for other in groups[_group(value)][: MAX_FOUND + 1]:
                if other != index:
                    found[other] = None
        return [self._own[other] for other in list(found)[:MAX_FOUND]]

    def count(self, *given: object) -> int:
        """Return how many entries have a value in a field: `[programme,] field, value`."""
        programme, field, value = self._asked("count", given)
        return len(self._groups(programme, field)[1].get(_group(value), ()))

    def find(self, *given: object) -> list[Mapping[str, Any]]:
        """Return the entries that have a value in a field; of more than a hundred the first."""
        programme, field, value = self._asked("find", given)
        indexes = self._groups(programme, field)[1].get(_group(value), [])
        entries = self._entries(programme)
        return [entries[index] for index in indexes[:MAX_FOUND]]

    def _asked(self, name: str, given: tuple[object, ...]) -> tuple[str | None, object, object]:
        match given:
            case (field, value):
                return None, field, value
            case (str() as programme, field, value):
                return programme, field, value
        message = f"{name}() takes a field and a value, and before them a programme if not its own"
        raise RefusedError(message)

    def _entries(self, programme: str | None) -> Entries:
        if programme is None:
            return self._own
        if programme not in self._others:
            message = f"{quoted(programme)} is no programme that this requirement names"
            raise RefusedError(message)
        return self._others[programme]

    def _groups(
        self, programme: str | None, field: object
    ) -> tuple[FieldPath, dict[Hashable, list[int]]]:
        if not isinstance(field, str) or not all(step.strip() for step in field.split(".")):
            message = f'{quoted(field)} is not a field; write it as text, such as "slug"'
            raise RefusedError(message)
        path = field_path(field)
        groups = self._made.get((programme, field))
        if groups is None:
            entries = self._entries(programme)
            groups = defaultdict(list)
            for index, entry in enumerate(entries):
                for group in {_group(value): None for value in values_at(entry, path)}:
                    groups[group].append(index)
            if not groups:
                _suspect(str(path[0]), entries)
            self._made[programme, field] = groups
        return path, groups


def _suspect(key: str, entries: Entries) -> None:
    """Raise RefusedError where no entry has a key, and another is nearly the same."""
    known = list(dict.fromkeys(name for entry in entries for name in entry))
    near = None if key in known else meant(key, known)
    if near is not None:
        message = f"no entry has {quoted(key)}; did you mean `{near}`?"
        raise RefusedError(message)
