"""Visits as a run makes them, and what the rules say of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from communities import loaded
from farm.case import Seen, Site
from farm.ground import LOOPBACK_6, Farm
from rollkeeper.grammar.ip_addresses import refusal
from rollkeeper.model.roster import Programme
from rollkeeper.model.visit import Visit
from rollkeeper.probes.web.settings import WebSettings
from rollkeeper.probes.web.websites import visit_websites
from rollkeeper.rules import catalogue

WORDS = ("telescopes",)
"""What every page of the farm speaks of, but for one."""


def programme(urls: Iterable[str], folder: Path) -> Programme:
    """Return a programme with an entry for each address."""
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies" / "partners.yaml").write_text("roster: partners.yaml\n", "utf-8")
    entries = [
        f"- name: Partner {number}\n  website: {json.dumps(url, ensure_ascii=False)}\n"
        for number, url in enumerate(urls)
    ]
    (folder / "partners.yaml").write_text("".join(entries), "utf-8")
    (read,) = loaded(folder).programmes
    return read


def settings(farm: Farm) -> WebSettings:
    """Return the settings of a run that may visit the farm, and is in a hurry."""
    return WebSettings(
        connect_seconds=4.0,
        total_seconds=8.0,
        hedge_seconds=0.8,
        pause_seconds=0.0,
        mentions=WORDS,
        guard=lambda ip: None if ip in {farm.ip, LOOPBACK_6} else refusal(ip),
        resolve=farm.resolve,
        authorities=farm.authority.bundle,
    )


def look_at(urls: Iterable[str], folder: Path, how: WebSettings) -> dict[str, Visit]:
    """Visit addresses through the probe's door."""
    return {visit.url: visit for visit in visit_websites(programme(urls, folder), settings=how)}


def judged(visit: Visit) -> tuple[str, ...]:
    """Name the rules that find something in a visit."""
    today = datetime.now(tz=UTC).date()
    found = []
    for rule in catalogue().values():
        if issubclass(rule.on, Visit):
            given = {"today": today} if rule.wants_today else {}
            words = {"words": WORDS} if "words" in rule.options else {}
            if list(rule.check(visit, **given, **words)):
                found.append(rule.id)
    return tuple(found)


def differences(site: Site, visit: Visit) -> Sequence[str]:
    """Say in what a visit is not what the table says."""
    wanted = site.case.seen
    told = Seen(
        visit.status,
        visit.failure,
        judged(visit),
        visit.wall,
        tuple(hop.status for hop in visit.hops),
        None if wanted.final is None else visit.final_url,
        wanted.attempts and min(wanted.attempts, visit.attempts),
        visit.page.title if wanted.title is not None and visit.page else None,
        None if wanted.family is None else visit.family,
    )
    fields = ("status", "failure", "wall", "hops", "attempts", "title", "family")
    found = [
        f"{name}: {getattr(told, name)!r}, not {getattr(wanted, name)!r}"
        for name in fields
        if getattr(told, name) != getattr(wanted, name)
    ]
    if set(told.rules) != set(wanted.rules):
        found.append(f"rules: {told.rules}, not {wanted.rules}")
    if wanted.final is not None:
        end = wanted.final.format(host=site.host)
        if not (told.final or "").endswith(end):
            found.append(f"final: {told.final!r} does not end in {end!r}")
    return found
