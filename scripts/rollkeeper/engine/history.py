"""What an audit adds to the history of earlier ones, before its rules run and after.

Before: the night is judged as complete or not, counted where its date was not counted yet, and each
visit and each account gets its record. After: each finding gets the day on which it was first seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any

from rollkeeper.engine.account_history import after_asking
from rollkeeper.engine.fingerprints import fingerprints
from rollkeeper.engine.nightly import NightsOf, after_visit
from rollkeeper.engine.own_network import own_network_failed
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.social_networks import judged_by_form
from rollkeeper.grammar.urls import Url, parse
from rollkeeper.model.account import Account, AccountFacts, AccountKey
from rollkeeper.model.history import (
    AccountRecord,
    AccountState,
    History,
    HistoryEvent,
    Night,
    NightKind,
    SiteRecord,
)
from rollkeeper.model.policy import RuleSetting
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath
from rollkeeper.model.visit import GitHubVisit, Visit, VisitFailure
from rollkeeper.probes import ProbeResult
from rollkeeper.probes.web.visit_plan import addresses
from rollkeeper.rules.websites.nights import NIGHTS, Outcome, outcome

MAX_DATED = 20_000
"""Findings of one programme whose first day is kept."""

Seen = Mapping[type, Sequence[Any]] | str


@dataclass
class Ledger:
    """The history of earlier nights, `before`, and what this one adds while it is audited.

    `day` is the date, in UTC, of the moment at which the audit began. An audit that is not of the
    `whole`, all programmes and all rules with the network, decides nothing for good.
    """

    before: History
    day: date
    whole: bool = True
    kind: NightKind = NightKind.COMPLETE
    sites: dict[str, Mapping[str, SiteRecord]] = field(default_factory=dict)
    accounts: dict[str, AccountRecord] = field(default_factory=dict)
    events: list[HistoryEvent] = field(default_factory=list)
    visited: int = 0
    failing: int = 0
    inconclusive: int = 0

    @property
    def counts(self) -> bool:
        """Whether this night counts: complete, and of a date that has not been counted."""
        last = self.before.last_complete
        return self.kind is NightKind.COMPLETE and (last is None or last < self.day)

    def enter(
        self, programmes: Sequence[Programme], results: Sequence[ProbeResult]
    ) -> Sequence[ProbeResult]:
        """Return what the probes saw, with records in place, and count the night.

        A night without visits that can be judged is void: what earlier nights have shown stays.
        """
        visits = [visit for each in results for visit in _visits(each)]
        outcomes: dict[str, Outcome] = {}
        for visit in visits:
            if visit.url not in outcomes:
                outcomes[visit.url] = outcome(visit)
        said = [each.failing for each in outcomes.values()]
        self.visited, self.failing = len(said), said.count(True)
        self.inconclusive = said.count(None)
        reason = own_network_failed(visits)
        self._decide(programmes, results, outcomes, reason)
        if reason is not None:
            results = [_withheld(each, reason) for each in results]
        self._count(programmes, results, outcomes if self.counts else {})
        return [self._entered(programmes, each) for each in results]

    def _decide(
        self,
        programmes: Sequence[Programme],
        results: Sequence[ProbeResult],
        visited: Collection[str],
        reason: str | None,
    ) -> None:
        """Say what kind of night this is."""
        # A run of some families asks no probe of websites: then none is missing, nor is it whole.
        missed = any(url not in visited for each in programmes for *_, url in _planned(each))
        partial = not self.whole or missed or any(each.incomplete for each in results)
        unread = any(each.roster.unread is not None for each in programmes)
        if reason is not None:
            self.kind = NightKind.VOID
        elif partial or unread or any(each.interrupted for each in results):
            self.kind = NightKind.PARTIAL

    def _count(
        self,
        programmes: Sequence[Programme],
        results: Sequence[ProbeResult],
        outcomes: Mapping[str, Outcome],
    ) -> None:
        for programme in programmes:
            self.sites[programme.name] = self._sites_of(programme, outcomes)
        asked: dict[str, dict[AccountKey, AccountFacts]] = {}
        for account in (each for result in results for each in _accounts(result)):
            facts = account.facts
            asked.setdefault(facts.login.lower(), {})[facts.key] = facts
        for login, each in asked.items():
            self._ask(login, [*each.values()])
        # Nobody is forgotten because GitHub did not answer.
        if not asked or self.kind is not NightKind.COMPLETE:
            self.accounts = {**self.before.accounts, **self.accounts}

    def _sites_of(
        self, programme: Programme, outcomes: Mapping[str, Outcome]
    ) -> Mapping[str, SiteRecord]:
        """Return the records of a programme's websites after this night; `outcomes` count."""
        before = self.before.sites.get(programme.name, {})
        if programme.roster.unread is not None:
            return before
        nights_of = _nights_of(programme)
        after: dict[str, SiteRecord] = {}
        for url in dict.fromkeys(url for *_, url in _planned(programme)):
            key, seen = masked(url), outcomes.get(url)
            record = before.get(key)
            if seen is not None:
                was = record is not None and record.down
                record = after_visit(record, seen, self.day, nights_of)
                if was != (record is not None and record.down):
                    self._note(programme.name, "up" if was else "down", key)
            if record is not None:
                after[key] = record
        return after

    def _ask(self, login: str, facts: Sequence[AccountFacts]) -> None:
        before = self.before.accounts.get(login)
        after = after_asking(before, facts, self.day, counts=self.counts)
        if after is None:
            return
        self.accounts[login] = after
        was = AccountState.PERSON if before is None else before.state
        known = login if before is None or before.login is None else before.login
        if after.state is not was:
            self._note("", f"account-{after.state}", login)
        if after.login is not None and after.login.lower() != known.lower():
            self._note("", "account-renamed", f"{login} {after.login}")

    def _note(self, programme: str, kind: str, subject: str) -> None:
        self.events.append(HistoryEvent(self.day, programme, kind, subject))

    def _entered(self, programmes: Sequence[Programme], result: ProbeResult) -> ProbeResult:
        """Return what a probe saw with the records in place."""
        there = {each.name: each for each in programmes}
        seen = {
            name: self._with_records(there[name], each) if name in there else each
            for name, each in result.seen.items()
        }
        return replace(result, seen=seen)

    def _with_records(self, programme: Programme, seen: Seen) -> Seen:
        records = self.sites.get(programme.name, {})
        if isinstance(seen, str):
            # What earlier nights have shown is still to be judged where there was no visit.
            earlier = tuple(unseen(programme, records, frozenset()))
            return {Visit: earlier, GitHubVisit: seen} if earlier else seen
        after: dict[type, Sequence[Any]] = {}
        for kind, each in seen.items():
            after[kind] = each
            if isinstance(each, str):
                continue
            if issubclass(kind, Visit):
                after[kind] = tuple(_recorded(visit, records) for visit in each if visit.made)
            elif issubclass(kind, Account):
                after[kind] = tuple(self._known(account) for account in each)
        if not isinstance(visits := after.get(Visit, ""), str):
            visited = frozenset(visit.url for visit in visits)
            after[Visit] = (*visits, *unseen(programme, records, visited))
        return after

    def _known(self, account: Account) -> Account:
        record = self.accounts.get(account.facts.login.lower())
        return replace(account, record=record, counted=True)

    def close(self, report: Report) -> History:
        """Return the history after the rules have run."""
        before, findings = self.before, dict(self.before.findings)
        if self.whole:
            findings = {name: each for name, each in findings.items() if name in report.programmes}
        found: dict[str, dict[str, date]] = {name: {} for name in report.programmes}
        for finding, mark, first in dated(report, before):
            found[finding.programme][mark] = first or self.day
        for name, each in found.items():
            # What could not be checked is neither gone nor new.
            kept = {} if self.kind is NightKind.COMPLETE else findings.get(name, {})
            findings[name] = dict(islice({**each, **kept}.items(), MAX_DATED))
        complete = before.last_complete
        if self.kind is NightKind.COMPLETE and (complete is None or complete < self.day):
            complete = self.day
        sites = self.sites if self.whole else {**before.sites, **self.sites}
        return replace(
            before,
            last_complete=complete,
            night=Night(
                self.day,
                self.kind,
                self.visited,
                self.failing,
                self.inconclusive,
                report.count(),
            ),
            sites={name: each for name, each in sites.items() if each},
            accounts=self.accounts,
            findings={name: each for name, each in findings.items() if each},
            events=tuple(self.events),
        )


