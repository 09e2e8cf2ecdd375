"""The sections of a policy file: rules, fields, requirements and waivers, checked while read."""

from __future__ import annotations

import re
import types
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from rollkeeper.grammar.dates import InvalidDate, parse_date
from rollkeeper.grammar.globs import is_glob, why_no_glob
from rollkeeper.grammar.wording import nearest, quoted
from rollkeeper.model.limits import MAX_LISTED
from rollkeeper.model.policy import Requirement, RuleSetting, Severity, Waiver, WaiverKind
from rollkeeper.model.roles import DEFAULT_ROLES
from rollkeeper.model.rule import Catalogue, Option, Rule
from rollkeeper.model.tree import (
    FieldPath,
    List,
    Map,
    Place,
    Value,
    field_path,
    key_place_of,
    place_of,
)

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_SEVERITIES = ", ".join(Severity)
_OF_A_REQUIREMENT = (
    "id", "scope", "when", "expect", "message", "messageExpression", "concerns", "severity",
    "field",
)  # fmt: skip
_SCOPES = ("entry", "roster")
_OF_A_WAIVER = ("rule", "reason", "until", "by")
_NAMED_BY_A_WAIVER = {
    "entry": WaiverKind.ENTRY, "entries": WaiverKind.ENTRY, "file": WaiverKind.FILE,
    "files": WaiverKind.FILE,
}  # fmt: skip
_SEVERAL = frozenset({"entries", "files"})
OFF = "off"


@dataclass(frozen=True, slots=True)
class ConfigError:
    """Something wrong in a policy or a schema, and where."""

    path: str
    place: Place
    message: str

    def __str__(self) -> str:
        """Return the error as `file:line: message`."""
        return f"{self.path}:{self.place.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class PolicyReader:
    """A policy file that is being read, the errors found so far, and the folder that it is in."""

    path: str
    data: Map
    errors: list[ConfigError]
    folder: Path = Path()

    def error(self, path: FieldPath, message: str, *, on_key: bool = False) -> None:
        """Note an error at a path of the policy."""
        where = key_place_of if on_key else place_of
        self.errors.append(ConfigError(self.path, where(self.data, path), message))

    def known(
        self, given: Mapping[str, Value], known: Collection[str], path: FieldPath, what: str = "key"
    ) -> list[tuple[str, Value]]:
        """Return the items whose keys are known; note every other, with the nearest that is."""
        for key in given:
            if key not in known:
                self.error((*path, key), unknown(what, key, known), on_key=True)
        return [(key, value) for key, value in given.items() if key in known]

    def settings(
        self, section: str, known: Collection[str], what: str = "key"
    ) -> list[tuple[str, Value]]:
        """Return the settings of a section that is a mapping; note all others."""
        value = self.data.get(section, Map())
        if isinstance(value, Map):
            return self.known(value, known, (section,), what)
        self.error((section,), f"`{section}` must be a mapping")
        return []

    def items(self, section: str, known: Collection[str]) -> Iterator[tuple[FieldPath, Map]]:
        """Return the mappings of a section that is a list, with their paths; note unknown keys."""
        value = self.data.get(section, List())
        if not isinstance(value, List):
            self.error((section,), f"`{section}` must be a list")
            return
        for index, item in enumerate(value):
            path = (section, index)
            if isinstance(item, Map):
                self.known(item, known, path)
                yield path, item
            else:
                self.error(path, f"each item of `{section}` must be a mapping")

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
    """Return a message that a word is not known, and which one may have been meant."""
    near = nearest(given, allowed)
    if near:
        hint = f"; did you mean `{near}`?"
    else:
        hint = f"; use one of {', '.join(allowed)}" if len(allowed) <= MAX_LISTED else ""
    return f"unknown {what} {quoted(given)}{hint}"


def leaves_root(path: str) -> bool:
    """Return whether a path may lead out of the community's folder, on any system."""
    return path.startswith("/") or "\\" in path or ".." in path.split("/") or ":" in path


