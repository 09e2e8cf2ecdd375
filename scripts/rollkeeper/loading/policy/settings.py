"""Small settings of a policy file: limits, dates and the schema, each checked while read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rollkeeper.loading.policy.sections import PolicyReader, leaves_root
from rollkeeper.model.limits import MAX_SCHEMA_BYTES, ROSTER
from rollkeeper.model.policy import DatePrecision
from rollkeeper.model.tree import Map, Value

LOGO_KEYS = ("folder", "prefix")
"""Settings of `logos`, where it is more than the folder."""


def read_limits(reading: PolicyReader) -> Iterator[tuple[str, int]]:
    """Return the limits of the roster that a policy sets, by their names."""
    for key, value in reading.settings("limits", ROSTER, "limit"):
        if type(value) is int and value > 0:
            yield key, value
        else:
            reading.error(("limits", key), f"`{key}` must be a whole number above 0")


def read_rules_version(reading: PolicyReader, newest: int) -> int | None:
    """Return the version of the rule set that a policy keeps to, None where it names none."""
    value = reading.data.get("rules_version")
    if "rules_version" not in reading.data:
        return None
    if type(value) is int and 1 <= value <= newest:
        return value
    message = f"`rules_version` must be a whole number from 1 to {newest}, the newest rules"
    reading.error(("rules_version",), message)
    return None


def read_dates(reading: PolicyReader) -> Iterator[tuple[str, DatePrecision]]:
    """Return how precise dates have to be, under `precision`, where a policy says so."""
    for key, value in reading.settings("dates", ("precision",)):
        if value in tuple(DatePrecision):
            yield key, DatePrecision(str(value))
        else:
            message = f"`{key}` must be one of {', '.join(DatePrecision)}"
            reading.error(("dates", key), message)


def read_schema(reading: PolicyReader, name: str | None, folder: Path) -> Mapping[str, Any] | None:
    """Read the JSON Schema that a policy names, from the folder of the policy."""
    if name is None:
        return None
    try:
        data = (folder / name).read_bytes()
        schema: Value = json.loads(data) if len(data) <= MAX_SCHEMA_BYTES else None
    except OSError as error:
        wrong = f"cannot be read: {error.strerror}"
    except (ValueError, RecursionError) as error:
        wrong = f"is not JSON: {error}"
    else:
        if isinstance(schema, dict):
            return schema
        wrong = f"must be a JSON object of at most {MAX_SCHEMA_BYTES:,} bytes"
    reading.error(("schema",), f"the schema {name} {wrong}")
    return None


def read_logos(reading: PolicyReader, given: Map) -> Iterator[tuple[str, str]]:
    """Read the logo folder where it is a mapping, with what stands before a logo's name."""
    settings = dict(reading.known(given, LOGO_KEYS, ("logos",)))
    folder, prefix = settings.get("folder"), settings.get("prefix")
    if not isinstance(folder, str) or not folder.strip() or leaves_root(folder):
        message = "`folder` must be a path inside the community's folder, without `..`"
        reading.error(("logos", "folder") if "folder" in settings else ("logos",), message)
    else:
        yield "logos", folder
    if isinstance(prefix, str) and prefix.strip():
        yield "logo_prefix", prefix
    elif "prefix" in settings:
        reading.error(("logos", "prefix"), "`prefix` must be text, such as /img/logos/")


def is_timezone(name: str) -> bool:
    """Return whether a name is that of a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
