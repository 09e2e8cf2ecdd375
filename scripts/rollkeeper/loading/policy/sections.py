"""The parts of a policy file: rules, fields, requirements and waivers, checked as they are read."""

from __future__ import annotations

import re
import types
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from rollkeeper.grammar.dates import InvalidDate, parse_date
from rollkeeper.grammar.wording import nearest
from rollkeeper.model.policy import Requirement, RuleSetting, Severity, Waiver
from rollkeeper.model.rule import Catalogue, Option, Rule
from rollkeeper.model.tree import FieldPath, List, Map, Place, Value, key_place_of, place_of

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_SEVERITIES = ", ".join(Severity)
OFF = "off"


@dataclass(frozen=True, slots=True)
class ConfigError:
    """Something wrong in a policy or a schema, with where it stands."""

    path: str
    place: Place
    message: str

    def __str__(self) -> str:
        """Return the mistake as `file:line: message`."""
        return f"{self.path}:{self.place.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class PolicyReader:
    """A policy file that is being read, and the mistakes found so far."""

    path: str
    data: Map
    errors: list[ConfigError]

    def error(self, path: FieldPath, message: str, *, on_key: bool = False) -> None:
        """Note a mistake at a path of the policy."""
        where = key_place_of if on_key else place_of
        self.errors.append(ConfigError(self.path, where(self.data, path), message))

    def unknown_keys(
        self, given: Mapping[str, Value], known: Iterable[str], path: FieldPath
    ) -> None:
        """Note every key that is not known, with the nearest one that is."""
        allowed = sorted(known)
        for key in given:
            if key not in allowed:
                self.error((*path, key), unknown("key", key, allowed), on_key=True)

    def mapping(self, key: str) -> Mapping[str, Value]:
        """Return a mapping of the policy, empty where it is missing or something else."""
        value = self.data.get(key)
        if isinstance(value, Map):
            return value
        if key in self.data:
            self.error((key,), f"`{key}` must be a mapping")
        return {}

    def items(self, key: str) -> Iterator[tuple[FieldPath, Map]]:
        """Return the mappings of a list of the policy with their paths."""
        value = self.data.get(key)
        if key in self.data and not isinstance(value, List):
            self.error((key,), f"`{key}` must be a list")
            return
        for index, item in enumerate(value if isinstance(value, List) else ()):
            if isinstance(item, Map):
                yield (key, index), item
            else:
                self.error((key, index), f"each of `{key}` must be a mapping")

    def text(self, item: Map, path: FieldPath, key: str, *, needed: bool = True) -> str | None:
        """Return a text of a mapping; note where it is missing or something else."""
        value = item.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if key in item:
            self.error((*path, key), f"`{key}` must be text")
        elif needed:
            self.error(path, f"`{key}` is missing")
        return None


def unknown(what: str, given: str, allowed: Collection[str]) -> str:
    """Return that a word is not known, and which one may have been meant."""
    near = nearest(given, allowed)
    hint = f"; did you mean `{near}`?" if near else f"; known are {', '.join(allowed)}"
    return f"there is no {what} `{given[:60]}`{hint if near or len(allowed) <= 20 else ''}"  # noqa: PLR2004 - a longer list helps nobody


def read_fields(reading: PolicyReader) -> dict[str, tuple[FieldPath, ...]]:
    """Read which fields of an entry play which role."""
    roles: dict[str, tuple[FieldPath, ...]] = {}
    for role, value in reading.mapping("fields").items():
        paths = value if isinstance(value, List) else [value]
        if not all(isinstance(path, str) and path for path in paths):
            message = f"`{role}` must be a field such as `contact.github`, or a list of fields"
            reading.error(("fields", role), message)
            continue
        roles[role] = tuple(tuple(str(path).split(".")) for path in paths)
    return roles


def read_rules(reading: PolicyReader, catalogue: Catalogue) -> dict[str, RuleSetting]:
    """Read the settings of rules; ids, options and their types are checked."""
    settings: dict[str, RuleSetting] = {}
    for rule_id, value in reading.mapping("rules").items():
        path: FieldPath = ("rules", rule_id)
        if rule_id not in catalogue:
            reading.error(path, unknown("rule", rule_id, catalogue), on_key=True)
        elif value == OFF:
            settings[rule_id] = RuleSetting(enabled=False)
        elif value in tuple(Severity):
            settings[rule_id] = RuleSetting(severity=Severity(str(value)))
        elif isinstance(value, Map):
            settings[rule_id] = _setting(reading, path, value, catalogue[rule_id])
        elif value is None or value is True:
            settings[rule_id] = RuleSetting()
        else:
            message = f"`{rule_id}` must be `off`, one of {_SEVERITIES}, or a mapping of options"
            reading.error(path, message)
    return settings


