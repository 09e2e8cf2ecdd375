"""YAML values built from the parser's events: nothing is built that was not counted first.

PyYAML's C parser gives the events; its own loader is not used, because it recurses (a hundred
thousand brackets end the process), lets the last of two equal keys win and turns `no` into False.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from rollkeeper.grammar.characters import hidden_in, shown
from rollkeeper.model.limits import MAX_DEFECTS
from rollkeeper.model.roster import Defect
from rollkeeper.model.tree import START, List, Map, Place, Value

_CONSTANTS: Mapping[str, Value] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,15})\.[0-9]{1,15}\Z")
_TYPED_STARTS = frozenset("0123456789-~ntfNTF")
_UNSET = object()


class _TooMuchError(Exception):
    """A limit was passed: reading stops here."""

    def __init__(self, message: str, event: Any) -> None:
        super().__init__(message)
        self.message = message
        self.event = event


class Builder:
    """Builds values from events, keeping a stack of the collections that are open."""

    def __init__(self, limits: Mapping[str, int], defects: list[Defect]) -> None:
        self.limits = limits
        self.defects = defects
        self.documents = 0
        self.dropped = False
        """Whether a value is in the text and not in what was built."""
        self.root: Any = _UNSET
        self.stack: list[tuple[Any, Any]] = []
        self.names: dict[str, str] = {}

    def build(self, text: str) -> Value:
        """Read a text; None where it is no YAML, or too much of it."""
        try:
            self._read(text)
        except _TooMuchError as error:
            self.defects.append(Defect("yaml-limit", error.message, _place(error.event)))
            return None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            place = Place(line, column, line, column + 1)
            problem = str(error.problem or "not readable as YAML")
            self.defects.append(Defect("yaml-syntax", problem, place))
            return None
        except yaml.YAMLError as error:
            # The C reader's own error for characters that YAML forbids: already reported by
            # `_hidden_characters` unless it has rules that are unknown there.
            if not self.defects:
                self.defects.append(Defect("yaml-syntax", f"not readable as YAML: {error}", START))
            return None
        if self.root is _UNSET or self.root is None:
            self.defects.append(Defect("roster-shape", "the file is empty", START))
            return None
        result: Value = self.root
        return result

    def _read(self, text: str) -> None:  # noqa: C901, PLR0912 - one loop over half a million events: a call for each branch doubles the time
        opening = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
        ending = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        max_nodes, names, stack = self.limits["max_nodes"], self.names, self.stack
        nodes = 0
        holder: Any = None
        key: Any = _UNSET
        value: Any
        events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                value = self._scalar(event)
            elif kind in opening:
                value = self._collection(event)
            elif kind in ending:
                holder, key = stack.pop()
                continue
            elif kind is yaml.AliasEvent:
                self._refuse_alias(event)
                value = None
            else:
                self._document(event)
                continue
            nodes += 1
            if nodes > max_nodes:
                too_many = f"the file has more than {max_nodes:,} values"
                raise _TooMuchError(too_many, event)
            start, end = event.start_mark, event.end_mark
            place = (start.line + 1, start.column + 1, end.line + 1, end.column + 1)
            if type(holder) is Map and key is _UNSET:
                key = names.get(value) if kind is yaml.ScalarEvent else None
                if key is None or key in holder.key_places:
                    key = self._key(holder, value, event)
                    self.dropped = self.dropped or key is None
                if key is not None:
                    holder.key_places[key] = place
                after = key
            else:
                if type(holder) is Map:
                    if key is not None:
                        holder[key] = value
                        holder.value_places[key] = place
                elif holder is not None:
                    holder.append(value)
                    holder.item_places.append(place)
                elif self.documents == 1:
                    self.root = value
                key = after = _UNSET
            if kind in opening:
                stack.append((holder, after))
                holder, key = value, _UNSET

    def _scalar(self, event: Any) -> Value:
        """Return the value of a scalar, typed where it is plain."""
        value: str = event.value
        if event.anchor is not None or event.tag is not None:
            self._refuse_feature(event)
        if len(value) > self.limits["max_scalar"]:
            most = self.limits["max_scalar"]
            too_long = f"a value of {len(value):,} characters is longer than {most:,}"
            raise _TooMuchError(too_long, event)
        if event.implicit[0]:
            return _typed(value) if not value or value[0] in _TYPED_STARTS else value
        if event.style == '"':
            self._check_escapes(event)
        return value

    def _collection(self, event: Any) -> Map | List:
        if event.anchor is not None or event.tag is not None:
            self._refuse_feature(event)
        max_depth = self.limits["max_depth"]
        if len(self.stack) >= max_depth:
            message = f"values are nested deeper than {max_depth} levels; make the data flatter"
            raise _TooMuchError(message, event)
        return Map() if type(event) is yaml.MappingStartEvent else List()

    def _refuse_alias(self, event: Any) -> None:
        self.dropped = True
        message = f"the alias *{event.anchor[:40]} is not allowed; write the value out"
        self._defect("yaml-feature", message, event)

    def _key(self, holder: Map, value: Any, event: Any) -> str | None:
        """Return a key; None, which drops the value after it, where it cannot be one."""
        if type(event) is not yaml.ScalarEvent:
            self._defect("yaml-feature", "a key must be plain text, not a list or mapping", event)
            return None
        text = str(event.value)
        if text == "<<" and event.implicit[0]:
            message = "the merge key << is not allowed; write the fields out"
            self._defect("yaml-feature", message, event)
            return None
        if not isinstance(value, str):
            message = (
                f"the key {text[:40] or '(empty)'} is read as {_type_name(value)}; a key must be "
                f'text: write "{text[:40]}" in quotes or choose another name'
            )
            self._defect("yaml-feature", message, event)
            return None
        name = unicodedata.normalize("NFC", text)
        if name in holder.key_places:
            line = holder.key_places[name][0]
            message = f"the key `{name[:60]}` is already on line {line}; keep one of the two"
            self._defect("duplicate-key", message, event)
            return None
        self.names[text] = name
        return name

    def _document(self, event: Any) -> None:
        kind = type(event)
        if kind is not yaml.DocumentStartEvent:
            return
        self.documents += 1
        if event.version is not None or event.tags:
            message = "directives (%YAML, %TAG) are not allowed; delete them"
            self._defect("yaml-feature", message, event)
        if self.documents == 2:  # noqa: PLR2004 - the second document is the first too many
            message = "a second document starts here; a roster is one document: delete the `---`"
            self._defect("yaml-feature", message, event)

    def _refuse_feature(self, event: Any) -> None:
        if event.anchor is not None:
            message = f"the anchor &{event.anchor[:40]} is not allowed; write the value out"
            self._defect("yaml-feature", message, event)
        # `!` alone and a tag both switch off the typing that everyone else sees.
        if event.tag is not None:
            message = f"the tag {event.tag[:60]} is not allowed; write the value without it"
            self._defect("yaml-feature", message, event)

    def _check_escapes(self, event: Any) -> None:
        """Refuse what an escape in double quotes hides from a reader of the file."""
        value = event.value
        if value.isascii() and value.isprintable():
            return
        for _, character in hidden_in(value, most=1):
            self._defect("yaml-encoding", f"{shown(character)} is not allowed; delete it", event)

    def _defect(self, rule: str, message: str, event: Any) -> None:
        self.defects.append(Defect(rule, message, _place(event)))
        if len(self.defects) > MAX_DEFECTS:
            more = f"more than {MAX_DEFECTS} defects in this file; the rest was not read"
            raise _TooMuchError(more, event)


def _typed(text: str) -> Value:
    """Type a plain scalar as YAML 1.2's core schema does, where nothing is changed by it.

    `0777`, `1_000`, `0x1F`, `1.10` and numbers beyond what a float or 18 digits hold stay text:
    what the author wrote is what is kept.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _WHOLE.match(text):
        return int(text) if text != "-0" else text
    if _DECIMAL.match(text):
        number = float(text)
        return number if repr(number) == text else text
    return text


def _type_name(value: Value) -> str:
    if value is None:
        return "nothing (null)"
    return "a truth value" if isinstance(value, bool) else "a number"


def _place(event: Any) -> Place:
    start, end = event.start_mark, event.end_mark
    if type(event) is not yaml.ScalarEvent:
        return Place(start.line + 1, start.column + 1, start.line + 1, start.column + 2)
    return Place(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
