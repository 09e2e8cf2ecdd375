"""What a shard saw, written and read back, and what is refused of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from observed import NOW
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.model.account import AccountFacts
from rollkeeper.model.github_api import ApiTrouble
from rollkeeper.model.history import AccountState
from rollkeeper.model.observations import Observations, Shard
from rollkeeper.model.visit import Certificate, Hop, Observation, Page, VisitFailure
from rollkeeper.reports.json.observations import packed, read

URL = "https://alder.example/"
WHOLE = Observation(
    URL,
    200,
    "https://www.alder.example/",
    hops=(Hop(301, "https://www.alder.example/"),),
    wall="Cloudflare",
    certificate=Certificate(
        "An authority", ("a.example", "b.example"), datetime(2027, 1, 2, tzinfo=UTC)
    ),
    retry_after=0.1 + 0.2,
    page=Page(
        "Ålder ☃", 'Say "hi" \\ \n', 12, "https://x.example/", frozenset({"b", "a"}), scripted=True
    ),
    https_answers=False,
    renamed_to="https://github.com/new",
    archived=True,
)
FACTS = AccountFacts(
    "Octo-Cat",
    7,
    AccountState.PERSON,
    listed=7,
    number=7,
    renamed_to="octo",
    gone=True,
    organisation="octo-org",
    member=False,
    months=6,
    within="octo-org",
    contributed=False,
    last_contribution=date(2026, 1, 2),
    trouble=ApiTrouble.RATE_LIMIT,
)
BARE = AccountFacts("nobody")
SEEN = Observations(
    {
        "partners": {
            URL: WHOLE,
            "https://b.example/": Observation("https://b.example/", failure=VisitFailure.SILENT),
        }
    },
    {each.key: each for each in (FACTS, BARE)},
    {
        "https://x.example/list.csv": b"name\n\xff",
        "https://y.example/list.csv": "no answer in time",
    },
    asked_github=True,
    shards=3,
)


def text(seen: Observations = SEEN) -> str:
    return packed(seen, Shard(2, 3), NOW)


def test_what_was_seen_is_read_back_as_it_was() -> None:
    assert read(text(), 3, NOW) == (Shard(2, 3), SEEN)
    nothing = Observations({"partners": {}}, obstacle="HTTP_PROXY is set", shards=3)
    assert read(text(nothing), 3, NOW) == (Shard(2, 3), nothing)


@pytest.mark.parametrize("failure", VisitFailure)
def test_every_failure_is_read_back(failure: VisitFailure) -> None:
    seen = Observations({"p": {URL: Observation(URL, failure=failure)}}, shards=3)
    assert read(text(seen), 3, NOW)[1] == seen


def test_the_text_is_the_same_whatever_the_order_and_the_time() -> None:
    slow = Observation(URL, 200, first_byte=2.5, attempts=3, family="IPv6", protocol="HTTP/1.1")
    quick = Observation(URL, 200, first_byte=0.1, attempts=1)
    other = Observation("https://a.example/", 200)
    first = Observations({"b": {URL: slow, other.url: other}, "a": {}}, shards=3)
    second = Observations({"a": {}, "b": {other.url: other, URL: quick}}, shards=3)
    assert text(first) == text(second)


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], Any]:
    def forge(data: dict[str, Any]) -> Any:
        node: Any = data
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = value
        return data

    return forge


SITE = ("visits", "partners", 0)
FORGERIES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no object": lambda _: [],
    "another version": put("version", value=2),
    "another moment": put("now", value="2026-11-20T03:17:00+00:00"),
    "shard 0": put("shard", value=0),
    "a shard beyond": put("shard", value=4),
    "another number": put("shards", value=2),
    "257 shards": put("shards", value=257),
    "an unknown field": put("command", value="x"),
    "an unknown field of a visit": put(*SITE, "entry", value="x"),
    "an unknown failure": put(*SITE, "failure", value="because"),
    "a status that is none": put(*SITE, "status", value=1_000),
    "a status as text": put(*SITE, "status", value="200"),
    "no address": put(*SITE, "url", value=""),
    "an address without end": put(*SITE, "url", value="x" * 70_000),
    "redirects without end": put(*SITE, "hops", value=[[301, URL]] * 21),
    "a redirect without a status": put(*SITE, "hops", value=[[URL]]),
    "a page without end": put(*SITE, "page", "excerpt", value="x" * 2_001),
    "half of a character": put(*SITE, "page", "title", value="\ud800"),
    "words without end": put(*SITE, "page", "mentions", value=["x"] * 1_001),
    "a day that is none": put(*SITE, "certificate", value=["x", "2026-02-30T00:00:00+00:00"]),
    "seconds that are none": put(*SITE, "retry_after", value="nan"),
    "seconds as a number": put(*SITE, "retry_after", value=1.5),
    "a website twice": put("visits", "partners", value=[{"url": URL}] * 2),
    "an account twice": put("accounts", value=[{"login": "a"}, {"login": "A"}]),
    "an account of no number": put("accounts", value=[{"login": "a", "id": 0}]),
    "an unknown state": put("accounts", value=[{"login": "a", "state": "x"}]),
    "a contribution on no day": put(
        "accounts", value=[{"login": "a", "last_contribution": "2026-02-30"}]
    ),
    "a list that is no base64": put("lists", value={"https://x.example/": {"content": "%%%"}}),
    "a list and why not": put("lists", value={"https://x.example/": {"content": "", "why": ""}}),
    "lists without end": put(
        "lists", value={f"https://x.example/{n}": {"why": ""} for n in range(101)}
    ),
    "an obstacle without end": put("obstacle", value="x" * 1_001),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_what_is_forged_is_refused(forge: Callable[[dict[str, Any]], Any]) -> None:
    with pytest.raises(ReportError):
        read(json.dumps(forge(json.loads(text()))), 3, NOW)


@pytest.mark.parametrize(
    "data", ["", "{", "null", "[" * 100_000, '{"version": 1, "version": 1}', "\ud800", "1e999"]
)
def test_what_is_no_json_of_ours_is_refused(data: str) -> None:
    with pytest.raises(ReportError):
        read(data, 3, NOW)


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = text()
    monkeypatch.setattr("rollkeeper.reports.json.observations.MAX_OBSERVATIONS_BYTES", 100)
    with pytest.raises(ReportError, match="more than 100 bytes"):
        read(whole, 3, NOW)
    monkeypatch.undo()
    monkeypatch.setattr("rollkeeper.reports.json.observations.MAX_MEMBER_LIST_BYTES", 3)
    with pytest.raises(ReportError, match="more than 3 bytes"):
        read(whole, 3, NOW)
