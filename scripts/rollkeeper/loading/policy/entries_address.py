"""The `entries` of a policy file: where in the roster's files the entries are."""

from __future__ import annotations

from typing import Any

from rollkeeper.grammar.globs import is_glob
from rollkeeper.loading.policy.sections import PolicyReader, read_path
from rollkeeper.model.limits import MAX_ENTRIES_STEPS
from rollkeeper.model.policy import EntriesAddress
from rollkeeper.model.tree import ANY_ITEM, FieldPath, Map, Value, dotted

MAY_BE_MISSING = "?"
FIELD_KEYS = ("text_as", "key_as", "file_as")
KEYS = ("at", *FIELD_KEYS, "inherit")
_FORM = "must be a path such as `groups.*.members`, or a mapping with `at`"


def read_entries(reading: PolicyReader) -> EntriesAddress | None:
    """Read where the entries are; None where the policy does not say, or not rightly."""
    given = reading.data.get("entries")
    if "entries" not in reading.data:
        return None
    if not isinstance(given, Map):
        return _at(reading, ("entries",), given)
    found: dict[str, Any] = {}
    for key, value in reading.known(given, KEYS, ("entries",)):
        path = ("entries", key)
        if key == "at":
            continue
        if key == "inherit":
            found[key] = _inherited(reading, value)
        elif _is_field(value):
            found[key] = value
        else:
            reading.error(path, f"`{key}` must be the name of a field, such as `name`")
    address = EntriesAddress()
    if "at" in given:
        address = _at(reading, ("entries", "at"), given["at"]) or address
    complete = EntriesAddress(at=address.at, optional=address.optional, **found)
    _check(reading, complete)
    return complete


def _at(reading: PolicyReader, where: FieldPath, value: Value) -> EntriesAddress | None:
    path = read_path(value)
    if path is None:
        reading.error(where, f"`{where[-1]}` {_FORM}")
        return None
    steps = [step.removesuffix(MAY_BE_MISSING) if isinstance(step, str) else step for step in path]
    optional = frozenset(n for n, step in enumerate(path) if str(step).endswith(MAY_BE_MISSING))
    if "" in steps or len(steps) > MAX_ENTRIES_STEPS:
        reading.error(where, f"`{where[-1]}` {_FORM}, of at most {MAX_ENTRIES_STEPS} steps")
        return None
    return EntriesAddress(tuple(steps), optional)


def _is_field(value: Value) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not set(value) & set(".*")


def _inherited(reading: PolicyReader, value: Value) -> dict[str, FieldPath]:
    if not isinstance(value, Map):
        message = "`inherit` must be a mapping such as `category: groups.*.name`"
        reading.error(("entries", "inherit"), message)
        return {}
    found = {}
    for field, given in value.items():
        path = read_path(given)
        if path is None or not _is_field(field):
            message = f"`{field}` must be a field, and its value a path such as `groups.*.name`"
            reading.error(("entries", "inherit", field), message)
        else:
            found[field] = path
    return found


def _check(reading: PolicyReader, address: EntriesAddress) -> None:
    """Note what cannot be together."""
    for field, path in address.inherit.items():
        stars = [number for number, step in enumerate(path) if step == ANY_ITEM]
        length = stars[-1] + 1 if stars else 0
        if path[:length] != address.at[:length]:
            shared = dotted(path[:length])
            message = f"`{shared}` does not begin `at`, so it is not known which item is meant"
            reading.error(("entries", "inherit", field), message)
    roster = reading.data.get("roster")
    if address.file_as is not None and isinstance(roster, str) and not is_glob(roster):
        message = "`file_as` is for a roster of several files, such as `entries/*.yaml`"
        reading.error(("entries", "file_as"), message)
    names = [each for each in (address.text_as, address.key_as, address.file_as) if each]
    names += address.inherit
    if len(set(names)) < len(names):
        message = "two settings would set the same field of an entry; choose different names"
        reading.error(("entries",), message)
