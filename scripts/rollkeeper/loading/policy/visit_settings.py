"""How websites are visited: the `websites` of a policy file, and which addresses those are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from rollkeeper.model.limits import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    VISITS_AT_ONCE,
    VISITS_SECONDS,
)
from rollkeeper.model.policy import Policy
from rollkeeper.model.tree import FieldPath

WORDS_OF = "website-off-topic"
"""The rule whose option `words` says what is looked for in the pages."""


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """How one run visits the websites of a programme; times in seconds.

    `connect` is for one connection, `timeout` for one website with all its redirects and retries,
    `deadline` for all of them together. `roles` are those whose addresses are visited, and `words`
    are looked for in every page.
    """

    connect: float = CONNECT_SECONDS
    timeout: float = ANSWER_SECONDS
    deadline: float = VISITS_SECONDS
    at_once: int = VISITS_AT_ONCE
    roles: tuple[str, ...] = ("website",)
    words: tuple[str, ...] = ()


class _Range(NamedTuple):
    least: float
    most: float
    whole: bool = False


_RANGES: Mapping[str, _Range] = MappingProxyType(
    {
        "connect": _Range(0.5, 60),
        "timeout": _Range(1, 120),
        "deadline": _Range(1, 6 * 60 * 60),
        "at_once": _Range(1, 5_000, whole=True),
    }
)
KEYS = (*_RANGES, "roles")
"""The settings that a policy has for visits."""


def visiting_schema() -> dict[str, Any]:
    """Return the JSON Schema of the settings, for editors."""
    numbers = {
        key: {
            "type": "integer" if bounds.whole else "number",
            "minimum": bounds.least,
            "maximum": bounds.most,
        }
        for key, bounds in _RANGES.items()
    }
    roles = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**numbers, "roles": roles},
    }


def visiting_errors(
    given: Mapping[str, Any], roles: Collection[str]
) -> Iterator[tuple[FieldPath, str]]:
    """Return what is wrong with a policy's `websites`, each with the path where it stands.

    `roles` are those that there are in this policy.
    """
    for key, value in given.items():
        if key in _RANGES:
            wrong = _out_of(_RANGES[key], value)
        elif key == "roles":
            wrong = None if _are_texts(value) else "a list of roles such as `[website, link]`"
        else:
            yield (key,), f"`websites` has no `{key[:60]}`; it has {', '.join(KEYS)}"
            continue
        if wrong is not None:
            yield (key,), f"`{key}` must be {wrong}"
        elif key == "roles":
            for number, role in enumerate(value):
                if role not in roles:
                    known = ", ".join(sorted(roles))
                    yield (key, number), f"there is no role `{role[:60]}`; there are {known}"


def _out_of(bounds: _Range, value: object) -> str | None:
    kinds = (int,) if bounds.whole else (int, float)
    proper = isinstance(value, kinds) and not isinstance(value, bool)
    if proper and bounds.least <= float(str(value)) <= bounds.most:
        return None
    kind = "a whole number" if bounds.whole else "a number"
    return f"{kind} from {bounds.least:g} to {bounds.most:g}"


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def visiting(policy: Policy) -> VisitSettings:
    """Return the settings of a policy that has no mistakes."""
    setting = policy.rules.get(WORDS_OF)
    words = setting.options.get("words", ()) if setting and setting.enabled else ()
    given = dict(policy.websites)
    if "roles" in given:
        given["roles"] = tuple(given["roles"])
    return VisitSettings(**given, words=tuple(words))