def read_path(value: Value) -> FieldPath | None:
    """Read the path of a field, such as `contact.github`; None for anything else."""
    if not isinstance(value, str) or any(not step.strip() for step in value.split(".")):
        return None
    return field_path(value)


def read_fields(reading: PolicyReader) -> dict[str, tuple[FieldPath, ...]]:
    """Read which fields of an entry play which role."""
    roles: dict[str, tuple[FieldPath, ...]] = {}
    for role, value in reading.settings("fields", DEFAULT_ROLES, "role"):
        paths = [read_path(item) for item in (value if isinstance(value, List) else [value])]
        roles[role] = tuple(path for path in paths if path is not None)
        if None in paths:
            message = f"`{role}` must be a field such as `contact.github`, or a list of fields"
            reading.error(("fields", role), message)
    return roles


def read_rules(reading: PolicyReader, catalogue: Catalogue) -> dict[str, RuleSetting]:
    """Read the settings of rules; ids, options and their types are checked."""
    settings: dict[str, RuleSetting] = {}
    for rule_id, value in reading.settings("rules", catalogue, "rule"):
        path: FieldPath = ("rules", rule_id)
        if value == OFF:
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
    severity = since = None
    known = (*rule.options, "severity", "since")
    for name, given in reading.known(value, known, path, "option"):
        if name == "severity":
            severity = read_severity(reading, path, given)
        elif name == "since":
            day = parse_date(str(given))
            since = None if isinstance(day, InvalidDate) else day
            if isinstance(day, InvalidDate):
                reading.error((*path, name), f"`since`: {day.message}")
        else:
            options[name], wrong = convert(rule.options[name], given)
            if wrong:
                reading.error((*path, name), f"`{name}` must be {wrong}")
    return RuleSetting(severity=severity, options=options, since=since)


def read_severity(reading: PolicyReader, path: FieldPath, value: Value) -> Severity | None:
    """Read the `severity` of the mapping at a path."""
    if value in tuple(Severity):
        return Severity(str(value))
    reading.error((*path, "severity"), f"`severity` must be one of {_SEVERITIES}")
    return None


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
        elif (kind in {int, str, bool} and type(given) is kind) or (
            get_origin(kind) is Literal and given in get_args(kind)
        ):
            return given, None
    return None, " or ".join(_in_words(kind) for kind in kinds if kind is not type(None))


def _is_union(kind: Any) -> bool:  # noqa: ANN401 - any annotation
    return get_origin(kind) in {Union, types.UnionType}


def _in_words(kind: Any) -> str:  # noqa: ANN401 - any annotation
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    if get_args(kind)[:1] == (int,):
        return "a list of whole numbers"
    return words.get(kind, "a list of texts")


def read_requirements(reading: PolicyReader, catalogue: Catalogue) -> tuple[Requirement, ...]:
    """Read the community's own rules; their expressions are compiled later."""
    found: dict[str, Requirement] = {}
    for path, item in reading.items("requirements", _OF_A_REQUIREMENT):
        requirement_id = reading.text(item, path, "id")
        expect = reading.text(item, path, "expect")
        message = reading.text(item, path, "message")
        when = reading.text(item, path, "when", needed=False)
        field = reading.text(item, path, "field", needed=False)
        words = reading.text(item, path, "messageExpression", needed=False)
        concerns = reading.text(item, path, "concerns", needed=False)
        scope = item.get("scope", _SCOPES[0])
        if scope not in _SCOPES:
            reading.error((*path, "scope"), f"`scope` must be one of {', '.join(_SCOPES)}")
        elif concerns is not None and scope != "roster":
            wrong = "`concerns` is for requirements with `scope: roster`; add that, or remove it"
            reading.error((*path, "concerns"), wrong, on_key=True)
        severity = read_severity(reading, path, item.get("severity", Severity.ERROR))
        if requirement_id is None or expect is None or message is None or severity is None:
            continue
        if not _ID.match(requirement_id):
            reading.error((*path, "id"), "`id` must be lower-case words joined by hyphens")
        elif requirement_id in catalogue or requirement_id in found:
            reading.error((*path, "id"), f"the id `{requirement_id}` is taken; choose another")
        else:
            found[requirement_id] = Requirement(
                requirement_id, expect, message, when, severity,
                field_path(field) if field else (),
                reading.path, place_of(reading.data, (*path, "expect")),
                of_roster=scope == "roster", concerns=concerns, message_expression=words,
            )  # fmt: skip
    return tuple(found.values())


