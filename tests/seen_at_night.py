"""What is seen of a website night after night, and what the history makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rollkeeper.engine.history import Ledger
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.history import History, HistoryEvent, SiteRecord
from rollkeeper.model.policy import Policy, RuleSetting
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roles import DEFAULT_ROLES
from rollkeeper.model.roster import Entry, Programme, Roster
from rollkeeper.model.tree import List, Map
from rollkeeper.model.visit import GitHubVisit, Hop, Visit, VisitFailure
from rollkeeper.probes import ProbeResult

FIRST = date(2026, 11, 1)
SITE = "https://alder.example/"
OTHERS = tuple(f"https://site{number}.example/" for number in range(6))
"""So many that one of seven that fails is no failure of our own network."""
NIGHTS: dict[str, dict[str, Any]] = {
    "f": {"status": None, "failure": VisitFailure.REFUSED},
    "g": {"status": 200},
    "b": {"status": 403},
    "r": {"status": 429},
    "n": {"status": None, "failure": VisitFailure.NAME_SERVER},
    "m": {
        "status": 200,
        "final_url": "https://alder.example/team",
        "hops": (Hop(301, "https://alder.example/team"),),
    },
}
"""What a visit sees: it fails, it answers, it blocks, limits the rate, our trouble, it moved."""


def programme(*sites: str, **options: Any) -> Programme:
    """Return a programme with some websites, and with options of its rules."""
    lines = "".join(f"- name: N{index}\n  website: {url}\n" for index, url in enumerate(sites))
    read = read_yaml((lines or "[]\n").encode(), "partners.yaml")
    assert isinstance(read.data, List)
    rules = {name.replace("_", "-"): RuleSetting(options=each) for name, each in options.items()}
    policy = Policy("partners", "policies/partners.yaml", "Partners", "partners.yaml", rules=rules)
    roster = Roster("partners.yaml", lines, read.data)
    entries = tuple(
        Entry("partners", "partners.yaml", index, (index,), data, roster, DEFAULT_ROLES)
        for index, data in enumerate(read.data)
        if isinstance(data, Map)
    )
    return Programme(policy, roster, entries, ())


def seen_of(community: Programme, what: Mapping[str, str]) -> ProbeResult:
    """Return what the probe of websites saw; a site that is not named answered, "-" is no visit."""
    visits = tuple(
        Visit(url, **NIGHTS[what.get(url, "g")], entry=entry, field=("website",))
        for entry in community.entries
        for _, url in entry.texts("website")
        if what.get(url) != "-"
    )
    return ProbeResult({community.name: {Visit: visits, GitHubVisit: visits}})


def report_of(*findings: Finding) -> Report:
    return Report(FIRST, ("partners",), findings, (), {})


def night(
    before: History, day: date, what: str, community: Programme | None = None, **more: Any
) -> tuple[History, Ledger]:
    """Audit once; `what` is what is seen of the one site, "v" a void night, "p" a partial one."""
    ours = community or programme(SITE, *OTHERS)
    sites = [url for entry in ours.entries for _, url in entry.texts("website")]
    saw = {SITE: what}
    if what == "v":
        saw = dict.fromkeys(sites, "f")
    elif what == "p":
        saw = {sites[-1]: "-", SITE: "f"}
    ledger = Ledger(before, day, **more)
    ledger.enter([ours], [seen_of(ours, saw)])
    return ledger.close(report_of()), ledger


def after(nights: str, start: date = FIRST) -> tuple[History, list[HistoryEvent]]:
    """Audit once a night; "-" is a night on which nothing ran."""
    history = History()
    events: list[HistoryEvent] = []
    for number, what in enumerate(nights):
        if what != "-":
            history, _ = night(history, start + timedelta(number), what)
            events += history.events
    return history, events


def record_of(history: History, url: str = SITE) -> SiteRecord | None:
    return history.sites.get("partners", {}).get(url)