def _setting(reading: PolicyReader, path: FieldPath, value: Map, rule: Rule[Any]) -> RuleSetting:
    options: dict[str, Any] = {}
    severity = None
    for name, given in value.items():
        where = (*path, name)
        if name == "severity":
            if given in tuple(Severity):
                severity = Severity(str(given))
            else:
                reading.error(where, f"`severity` must be one of {_SEVERITIES}")
        elif name not in rule.options:
            known = (*rule.options, "severity")
            reading.error(where, unknown(f"option of {rule.id}", name, known), on_key=True)
        else:
            converted, wrong = convert(rule.options[name], given)
            if wrong:
                reading.error(where, f"`{name}` must be {wrong}")
            else:
                options[name] = converted
    return RuleSetting(severity=severity, options=options)


def convert(option: Option, given: Value) -> tuple[Any, str | None]:
    """Convert a policy's value to an option's type, or say in words what it must be."""
    kinds = get_args(option.type) if _is_union(option.type) else (option.type,)
    if given is None and type(None) in kinds:
        return None, None
    for kind in kinds:
        if get_origin(kind) is tuple:
            item_kind = get_args(kind)[0]
            if isinstance(given, List) and all(type(item) is item_kind for item in given):
                return tuple(given), None
        elif kind is float and isinstance(given, int | float) and not isinstance(given, bool):
            return float(given), None
        elif kind in {int, str, bool} and type(given) is kind:
            return given, None
    return None, " or ".join(_in_words(kind) for kind in kinds if kind is not type(None))


def _is_union(kind: Any) -> bool:  # noqa: ANN401 - any annotation
    return get_origin(kind) in {Union, types.UnionType}


def _in_words(kind: Any) -> str:  # noqa: ANN401 - any annotation
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
    if get_args(kind)[:1] == (int,):
        return "a list of whole numbers"
    return words.get(kind, "a list of texts")


def read_requirements(reading: PolicyReader, catalogue: Catalogue) -> tuple[Requirement, ...]:
    """Read the community's own rules; their expressions are compiled later."""
    found: dict[str, Requirement] = {}
    known = ("id", "when", "expect", "message", "severity", "field")
    for path, item in reading.items("requirements"):
        reading.unknown_keys(item, known, path)
        requirement_id = reading.text(item, path, "id")
        expect = reading.text(item, path, "expect")
        message = reading.text(item, path, "message")
        when = reading.text(item, path, "when", needed=False)
        field = reading.text(item, path, "field", needed=False)
        severity = item.get("severity", Severity.ERROR)
        if severity not in tuple(Severity):
            reading.error((*path, "severity"), f"`severity` must be one of {_SEVERITIES}")
            continue
        if requirement_id is None or expect is None or message is None:
            continue
        if not _ID.match(requirement_id):
            reading.error((*path, "id"), "`id` must be words of small letters joined by hyphens")
        elif requirement_id in catalogue or requirement_id in found:
            reading.error((*path, "id"), f"the id `{requirement_id}` is taken; choose another")
        else:
            found[requirement_id] = Requirement(
                requirement_id, expect, message, when, Severity(str(severity)),
                tuple(field.split(".")) if field else (),
                reading.path, place_of(reading.data, (*path, "expect")),
            )  # fmt: skip
    return tuple(found.values())


def read_waivers(reading: PolicyReader) -> tuple[Waiver, ...]:
    """Read the waivers; each needs a rule, an entry, a reason, a person and a last day."""
    waivers = []
    needed = ("rule", "entry", "reason", "until", "by")
    for path, item in reading.items("waivers"):
        reading.unknown_keys(item, needed, path)
        texts = [reading.text(item, path, key) for key in needed]
        if any(text is None for text in texts):
            continue
        rule_id, entry, reason, until, by = (str(text) for text in texts)
        last_day = parse_date(until)
        if isinstance(last_day, InvalidDate):
            reading.error((*path, "until"), "`until` must be a day such as 2027-05-31")
            continue
        place = place_of(reading.data, path)
        waivers.append(Waiver(rule_id, entry, reason, last_day, by, reading.path, place))
    return tuple(waivers)
