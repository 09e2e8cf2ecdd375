"""The `websites` of a policy file: how websites are visited, and which addresses those are."""

from __future__ import annotations

from typing import Any

from rollkeeper.loading.policy.sections import PolicyReader, unknown
from rollkeeper.model.limits import VISIT_RANGES
from rollkeeper.model.roles import ROLES
from rollkeeper.model.tree import Value

ADDRESS_ROLES = tuple(role.id for role in ROLES if role.is_address)
_LIST = "`roles` must be a list of roles such as `[website, link]`"


def read_websites(reading: PolicyReader) -> dict[str, Any]:
    """Read the settings that a policy makes, as arguments of `VisitSettings`."""
    found: dict[str, Any] = {}
    for key, value in reading.settings("websites", (*VISIT_RANGES, "roles")):
        path = ("websites", key)
        if key != "roles":
            found[key] = value
            if wrong := _out_of_range(key, value):
                reading.error(path, f"`{key}` must be {wrong}")
        elif isinstance(value, list) and all(isinstance(role, str) for role in value):
            found[key] = tuple(value)
            for number, role in enumerate(map(str, value)):
                if role not in ADDRESS_ROLES:
                    message = unknown("role of web addresses", role, ADDRESS_ROLES)
                    reading.error((*path, number), message)
        else:
            reading.error(path, _LIST)
    return found


def _out_of_range(key: str, value: Value) -> str | None:
    least, most = VISIT_RANGES[key]
    whole = isinstance(least, int)
    proper = type(value) is int or (type(value) is float and not whole)
    if proper and least <= float(str(value)) <= most:
        return None
    return f"{'a whole number' if whole else 'a number'} from {least:g} to {most:g}"
