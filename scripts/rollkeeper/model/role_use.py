"""How many entries of a programme fill each role, and what no role reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import ANY_ITEM, FieldPath, Value


class PathUse(NamedTuple):
    """A field that plays a role, and how many entries have it."""

    path: FieldPath
    entries: int


@dataclass(frozen=True, slots=True)
class RoleUse:
    """The fields that play a role, and how many entries have one of them at least."""

    role: str
    paths: tuple[PathUse, ...]
    entries: int


def role_use(programme: Programme, role: str) -> RoleUse:
    """Count the entries that have each field of a role."""
    paths = programme.policy.roles.get(role, ())
    counts: Counter[FieldPath] = Counter()
    entries = 0
    for entry in programme.entries:
        having = [path for path in paths if _has(entry, path)]
        counts.update(having)
        entries += bool(having)
    return RoleUse(role, tuple(PathUse(path, counts[path]) for path in paths), entries)


def is_filled(programme: Programme, role: str) -> bool:
    """Return whether any entry has a field of the role."""
    paths = programme.policy.roles.get(role, ())
    return any(_has(entry, path) for entry in programme.entries for path in paths)


def unread_keys(programme: Programme) -> Mapping[str, int]:
    """Return the keys of entries that play no role, and how many entries have each."""
    paths = [path for paths in programme.policy.roles.values() for path in paths]
    read = {str(path[0]) for path in paths}
    if ANY_ITEM in read:
        return {}
    keys = Counter(
        key for entry in programme.entries for key in entry.data if key not in entry.origins
    )
    return {key: count for key, count in keys.most_common() if key not in read}


def _has(entry: Entry, path: FieldPath) -> bool:
    return any(_is_something(value) for _, value in entry.located(path))


def _is_something(value: Value) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], {})