def read_waivers(reading: PolicyReader) -> tuple[Waiver, ...]:
    """Read the waivers; each needs a rule, whom it is for, a reason, a person and a last day."""
    waivers: list[Waiver] = []
    for path, item in reading.items("waivers", (*_OF_A_WAIVER, *_NAMED_BY_A_WAIVER)):
        texts = [reading.text(item, path, key) for key in _OF_A_WAIVER]
        named = _named_by(reading, path, item)
        if None in texts or not named:
            continue
        rule_id, reason, until, by = map(str, texts)
        last_day = parse_date(until)
        if isinstance(last_day, InvalidDate):
            reading.error((*path, "until"), f"`until`: {last_day.message}")
            continue
        place = place_of(reading.data, path)
        waivers.extend(
            Waiver(rule_id, name, reason, last_day, by, reading.path, place, kind, name_place)
            for name, kind, name_place in named
        )
    return tuple(waivers)


def _named_by(
    reading: PolicyReader, path: FieldPath, item: Map
) -> list[tuple[str, WaiverKind, Place]]:
    """Return the entries or files that a waiver names, each with its place."""
    keys = [key for key in _NAMED_BY_A_WAIVER if key in item]
    if len(keys) != 1:
        message = "write one of `entry`, `entries`, `file` and `files`: whom the waiver is for"
        reading.error(path if not keys else (*path, keys[1]), message, on_key=True)
        return []
    (key,) = keys
    value, kind = item[key], _NAMED_BY_A_WAIVER[key]
    named: list[tuple[Value, Place]] = []
    if isinstance(value, List) and key in _SEVERAL:
        places = (place_of(reading.data, (*path, key, number)) for number in range(len(value)))
        named = list(zip(value, places, strict=True))
    elif key != "entries":
        named = [(value, place_of(reading.data, path))]
    wrong = _why_no_names(key, [name for name, _ in named])
    if wrong:
        reading.error((*path, key), f"`{key}` {wrong}")
        return []
    return [(str(name), kind, place) for name, place in named]


def _why_no_names(key: str, names: Sequence[Value]) -> str | None:
    """Return in words what is wrong with the names of a waiver; None where nothing is."""
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        return f"must be a list of {key}" if key in _SEVERAL else "must be text"
    if key == "file" and is_glob(str(names[0])):
        return "is the path of one file; write `files` for a pattern"
    patterns = map(why_no_glob, map(str, names)) if key == "files" else ()
    return next((f"is no pattern: {why}" for why in patterns if why), None)


class WaivableRule(NamedTuple):
    """A rule that a policy says may be waived by a comment, and where it says so."""

    id: str
    path: str
    place: Place


def read_comment_waivers(reading: PolicyReader) -> tuple[WaivableRule, ...]:
    """Read which rules a comment beside an entry may waive."""
    value = reading.data.get("comment_waivers", List())
    if isinstance(value, List) and all(isinstance(each, str) for each in value):
        return tuple(
            WaivableRule(
                str(each), reading.path, place_of(reading.data, ("comment_waivers", number))
            )
            for number, each in enumerate(value)
        )
    message = "`comment_waivers` must be a list of rules, such as [website-plain-http]"
    reading.error(("comment_waivers",), message)
    return ()
