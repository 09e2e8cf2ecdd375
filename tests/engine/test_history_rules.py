"""What the rules about websites say where there is a history: what several nights have shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from rollkeeper.engine.history import Ledger
from rollkeeper.model.history import History, SiteRecord
from rollkeeper.model.roster import Programme
from rollkeeper.model.visit import Page, Visit, VisitFailure
from rollkeeper.probes import ProbeResult
from rollkeeper.rules import catalogue
from rollkeeper.rules.websites.nights import RULES_OF_FAILURES
from seen_at_night import FIRST, NIGHTS, OTHERS, SITE, programme, report_of, seen_of


def judged(rule: str, *nights: str, community: Programme | None = None) -> list[str]:
    """Return what a rule says of the last night's visits."""
    ours = community or programme(SITE, *OTHERS)
    history = History()
    results: Sequence[ProbeResult] = ()
    for number, what in enumerate(nights):
        ledger = Ledger(history, FIRST + timedelta(number))
        sites = [url for entry in ours.entries for _, url in entry.texts("website")]
        saw = dict.fromkeys(sites, "f") if what == "v" else {sites[0]: what}
        results = ledger.enter([ours], [seen_of(ours, saw)])
        history = ledger.close(report_of())
    seen = results[0].seen["partners"]
    visits = [] if isinstance(seen, str) else seen[Visit]
    return [problem.message for visit in visits for problem in catalogue()[rule].check(visit)]


DOWN = (
    f"`{SITE}` cannot be reached: the connection was refused (since 2026-11-01); correct the address "
    "if the site has moved, or ask the entry's contact"
)


@pytest.mark.parametrize(
    ("nights", "said"),
    [
        ("ff", []),
        ("fff", [DOWN]),
        ("fffg", [DOWN]),
        ("fffb", [DOWN]),
        ("fffv", [DOWN]),
        ("ffv", []),
    ],
)
def test_a_rule_says_the_same_every_night_until_the_site_is_back(
    nights: str, said: list[str]
) -> None:
    assert judged("website-unreachable", *nights) == said
    assert judged("website-inconclusive", *nights) == []


FAILURES: Mapping[str, Mapping[str, Any]] = {
    "website-unreachable": {"status": 404},
    "website-certificate": {"status": None, "failure": VisitFailure.EXPIRED},
    "website-parked": {"page": Page("Alder", "This domain is for sale", 23)},
    "website-empty": {"page": Page("Welcome to nginx!", "", 0)},
    "website-soft-404": {"page": Page("Page not found", "", 0)},
}


@pytest.mark.parametrize("rule", FAILURES)
def test_each_way_of_failing_is_reported_by_its_own_rule_since_a_day(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NIGHTS, "x", {"status": 200, **FAILURES[rule]})
    assert set(FAILURES) == set(RULES_OF_FAILURES.values())
    for nights, number in (("xx", 0), ("xxx", 1), ("xxxgb", 1), ("xxxggg", 0)):
        said = judged(rule, *nights)
        assert len(said) == number
        assert all("(since 2026-11-01); " in each for each in said)
        assert not [each for other in FAILURES if other != rule for each in judged(other, *nights)]


def test_ways_of_failing_count_together_and_the_last_one_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(NIGHTS, "x", {"status": 200, **FAILURES["website-parked"]})
    assert judged("website-unreachable", *"ffx") == []
    (said,) = judged("website-parked", *"ffx")
    assert said.endswith("(since 2026-11-01); ask for the new address")


def test_a_site_that_blocks_is_inconclusive_as_without_a_history() -> None:
    (said,) = judged("website-inconclusive", "b")
    assert said.startswith(f"it is not certain that `{SITE}` can be reached: it refuses programs")


@pytest.mark.parametrize(
    ("nights", "proposed"),
    [
        ("mm", 0),
        ("mmm", 1),
        ("mmmb", 1),
        ("mmmf", 1),
        ("mmmv", 1),
        ("mfmm", 1),
        ("mgmm", 0),
        ("mmmg", 0),
        ("mmmfff", 0),
    ],
)
def test_a_move_is_proposed_after_enough_nights_of_the_new_address(
    nights: str, proposed: int
) -> None:
    assert len(judged("website-moved", *nights)) == proposed


@pytest.mark.parametrize(("nights", "proposed"), [("ss", 0), ("sss", 1), ("ssn", 0), ("ssss", 1)])
def test_https_is_proposed_after_enough_nights(
    nights: str, proposed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = "http://alder.example/"
    monkeypatch.setitem(NIGHTS, "s", {"status": 200, "https_answers": True})
    said = judged("website-plain-http", *nights, community=programme(plain, *OTHERS))
    assert len(said) == proposed
    assert all("write `https://alder.example/`" in each for each in said)


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("https://evil.example/", "website-moved-away"),
        ("https://alder.example/new", "website-moved"),
        ("javascript:alert(1)", None),
        ("https://alder.example:99999/", None),
    ],
)
def test_an_address_on_another_domain_is_never_written(address: str, rule: str | None) -> None:
    """Whatever the history says: it may be anyone's."""
    record = SiteRecord(FIRST, moved_to=address, moved_nights=9)
    (entry, *_) = programme(SITE).entries
    seen = Visit(SITE, 200, entry=entry, field=("website",), record=record, counted=True)
    found = {
        name: problem
        for name in ("website-moved", "website-moved-away", "website-plain-http")
        for problem in catalogue()[name].check(seen)
    }
    assert list(found) == ([] if rule is None else [rule])
    fixed = [name for name, problem in found.items() if problem.fix is not None]
    assert fixed == (["website-moved"] if rule == "website-moved" else [])
