"""What a shard of an audit saw, as the artifact that the judging job reads.

The job that visits websites has met hostile data: its artifact is read as if anyone could have
written it. It holds what rules judge, and nothing that differs from visit to visit, such as how
long an answer took.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from rollkeeper.grammar.strict_json import ReportError, parse, require_schema
from rollkeeper.model.account import AccountFacts, AccountKey
from rollkeeper.model.github_api import ApiTrouble
from rollkeeper.model.history import AccountState
from rollkeeper.model.limits import MAX_MEMBER_LIST_BYTES, MAX_OBSERVATIONS_BYTES
from rollkeeper.model.observations import Observations, Shard
from rollkeeper.model.visit import Certificate, Hop, Observation, Page, VisitFailure
from rollkeeper.reports.json.write import encodable

VERSION = 1
"""Rises when a reader of the old form could misread the new one."""
_FAILURES = {failure.name: failure for failure in VisitFailure}
_ACCOUNT: Mapping[str, Callable[[str], Any]] = {
    "state": lambda name: AccountState[name],
    "trouble": lambda name: ApiTrouble[name],
    "last_contribution": date.fromisoformat,
}
"""Fields of `AccountFacts` that JSON holds as texts."""


def packed(seen: Observations, shard: Shard, now: datetime) -> str:
    """Return as JSON what a shard saw in the audit that began at `now`."""
    data = {
        "version": VERSION,
        "shard": shard.number,
        "shards": shard.of,
        "now": now.isoformat(),
        "obstacle": seen.obstacle,
        "asked_github": seen.asked_github,
        "visits": {
            name: [_observation(each) for _, each in sorted(visits.items())]
            for name, visits in seen.visits.items()
        },
        "accounts": None
        if seen.accounts is None
        else [_account(each) for each in seen.accounts.values()],
        "lists": {address: _list(each) for address, each in seen.lists.items()},
    }
    return json.dumps(encodable(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str, shards: int, now: datetime) -> tuple[Shard, Observations]:
    """Read what `packed` returned: the shard, and what it saw.

    Raises ReportError when it is too large, is not JSON, repeats a key or an address, does not
    follow the schema, or is of another audit.
    """
    data = parse(text, MAX_OBSERVATIONS_BYTES)
    require_schema("observations", data)
    if data["now"] != now.isoformat() or data["shards"] != shards or data["shard"] > shards:
        message = "it is of another audit"
        raise ReportError(message)
    try:
        visits = {name: _visits(each) for name, each in data["visits"].items()}
        accounts = _accounts(data["accounts"])
        lists = {address: _list_from(each) for address, each in data["lists"].items()}
    except ReportError:
        raise
    except (ValueError, OverflowError) as wrong:
        message = f"a date or a file in it cannot be read ({type(wrong).__name__})"
        raise ReportError(message) from wrong
    return Shard(data["shard"], shards), Observations(
        visits, accounts, lists, data["obstacle"], data["asked_github"], shards
    )


def _observation(seen: Observation) -> dict[str, Any]:
    """Return what rules judge of a visit, without what has its usual value."""
    shown = seen.certificate
    found: dict[str, Any] = {
        "url": seen.url,
        "status": seen.status,
        "final_url": seen.final_url,
        "failure": seen.failure and seen.failure.name,
        "hops": [[hop.status, hop.url] for hop in seen.hops],
        "wall": seen.wall,
        "certificate": shown and [shown.issuer, shown.ends.isoformat(), *shown.names],
        # Text, because a fraction of JSON may be read as another number than was written.
        "retry_after": None if seen.retry_after is None else repr(seen.retry_after),
        "page": seen.page and _page(seen.page),
        "https_answers": seen.https_answers,
        "renamed_to": seen.renamed_to,
        "archived": seen.archived,
    }
    return {key: value for key, value in found.items() if value not in (None, [], False)} | (
        {"https_answers": False} if seen.https_answers is False else {}
    )


def _page(page: Page) -> dict[str, Any]:
    return {
        "title": page.title,
        "excerpt": page.excerpt,
        "length": page.length,
        "refresh": page.refresh,
        "mentions": sorted(page.mentions),
        "scripted": page.scripted,
    }


def _visits(data: list[dict[str, Any]]) -> dict[str, Observation]:
    visits = {each["url"]: _observation_from(each) for each in data}
    if len(visits) != len(data):
        message = "an address is twice in it"
        raise ReportError(message)
    return visits


def _observation_from(data: Mapping[str, Any]) -> Observation:
    shown, page, failure = data.get("certificate"), data.get("page"), data.get("failure")
    again = data.get("retry_after")
    return Observation(
        data["url"],
        data.get("status"),
        data.get("final_url"),
        _FAILURES[failure] if failure else None,
        tuple(Hop(status, url) for status, url in data.get("hops", ())),
        data.get("wall"),
        certificate=shown
        and Certificate(shown[0], tuple(shown[2:]), datetime.fromisoformat(shown[1])),
        retry_after=None if again is None else float(again),
        page=page and Page(**{**page, "mentions": frozenset(page["mentions"])}),
        https_answers=data.get("https_answers"),
        renamed_to=data.get("renamed_to"),
        archived=data.get("archived", False),
    )


def _accounts(data: list[dict[str, Any]] | None) -> dict[AccountKey, AccountFacts] | None:
    if data is None:
        return None
    accounts = {facts.key: facts for facts in map(_account_from, data)}
    if len(accounts) != len(data):
        message = "an account is twice in it"
        raise ReportError(message)
    return accounts


def _account(facts: AccountFacts) -> dict[str, Any]:
    found = {name: getattr(facts, name) for name in AccountFacts.__slots__}
    return {
        name: value.isoformat() if isinstance(value, date) else getattr(value, "name", value)
        for name, value in found.items()
        if value is not None
    }


def _account_from(data: Mapping[str, Any]) -> AccountFacts:
    found = dict(data)
    for name, read_as in _ACCOUNT.items():
        if name in found:
            found[name] = read_as(found[name])
    return AccountFacts(**found)


def _list(content: bytes | str) -> dict[str, str]:
    if isinstance(content, str):
        return {"why": content}
    return {"content": base64.b64encode(content).decode("ascii")}


def _list_from(data: Mapping[str, str]) -> bytes | str:
    if "why" in data:
        return data["why"]
    try:
        content = base64.b64decode(data["content"], validate=True)
    except binascii.Error as wrong:
        raise ValueError from wrong
    if len(content) > MAX_MEMBER_LIST_BYTES:
        message = f"a list in it has more than {MAX_MEMBER_LIST_BYTES:,} bytes"
        raise ReportError(message)
    return content