def dated(report: Report, history: History) -> Iterator[tuple[Finding, str, date | None]]:
    """Return each finding that counts with its fingerprint and the day on which it was first seen.

    The day is None where the history does not have it.
    """
    for finding, mark in fingerprints(each for each in report.findings if each.counts):
        yield finding, mark, history.findings.get(finding.programme, {}).get(mark)


def _visits(result: ProbeResult) -> Iterator[Visit]:
    """Return the visits that were made."""
    for seen in result.seen.values():
        if not isinstance(seen, str):
            visits = seen.get(Visit, ())
            yield from (visit for visit in visits if not isinstance(visit, str) and visit.made)


def _accounts(result: ProbeResult) -> Iterator[Account]:
    for seen in result.seen.values():
        accounts = () if isinstance(seen, str) else seen.get(Account, ())
        yield from (each for each in accounts if not isinstance(each, str))


def _withheld(result: ProbeResult, reason: str) -> ProbeResult:
    """Return a result without the visits, where it has any."""
    if not any(not isinstance(seen, str) and Visit in seen for seen in result.seen.values()):
        return result
    seen = dict.fromkeys(result.seen, reason)
    return replace(result, seen=seen, incomplete=result.incomplete or reason)


def _planned(programme: Programme) -> Iterator[tuple[Entry, FieldPath, str]]:
    """Return the addresses that an audit is to visit."""
    for entry, path, text in addresses(programme, programme.policy.websites.roles):
        url = parse(text)
        if isinstance(url, Url) and judged_by_form(url) is None:
            yield entry, path, text


def _recorded(visit: Visit, records: Mapping[str, SiteRecord]) -> Visit:
    return replace(visit, record=records.get(masked(visit.url)), counted=True)


def unseen(
    programme: Programme, records: Mapping[str, SiteRecord], visited: frozenset[str]
) -> Iterator[Visit]:
    """Return visits that were not made, to the websites that earlier nights say something of."""
    if records:
        for entry, path, url in _planned(programme):
            record = records.get(masked(url))
            if record is not None and url not in visited:
                failure = VisitFailure.NOT_VISITED
                yield Visit(
                    url, failure=failure, entry=entry, field=path, record=record, counted=True
                )


def _nights_of(programme: Programme) -> NightsOf:
    def nights(rule: str) -> int:
        setting = programme.policy.rules.get(rule, RuleSetting())
        return max(1, int(setting.options.get("nights", NIGHTS)))

    return nights
