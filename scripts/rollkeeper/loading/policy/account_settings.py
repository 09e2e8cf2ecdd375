"""The `accounts` of a policy file: what is asked of the GitHub accounts on the roster."""

from __future__ import annotations

from typing import Any

from rollkeeper.grammar.handles import is_public_login
from rollkeeper.grammar.wording import quoted
from rollkeeper.loading.policy.sections import PolicyReader
from rollkeeper.model.limits import MAX_CONTRIBUTION_MONTHS
from rollkeeper.model.policy_keys import ACCOUNT_KEYS, CONTRIBUTION_KEYS
from rollkeeper.model.tree import FieldPath, Map, Value


def read_accounts(reading: PolicyReader) -> dict[str, Any]:
    """Read the settings that a policy makes, as arguments of `AccountSettings`."""
    found: dict[str, Any] = {}
    for key, value in reading.settings("accounts", ACCOUNT_KEYS):
        path = ("accounts", key)
        if key == "organisation":
            found[key] = _organisation(reading, path, value)
        elif isinstance(value, Map):
            found |= _contributions(reading, path, value)
        else:
            message = f"`{key}` must be a mapping such as `{{months: 12}}`"
            reading.error(path, message)
    return found


def _contributions(reading: PolicyReader, path: FieldPath, given: Map) -> dict[str, Any]:
    # Laid over those of a preset as a whole: without the key, contributions of any kind count.
    found: dict[str, Any] = {"contribution_organisation": None}
    if "months" not in given:
        message = "`months` is missing: say in how many months there are to be contributions"
        reading.error(path, message)
    for key, value in reading.known(given, CONTRIBUTION_KEYS, path):
        if key == "organisation":
            found["contribution_organisation"] = _organisation(reading, (*path, key), value)
        elif type(value) is int and 1 <= value <= MAX_CONTRIBUTION_MONTHS:
            found["contribution_months"] = value
        else:
            message = f"`{key}` must be a whole number from 1 to {MAX_CONTRIBUTION_MONTHS}"
            reading.error((*path, key), message)
    return found


def _organisation(reading: PolicyReader, path: FieldPath, value: Value) -> str | None:
    if isinstance(value, str) and is_public_login(value):
        return value
    message = "`organisation` must be the name of an organisation on GitHub, such as `octo-org`"
    reading.error(path, f"{message}, not {quoted(value)}")
    return None
