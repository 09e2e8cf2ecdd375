"""The history as JSON: one record to a line, so that git keeps little of a night.

It comes from a branch that people can push to, and from the job that has met hostile data: it is
read as if anyone could have written it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from rollkeeper.grammar.escaping import visible
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.strict_json import ReportError, follows, hold_against, parse, schema_of
from rollkeeper.grammar.wording import cut
from rollkeeper.model.history import (
    AccountRecord,
    AccountState,
    History,
    HistoryEvent,
    Night,
    NightKind,
    Refusal,
    SiteRecord,
)
from rollkeeper.model.limits import MAX_HISTORY_BYTES, MAX_SHOWN

VERSION = 1
"""Rises when a reader of the old form could misread the new one."""

_NESTED = frozenset({"sites", "findings"})


def written(history: History) -> str:
    """Return the history as JSON that is the same for the same history, to the byte.

    It has no mail address and no phone number in it.
    """
    parts = [f'"version": {VERSION}']
    for each in fields(History):
        data = _data(getattr(history, each.name))
        if data is None or data in ({}, []):
            continue
        parts.append(f'"{each.name}": {_lines(data, nested=each.name in _NESTED)}')
    body = ",\n".join(parts)
    return f"{{\n{body}\n}}\n"


def _lines(data: Any, *, nested: bool) -> str:  # noqa: ANN401 - any JSON
    if isinstance(data, list):
        return _wrapped(map(_line, data), "[]")
    if not isinstance(data, dict) or "date" in data:
        return _line(data)
    items = sorted(data.items())
    if nested:
        inner = ((_line(key), _lines(each, nested=False)) for key, each in items)
        return _wrapped((f"{key}: {each}" for key, each in inner), "{}")
    return _wrapped((f"{_line(key)}: {_line(each)}" for key, each in items), "{}")


def _wrapped(lines: Iterator[str], brackets: str) -> str:
    body = ",\n".join(lines)
    return f"{brackets[0]}\n{body}\n{brackets[1]}"


def _line(data: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def _data(value: Any) -> Any:  # noqa: ANN401 - any of the history's values
    """Return a value as JSON, records without what is as it is by default."""
    if isinstance(value, Mapping):
        return {key: _data(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_record(each) for each in value]
    return _record(value) if is_dataclass(value) else _plain(value)


_NAMES = frozenset({"login", "contributions_asked"})


def _record(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the history's records
    given = ((each, getattr(value, each.name)) for each in fields(value))
    # Names at GitHub are public, and have to be found again.
    return {
        each.name: there if each.name in _NAMES else _plain(there)
        for each, there in given
        if each.default is MISSING or there != each.default
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - text, a number, a day or a kind
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return masked(value) if isinstance(value, str) else value


def read(text: str, today: date) -> History:
    """Read a history that was written as JSON on `today` or before.

    Raises ReportError when the text is too large, is not JSON, repeats a key, does not follow the
    schema, or has a day that is none or that is yet to come: nothing of it is used then.
    """
    return history_from(parse(text, MAX_HISTORY_BYTES), today)


def history_from(data: Any, today: date) -> History:  # noqa: ANN401 - JSON can be anything until the schema has seen it
    """Take a history from JSON that `parse` has read; raises ReportError as `read` does."""
    if not follows("history", data):
        hold_against(schema_of("history"), data)
        message = "it does not follow the schema of a history"
        raise ReportError(message)
    # A machine's clock may be ahead by some hours.
    days = _Days(today + timedelta(days=1))
    try:
        return _history(data, days)
    except ValueError as unread:
        message = f"not a date: {cut(visible(str(unread)), MAX_SHOWN)}"
        raise ReportError(message) from unread


class _Days(dict[str, date]):
    """The days that a history names: most of them are named often."""

    def __init__(self, last: date) -> None:
        super().__init__()
        self._last = last

    def __missing__(self, text: str) -> date:
        day = date.fromisoformat(text)
        if day > self._last:
            message = f"{text} is yet to come"
            raise ValueError(message)
        self[text] = day
        return day


def _history(data: Mapping[str, Any], days: _Days) -> History:
    def record(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
        return {name: days[each] if name in names else each for name, each in given.items()}

    def account(given: Mapping[str, Any]) -> AccountRecord:
        read_in = record(given, "counted", "since", "contributions_on", "last_contribution")
        return AccountRecord(**read_in | {"state": AccountState(given.get("state", "person"))})

    def site(given: Mapping[str, Any]) -> SiteRecord:
        return SiteRecord(**record(given, "counted", "since", "last_good"))

    night, complete = data.get("night"), data.get("last_complete")
    return History(
        last_complete=None if complete is None else days[complete],
        night=None
        if night is None
        else Night(**record(night, "date") | {"kind": NightKind(night["kind"])}),
        sites={
            name: {url: site(each) for url, each in sites.items()}
            for name, sites in data.get("sites", {}).items()
        },
        accounts={login: account(each) for login, each in data.get("accounts", {}).items()},
        findings={
            name: {mark: days[each] for mark, each in marks.items()}
            for name, marks in data.get("findings", {}).items()
        },
        numbers=data.get("numbers", {}),
        refusals={name: Refusal(**each) for name, each in data.get("refusals", {}).items()},
        events=tuple(HistoryEvent(**record(each, "date")) for each in data.get("events", [])),
    )
