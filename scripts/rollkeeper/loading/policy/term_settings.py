"""The `editions` and `groups` of a policy file: rounds of terms, and companies of one group."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rollkeeper.grammar.dates import InvalidDate, parse_date
from rollkeeper.grammar.names import key
from rollkeeper.grammar.wording import quoted
from rollkeeper.loading.policy.sections import PolicyReader
from rollkeeper.model.policy import Edition
from rollkeeper.model.tree import FieldPath, List, Map

EDITION_KEYS = ("start", "end")


def read_editions(reading: PolicyReader) -> dict[str, Edition]:
    """Read the editions of a programme, each with its first and its last day."""
    editions: dict[str, Edition] = {}
    for name, given in _mapping(reading, "editions").items():
        path: FieldPath = ("editions", name)
        if not isinstance(given, Map):
            message = f"the edition {quoted(name)} must be a mapping with `start` and `end`"
            reading.error(path, message)
            continue
        reading.known(given, EDITION_KEYS, path)
        start, end = (_day(reading, given, path, bound) for bound in EDITION_KEYS)
        if start is None or end is None:
            continue
        if start > end:
            reading.error(
                path, f"the edition {quoted(name)} starts on {start}, after its end {end}"
            )
        else:
            editions[name] = Edition(name, start, end)
    return editions


def _day(reading: PolicyReader, given: Map, path: FieldPath, bound: str) -> date | None:
    text = reading.text(given, path, bound)
    day = parse_date(text) if text is not None else None
    if isinstance(day, InvalidDate):
        reading.error((*path, bound), f"`{bound}`: {day.message}")
        return None
    return day


def read_groups(reading: PolicyReader) -> dict[str, tuple[str, ...]]:
    """Read which organisations belong together; none may be in two groups."""
    groups: dict[str, tuple[str, ...]] = {}
    of: dict[str, str] = {}
    for name, given in _mapping(reading, "groups").items():
        path: FieldPath = ("groups", name)
        items = given if isinstance(given, List) else []
        members = [each for each in items if isinstance(each, str) and each.strip()]
        if not members or len(members) != len(items):
            reading.error(path, f"the group {quoted(name)} must be a list of organisations")
            continue
        groups[name] = tuple(members)
        for member in (name, *members):
            other = of.setdefault(key(member), name)
            if other != name:
                message = f"{quoted(member)} is in the groups {quoted(other)} and {quoted(name)}"
                reading.error(path, f"{message}; leave it in one of them")
    return groups


def _mapping(reading: PolicyReader, section: str) -> Mapping[str, object]:
    given = reading.data.get(section)
    if isinstance(given, Map) or given is None:
        return given or {}
    reading.error((section,), f"`{section}` must be a mapping")
    return {}
